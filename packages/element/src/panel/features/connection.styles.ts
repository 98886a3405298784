import { css } from 'lit';

export const connectionStyles = css`
  .facts {
    display: grid;
    gap: 0.75em;
    padding: 1em;
    font-size: 0.9375em;
  }

  .facts dl {
    display: grid;
    gap: 0.6em;
    margin: 0;
  }

  .facts dl > div {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1em;
    align-items: baseline;
    justify-content: space-between;
  }

  .facts dt {
    color: var(--_text-quiet);
    font-size: 0.875em;
  }

  .facts dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }

  .facts-switch {
    display: flex;
    gap: 0.6em;
    align-items: center;
    min-block-size: max(44px, 2.75em);
    border-block-start: 1px solid var(--_line);
  }

  .facts-switch input {
    inline-size: 1.2em;
    block-size: 1.2em;
    accent-color: var(--_accent);
  }

  .facts-help {
    color: var(--_text-quiet);
    font-size: 0.875em;
  }
`;
