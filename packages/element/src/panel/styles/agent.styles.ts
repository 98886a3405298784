import { css } from 'lit';

/** What only agents see: sign-in, waiting, and a call that comes in. */
export const agentStyles = css`
  .sign-in,
  .ready {
    display: grid;
    gap: 1em;
    padding: 1.5em;
  }

  .form-title {
    font-size: 1.0625em;
    font-weight: 600;
  }

  .field {
    display: grid;
    gap: 0.3em;
  }

  label {
    font-size: 0.9375em;
    font-weight: 500;
  }

  input {
    inline-size: 100%;
    min-block-size: max(44px, 2.75em);
    padding: 0.4em 0.8em;
    color: inherit;
    font: inherit;
    background: transparent;
    border: 1px solid var(--_field-line);
    border-radius: var(--_radius-small);
  }

  input::placeholder {
    color: var(--_text-quiet);
    opacity: 1;
  }

  input:focus-visible {
    border-color: var(--_on-tint);
    outline-width: 2px;
    outline-offset: 0;
  }

  input[aria-invalid='true'] {
    border-color: var(--_negative-text);
  }

  .field-error {
    color: var(--_negative-text);
    font-size: 0.875em;
  }

  .button[aria-disabled='true'] {
    cursor: progress;
  }

  .ready-head {
    display: flex;
    gap: 0.75em;
    flex-wrap: wrap;
    align-items: center;
  }

  .ready-text {
    flex: 1 1 8em;
    min-inline-size: 0;
  }

  .dot {
    flex: none;
    inline-size: 0.75em;
    block-size: 0.75em;
    background: var(--_text-quiet);
    border: 1px solid transparent;
    border-radius: 50%;
  }

  .online {
    background: var(--_positive);
    box-shadow: 0 0 0 4px color-mix(in oklab, var(--_positive) 22%, transparent);
  }

  .connecting,
  .reconnecting {
    background: var(--_warning);
  }

  .offline {
    background: var(--_negative);
  }

  .notices {
    display: grid;
    gap: 0.5em;
    list-style: none;
  }

  .notices .note {
    display: flex;
    gap: 0.5714em;
    align-items: center;
    justify-content: space-between;
    padding-block: 0.4em;
    padding-inline-end: 0.2857em;
  }

  .note span {
    min-inline-size: 0;
  }

  .caller {
    display: grid;
    position: relative;
    grid-auto-rows: max-content;
    gap: 0.35em;
    justify-items: center;
    padding: 2.5em 1em 0.25em;
    text-align: center;
  }

  .incoming .avatar {
    margin-block-end: 0.3333em;
  }

  .incoming .address {
    max-inline-size: 100%;
  }

  .incoming .controls {
    flex: none;
  }

  @media (max-height: 26em) {
    .caller {
      padding-block-start: 0.75em;
    }
  }

  .second-call {
    display: grid;
    gap: 0.5em;
    padding: 0.75em 1em;
    background: var(--_tint);
  }

  .second-call .note {
    padding: 0;
    background: none;
  }

  .second-address {
    display: block;
    font-size: 0.8125em;
    color: var(--_text-quiet);
    overflow-wrap: anywhere;
  }
`;
