import { css } from 'lit';

/** Colours and measures of the whole element, and its launcher. */
export default css`
  :host {
    --_accent: var(--xmpp-call-accent, #0b746b);
    --_accent-text: var(--xmpp-call-accent-text, #fff);
    --_background: var(--xmpp-call-background, #fff);
    --_text: var(--xmpp-call-text, #17211f);
    --_text-quiet: color-mix(in oklab, var(--_text) 72%, var(--_background));
    --_surface: color-mix(in oklab, var(--_text) 7%, var(--_background));
    --_surface-hover: color-mix(in oklab, var(--_text) 13%, var(--_background));
    --_line: color-mix(in oklab, var(--_text) 16%, var(--_background));
    --_field-line: color-mix(in oklab, var(--_text) 58%, var(--_background));
    --_tint: color-mix(in oklab, var(--_accent) 18%, var(--_background));
    --_on-tint: color-mix(in oklab, var(--_accent) 55%, var(--_text));
    --_negative: #c62f3e;
    --_negative-hover: #a92432;
    --_negative-text: #a11d2c;
    --_negative-tint: #fdecee;
    --_positive: #1b7a43;
    --_positive-hover: #146236;
    --_warning: #b7791f;
    --_shadow: 0 1px 2px rgb(16 40 36 / 8%), 0 12px 32px -8px rgb(16 40 36 / 18%);
    --_radius: var(--xmpp-call-radius, 20px);
    --_radius-small: calc(var(--_radius) * 0.6);
    --_ease: cubic-bezier(0.2, 0, 0, 1);
    /* On a surface in the colour of the text; never translucent, as a background may be. */
    --_on-text: var(--_background);

    display: inline-block;
    max-inline-size: 100%;
    vertical-align: top;
  }

  /*
   * Nothing that the page's elements hand down (case, spacing, slant, shadows, white space, ...) reaches the words, whatever
   * its force. What stays: direction, colour scheme, font family, visibility.
   */
  .launcher,
  .load-failure,
  .panel,
  .visually-hidden {
    all: initial;
    box-sizing: border-box;
    color-scheme: inherit;
    font-family: var(--xmpp-call-font, inherit);
    line-height: 1.4;
    visibility: inherit;
  }

  @supports (color: light-dark(#000, #fff)) {
    :host {
      --_accent: var(--xmpp-call-accent, light-dark(#0b746b, #5fd0c1));
      --_accent-text: var(--xmpp-call-accent-text, light-dark(#fff, #04231f));
      --_background: var(--xmpp-call-background, light-dark(#fff, #182220));
      --_text: var(--xmpp-call-text, light-dark(#17211f, #eaf2f0));
      --_negative: light-dark(#c62f3e, #d5404e);
      --_negative-hover: light-dark(#a92432, #b93340);
      --_negative-text: light-dark(#a11d2c, #ffa9b0);
      --_negative-tint: light-dark(#fdecee, #3a1d20);
      --_positive: light-dark(#1b7a43, #1f8a4c);
      --_positive-hover: light-dark(#146236, #1a7540);
      --_warning: light-dark(#b7791f, #e9b04d);
    }
  }

  @supports (color: oklch(from #000 l c h)) {
    :host {
      --_accent-text: var(
        --xmpp-call-accent-text,
        oklch(from var(--_accent) clamp(0.18, (0.66 - l) * 1000, 1) 0 0 / 1)
      );
      --_on-text: oklch(from var(--_text) clamp(0.18, (0.66 - l) * 1000, 1) 0 0 / 1);
    }
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  button {
    font: inherit;
    letter-spacing: inherit;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }

  :focus-visible {
    outline: 3px solid var(--_on-tint);
    outline-offset: 2px;
  }

  .icon {
    flex: none;
    inline-size: 1.375em;
    block-size: 1.375em;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  .launcher {
    display: inline-flex;
    gap: 0.6em;
    align-items: center;
    justify-content: center;
    max-inline-size: 100%;
    min-block-size: max(44px, 2.875em);
    padding: 0.4em 1.3em 0.4em 1.1em;
    color: var(--_accent-text);
    font-weight: 600;
    font-size: inherit;
    background: var(--_accent);
    border: 1px solid transparent;
    border-radius: 999px;
    cursor: pointer;
    transition:
      filter 0.15s var(--_ease),
      box-shadow 0.15s var(--_ease);
  }

  .launcher:hover {
    box-shadow: 0 6px 18px -6px var(--_accent);
    filter: brightness(1.06);
  }

  .launcher.settling {
    pointer-events: none;
  }

  .launcher:active {
    filter: brightness(0.94);
  }

  .launcher[aria-busy='true'] {
    cursor: progress;
  }

  ::slotted(svg),
  ::slotted(img) {
    flex: none;
  }

  .load-failure {
    display: block;
    max-inline-size: 25em;
    margin-block-start: 0.5em;
    color: var(--_negative-text);
    font-size: 0.875em;
  }

  .spinner {
    flex: none;
    inline-size: 1.2em;
    block-size: 1.2em;
    border: 2px solid currentcolor;
    border-block-start-color: transparent;
    border-radius: 50%;
    animation: spin 0.9s linear infinite;
  }

  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .launcher {
      transition: none;
    }

    .spinner {
      animation-duration: 4s;
    }
  }

  @media (forced-colors: active) {
    .launcher:hover {
      filter: none;
    }

    .spinner {
      border-block-start-color: Canvas;
    }
  }
`;
