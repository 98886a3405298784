import type { AudioPacket } from '../../core/audio/audio-playout.js';
import type { PlayerCommand, PlayerReport, PlayerStatus } from '../../messages/player-messages.js';
import type { Clock } from '../../core/clock.js';

/** ms without a status after which the worklet does not play. */
const SILENT_MS = 500;

/** What is used of MessagePort. */
export interface PlayerPort {
  onmessage: ((event: MessageEvent<PlayerReport>) => void) | null;
  postMessage(command: PlayerCommand, transfer: Transferable[]): void;
  close(): void;
}

export interface RemotePlayerObserver {
  onStatus(status: PlayerStatus): void;
  /** Silence took the place of a packet. */
  onUndecodable(error: string): void;
  /** There is no decoder until another `load`. */
  onFailed(error: string): void;
}

/** The worker's end of the player in the playout worklet. */
export class RemotePlayer {
  readonly #port: PlayerPort;
  readonly #clock: Clock;
  readonly #observer: RemotePlayerObserver;
  #hasCodec = false;
  #reportedAt = -Infinity;
  #extraDelayMs = 0;

  constructor(port: PlayerPort, clock: Clock, observer: RemotePlayerObserver) {
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

  #follow(report: PlayerReport): void {
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

  #post(command: PlayerCommand, transfer: Transferable[] = []): void {
    this.#port.postMessage(command, transfer);
  }
}
