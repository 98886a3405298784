import type { CallState, MediaKind } from '@xmpp-call/jingle';
import { mediaOf } from './page-events.js';
import type { PageEvent } from './page-events.js';
import type { Ending } from './endings.js';

/** A call rings here. */
export function incomingCall(callId: string, from: string, media: readonly MediaKind[]): PageEvent {
  return {
    case: 'incomingCall',
    value: { callId, from, media: mediaOf(media) },
  };
}

/** The state of a call is another one; `peer` is the device, once known. */
export function callChanged(callId: string, state: CallState, peer = '', ending?: Ending): PageEvent {
  return {
    case: 'callChanged',
    value: {
      callId,
      state,
      peer,
      ...(ending && { endReason: ending.reason, ...(ending.failure && { failure: ending.failure }) }),
    },
  };
}
