import type { PeerConnectivity } from '@xmpp-call/media';
import { ContentSource, MediaConnectionState, MediaKind } from '@xmpp-call/wire';
import type { SdpType } from '@xmpp-call/wire';
import type { CallMedia } from './api.js';
import type { XmppCallError } from './errors.js';
import type { SafetyWords } from './safety-code/call-safety.js';
import { toCallError } from './to-call-error.js';
import { toWireErrorCode } from './wire-map.js';
import type { WirePort } from './wire-port.js';

/** A content of ours, and whether nothing of it is sent. */
export interface LocalContentState {
  /** Empty before there is an m-line. */
  readonly mid: string;
  readonly source: ContentSource;
  readonly muted: boolean;
}

const CONNECTIVITY: Readonly<Record<PeerConnectivity, MediaConnectionState>> = {
  connected: MediaConnectionState.CONNECTED,
  disconnected: MediaConnectionState.DISCONNECTED,
  failed: MediaConnectionState.FAILED,
};

/** The commands to the worker about one call. Where a reply does not matter, the worker says the consequences by events. */
export class CallCommands {
  readonly #callId: string;
  readonly #command: WirePort['command'];
  readonly #onWorkerFailed: (error: XmppCallError) => void;

  /** @param command rejects when there is no worker (any more) */
  constructor(callId: string, command: WirePort['command'], onWorkerFailed: (error: XmppCallError) => void) {
    this.#callId = callId;
    this.#command = command;
    this.#onWorkerFailed = onWorkerFailed;
  }

  /** Tells the worker of an outgoing call. The peer does not learn of it yet. */
  async start(to: string, { video }: CallMedia): Promise<void> {
    const contents = [{ kind: MediaKind.AUDIO, source: ContentSource.MICROPHONE }];
    if (video) contents.push({ kind: MediaKind.VIDEO, source: ContentSource.CAMERA });
    await this.#command({ case: 'startCall', value: { callId: this.#callId, to, media: { contents } } });
  }

  async propose(): Promise<void> {
    await this.#command({ case: 'propose', value: { callId: this.#callId } });
  }

  async accept(): Promise<void> {
    await this.#command({ case: 'acceptCall', value: { callId: this.#callId } });
  }

  reject(): void {
    this.#tell({ case: 'rejectCall', value: { callId: this.#callId } });
  }

  /** @param gone the page goes away */
  hangUp(gone = false): void {
    this.#tell({ case: 'hangUp', value: { callId: this.#callId, gone } });
  }

  async describe(type: SdpType, sdp: string): Promise<void> {
    await this.#command({ case: 'localDescription', value: { callId: this.#callId, type, sdp } });
  }

  refuseOffer(detail: string): void {
    this.#tell({ case: 'refuseOffer', value: { callId: this.#callId, detail } });
  }

  candidate(candidate: string, mid: string, ufrag: string): void {
    this.#tell({ case: 'localCandidate', value: { callId: this.#callId, candidate, mid, ufrag } });
  }

  /** @param hadRelay a TURN server was at hand */
  mediaConnection(state: PeerConnectivity, hadRelay: boolean): void {
    this.#tell({ case: 'mediaConnection', value: { callId: this.#callId, state: CONNECTIVITY[state], hadRelay } });
  }

  setMuted(contents: readonly LocalContentState[]): void {
    this.#tell({ case: 'setMuted', value: { callId: this.#callId, contents: [...contents] } });
  }

  setHeld(held: boolean): void {
    this.#tell({ case: 'setHeld', value: { callId: this.#callId, held } });
  }

  async sendMessage(messageId: string, text: string): Promise<void> {
    await this.#command({ case: 'sendMessage', value: { callId: this.#callId, messageId, text } });
  }

  setComposing(composing: boolean, text: string): void {
    this.#tell({ case: 'setComposing', value: { callId: this.#callId, composing, text } });
  }

  sendSafetyMessage(message: SafetyWords): void {
    this.#tell({ case: 'sendSafetyMessage', value: { callId: this.#callId, message } });
  }

  /** This side cannot go on. */
  mediaFailure({ code, message }: XmppCallError): void {
    this.#tell({
      case: 'mediaFailure',
      value: { callId: this.#callId, code: toWireErrorCode(code), detail: message },
    });
  }

  #tell(body: Parameters<WirePort['command']>[0]): void {
    this.#command(body).catch((cause: unknown) => {
      const error = toCallError(cause);
      if (error.code === 'worker-failed') this.#onWorkerFailed(error);
    });
  }
}
