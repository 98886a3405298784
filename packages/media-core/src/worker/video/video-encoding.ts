import type { Vp8 } from '@xmpp-call/vp8';
import type { CodecSlot } from '../../core/codec-slot.js';
import type { StreamStatistics } from '../../core/core-statistics.js';
import { EncodeCost } from '../../core/video/encode-cost.js';
import {
  type Carrier,
  type CarrierDecision,
  type DeadlineRules,
  EncodeDeadline,
} from '../../core/video/encode-deadline.js';
import { QualityLadder } from '../../core/video/quality-ladder.js';
import type { EncodeTask } from '../../messages/encoder-messages.js';
import type { CaptureSettings } from '../../messages/media-worker-messages.js';
import type { PipelineHost } from '../pipeline-host.js';
import { EncoderLink, type FrameEncoder } from './encoder-link.js';
import { orientationOf, rotatedSize } from './plane-rotation.js';
import type { EncodedPayload } from './vp8-frame-encoder.js';

export interface VideoEncodingOptions {
  readonly host: PipelineHost;
  readonly codec: CodecSlot<Vp8>;
  readonly statistics: StreamStatistics;
}

const DEFAULT_SETTINGS: CaptureSettings = { width: 640, height: 360, frameRate: 30, content: 'camera' };
/** Encoder speed of the warm-up. */
const WARM_UP_SPEED = 8;
/** bits/s. */
const MIN_BITRATE = 5000;

/** Encodes captured frames with VP8: at which size, speed and bitrate, before which deadline, and in which worker. */
export class VideoEncoding {
  /** Encodes in another worker where there is one. */
  readonly encoders: EncoderLink;
  settings = DEFAULT_SETTINGS;

  readonly #options: VideoEncodingOptions;
  readonly #cost = new EncodeCost();
  readonly #ladder = new QualityLadder(this.#cost);
  readonly #deadline = new EncodeDeadline();
  #encoder: FrameEncoder | undefined;
  #maxUsefulBitrate = Infinity;

  constructor(options: VideoEncodingOptions) {
    this.#options = options;
    this.encoders = new EncoderLink(options.host.clock, () => this.closeEncoder());
  }

  /** Bitrate above which more has no visible gain [bits/s]. */
  get maxUsefulBitrate(): number {
    return this.#maxUsefulBitrate;
  }

  /** Whether too many frames miss their deadline. */
  get isOverloaded(): boolean {
    return this.#deadline.isOverloaded(this.#options.host.clock.now());
  }

  /** @param ms encoding time of a frame of so many pixels in the warm-up */
  expectCost(pixels: number, ms: number): void {
    this.#cost.record(pixels, WARM_UP_SPEED, ms, this.#options.host.clock.now());
  }

  /** Chooses how to encode a frame at a bitrate [bits/s]. */
  plan(frame: VideoFrame, available: number): EncodeTask {
    const { frameRate, content } = this.settings;
    const { width, height } = rotatedSize(orientationOf(frame), frame.visibleRect ?? this.settings);
    const bitrate = Math.max(available, MIN_BITRATE);
    const isScreen = content === 'screen';
    const capture = { width, height, frameRate, content: isScreen ? 'detail' : 'motion' } as const;
    const { maxUsefulBitrate, ...quality } = this.#ladder.update(capture, bitrate, this.#options.host.clock.now());
    this.#maxUsefulBitrate = maxUsefulBitrate;
    return { ...quality, bitrate: Math.min(bitrate, maxUsefulBitrate), isScreen, keyFrame: false };
  }

  /**
   * @param carrierIntervalMs mean interval between carriers
   * @param skipFrame earlier packets wait in the pacer
   */
  rulesFor(task: EncodeTask, carrierIntervalMs: number, skipFrame: boolean, now: number): DeadlineRules {
    const { width, height, frameRate, speed } = task;
    const expectedMs = this.#cost.expected(width * height, speed, now)?.p95Ms;
    return { frameRate, carrierIntervalMs, expectedMs, skipFrame };
  }

  /** Whether to encode a frame for the carrier, and as which kind. */
  decide(carrier: Carrier, rules: DeadlineRules, now: number): CarrierDecision {
    return this.#deadline.decide(carrier, rules, now);
  }

  /** The frame of a carrier is encoded, or could not be. */
  finished(carrier: Carrier, rules: DeadlineRules, now: number): void {
    this.#deadline.finished(carrier, rules, now);
  }

  /** The next frame has to be a key frame. */
  requireKeyFrame(): void {
    this.#deadline.requireKeyFrame();
  }

  /** The frame stays open. @returns undefined if it could not be encoded, or if the encoder dropped it */
  async encode(frame: VideoFrame, task: EncodeTask): Promise<EncodedPayload | undefined> {
    const { host, codec, statistics } = this.#options;
    const started = host.clock.now();
    try {
      const vp8 = codec.codec;
      if (!vp8) return undefined;
      this.#encoder ??= this.encoders.createEncoder(vp8, task);
      const encoded = await this.#encoder.encode(frame, task);
      const ended = host.clock.now();
      const { ms = ended - started } = encoded;
      statistics.codec(ms);
      if (!encoded.keyFrame) this.#cost.record(task.width * task.height, task.speed, ms, ended);
      if (encoded.payload.length > 0) return encoded;
      this.requireKeyFrame();
      return undefined;
    } catch (error) {
      host.log('warn', 'a video frame could not be encoded', { error: String(error) });
      this.requireKeyFrame();
      this.closeEncoder();
      codec.failed(error);
      return undefined;
    }
  }

  /** The next frame gets a new encoder, which begins with a key frame. */
  closeEncoder(): void {
    this.#encoder?.dispose();
    this.#encoder = undefined;
  }

  dispose(): void {
    this.closeEncoder();
    this.encoders.close();
  }
}
