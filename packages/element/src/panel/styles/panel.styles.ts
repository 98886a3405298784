import { css } from 'lit';

/** The box and what its views have in common. */
export const panelStyles = css`
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .panel {
    display: flex;
    flex-direction: column;
    position: relative;
    inline-size: min(var(--xmpp-call-width, 22em), 100dvi - 32px);
    max-inline-size: 100%;
    max-block-size: calc(100dvb - 32px);
    overflow: hidden;
    color: var(--_text);
    font-size: var(--xmpp-call-font-size, medium);
    overflow-wrap: break-word;
    background: var(--_background);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    box-shadow: var(--_shadow);
    container-type: inline-size;
  }

  .settling button {
    pointer-events: none;
  }

  .call,
  .incoming {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
  }

  .sign-in,
  .ready,
  .outcome,
  .scroll {
    min-block-size: 0;
    overflow: auto;
  }

  p,
  ul {
    margin: 0;
    padding: 0;
  }

  p,
  .note span,
  .button span,
  .round-label {
    unicode-bidi: plaintext;
  }

  .avatar,
  .badge,
  .disc,
  .icon-button {
    display: grid;
    flex: none;
    place-items: center;
    border: 1px solid transparent;
    border-radius: 50%;
  }

  .avatar {
    position: relative;
    inline-size: 2.4444em;
    block-size: 2.4444em;
    color: var(--_on-tint);
    font-size: 2.25em;
    font-weight: 600;
    line-height: 1;
    background: var(--_tint);
  }

  .avatar ::slotted(*) {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    border-radius: 50%;
  }

  .avatar.waiting::before,
  .avatar.waiting::after {
    position: absolute;
    inset: -1px;
    border: 2px solid var(--_accent);
    border-radius: 50%;
    opacity: 0;
    content: '';
    pointer-events: none;
  }

  .peer {
    max-inline-size: 100%;
    overflow: hidden;
    font-size: 1.1875em;
    font-weight: 600;
    line-height: 1.3;
    text-overflow: ellipsis;
  }

  .address {
    color: var(--_text-quiet);
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }

  .status,
  .form-help,
  .outcome-detail {
    color: var(--_text-quiet);
    font-size: 0.9375em;
  }

  .peer-text {
    margin: 0.5em 0 0;
    font-size: 0.9375em;
    overflow-wrap: anywhere;
  }

  .peer-text::before {
    content: open-quote;
  }

  .peer-text::after {
    content: close-quote;
  }

  .timer {
    font-variant-numeric: tabular-nums;
  }

  .button,
  .alert,
  .note {
    border: 1px solid transparent;
    border-radius: var(--_radius-small);
  }

  .button {
    display: inline-flex;
    gap: 0.55em;
    align-items: center;
    justify-content: center;
    min-block-size: max(44px, 2.75em);
    padding: 0.4em 1.1em;
    color: var(--_text);
    font-weight: 600;
    background: var(--_surface);
  }

  .button:hover {
    background: var(--_surface-hover);
  }

  .button.primary {
    color: var(--_accent-text);
    background: var(--_accent);
  }

  .button.primary:hover {
    filter: brightness(1.06);
  }

  .button.quiet {
    padding-inline: 0.8em;
    font-size: 0.9375em;
    background: transparent;
    border-color: var(--_line);
  }

  .button.quiet:hover {
    background: var(--_surface);
  }

  .icon-button {
    inline-size: 2.5em;
    block-size: 2.5em;
    padding: 0;
    color: inherit;
    background: transparent;
  }

  .icon-button:hover {
    background: var(--_surface-hover);
  }

  .alert {
    display: flex;
    gap: 0.7467em;
    padding: 0.8em 0.9067em;
    color: var(--_negative-text);
    font-size: 0.9375em;
    background: var(--_negative-tint);
  }

  .alert > div {
    flex: 1;
    min-inline-size: 0;
  }

  .alert-title {
    font-weight: 600;
  }

  .alert-advice {
    color: var(--_text);
    font-size: 0.9333em;
  }

  .note {
    padding: 0.5714em 0.9714em;
    font-size: 0.875em;
    background: var(--_surface);
  }

  .outcome {
    display: grid;
    gap: 0.9em;
    justify-items: center;
    padding: 1.75em 1.5em 1.5em;
    text-align: center;
  }

  .badge {
    inline-size: 2.8em;
    block-size: 2.8em;
    color: var(--_on-tint);
    font-size: 1.25em;
    background: var(--_tint);
  }

  .failed .badge {
    color: var(--_negative-text);
    background: var(--_negative-tint);
  }

  .outcome-title {
    font-size: 1.125em;
    font-weight: 600;
    text-wrap: balance;
  }

  .outcome-detail {
    margin-block-start: 0.2667em;
    text-wrap: pretty;
  }

  .buttons {
    display: grid;
    gap: 0.5em;
    inline-size: 100%;
    margin-block-start: 0.35em;
  }

  .buttons .button {
    padding-inline: 0.75em;
  }

  @media (prefers-reduced-motion: no-preference) {
    .button,
    .icon-button,
    .disc {
      transition: background-color 0.15s var(--_ease);
    }

    .panel:not([hidden]) {
      animation: appear 0.22s var(--_ease);
    }

    .avatar.waiting::before,
    .avatar.waiting::after {
      animation: wave 2.4s ease-out infinite;
    }

    .avatar.waiting::after {
      animation-delay: 1.2s;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .avatar.waiting::before {
      inset: -0.18em;
      opacity: 0.5;
    }
  }

  /* Lower than a telephone on its side: what moves and what explains itself makes room. */
  @media (max-height: 26em) {
    .avatar {
      font-size: 1.25em;
    }

    .avatar.waiting::before,
    .avatar.waiting::after {
      content: none;
    }

    .outcome {
      padding-block: 0.75em;
    }

    .badge {
      display: none;
    }
  }

  @keyframes appear {
    from {
      opacity: 0;
      translate: 0 0.5em;
    }
  }

  @keyframes wave {
    from {
      opacity: 0.6;
      scale: 1;
    }

    to {
      opacity: 0;
      scale: 1.42;
    }
  }
`;
