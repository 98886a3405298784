import { NS } from './namespaces.js';
import { el, elementsOf, localName, namespaceOf, type Element } from './xml.js';
import { oneOf } from './xml-table.js';

/** XEP-0085 §5. */
export const CHAT_STATES = ['active', 'composing', 'paused', 'inactive', 'gone'] as const;
export type ChatState = (typeof CHAT_STATES)[number];

const STATE = oneOf(CHAT_STATES);

/** The first chat state of a message; undefined where there is none that is known. */
export function chatStateOf(message: Element): ChatState | undefined {
  const element = elementsOf(message).find((one) => namespaceOf(one) === NS.chatStates);
  return element && STATE(localName(element));
}

export function buildChatState(state: ChatState): Element {
  return el(state, { xmlns: NS.chatStates });
}
