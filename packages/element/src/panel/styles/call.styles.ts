import { css } from 'lit';

/** A call: pictures, caption and controls. */
export const callStyles = css`
  .upper {
    display: flex;
    flex-direction: column;
    position: relative;
    min-block-size: 0;
  }

  .with-sheet .upper {
    min-block-size: min(22em, 100dvb - 11em);
  }

  .with-sheet .scroll {
    display: grid;
    flex: 1;
    align-content: center;
  }

  .with-sheet.with-picture .scroll {
    align-content: start;
    background: #101817;
  }

  .dots {
    stroke-width: 3;
  }

  .stage {
    display: grid;
    position: relative;
    gap: 0.85em;
    place-content: center;
    justify-items: center;
    min-block-size: 15em;
    padding: 2.75em 1em 1em;
    text-align: center;
  }

  .stage .icon-button,
  .incoming .icon-button {
    position: absolute;
    inset-block-start: 0.5em;
    inset-inline-end: 0.5em;
  }

  .caption {
    max-inline-size: 100%;
    min-inline-size: 0;
  }

  .with-picture .stage {
    aspect-ratio: 4 / 3;
    inline-size: 100%;
    padding: 1em;
    overflow: hidden;
    color: #fff;
    background: #101817;
  }

  .with-picture .remote-video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }

  .remote-video.upright {
    object-fit: contain;
  }

  .with-picture .stage:has(.upright:not([hidden])) {
    aspect-ratio: 3 / 4;
  }

  .with-picture .caption {
    display: flex;
    gap: 0.2em 0.6em;
    flex-wrap: wrap;
    align-items: baseline;
    position: absolute;
    inset-block-start: 0;
    inset-inline: 0;
    padding-block: 0.75em 1.75em;
    padding-inline: 1em 3.5em;
    text-align: start;
    text-shadow: 0 1px 2px rgb(0 0 0 / 60%);
    background: linear-gradient(rgb(8 14 13 / 78%), rgb(8 14 13 / 62%) 55%, rgb(8 14 13 / 0%));
  }

  .with-picture .peer {
    font-size: 1em;
    white-space: nowrap;
  }

  .with-picture .status {
    color: #fff;
    font-size: 0.875em;
  }

  .with-picture .stage .icon-button {
    color: #fff;
    background: rgb(8 14 13 / 45%);
  }

  .with-picture .stage .icon-button:hover {
    background: rgb(8 14 13 / 75%);
  }

  .with-picture .stage :focus-visible {
    outline-color: #fff;
  }

  .with-picture .avatar {
    color: #e4f4f1;
    background: #24423e;
  }

  .with-picture .avatar.waiting::before,
  .with-picture .avatar.waiting::after {
    border-color: #8fe0d4;
  }

  .self-view {
    position: absolute;
    inset-block-end: 0.75em;
    inset-inline-end: 0.75em;
    inline-size: 30%;
    max-inline-size: 8em;
    aspect-ratio: 4 / 3;
    object-fit: cover;
    background: #000;
    border: 2px solid rgb(255 255 255 / 85%);
    border-radius: var(--_radius-small);
    scale: -1 1;
  }

  .self-view {
    cursor: grab;
    touch-action: none;
  }

  .self-view.at-top {
    inset-block: 3em auto;
  }

  .self-view.at-start {
    inset-inline: 0.75em auto;
  }

  .self-view.is-unmirrored {
    scale: none;
  }

  .self-view.is-put-away {
    display: none;
  }

  .notes {
    display: grid;
    gap: 0.5em;
    padding: 0 1em;
  }

  .with-picture .notes {
    padding-block-start: 0.75em;
  }

  .problem {
    position: relative;
  }

  .problem .alert {
    padding-inline-end: 3.2em;
  }

  .problem .icon-button {
    position: absolute;
    inset-block-start: 0.25em;
    inset-inline-end: 0.25em;
    color: var(--_negative-text);
  }

  .controls {
    display: grid;
    grid-auto-columns: minmax(0, 5.75em);
    grid-auto-flow: column;
    gap: 0.25em;
    justify-content: center;
    padding: 1em 0.75em 1.1em;
  }

  .round {
    display: grid;
    gap: 0.35em;
    justify-items: center;
    align-content: start;
    padding: 0.25em 0;
    color: var(--_text);
    background: none;
    border: 0;
    border-radius: var(--_radius-small);
  }

  .disc {
    inline-size: max(44px, 2.8889em);
    block-size: max(44px, 2.8889em);
    font-size: 1.125em;
    background: var(--_disc);
  }

  .round {
    --_disc: var(--_surface);
  }

  .round:hover {
    --_disc: var(--_surface-hover);
  }

  .round[aria-pressed='true'] {
    --_disc: var(--_text);
  }

  .round.negative {
    --_disc: var(--_negative);
  }

  .round.negative:hover {
    --_disc: var(--_negative-hover);
  }

  .round.positive {
    --_disc: var(--_positive);
  }

  .round.positive:hover {
    --_disc: var(--_positive-hover);
  }

  [aria-pressed='true'] .disc {
    color: var(--_on-text);
  }

  .negative .disc,
  .positive .disc {
    color: #fff;
  }

  .round[aria-disabled='true'] {
    cursor: default;
  }

  .round[aria-disabled='true'] .disc {
    opacity: 0.5;
  }

  .round-label {
    max-inline-size: 100%;
    font-size: 0.8125em;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }

  @media (max-height: 26em) {
    .stage {
      min-block-size: 0;
      padding-block: 0.75em;
    }

    .with-picture .stage {
      min-block-size: 7em;
      aspect-ratio: auto !important;
    }

    .self-view {
      inline-size: 20%;
    }

    .controls {
      padding-block: 0.4em 0.5em;
    }

    .round-label {
      position: absolute;
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  }

  .halo {
    stroke: var(--_disc, transparent);
    stroke-width: 5;
  }

  .laid-down {
    rotate: 135deg;
  }

  @media (forced-colors: active) {
    .round[aria-pressed='true'] .disc {
      color: HighlightText;
      background: Highlight;
      forced-color-adjust: none;
    }

    .halo {
      display: none;
    }

    .with-picture .caption {
      padding-block-end: 0.75em;
      background: Canvas;
    }

    .with-picture .peer,
    .with-picture .status {
      color: CanvasText;
    }
  }
`;
