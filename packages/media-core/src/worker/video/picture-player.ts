import type { Vp8, Vp8Decoder, Vp8Picture } from '@xmpp-call/vp8';
import type { CoreStatisticsCollector } from '../../core/core-statistics.js';
import { MAX_PIXELS } from '../../core/video/frame-size-limit.js';
import type { CodecSlot } from '../../core/codec-slot.js';
import type { LipSyncer } from '../audio/lip-syncer.js';
import type { PictureSink } from './picture-sink.js';
import type { PipelineHost } from '../pipeline-host.js';

/** Makes a `VideoFrame`; the data is copied. */
export type FrameFactory = (data: Uint8Array<ArrayBuffer>, init: VideoFrameBufferInit) => VideoFrame;

export interface PicturePlayerOptions {
  readonly host: PipelineHost;
  readonly codec: CodecSlot<Vp8>;
  readonly statistics: CoreStatisticsCollector;
  readonly lipSync: LipSyncer;
  readonly createFrame: FrameFactory;
}

/** What VP8 decoders assume (RFC 6386 §9.2). */
const COLOR_SPACE = { matrix: 'smpte170m', primaries: 'smpte170m', transfer: 'smpte170m', fullRange: false } as const;
/** ms over which the quickest picture is looked for, twice. */
const WINDOW_MS = 10_000;
/** Most that pictures are held back to come evenly, ms. */
const MAX_SMOOTHING_MS = 40;
/** A timer is no more exact than that, ms. */
const AT_ONCE_MS = 3;
/** Decoded pictures that wait at most. */
const MAX_WAITING = 12;

/** Decodes pictures and shows them, evenly and with the sound. */
export class PicturePlayer {
  /** Where pictures are shown. */
  sink: PictureSink | undefined;

  readonly #options: PicturePlayerOptions;
  readonly #waiting = new Map<VideoFrame, () => void>();
  #decoder: Vp8Decoder | undefined;
  #picture = new Uint8Array();
  #least = Infinity;
  #leastBefore = Infinity;
  #windowStart = 0;
  #lastDue = -Infinity;

  constructor(options: PicturePlayerOptions) {
    this.#options = options;
  }

  /**
   * Decodes a frame that follows the one before.
   * @param jitterMs by which frames come unevenly
   * @returns whether there will be a picture; false calls for a key frame
   */
  play(payload: Uint8Array, captureTime: number, jitterMs: number): boolean {
    const { host, codec, statistics } = this.#options;
    const started = host.clock.now();
    try {
      if (!codec.codec) return false;
      this.#decoder ??= codec.codec.createDecoder({ maxPixels: MAX_PIXELS });
      const picture = this.#decoder.decode(payload);
      statistics.video.receive.codec(host.clock.now() - started);
      if (picture?.isCorrupt) return false;
      if (picture) this.#schedule(this.#frameOf(picture, captureTime), captureTime, jitterMs);
      return true;
    } catch (error) {
      host.log('warn', 'a picture could not be decoded', { error: String(error) });
      if (!codec.failed(error)) this.#closeDecoder();
      return false;
    }
  }

  /** Forgets what was to be shown. */
  stop(): void {
    for (const [frame, cancel] of this.#waiting) {
      cancel();
      frame.close();
    }
    this.#waiting.clear();
    this.#closeDecoder();
    this.#least = Infinity;
    this.#leastBefore = Infinity;
    this.#options.statistics.video.receive.paused(this.#options.host.clock.now());
    this.#options.lipSync.videoEnded();
  }

  #frameOf(picture: Vp8Picture, captureTime: number): VideoFrame {
    const { width, height, i420Bytes } = picture;
    if (this.#picture.length !== i420Bytes) this.#picture = new Uint8Array(i420Bytes);
    picture.copyTo(this.#picture);
    return this.#options.createFrame(this.#picture, {
      format: 'I420',
      codedWidth: width,
      codedHeight: height,
      timestamp: Math.round(captureTime * 1000),
      colorSpace: COLOR_SPACE,
    });
  }

  #schedule(frame: VideoFrame, captureTime: number, jitterMs: number): void {
    const { host, statistics, lipSync } = this.#options;
    const now = host.clock.now();
    const even = captureTime + this.#leastTransit(captureTime, now) + Math.min(jitterMs, MAX_SMOOTHING_MS);
    const seenAt = Math.max(even, now);
    const due = Math.max(seenAt + lipSync.videoReady(captureTime, seenAt), this.#lastDue);
    this.#lastDue = due;
    statistics.video.receive.queue(this.#waiting.size);
    if (due - now < AT_ONCE_MS && this.#waiting.size === 0) {
      this.#show(frame, captureTime);
      return;
    }
    if (this.#waiting.size >= MAX_WAITING) this.#dropOldest();
    const cancel = host.clock.after(due - now, () => {
      this.#waiting.delete(frame);
      this.#show(frame, captureTime);
    });
    this.#waiting.set(frame, cancel);
  }

  #show(frame: VideoFrame, captureTime: number): void {
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

  /** ms from capture to here on the quickest way of late. */
  #leastTransit(captureTime: number, now: number): number {
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#windowStart = now;
    }
    this.#least = Math.min(this.#least, now - captureTime);
    return Math.min(this.#least, this.#leastBefore);
  }

  #closeDecoder(): void {
    this.#decoder?.dispose();
    this.#decoder = undefined;
  }
}
