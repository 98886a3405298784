import type { ErrorCode, LocalMute, ProposedContent } from './page-events.js';
import type { Call } from './call.js';
import type { CallCommand, CallValues } from './call-commands.js';
import type { Availability, CallManager } from './call-manager.js';

/** The page's commands. */
export class PageSide {
  constructor(readonly manager: CallManager) {}

  get calls(): readonly Call[] {
    return this.manager.calls;
  }

  start(callId: string, to: string, { audio, video }: { readonly audio: boolean; readonly video: boolean }): void {
    const media: ProposedContent[] = [];
    if (audio) media.push({ kind: 'audio', source: 'microphone' });
    if (video) media.push({ kind: 'video', source: 'camera' });
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
      value: { callId, type, sdp },
    });
  }

  localCandidate(
    callId: string,
    candidate: { readonly candidate: string; readonly mid: string; readonly ufrag?: string },
  ): void {
    this.#command({ case: 'localCandidate', value: { callId, ufrag: '', ...candidate } });
  }

  mediaConnection(callId: string, state: CallValues['mediaConnection']['state'], hadRelay: boolean): void {
    this.#command({ case: 'mediaConnection', value: { callId, state, hadRelay } });
  }

  mediaFailure(callId: string, code: ErrorCode, detail: string): void {
    this.#command({ case: 'mediaFailure', value: { callId, code, detail } });
  }

  setHeld(callId: string, held: boolean): void {
    this.#command({ case: 'setHeld', value: { callId, held } });
  }

  sendSafetyMessage(callId: string, message: CallValues['sendSafetyMessage']['message']): void {
    this.#command({ case: 'sendSafetyMessage', value: { callId, message } });
  }

  refuseOffer(callId: string, detail: string): void {
    this.#command({ case: 'refuseOffer', value: { callId, detail } });
  }

  /** The first audio and the first video. */
  setMuted(callId: string, audio: boolean, video: boolean): void {
    this.setContentsMuted(callId, [
      { mid: '', source: 'microphone', muted: audio },
      { mid: '', source: 'camera', muted: video },
    ]);
  }

  setContentsMuted(callId: string, contents: readonly LocalMute[]): void {
    this.#command({ case: 'setMuted', value: { callId, contents } });
  }

  sendMessage(callId: string, messageId: string, text: string): void {
    this.#command({ case: 'sendMessage', value: { callId, messageId, text } });
  }

  setComposing(callId: string, composing: boolean, text = ''): void {
    this.#command({ case: 'setComposing', value: { callId, composing, text } });
  }

  availability(address: string): Promise<Availability> {
    return this.manager.availability(address);
  }

  dispose(): void {
    this.manager.dispose();
  }

  #command(command: CallCommand): void {
    this.manager.command(command);
  }
}
