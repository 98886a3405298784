import { css } from 'lit';

export const devicesStyles = css`
  .devices {
    display: grid;
    gap: 0.75em;
    padding: 1em;
  }

  .device {
    display: grid;
    gap: 0.3em;
    min-inline-size: 0;
    font-size: 0.875em;
    color: var(--_text-quiet);
  }

  .device-select {
    min-inline-size: 0;
    inline-size: 100%;
    min-block-size: 44px;
    padding: 0.5em;
    font: inherit;
    font-size: 1.0625em;
    color: var(--_text);
    text-overflow: ellipsis;
    background: var(--_background);
    border: 1px solid var(--_field-line);
    border-radius: var(--_radius-small);
  }

  .level {
    block-size: 4px;
    margin-block-start: -0.35em;
    overflow: hidden;
    background: var(--_surface);
    border-radius: 2px;
  }

  .level-bar {
    display: block;
    block-size: 100%;
    inline-size: 0;
    background: var(--_positive);
  }

  .devices-note {
    margin: 0;
    font-size: 0.875em;
    color: var(--_negative-text);
  }

  @media (forced-colors: active) {
    .level-bar {
      background: Highlight;
    }
  }
`;
