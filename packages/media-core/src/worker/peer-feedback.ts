import { ClockOffset } from '../core/timing/clock-offset.js';
import type { FrameTrailer } from '../core/frames/frame-trailer.js';
import { LossMeter } from '../core/audio/loss-meter.js';
import type { PeerReport } from '../core/frames/peer-report.js';
import { QueueDelay } from '../core/rate/queue-delay.js';
import type { ReceiverReport } from '../core/rate/rate-controller.js';
import type { AudioReport } from './audio/audio-encoding.js';

/** Minimum interval between two reports [ms]. */
const INTERVAL_MS = 100;
/** A queue delay above this [ms], if the last report had less, is reported at once. */
const URGENT_QUEUE_MS = 40;
/** The received bitrate is measured over this time [ms]. */
const RATE_WINDOW_MS = 500;
/** The same while there is a queue [ms], when it is the capacity. */
const QUEUED_RATE_WINDOW_MS = 200;
/** Number of frames after which a queue is detected. */
const QUEUE_FRAMES = { audio: 4, video: 8 } as const;
/** Minimum interval between the capture times of audio packets that count [ms]: one large video frame delays several short packets. */
const QUEUE_SPACING_MS = 15;
/** Time without audio after which the queue is measured by video [ms], whose large frames are delayed without a queue too. */
const AUDIO_GAP_MS = 200;

/** The part of a trailer that is used. */
type Arrival = Pick<FrameTrailer, 'sequence' | 'captureTime' | 'sentAt'>;

/** The reports of two cores about what they receive: builds those to the peer, and evaluates those from it. */
export class PeerFeedback {
  readonly #clockOffset = new ClockOffset();
  readonly #audioLoss = new LossMeter();
  readonly #videoLoss = new LossMeter();
  readonly #queues = { audio: new QueueDelay(QUEUE_FRAMES.audio), video: new QueueDelay(QUEUE_FRAMES.video) };
  #audioArrivedAt = -Infinity;
  /** Capture time of the last audio packet that counts for the queue [ms]. */
  #queueCaptureTime = -Infinity;
  readonly #videoArrivals: { readonly at: number; readonly bytes: number }[] = [];
  #reportedAt = -Infinity;
  #reportedQueueMs = 0;
  #last: { readonly report: PeerReport; readonly at: number } | undefined;
  /** The peer's last report, until rate control and audio encoding have taken it. */
  #forRate: ReceiverReport | undefined;
  #forAudio: AudioReport | undefined;

  /** A frame with a trailer arrived. */
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

  /** A report of the peer arrived. */
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

  /** @returns the report for the peer, if one is due */
  due(now: number): PeerReport | undefined {
    const queueDelayMs = this.#queueDelayMs(now);
    const isUrgent = queueDelayMs > URGENT_QUEUE_MS && this.#reportedQueueMs <= URGENT_QUEUE_MS;
    if (now - this.#reportedAt < INTERVAL_MS && !isUrgent) return undefined;
    this.#reportedAt = now;
    this.#reportedQueueMs = queueDelayMs;
    this.#forgetArrivals(now);
    const audio = this.#audioLoss.report;
    const echo = this.#last && { sentAt: this.#last.report.sentAt, heldMs: now - this.#last.at };
    return {
      videoBitrate: this.#videoBitrate(now, queueDelayMs > URGENT_QUEUE_MS ? QUEUED_RATE_WINDOW_MS : RATE_WINDOW_MS),
      queueDelayMs,
      videoLoss: this.#videoLoss.report?.lossFraction ?? 0,
      audioLoss: audio?.lossFraction ?? 0,
      meanBurst: audio?.meanBurst ?? 1,
      sentAt: Math.round(now),
      ...(echo && { echo }),
    };
  }

  /** Returns each report of the peer once, for the rate control. */
  takeRateReport(): ReceiverReport | undefined {
    const report = this.#forRate;
    this.#forRate = undefined;
    return report;
  }

  /** Returns each report of the peer once, for the encoding of audio. */
  takeAudioReport(): AudioReport | undefined {
    const report = this.#forAudio;
    this.#forAudio = undefined;
    return report;
  }

  /** The peer's clock minus ours [ms]; undefined while unknown. */
  clockOffsetMs(now: number): number | undefined {
    return this.#clockOffset.offsetMs(now);
  }

  /** The network route changed, so the base of the queue delay is no longer valid. */
  routeChanged(): void {
    this.#queues.audio.reset();
    this.#queues.video.reset();
  }

  #queueDelayMs(now: number): number {
    const hasAudio = now - this.#audioArrivedAt < AUDIO_GAP_MS;
    return (hasAudio ? this.#queues.audio.detectedMs(now) : this.#queues.video.standingMs) ?? 0;
  }

  /** Received bitrate of video [bits/s]. */
  #videoBitrate(now: number, windowMs: number): number {
    const arrivals = this.#videoArrivals.filter(({ at }) => at >= now - windowMs);
    const first = arrivals[0];
    if (!first) return 0;
    const bytes = arrivals.reduce((sum, arrival) => sum + arrival.bytes, 0);
    return (bytes * 8000) / Math.max(now - first.at, windowMs / 2);
  }

  #forgetArrivals(now: number): void {
    while ((this.#videoArrivals[0]?.at ?? now) < now - RATE_WINDOW_MS) this.#videoArrivals.shift();
  }
}
