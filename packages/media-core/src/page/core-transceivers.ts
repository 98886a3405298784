import type { MediaKind } from '../core/choice/core-choice.js';
import type { TransformOptions } from '../messages/media-worker-messages.js';
import { Carrier } from './carrier.js';

/**
 * The transceivers whose frames go through the media worker: the first one of each kind, for microphone and camera. Others,
 * such as a second video, get no transform and stay native, because the worker has one encoder, one decoder and one rate
 * control per kind.
 */
export class CoreTransceivers {
  readonly #served = new Map<MediaKind, RTCRtpTransceiver>();
  /** First negotiated codec of each kind. It is cached, because in Chromium `getParameters` blocks on two other threads. */
  readonly #codecs = new Map<MediaKind, string | undefined>();
  #connection: RTCPeerConnection | undefined;
  #worker: Worker | undefined;
  #carrier: { readonly sender: RTCRtpSender; readonly carrier: Carrier } | undefined;

  follow(connection: RTCPeerConnection): void {
    this.#connection = connection;
    connection.addEventListener('signalingstatechange', () => {
      this.#codecs.clear();
    });
  }

  /**
   * Attaches transforms to new transceivers, and to those that replace stopped ones. Call it before they are negotiated,
   * because Chromium ignores later transforms.
   */
  update(): void {
    const transceivers = this.#connection?.getTransceivers() ?? [];
    for (const kind of ['audio', 'video'] as const) {
      const transceiver = transceivers.find(
        (each) => each.direction !== 'stopped' && each.receiver.track.kind === kind,
      );
      if (!transceiver || transceiver === this.#served.get(kind)) continue;
      this.#served.set(kind, transceiver);
      this.#codecs.delete(kind);
      if (this.#worker) attachTransforms(transceiver, kind, this.#worker);
    }
  }

  /** Returns the kind that the worker serves in this m-line; undefined for a native one. */
  servedIn(mid: string): MediaKind | undefined {
    for (const [kind, transceiver] of this.#served) if (transceiver.mid === mid) return kind;
    return undefined;
  }

  /** Returns the track that is sent; undefined if there is none or it has ended. */
  sentTrack(kind: MediaKind): MediaStreamTrack | undefined {
    const track = this.#served.get(kind)?.sender.track;
    return track?.readyState === 'live' ? track : undefined;
  }

  /** Returns the browser's received track while the peer may send. */
  receivedTrack(kind: MediaKind): MediaStreamTrack | undefined {
    const { currentDirection, receiver } = this.#served.get(kind) ?? {};
    return currentDirection === 'sendrecv' || currentDirection === 'recvonly' ? receiver?.track : undefined;
  }

  /** Returns whether this is the first negotiated codec. */
  sends(kind: MediaKind, codec: string): boolean {
    if (!this.#codecs.has(kind)) {
      const [first] = this.#served.get(kind)?.sender.getParameters().codecs ?? [];
      this.#codecs.set(kind, first?.mimeType.toLowerCase());
    }
    return this.#codecs.get(kind) === `${kind}/${codec}`;
  }

  /** Carrier of the sent video. */
  get carrier(): Carrier | undefined {
    const sender = this.#served.get('video')?.sender;
    if (sender && sender !== this.#carrier?.sender) this.#carrier = { sender, carrier: new Carrier(sender) };
    return this.#carrier?.carrier;
  }

  /** Leads frames through this worker from now on, in place of an earlier one. @returns whether the worker is a new one */
  attach(worker: Worker): boolean {
    if (worker === this.#worker) return false;
    this.#worker = worker;
    for (const [kind, transceiver] of this.#served) attachTransforms(transceiver, kind, worker);
    return true;
  }

  /**
   * Removes the transforms after a crash of the worker. Firefox passes frames then; Chromium holds them until `attach`.
   * @param holdsFrames both hold them: they must not be sent without encryption
   */
  detach(holdsFrames: boolean): void {
    this.#worker = undefined;
    if (holdsFrames) return;
    for (const { sender, receiver } of this.#served.values()) {
      sender.transform = null;
      receiver.transform = null;
    }
  }
}

function attachTransforms({ sender, receiver }: RTCRtpTransceiver, kind: MediaKind, worker: Worker): void {
  sender.transform = new RTCRtpScriptTransform(worker, { kind, flow: 'send' } satisfies TransformOptions);
  receiver.transform = new RTCRtpScriptTransform(worker, { kind, flow: 'receive' } satisfies TransformOptions);
}
