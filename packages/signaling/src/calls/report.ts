import type { CallState as State, MediaKind } from '@xmpp-call/jingle';
import { CallState, SdpType } from '@xmpp-call/wire';
import type { EventBody } from '@xmpp-call/wire';
import type { Ending } from './endings.js';
import type { RemoteIceCandidate, RemoteStatus } from './session-owner.js';

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

/** The events of the wire contract that concern a call. */
export const toPage = {
  incoming: (callId: string, from: string, media: readonly MediaKind[]): EventBody => ({
    case: 'incomingCall',
    value: { callId, from, media: { audio: media.includes('audio'), video: media.includes('video') } },
  }),

  changed: (callId: string, state: State, peer: string | undefined, ending: Ending | undefined): EventBody => ({
    case: 'callChanged',
    value: {
      callId,
      state: STATES[state],
      peer: peer ?? '',
      ...(ending && { endReason: ending.reason, ...(ending.failure && { failure: ending.failure }) }),
    },
  }),

  description: (callId: string, type: 'offer' | 'answer', sdp: string, mids: readonly string[]): EventBody => ({
    case: 'remoteDescription',
    value: { callId, type: type === 'offer' ? SdpType.OFFER : SdpType.ANSWER, sdp, rejectedMids: [...mids] },
  }),

  candidate: (callId: string, candidate: RemoteIceCandidate): EventBody => ({
    case: 'remoteCandidate',
    value: { callId, ...candidate },
  }),

  offerWanted: (callId: string, iceRestart: boolean): EventBody => ({
    case: 'offerWanted',
    value: { callId, iceRestart },
  }),

  info: (callId: string, { audioMuted, videoMuted, held }: RemoteStatus): EventBody => ({
    case: 'remoteInfo',
    value: { callId, audioMuted, videoMuted, held },
  }),
};
