import { css } from 'lit';

export const transferStyles = css`
  .transfer {
    display: grid;
    gap: 0.75em;
    padding: 0.75em 1em;
  }

  .transfer-field {
    display: grid;
    gap: 0.35em;
  }

  .transfer-field input {
    box-sizing: border-box;
    inline-size: 100%;
    min-block-size: max(44px, 2.5em);
    padding: 0.25em 0.6em;
    color: inherit;
    font: inherit;
    background: var(--_background);
    border: 1px solid var(--_field-line);
    border-radius: var(--_radius-small);
  }

  .transfer-address {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
`;
