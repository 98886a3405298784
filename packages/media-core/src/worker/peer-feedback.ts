import { ClockOffset } from '../core/timing/clock-offset.js';
import type { FrameTrailer } from '../core/frames/frame-trailer.js';
import { LossMeter } from '../core/audio/loss-meter.js';
import type { PeerReport } from '../core/frames/peer-report.js';
import { QueueDelay } from '../core/rate/queue-delay.js';
import type { ReceiverReport } from '../core/rate/rate-controller.js';
import type { AudioReport } from './audio/audio-encoding.js';

/** ms between two reports at least. */
const INTERVAL_MS = 100;
/** A queue that was none at the last report, ms: the peer is told at once. */
const QUEUE_TO_TELL_MS = 40;
/** ms over which the bitrate received is measured. */
const RATE_WINDOW_MS = 500;
/** The same while there is a queue: what the way takes now. */
const QUEUED_RATE_WINDOW_MS = 200;
/** Frames by which a queue is known. */
const QUEUE_FRAMES = { audio: 4, video: 8 } as const;
/** ms of sound between two of them at least: a large picture holds several short packets up, and is no queue. */
const QUEUE_SPACING_MS = 15;
/** ms without audio after which queues are measured by video, whose frames take time of their own. */
const AUDIO_GAP_MS = 200;

/** What is of interest of a frame's trailer. */
type Arrival = Pick<FrameTrailer, 'sequence' | 'captureTime' | 'sentAt'>;

/** What two of our own widgets tell each other about what they receive, and learn from it: both directions of it. */
export class PeerFeedback {
  readonly #clockOffset = new ClockOffset();
  readonly #audioLoss = new LossMeter();
  readonly #videoLoss = new LossMeter();
  readonly #queues = { audio: new QueueDelay(QUEUE_FRAMES.audio), video: new QueueDelay(QUEUE_FRAMES.video) };
  #audioArrivedAt = -Infinity;
  /** Of the last packet of audio by which the queue is measured. */
  #queueCaptureTime = -Infinity;
  readonly #videoArrivals: { readonly at: number; readonly bytes: number }[] = [];
  #reportedAt = -Infinity;
  #reportedQueueMs = 0;
  #last: { readonly report: PeerReport; readonly at: number } | undefined;
  /** Not yet taken by the rate controller, and by the planner of redundancy. */
  #forRate: ReceiverReport | undefined;
  #forAudio: AudioReport | undefined;

  /** A frame with a trailer came. */
  arrived(kind: 'audio' | 'video', { sequence, captureTime, sentAt }: Arrival, bytes: number, now: number): void {
    if (kind === 'audio') {
      if (Math.abs(captureTime - this.#queueCaptureTime) >= QUEUE_SPACING_MS) {
        this.#queueCaptureTime = captureTime;
        this.#queues.audio.add(sentAt, now);
      }
      this.#audioArrivedAt = now;
      this.#audioLoss.arrived(sequence);
    } else {
      this.#queues.video.add(sentAt, now);
      this.#videoLoss.arrived(sequence);
      this.#videoArrivals.push({ at: now, bytes });
      this.#forgetArrivals(now);
    }
  }

  /** A report of the peer's came. */
  received(report: PeerReport, now: number): void {
    this.#last = { report, at: now };
    this.#forRate = {
      bitrate: report.videoBitrate,
      queueDelayMs: report.queueDelayMs,
      lossFraction: report.audioLoss,
    };
    this.#forAudio = {
      lossFraction: report.audioLoss,
      meanBurst: report.meanBurst,
      queueDelayMs: report.queueDelayMs,
    };
    const { echo, sentAt } = report;
    if (echo) this.#clockOffset.add(echo.sentAt, sentAt - echo.heldMs, sentAt, now);
  }

  /** What to tell the peer, if it is time to. */
  due(now: number): PeerReport | undefined {
    const queueDelayMs = this.#queueDelayMs(now);
    const isUrgent = queueDelayMs > QUEUE_TO_TELL_MS && this.#reportedQueueMs <= QUEUE_TO_TELL_MS;
    if (now - this.#reportedAt < INTERVAL_MS && !isUrgent) return undefined;
    this.#reportedAt = now;
    this.#reportedQueueMs = queueDelayMs;
    this.#forgetArrivals(now);
    const audio = this.#audioLoss.report;
    const echo = this.#last && { sentAt: this.#last.report.sentAt, heldMs: now - this.#last.at };
    return {
      videoBitrate: this.#videoBitrate(now, queueDelayMs > QUEUE_TO_TELL_MS ? QUEUED_RATE_WINDOW_MS : RATE_WINDOW_MS),
      queueDelayMs,
      videoLoss: this.#videoLoss.report?.lossFraction ?? 0,
      audioLoss: audio?.lossFraction ?? 0,
      meanBurst: audio?.meanBurst ?? 1,
      sentAt: Math.round(now),
      ...(echo && { echo }),
    };
  }

  /** The peer's report about the way to it, once each. */
  takeRateReport(): ReceiverReport | undefined {
    const report = this.#forRate;
    this.#forRate = undefined;
    return report;
  }

  /** What the peer tells of our audio, once for each report. */
  takeAudioReport(): AudioReport | undefined {
    const report = this.#forAudio;
    this.#forAudio = undefined;
    return report;
  }

  /** ms that the peer's clock is ahead of ours; undefined while unknown. */
  clockOffsetMs(now: number): number | undefined {
    return this.#clockOffset.offsetMs(now);
  }

  /** Another route: queues are measured anew. */
  routeChanged(): void {
    this.#queues.audio.reset();
    this.#queues.video.reset();
  }

  #queueDelayMs(now: number): number {
    const hasAudio = now - this.#audioArrivedAt < AUDIO_GAP_MS;
    return (hasAudio ? this.#queues.audio.detectedMs(now) : this.#queues.video.standingMs) ?? 0;
  }

  /** bits/s of the last `window` ms. */
  #videoBitrate(now: number, window: number): number {
    const arrivals = this.#videoArrivals.filter(({ at }) => at >= now - window);
    const first = arrivals[0];
    if (!first) return 0;
    const bytes = arrivals.reduce((sum, arrival) => sum + arrival.bytes, 0);
    return (bytes * 8000) / Math.max(now - first.at, window / 2);
  }

  #forgetArrivals(now: number): void {
    while ((this.#videoArrivals[0]?.at ?? now) < now - RATE_WINDOW_MS) this.#videoArrivals.shift();
  }
}
