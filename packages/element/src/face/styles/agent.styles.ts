import { css } from 'lit';

/** What only agents see: sign-in, waiting, and a call that comes in. */
export const agentStyles = css`
  .sign-in,
  .ready {
    display: grid;
    gap: 1rem;
    padding: 1.5rem;
  }

  .form-title {
    font-size: 1.0625rem;
    font-weight: 600;
  }

  .field {
    display: grid;
    gap: 0.3rem;
  }

  label {
    font-size: 0.9375rem;
    font-weight: 500;
  }

  input {
    inline-size: 100%;
    min-block-size: max(44px, 2.75rem);
    padding: 0.4rem 0.8rem;
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
    font-size: 0.875rem;
  }

  .button[aria-disabled='true'] {
    cursor: progress;
  }

  .ready-head {
    display: flex;
    gap: 0.75rem;
    flex-wrap: wrap;
    align-items: center;
  }

  .ready-text {
    flex: 1 1 8rem;
    min-inline-size: 0;
  }

  .dot {
    flex: none;
    inline-size: 0.75rem;
    block-size: 0.75rem;
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
    gap: 0.5rem;
    list-style: none;
  }

  .notices .note {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    justify-content: space-between;
    padding-block: 0.35rem;
    padding-inline-end: 0.25rem;
  }

  .note span {
    min-inline-size: 0;
  }

  .incoming {
    display: grid;
    position: relative;
    gap: 0.35rem;
    justify-items: center;
    padding: 2.5rem 1rem 0.25rem;
    text-align: center;
  }

  .incoming .avatar {
    margin-block-end: 0.75rem;
  }

  .incoming .address {
    max-inline-size: 100%;
  }

  .incoming .controls {
    inline-size: 100%;
    padding-inline: 0;
  }
`;
