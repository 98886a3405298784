import { AUDIO_SAMPLE_RATE, type PlayoutBlock, type PlayoutReport } from '../core/messages.js';
import type { Clock } from './clock.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
/** Sound to have with the worklet after a report: until the next one, and some ms for its way and for a busy worker. */
const START = 12 * PER_MS;
const MIN_LEVEL = 9 * PER_MS;
const MAX_LEVEL = 60 * PER_MS;
/** Of what is left when new sound comes: with less it was close, with more there is no need for so much. */
const CLOSE = 1.5 * PER_MS;
const AMPLE = 4 * PER_MS;
const STEP = 2 * PER_MS;
/** What silence heard adds. */
const DRY_STEP = 5 * PER_MS;
/** ms between two steps up, and without a need of it after which one is taken back. */
const RISE_MS = 100;
const CALM_MS = 3000;
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
  readonly #produce: (queuedMs: number, mostQueuedMs: number) => Float32Array | undefined;
  #sent: number | undefined;
  #wanted = START;
  #missing = 0;
  #changedAt: number;
  /** The least that was left since then. */
  #least = Infinity;
  #reportedAt = -Infinity;
  /** Whether there was sound at the last report: otherwise what is missing was not ours to give. */
  #hadSound = false;

  /**
   * @param produce gives the next sound, whose samples are copied, knowing how many ms are queued before it and how many that
   *   may be at most; undefined for none now
   */
  constructor(
    port: BlockPort,
    clock: Clock,
    produce: (queuedMs: number, mostQueuedMs: number) => Float32Array | undefined,
  ) {
    this.#port = port;
    this.#clock = clock;
    this.#changedAt = clock.now();
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

  #fill(report: PlayoutReport): void {
    const { received, level } = report;
    const now = this.#clock.now();
    this.#adapt(report, now);
    this.#reportedAt = now;
    // What an earlier worker sent is counted too.
    this.#sent ??= received;
    for (let queued = level + this.#sent - received; queued < this.#wanted;) {
      const samples = this.#produce(queued / PER_MS, this.#wanted / PER_MS);
      this.#hadSound = samples !== undefined;
      if (!samples) return;
      this.append(samples);
      queued += samples.length;
    }
  }

  #adapt({ missing, least }: PlayoutReport, now: number): void {
    const isOurs = this.#hadSound && this.isRunning;
    const ranDry = missing > this.#missing && isOurs;
    this.#missing = missing;
    if (isOurs) this.#least = Math.min(this.#least, least);
    const age = now - this.#changedAt;
    if (ranDry) this.#want(this.#wanted + DRY_STEP, now);
    else if (this.#least < CLOSE && age >= RISE_MS) this.#want(this.#wanted + STEP, now);
    else if (this.#isAmple && age >= CALM_MS) this.#want(this.#wanted - Math.min(this.#least - AMPLE, STEP), now);
  }

  get #isAmple(): boolean {
    return this.#least > AMPLE && this.#least < Infinity;
  }

  #want(samples: number, now: number): void {
    this.#wanted = Math.min(Math.max(samples, MIN_LEVEL), MAX_LEVEL);
    this.#changedAt = now;
    this.#least = Infinity;
  }
}
