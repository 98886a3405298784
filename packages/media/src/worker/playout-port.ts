import { AUDIO_SAMPLE_RATE, type PlayoutBlock, type PlayoutReport } from '../core/messages.js';
import type { Clock } from './clock.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
/** Sound to have with the worklet after a report: until the next one, and some ms for its way and for a busy worker. */
const LEVEL = 20 * PER_MS;
const LEVEL_STEP = 5 * PER_MS;
const MAX_LEVEL = 60 * PER_MS;
/** ms without sound missing after which a step is taken back. */
const CALM_MS = 30_000;
/** ms without a report after which the worklet does not play. */
const SILENT_MS = 500;

/** What is used of MessagePort. */
export interface BlockPort {
  onmessage: ((event: MessageEvent<PlayoutReport>) => void) | null;
  postMessage(block: PlayoutBlock, transfer: Transferable[]): void;
  close(): void;
}

/** The worker's end of the playout worklet: asks for as much sound as the worklet needs to go on without a gap. */
export class PlayoutPort {
  readonly #port: BlockPort;
  readonly #clock: Clock;
  readonly #produce: (queuedMs: number) => Float32Array | undefined;
  #sent: number | undefined;
  #wanted = LEVEL;
  #missing = 0;
  #changedAt = 0;
  #reportedAt = -Infinity;
  /** Whether there was sound at the last report: otherwise what is missing was not ours to give. */
  #hadSound = false;

  /**
   * @param produce gives the next sound, whose samples are copied, knowing how many ms are queued before it; undefined for
   *   none now
   */
  constructor(port: BlockPort, clock: Clock, produce: (queuedMs: number) => Float32Array | undefined) {
    this.#port = port;
    this.#clock = clock;
    this.#produce = produce;
    port.onmessage = ({ data }) => this.#fill(data);
  }

  /** Whether the worklet plays. */
  get isRunning(): boolean {
    return this.#clock.now() - this.#reportedAt < SILENT_MS;
  }

  /** Appends sound that was not asked for, such as a last one. */
  append(samples: Float32Array): void {
    const block = Float32Array.from(samples);
    this.#sent = (this.#sent ?? 0) + block.length;
    this.#port.postMessage(block, [block.buffer]);
  }

  close(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }

  #fill({ received, level, missing }: PlayoutReport): void {
    const now = this.#clock.now();
    this.#adapt(missing, now);
    this.#reportedAt = now;
    // What an earlier worker sent is counted too.
    this.#sent ??= received;
    for (let queued = level + this.#sent - received; queued < this.#wanted;) {
      const samples = this.#produce(queued / PER_MS);
      this.#hadSound = samples !== undefined;
      if (!samples) return;
      this.append(samples);
      queued += samples.length;
    }
  }

  #adapt(missing: number, now: number): void {
    const ranDry = missing > this.#missing && this.#hadSound && this.isRunning;
    this.#missing = missing;
    if (ranDry) this.#wanted = Math.min(this.#wanted + LEVEL_STEP, MAX_LEVEL);
    else if (now - this.#changedAt >= CALM_MS) this.#wanted = Math.max(this.#wanted - LEVEL_STEP, LEVEL);
    else return;
    this.#changedAt = now;
  }
}
