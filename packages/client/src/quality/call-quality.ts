import type { Call, CallStatistics } from '../api.js';
import type { Clock } from '../clock.js';
import type { TypedEventTarget } from '../typed-event-target.js';
import { judgeSecond } from './judge-second.js';
import type { QualityCause, QualityLevel } from './judge-second.js';
import { QualityHysteresis } from './quality-hysteresis.js';
import { QualitySeconds } from './quality-second.js';
import type { QualitySecond } from './quality-second.js';

/** What of a Call is needed. */
export type MeasuredCall = Pick<Call, 'getStatistics' | 'state'>;

export interface CallQualityEventMap {
  /** `level` or `cause` changed. */
  'quality-change': Event;
}

export interface QualityReport {
  readonly level: QualityLevel;
  /** Undefined while `good`. */
  readonly cause: QualityCause | undefined;
}

export interface CallQualityOptions {
  /** Time, for tests. */
  readonly clock?: Pick<Clock, 'after'>;
}

/** ms between two samples. */
const SAMPLE_MS = 1000;

const pageTimers: Pick<Clock, 'after'> = {
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** A page may bring a client of its own, with statistics of another version. */
function isSample({ timestamp, streams }: Partial<CallStatistics>): boolean {
  return Number.isFinite(timestamp) && Array.isArray(streams);
}

// Loaded on its own, so it imports nothing at run time that the client has too.
const EventTargetOf = EventTarget as new () => TypedEventTarget<CallQualityEventMap>;

/** Judges the quality of a call once a second, from `start` on until `stop` or the end of the call. */
export class CallQuality extends EventTargetOf {
  readonly #call: MeasuredCall;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #seconds = new QualitySeconds();
  readonly #hysteresis = new QualityHysteresis();
  #latest: QualitySecond | undefined;
  /** Changes with each start and stop, so that a sample under way knows whether it still counts. */
  #run: object | undefined;
  #cancel: (() => void) | undefined;

  constructor(call: MeasuredCall, { clock = pageTimers }: CallQualityOptions = {}) {
    super();
    this.#call = call;
    this.#clock = clock;
  }

  /** Undefined before two samples were taken. */
  get level(): QualityLevel | undefined {
    return this.#hysteresis.current?.level;
  }

  /** Undefined while `good`. */
  get cause(): QualityCause | undefined {
    return this.#hysteresis.current?.cause;
  }

  /** Level and cause by value; undefined before two samples were taken. */
  get report(): QualityReport | undefined {
    return this.#hysteresis.current;
  }

  /** The figures of the last second, for those who show them. */
  get second(): QualitySecond | undefined {
    return this.#latest;
  }

  /** Samples once a second; does nothing when started already. */
  start(): void {
    if (this.#run) return;
    this.#run = {};
    this.#seconds.clear();
    this.#hysteresis.clear();
    void this.#sample(this.#run);
  }

  stop(): void {
    this.#run = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #sample(run: object): Promise<void> {
    // Without a connection there are no statistics yet; the next second may have some.
    const sample = await this.#call.getStatistics().catch(() => undefined);
    if (this.#run !== run) return;
    if (this.#call.state === 'ended') {
      this.stop();
      return;
    }
    if (sample && isSample(sample)) this.take(sample);
    this.#cancel = this.#clock.after(SAMPLE_MS, () => {
      void this.#sample(run);
    });
  }

  /** Judges a sample that somebody else took, in place of `start`. One second apart, in their order. */
  take(sample: CallStatistics): void {
    const second = this.#seconds.take(sample);
    if (!second) return;
    this.#latest = second;
    if (this.#hysteresis.take(judgeSecond(second))) this.dispatchEvent(new Event('quality-change'));
  }
}
