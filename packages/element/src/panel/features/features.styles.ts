import { css } from 'lit';

/** The menu and the frame of a pane. */
export const featureStyles = css`
  .backdrop {
    position: absolute;
    inset: 0;
  }

  .sheet {
    position: absolute;
    z-index: 1;
    color: var(--_text);
    background: var(--_background);
  }

  .menu {
    display: grid;
    inset-block-end: 0;
    inset-inline-end: 0.75em;
    inline-size: max-content;
    max-inline-size: calc(100% - 1.5em);
    max-block-size: 100%;
    padding: 0.35em;
    overflow: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_radius-small);
    box-shadow: var(--_shadow);
  }

  .menu-item {
    display: flex;
    gap: 0.75em;
    align-items: center;
    min-block-size: max(44px, 2.75em);
    padding: 0.35em 0.9em 0.35em 0.6em;
    color: inherit;
    text-align: start;
    background: none;
    border: 0;
    border-radius: var(--_radius-small);
  }

  .menu-item span {
    flex: 1;
    unicode-bidi: plaintext;
  }

  .menu-item:hover,
  .menu-item:focus-visible {
    background: var(--_surface);
  }

  .pane {
    display: flex;
    flex-direction: column;
    inset: 0;
    overflow: auto;
  }

  .pane-head {
    display: flex;
    gap: 0.25em;
    align-items: center;
    position: sticky;
    inset-block-start: 0;
    padding: 0.4em;
    background: inherit;
    border-block-end: 1px solid var(--_line);
  }

  .pane-title {
    flex: 1;
    min-inline-size: 0;
    font-weight: 600;
  }

  .pane-head .icon-button:first-child svg:dir(rtl) {
    scale: -1 1;
  }

  .pane-loading {
    display: grid;
    flex: 1;
    place-items: center;
  }
`;
