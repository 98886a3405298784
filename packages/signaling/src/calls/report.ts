import type { CallState, MediaKind } from '@xmpp-call/jingle';
import type { PageEvent } from './page-events.js';
import { withSources } from './muting.js';
import type { Ending } from './endings.js';

interface CallIds {
  /** By which the page knows the call. */
  readonly id: string;
  /** Of its Jingle session. */
  readonly sid: string;
}

/** A call rings here. */
export function incomingCall(
  { id, sid }: CallIds,
  from: string,
  kinds: readonly MediaKind[],
  replacesCallId = '',
): PageEvent {
  const media = withSources(kinds.map((kind) => ({ kind })));
  return { case: 'incomingCall', value: { callId: id, sessionId: sid, from, media, replacesCallId } };
}

/** The state of a call is another one; `peer` is the device, once known. */
export function callChanged({ id, sid }: CallIds, state: CallState, peer = '', ending?: Ending): PageEvent {
  return {
    case: 'callChanged',
    value: {
      callId: id,
      sessionId: sid,
      state,
      peer,
      ...(ending && { endReason: ending.reason, ...(ending.failure && { failure: ending.failure }) }),
      ...(ending?.text && { peerText: ending.text }),
    },
  };
}
