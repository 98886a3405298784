import { css } from 'lit';

/** A call: pictures, caption and controls. */
export const callStyles = css`
  .stage {
    display: grid;
    position: relative;
    gap: 0.85rem;
    place-content: center;
    justify-items: center;
    min-block-size: 15rem;
    padding: 2.75rem 1rem 1rem;
    text-align: center;
  }

  .stage .icon-button,
  .incoming > .icon-button {
    position: absolute;
    inset-block-start: 0.5rem;
    inset-inline-end: 0.5rem;
  }

  .caption {
    max-inline-size: 100%;
    min-inline-size: 0;
  }

  .with-picture .stage {
    aspect-ratio: 4 / 3;
    inline-size: 100%;
    padding: 1rem;
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
    gap: 0.2rem 0.6rem;
    flex-wrap: wrap;
    align-items: baseline;
    position: absolute;
    inset-block-start: 0;
    inset-inline: 0;
    padding-block: 0.75rem 1.75rem;
    padding-inline: 1rem 3.5rem;
    text-align: start;
    text-shadow: 0 1px 2px rgb(0 0 0 / 60%);
    background: linear-gradient(rgb(8 14 13 / 78%), rgb(8 14 13 / 62%) 55%, rgb(8 14 13 / 0%));
  }

  .with-picture .peer {
    font-size: 1rem;
    white-space: nowrap;
  }

  .with-picture .status {
    color: #fff;
    font-size: 0.875rem;
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
    inset-block-end: 0.75rem;
    inset-inline-end: 0.75rem;
    inline-size: 30%;
    max-inline-size: 8rem;
    aspect-ratio: 4 / 3;
    object-fit: cover;
    background: #000;
    border: 2px solid rgb(255 255 255 / 85%);
    border-radius: var(--_radius-small);
    scale: -1 1;
  }

  .notes {
    display: grid;
    gap: 0.5rem;
    padding: 0 1rem;
  }

  .with-picture .notes {
    padding-block-start: 0.75rem;
  }

  .problem {
    position: relative;
  }

  .problem .alert {
    padding-inline-end: 3rem;
  }

  .problem .icon-button {
    position: absolute;
    inset-block-start: 0.25rem;
    inset-inline-end: 0.25rem;
    color: var(--_negative-text);
  }

  .controls {
    display: grid;
    grid-auto-columns: minmax(0, 5.75rem);
    grid-auto-flow: column;
    gap: 0.25rem;
    justify-content: center;
    padding: 1rem 0.75rem 1.1rem;
  }

  .round {
    display: grid;
    gap: 0.35rem;
    justify-items: center;
    align-content: start;
    padding: 0.25rem 0;
    color: var(--_text);
    background: none;
    border: 0;
    border-radius: var(--_radius-small);
  }

  .disc {
    inline-size: max(44px, 3.25rem);
    block-size: max(44px, 3.25rem);
    font-size: 1.125rem;
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
    color: var(--_background);
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
    font-size: 0.8125rem;
    line-height: 1.25;
    overflow-wrap: anywhere;
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
      padding-block-end: 0.75rem;
      background: Canvas;
    }

    .with-picture .peer,
    .with-picture .status {
      color: CanvasText;
    }
  }
`;
