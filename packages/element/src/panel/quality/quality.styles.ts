import { css } from 'lit';

export const qualityStyles = css`
  .quality {
    display: inline-block;
    margin-inline-start: 0.4em;
    vertical-align: -0.2em;
    color: var(--_warning);
  }

  .quality.bad {
    color: var(--_negative-text);
  }

  .with-picture .quality {
    color: #ffce6b;
  }

  .with-picture .quality.bad {
    color: #ffa9b0;
  }

  .quality .icon {
    inline-size: 1.25em;
    block-size: 1.25em;
  }

  .bars {
    stroke-width: 3.5;
  }
`;
