import { css } from 'lit';

export const chatStyles = css`
  .chat {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-block-size: 0;
  }

  .chat-scroll {
    display: flex;
    flex: 1;
    /* Stays at the latest text while more come. */
    flex-direction: column-reverse;
    min-block-size: 6em;
    overflow: auto;
  }

  .chat-list {
    padding: 0.75em 1em;
  }

  .messages {
    display: flex;
    flex-direction: column;
    gap: 0.6em;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .message {
    align-self: flex-start;
    max-inline-size: 85%;
  }

  .message.own {
    align-self: flex-end;
  }

  .message-text {
    margin: 0;
    padding: 0.5em 0.8em;
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    background: var(--_surface);
    border: 1px solid transparent;
    border-radius: var(--_radius-small);
  }

  .own .message-text {
    color: var(--_accent-text);
    background: var(--_accent);
  }

  .message a {
    color: inherit;
  }

  .typing {
    inline-size: fit-content;
    margin-block-start: 0.6em;
    opacity: 0.75;
  }

  .chat-note {
    margin: 0.15em 0.2em 0;
    font-size: 0.75em;
    color: var(--_text-quiet);
  }

  .own .chat-note {
    text-align: end;
  }

  .failed .chat-note {
    color: var(--_negative-text);
  }

  .chat-form {
    display: flex;
    gap: 0.25em;
    align-items: end;
    padding: 0.5em 0.5em 0.5em 0.75em;
    border-block-start: 1px solid var(--_line);
  }

  .chat-field {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 44px;
    max-block-size: 7em;
    padding: 0.6em 0.75em;
    font: inherit;
    color: inherit;
    resize: none;
    field-sizing: content;
    background: transparent;
    border: 1px solid var(--_line);
    border-radius: var(--_radius-small);
  }

  .chat-form .icon-button svg:dir(rtl) {
    scale: -1 1;
  }

  .chat-field::placeholder {
    color: inherit;
    opacity: 0.75;
  }
`;
