import { css } from 'lit';

export const qualityStyles = css`
  .quality {
    display: inline-block;
    margin-inline-start: 0.3em;
    vertical-align: -0.35em;
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
    inline-size: 1.6em;
    block-size: 1.6em;
  }

  .bars {
    stroke-width: 3.5;
  }
`;
