import type { AudioPacket } from '../../core/audio/audio-playout.js';
import type { RendererCommand, RendererMessage, RendererStatus } from '../../messages/renderer-messages.js';
import type { Clock } from '../../core/clock.js';

/** ms without a status after which the worklet does not play. */
const SILENT_MS = 500;

/** What is used of MessagePort. */
export interface RendererPort {
  onmessage: ((event: MessageEvent<RendererMessage>) => void) | null;
  postMessage(command: RendererCommand, transfer: Transferable[]): void;
  close(): void;
}

export interface PlayoutPortObserver {
  onStatus(status: RendererStatus): void;
  /** Silence took the place of a packet. */
  onUndecodable(error: string): void;
  /** There is no decoder until another `load`. */
  onFailed(error: string): void;
}

/** The worker's end of the player in the playout worklet. */
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
    port.onmessage = ({ data }) => this.#follow(data);
  }

  /** Whether the worklet is at work and has the codec. */
  get canPlay(): boolean {
    return this.#hasCodec && this.#clock.now() - this.#reportedAt < SILENT_MS;
  }

  /** ms to hold sound back more than it needs. */
  set extraDelayMs(ms: number) {
    if (ms === this.#extraDelayMs) return;
    this.#extraDelayMs = ms;
    this.#post({ type: 'extra-delay', ms });
  }

  /** @param bytes the module of Opus */
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

  /** Sends a copy: payloads are parts of frames that go on. @param arrivedAt ms */
  insert(packet: AudioPacket, arrivedAt: number): void {
    const payload = packet.payload.slice();
    const redundancy = packet.redundancy.map((one) => ({ distance: one.distance, payload: one.payload.slice() }));
    const transfer = [payload.buffer, ...redundancy.map((one) => one.payload.buffer)];
    this.#post({ type: 'packet', packet: { ...packet, payload, redundancy }, arrivedAt }, transfer);
  }

  close(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }

  #follow(report: RendererMessage): void {
    switch (report.type) {
      case 'status':
        this.#reportedAt = this.#clock.now();
        this.#observer.onStatus(report);
        break;
      case 'ready':
        this.#hasCodec = true;
        break;
      case 'undecodable':
        this.#observer.onUndecodable(report.error);
        break;
      case 'failed':
        this.#hasCodec = false;
        this.#observer.onFailed(report.error);
        break;
    }
  }

  #post(command: RendererCommand, transfer: Transferable[] = []): void {
    this.#port.postMessage(command, transfer);
  }
}
