import type { Call, ChatMessage } from '@xmpp-call/client';

/** The last text of a call that was shown. */
const seen = new WeakMap<Call, ChatMessage['id']>();

export function markSeen(call: Call): void {
  const last = call.messages.at(-1);
  if (last) seen.set(call, last.id);
}

/** Texts of the peer that were not shown yet. */
export function unreadCount(call: Call): number {
  const last = seen.get(call);
  const from = call.messages.findIndex(({ id }) => id === last) + 1;
  return call.messages.slice(from).filter(({ outgoing }) => !outgoing).length;
}
