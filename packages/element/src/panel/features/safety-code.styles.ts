import { css } from 'lit';

export const safetyCodeStyles = css`
  .safety {
    display: grid;
    gap: 1em;
    padding: 1em;
  }

  .safety ol {
    display: grid;
    gap: 0.5em;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .safety-ways,
  .safety-answers {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em;
  }

  .safety-answers .button {
    flex: 1 1 auto;
  }

  .safety .safety-words {
    grid-template-columns: 1fr 1fr;
  }

  .safety-words li {
    padding: 0.5em;
    font-size: 1.1875em;
    font-weight: 600;
    text-align: center;
    background: var(--_surface);
    border-radius: var(--_radius-small);
  }

  .safety .safety-emoji {
    grid-template-columns: repeat(auto-fit, minmax(4.5em, 1fr));
  }

  .safety-emoji li {
    display: grid;
    justify-items: center;
    min-inline-size: 0;
    font-size: 0.8125em;
    text-align: center;
  }

  .safety-emoji li span:first-child {
    font-size: 2.25em;
    line-height: 1.3;
  }

  .safety-matched {
    display: flex;
    gap: 0.5em;
    align-items: center;
  }

  @media (forced-colors: active) {
    .safety-ways [aria-pressed='true'] {
      border-color: Highlight;
      border-width: 2px;
    }
  }
`;
