import type { CoreStatisticsCollector } from '../../core/core-statistics.js';
import type { LipSyncer } from '../audio/lip-syncer.js';
import type { PipelineHost } from '../pipeline-host.js';
import type { FrameSink } from './frame-sink.js';

export interface FrameSchedulerOptions {
  readonly host: PipelineHost;
  readonly statistics: CoreStatisticsCollector;
  readonly lipSync: LipSyncer;
}

/** The minimum transit time is that of the current and of the previous window [ms]. */
const WINDOW_MS = 10_000;
/** Maximum delay that makes the intervals between frames even [ms]. */
const MAX_SMOOTHING_MS = 40;
/** A frame that is due sooner than this is rendered at once, because timers are no more precise [ms]. */
const AT_ONCE_MS = 3;
/** Maximum number of decoded frames that wait. */
const MAX_WAITING = 12;

/** Renders decoded frames at even intervals and in sync with the audio. */
export class FrameScheduler {
  sink: FrameSink | undefined;

  readonly #options: FrameSchedulerOptions;
  /** Frames that wait, each with the function that cancels its timer. */
  readonly #waiting = new Map<VideoFrame, () => void>();
  /** Minimum transit time of the current and of the previous window [ms]. */
  #minTransitMs = Infinity;
  #previousMinTransitMs = Infinity;
  #windowStart = 0;
  #lastDue = -Infinity;

  constructor(options: FrameSchedulerOptions) {
    this.#options = options;
  }

  /**
   * Takes ownership of a frame.
   * @param captureTime ms, of the sender's clock
   * @param jitterMs variation of the arrival times
   */
  schedule(frame: VideoFrame, captureTime: number, jitterMs: number): void {
    const { host, statistics, lipSync } = this.#options;
    const now = host.clock.now();
    const even = captureTime + this.#minTransit(captureTime, now) + Math.min(jitterMs, MAX_SMOOTHING_MS);
    const earliest = Math.max(even, now);
    const due = Math.max(earliest + lipSync.videoReady(captureTime, earliest), this.#lastDue);
    this.#lastDue = due;
    statistics.video.receive.queue(this.#waiting.size);
    if (due - now < AT_ONCE_MS && this.#waiting.size === 0) {
      this.#render(frame, captureTime);
      return;
    }
    if (this.#waiting.size >= MAX_WAITING) this.#dropOldest();
    const cancel = host.clock.after(due - now, () => {
      this.#waiting.delete(frame);
      this.#render(frame, captureTime);
    });
    this.#waiting.set(frame, cancel);
  }

  /** Closes the frames that wait, and resets the timing. */
  clear(): void {
    for (const [frame, cancel] of this.#waiting) {
      cancel();
      frame.close();
    }
    this.#waiting.clear();
    this.#minTransitMs = Infinity;
    this.#previousMinTransitMs = Infinity;
    this.#options.statistics.video.receive.paused(this.#options.host.clock.now());
    this.#options.lipSync.videoEnded();
  }

  #render(frame: VideoFrame, captureTime: number): void {
    const { host, statistics } = this.#options;
    const now = host.clock.now();
    if (this.sink?.show(frame)) {
      statistics.video.receive.rendered(now);
      statistics.latency.video.presented(captureTime, now);
    } else {
      if (!this.sink) frame.close();
      statistics.video.receive.dropped();
    }
  }

  #dropOldest(): void {
    const [oldest] = this.#waiting;
    if (!oldest) return;
    const [frame, cancel] = oldest;
    cancel();
    frame.close();
    this.#waiting.delete(frame);
    this.#options.statistics.video.receive.dropped();
  }

  #minTransit(captureTime: number, now: number): number {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#previousMinTransitMs = this.#minTransitMs;
      this.#minTransitMs = Infinity;
      this.#windowStart = now;
    }
    this.#minTransitMs = Math.min(this.#minTransitMs, now - captureTime);
    return Math.min(this.#minTransitMs, this.#previousMinTransitMs);
  }
}
