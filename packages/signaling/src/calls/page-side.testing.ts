import { SdpType, decodeCommand, encodeCommand } from '@xmpp-call/wire';
import type { AvailabilityState, ErrorCode, MediaConnectionState } from '@xmpp-call/wire';
import type { Call } from './call.js';
import type { CallCommand } from './call-context.js';
import type { CallManager } from './call-manager.js';

type Body = Extract<Parameters<typeof encodeCommand>[1], { case: CallCommand['case'] }>;

/** The page's commands, as they come over the wire. */
export class PageSide {
  constructor(readonly manager: CallManager) {}

  get calls(): readonly Call[] {
    return this.manager.calls;
  }

  start(callId: string, to: string, media: { readonly audio: boolean; readonly video: boolean }): void {
    this.#command({ case: 'startCall', value: { callId, to, media } });
  }

  propose(callId: string): void {
    this.#command({ case: 'propose', value: { callId } });
  }

  accept(callId: string): void {
    this.#command({ case: 'acceptCall', value: { callId } });
  }

  reject(callId: string): void {
    this.#command({ case: 'rejectCall', value: { callId } });
  }

  hangUp(callId: string, gone: boolean): void {
    this.#command({ case: 'hangUp', value: { callId, gone } });
  }

  localDescription(callId: string, type: 'offer' | 'answer', sdp: string): void {
    this.#command({
      case: 'localDescription',
      value: { callId, type: type === 'offer' ? SdpType.OFFER : SdpType.ANSWER, sdp },
    });
  }

  localCandidate(
    callId: string,
    candidate: { readonly candidate: string; readonly mid: string; readonly ufrag?: string },
  ): void {
    this.#command({ case: 'localCandidate', value: { callId, ...candidate } });
  }

  mediaConnection(callId: string, state: MediaConnectionState, hadRelay: boolean): void {
    this.#command({ case: 'mediaConnection', value: { callId, state, hadRelay } });
  }

  mediaFailure(callId: string, code: ErrorCode, detail: string): void {
    this.#command({ case: 'mediaFailure', value: { callId, code, detail } });
  }

  refuseOffer(callId: string, detail: string): void {
    this.#command({ case: 'refuseOffer', value: { callId, detail } });
  }

  setMuted(callId: string, audio: boolean, video: boolean): void {
    this.#command({ case: 'setMuted', value: { callId, audio, video } });
  }

  availability(address: string): Promise<AvailabilityState> {
    return this.manager.availability(address);
  }

  dispose(): void {
    this.manager.dispose();
  }

  #command(body: Body): void {
    this.manager.command(decodeCommand(encodeCommand(1, body)).body as CallCommand);
  }
}
