import type { CallState as State, MediaKind } from '@xmpp-call/jingle';
import { CallState } from '@xmpp-call/wire';
import type { EventBody } from '@xmpp-call/wire';
import type { Ending } from './endings.js';

const STATES: Readonly<Record<State, CallState>> = {
  calling: CallState.CALLING,
  ringing: CallState.RINGING,
  incoming: CallState.INCOMING,
  connecting: CallState.CONNECTING,
  active: CallState.ACTIVE,
  held: CallState.HELD,
  reconnecting: CallState.RECONNECTING,
  ended: CallState.ENDED,
};

/** A call rings here. */
export function incomingCall(callId: string, from: string, media: readonly MediaKind[]): EventBody {
  return {
    case: 'incomingCall',
    value: { callId, from, media: { audio: media.includes('audio'), video: media.includes('video') } },
  };
}

/** The state of a call is another one; `peer` is the device, once known. */
export function callChanged(callId: string, state: State, peer = '', ending?: Ending): EventBody {
  return {
    case: 'callChanged',
    value: {
      callId,
      state: STATES[state],
      peer,
      ...(ending && { endReason: ending.reason, ...(ending.failure && { failure: ending.failure }) }),
    },
  };
}
