import type { AudioPacket } from '../../core/audio/audio-playout.js';
import type { RendererCommand, RendererMessage, RendererStatus } from '../../messages/renderer-messages.js';
import type { Clock } from '../../core/clock.js';

/** Time without a status after which the worklet counts as stopped [ms]. */
const SILENT_MS = 500;

/** The used part of MessagePort. */
export interface RendererPort {
  onmessage: ((event: MessageEvent<RendererMessage>) => void) | null;
  postMessage(command: RendererCommand, transfer: Transferable[]): void;
  close(): void;
}

export interface PlayoutPortObserver {
  onStatus(status: RendererStatus): void;
  /** A packet could not be decoded and was replaced by silence. */
  onUndecodable(error: string): void;
  /** The decoder failed; there is none until the next `load`. */
  onFailed(error: string): void;
}

/** The worker's connection to the renderer in the playout worklet. */
export class PlayoutPort {
  readonly #port: RendererPort;
  readonly #clock: Clock;
  readonly #observer: PlayoutPortObserver;
  #hasCodec = false;
  #reportedAt = -Infinity;
  #extraDelayMs = 0;

  constructor(port: RendererPort, clock: Clock, observer: PlayoutPortObserver) {
    this.#port = port;
    this.#clock = clock;
    this.#observer = observer;
    port.onmessage = ({ data }) => this.#handle(data);
  }

  /** Whether the worklet runs and has the codec. */
  get canPlay(): boolean {
    return this.#hasCodec && this.#clock.now() - this.#reportedAt < SILENT_MS;
  }

  /** Playout delay in addition to that for jitter [ms]. */
  set extraDelayMs(ms: number) {
    if (ms === this.#extraDelayMs) return;
    this.#extraDelayMs = ms;
    this.#post({ type: 'extra-delay', ms });
  }

  /** @param bytes module of the Opus decoder */
  load(bytes: ArrayBuffer): void {
    this.#post({ type: 'codec', bytes });
  }

  begin(): void {
    this.#post({ type: 'begin' });
  }

  end(): void {
    this.#post({ type: 'end' });
  }

  sourceChanged(): void {
    this.#post({ type: 'source-changed' });
  }

  /** Transfers a copy, because payloads are parts of frames that the browser still needs. @param arrivedAt ms */
  insert(packet: AudioPacket, arrivedAt: number): void {
    const payload = packet.payload.slice();
    const redundancy = packet.redundancy.map((copy) => ({ distance: copy.distance, payload: copy.payload.slice() }));
    const transfer = [payload.buffer, ...redundancy.map((copy) => copy.payload.buffer)];
    this.#post({ type: 'packet', packet: { ...packet, payload, redundancy }, arrivedAt }, transfer);
  }

  close(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }

  #handle(message: RendererMessage): void {
    switch (message.type) {
      case 'status':
        this.#reportedAt = this.#clock.now();
        this.#observer.onStatus(message);
        break;
      case 'ready':
        this.#hasCodec = true;
        break;
      case 'undecodable':
        this.#observer.onUndecodable(message.error);
        break;
      case 'failed':
        this.#hasCodec = false;
        this.#observer.onFailed(message.error);
        break;
    }
  }

  #post(command: RendererCommand, transfer: Transferable[] = []): void {
    this.#port.postMessage(command, transfer);
  }
}
