import { css } from 'lit';

export const dialPadStyles = css`
  .dial-pad {
    display: grid;
    gap: 0.75em;
    padding: 0.75em;
  }

  .tones {
    box-sizing: border-box;
    inline-size: 100%;
    min-block-size: 2.5em;
    padding: 0.25em 0.5em;
    color: inherit;
    font: inherit;
    font-size: 1.25em;
    font-variant-numeric: tabular-nums;
    text-align: center;
    background: var(--_background);
    border: 1px solid var(--_field-line);
    border-radius: var(--_radius-small);
  }

  .keys {
    display: grid;
    grid-template-columns: repeat(3, minmax(44px, 5em));
    gap: 0.5em;
    justify-content: center;
  }

  .key {
    display: grid;
    align-content: center;
    justify-items: center;
    min-block-size: max(44px, 2.75em);
    padding: 0.15em;
    color: inherit;
    font-size: 1.125em;
    line-height: 1.15;
    background: none;
    border: 1px solid var(--_line);
    border-radius: var(--_radius-small);
    touch-action: manipulation;
  }

  .key:active {
    background: var(--_tint);
    color: var(--_on-tint);
  }

  .letters {
    min-block-size: 1.15em;
    color: var(--_text-quiet);
    font-size: 0.625em;
    letter-spacing: 0.1em;
  }
`;
