import type { MediaKind } from '../core/choice/core-choice.js';
import type { TransformOptions } from '../messages/media-worker-messages.js';
import { Carrier } from './carrier.js';

/**
 * The transceivers of a connection whose frames go through the media worker: the first of each kind, which carry the
 * microphone and the camera. Further ones (a second video) get no transform and stay native: the worker keeps one
 * encoder, one decoder and one rate control for each kind.
 */
export class CoreTransceivers {
  readonly #covered = new Map<MediaKind, RTCRtpTransceiver>();
  /** What was negotiated last: for each look at it Chromium lets the main thread wait for two others. */
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
   * Covers transceivers that have come, or take the place of stopped ones. It has to be done before they are negotiated:
   * later, Chromium takes notice of no transform.
   */
  update(): void {
    const transceivers = this.#connection?.getTransceivers() ?? [];
    for (const kind of ['audio', 'video'] as const) {
      const transceiver = transceivers.find(
        (each) => each.direction !== 'stopped' && each.receiver.track.kind === kind,
      );
      if (!transceiver || transceiver === this.#covered.get(kind)) continue;
      this.#covered.set(kind, transceiver);
      this.#codecs.delete(kind);
      if (this.#worker) cover(transceiver, kind, this.#worker);
    }
  }

  /** The kind that the worker serves in this m-line; undefined for what stays native. */
  servedIn(mid: string): MediaKind | undefined {
    for (const [kind, transceiver] of this.#covered) if (transceiver.mid === mid) return kind;
    return undefined;
  }

  /** What is sent: a track that ended is none. */
  sentTrack(kind: MediaKind): MediaStreamTrack | undefined {
    const track = this.#covered.get(kind)?.sender.track;
    return track?.readyState === 'live' ? track : undefined;
  }

  /** What the browser's pipeline makes, while the peer may send. */
  receivedTrack(kind: MediaKind): MediaStreamTrack | undefined {
    const { currentDirection, receiver } = this.#covered.get(kind) ?? {};
    return currentDirection === 'sendrecv' || currentDirection === 'recvonly' ? receiver?.track : undefined;
  }

  /** Whether this codec comes first in what was negotiated. */
  sends(kind: MediaKind, codec: string): boolean {
    if (!this.#codecs.has(kind)) {
      const [first] = this.#covered.get(kind)?.sender.getParameters().codecs ?? [];
      this.#codecs.set(kind, first?.mimeType.toLowerCase());
    }
    return this.#codecs.get(kind) === `${kind}/${codec}`;
  }

  /** Of the video that is sent. */
  get carrier(): Carrier | undefined {
    const sender = this.#covered.get('video')?.sender;
    if (sender && sender !== this.#carrier?.sender) this.#carrier = { sender, carrier: new Carrier(sender) };
    return this.#carrier?.carrier;
  }

  /** Frames go through this worker from now on; one that it replaces may be dead. @returns whether it is another one */
  attach(worker: Worker): boolean {
    if (worker === this.#worker) return false;
    this.#worker = worker;
    for (const [kind, transceiver] of this.#covered) cover(transceiver, kind, worker);
    return true;
  }

  /**
   * After a worker's death: Firefox lets frames pass again, in Chromium they wait for another worker.
   * @param holdsFrames they wait everywhere: they are not to leave without encryption
   */
  detach(holdsFrames: boolean): void {
    this.#worker = undefined;
    if (holdsFrames) return;
    for (const { sender, receiver } of this.#covered.values()) {
      sender.transform = null;
      receiver.transform = null;
    }
  }
}

function cover({ sender, receiver }: RTCRtpTransceiver, kind: MediaKind, worker: Worker): void {
  sender.transform = new RTCRtpScriptTransform(worker, { kind, flow: 'send' } satisfies TransformOptions);
  receiver.transform = new RTCRtpScriptTransform(worker, { kind, flow: 'receive' } satisfies TransformOptions);
}
