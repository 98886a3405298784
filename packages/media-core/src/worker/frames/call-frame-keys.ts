import type { MediaFlow, MediaKind } from '../../core/choice/core-choice.js';
import type { PageMessage, StartMessage } from '../../messages/media-worker-messages.js';
import type { PipelineHost } from '../pipeline-host.js';
import { FrameKeys } from './frame-keys.js';

type FrameKeyMessage = Extract<PageMessage, { readonly type: 'frame-key' }>;
type Directions = Readonly<Record<MediaFlow, FrameKeys>>;

/** The encryption of all media of a call, in both directions. */
export class CallFrameKeys {
  readonly audio: Directions;
  readonly video: Directions;
  readonly #host: PipelineHost;
  /** Undefined until the peer's description was received. */
  #peerHasCore: boolean | undefined;
  #key: FrameKeyMessage | undefined;

  constructor({ token, generation, role }: StartMessage, host: PipelineHost) {
    const peer = role === 'initiator' ? 'responder' : 'initiator';
    const keysOf = (kind: MediaKind, flow: MediaFlow) =>
      new FrameKeys({ host, kind, flow, sender: flow === 'send' ? role : peer, generation });
    this.#host = host;
    this.audio = { send: keysOf('audio', 'send'), receive: keysOf('audio', 'receive') };
    this.video = { send: keysOf('video', 'send'), receive: keysOf('video', 'receive') };
    for (const { receive } of [this.audio, this.video]) receive.token = token;
  }

  setPeerToken(token: Uint8Array | undefined): void {
    for (const { send } of [this.audio, this.video]) send.token = token;
    this.#peerHasCore = token !== undefined;
    if (this.#key) this.#apply(this.#key);
  }

  setKey(message: FrameKeyMessage): void {
    this.#key = message;
    this.#apply(message);
  }

  dispose(): void {
    for (const { send, receive } of [this.audio, this.video]) {
      send.dispose();
      receive.dispose();
    }
  }

  /** A plain peer could not decrypt anything: frames for it are not encrypted, and the page is notified. */
  #apply({ id, secret }: FrameKeyMessage): void {
    for (const { send, receive } of [this.audio, this.video]) {
      for (const keys of [send, receive]) void keys.set(id, this.#peerHasCore ? secret : undefined);
    }
    if (!secret || this.#peerHasCore !== false) return;
    for (const kind of ['audio', 'video'] as const) {
      this.#host.post({ type: 'key-event', kind, flow: 'send', state: 'failing', reason: 'foreign-peer' });
    }
  }
}
