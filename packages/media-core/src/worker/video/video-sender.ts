import type { Carrier } from '../../core/video/encode-deadline.js';
import type { NetworkReport } from '../../messages/media-worker-messages.js';
import type { FrameKeys } from '../frames/frame-keys.js';
import { isVp8KeyFrame } from '../frames/framing.js';
import type { EncodedFrame, FramePipeline, Transformer } from '../frames/transformer.js';
import type { PeerFeedback } from '../peer-feedback.js';
import { CarrierInterval } from './carrier-interval.js';
import { type CapturedFrame, FrameSource } from './frame-source.js';
import { repeatFrame } from './repeat-frame.js';
import { VideoBitrate } from './video-bitrate.js';
import { VideoEncoding, type VideoEncodingOptions } from './video-encoding.js';
import { type FrameMarks, VideoFrameWriter } from './video-frame-writer.js';

export interface VideoSenderOptions extends VideoEncodingOptions {
  readonly keys: FrameKeys;
  readonly feedback: PeerFeedback;
  /** Whether the browser's frames have full size: they look as good as ours and measure the network path. */
  readonly carrierIsFull: boolean;
  /** `uncongestedSince` has changed. */
  readonly onCongestionChange: () => void;
  /** bits/s. */
  readonly maxBitrate?: number | undefined;
}

/** Maximum time that a carrier waits for its captured frame, which may arrive after it [ms]. */
const MAX_FRAME_WAIT_MS = 18;
/** Jitter of the captured frames [ms]. */
const CAPTURE_JITTER_MS = 2;
/** Minimum interval between requests for a key frame of the browser's encoder [ms]. */
const KEY_REQUEST_MS = 500;
/** Encoding time of the browser: its frames were captured this long before they arrive [ms]. */
const NATIVE_ENCODE_MS = 10;

/** Replaces the payload of the browser's video frames by our VP8: the newest captured frame, or a repeat of the last one. */
export class VideoSender implements FramePipeline {
  readonly source: FrameSource;
  readonly encoding: VideoEncoding;
  /** Whether our encoder is to be used, if that is possible. */
  isWanted = false;
  /** Whether our encoder is not used only because the network path is uncongested. */
  isStandby = false;
  /** Whether VP8 was negotiated. */
  isVp8 = true;

  readonly #options: VideoSenderOptions;
  readonly #bitrate: VideoBitrate;
  readonly #writer: VideoFrameWriter;
  readonly #interval = new CarrierInterval();
  #transformer: Transformer | undefined;
  #path: 'native' | 'wasm' = 'native';
  /** Size of our last frame, and the frame that repeats it. */
  #sent: { readonly width: number; readonly height: number; readonly repeat: Uint8Array } | undefined;
  #keyRequestedAt = -Infinity;

  constructor(options: VideoSenderOptions) {
    const { host, keys, statistics } = options;
    const { clock } = host;
    this.#options = options;
    this.source = new FrameSource(clock);
    this.encoding = new VideoEncoding(options);
    this.#bitrate = new VideoBitrate({ ...options, clock });
    this.#writer = new VideoFrameWriter({ clock, keys, statistics });
  }

  /** Whose frames are sent. */
  get path(): 'native' | 'wasm' {
    return this.#path;
  }

  /** The peer's token; a plain peer has none. */
  set peerToken(token: Uint8Array | undefined) {
    this.#writer.peerToken = token;
  }

  /** Since when the browser's frames are as good as ours and arrive earlier [ms]; undefined while ours are better. */
  get uncongestedSince(): number | undefined {
    return this.#bitrate.uncongestedSince;
  }

  /** Bitrate that video may use [bits/s]. */
  get bitrate(): number {
    return this.#bitrate.bitrate;
  }

  /** Whether too many frames miss their deadline. */
  get isOverloaded(): boolean {
    return this.#path === 'wasm' && this.encoding.isOverloaded;
  }

  attach(transformer: Transformer): void {
    this.#transformer = transformer;
  }

  /** Call it every 100 ms. */
  network(report: NetworkReport): void {
    this.#takeReport(this.#options.host.clock.now());
    this.#bitrate.network(report, this.#path, this.encoding.maxUsefulBitrate);
  }

  routeChanged(): void {
    this.#bitrate.routeChanged();
  }

  async process(frame: EncodedFrame, arrivedAt: number): Promise<boolean> {
    const data = new Uint8Array(frame.data);
    if (!this.isVp8 || data.length === 0) return this.#writer.seal(frame, data, false);
    const carrier = { arrivedAt, keyFrame: isVp8KeyFrame(data) };
    this.#bitrate.carrierBytes += data.length;
    this.#interval.add(arrivedAt);
    this.#takeReport(arrivedAt);
    if (this.#path === 'wasm') return (await this.#continueWasm(frame, data, carrier)) || this.#repeatLast(frame);
    if (this.#canEncode() && this.isWanted && (await this.#sendWasm(frame, carrier))) return true;
    return this.#sendNative(frame, data, carrier);
  }

  /** The capture has ended. */
  captureEnded(): void {
    this.source.clear();
  }

  dispose(): void {
    this.isWanted = false;
    this.captureEnded();
    this.encoding.dispose();
  }

  #takeReport(now: number): void {
    this.#bitrate.takeReport(this.#path === 'wasm' || this.isStandby, now);
  }

  #canEncode(): boolean {
    return this.#options.codec.codec !== undefined && this.source.isLive;
  }

  /** Changes from our frames to the browser's only at a key frame, because the others refer to frames that were not sent. */
  #continueWasm(frame: EncodedFrame, data: Uint8Array, carrier: Carrier): boolean | Promise<boolean> {
    const isPossible = this.#canEncode();
    if (isPossible && this.isWanted) return this.#sendWasm(frame, carrier);
    if (carrier.keyFrame) return this.#sendNative(frame, data, carrier);
    this.#requestKeyFrame(carrier.arrivedAt);
    return isPossible && this.#sendWasm(frame, carrier);
  }

  async #sendWasm(frame: EncodedFrame, carrier: Carrier): Promise<boolean> {
    const { host, statistics } = this.#options;
    const { meanMs } = this.#interval;
    // The first frame of ours is sent only if a captured frame is there. Later carriers wait for theirs, and for the next
    // one if that arrives within the wait.
    const waitMs = this.#path === 'wasm' ? Math.min(MAX_FRAME_WAIT_MS, meanMs / 2) : 0;
    const staleMs = meanMs - waitMs + CAPTURE_JITTER_MS;
    const captured = (await this.source.takeWithin(waitMs, staleMs)) ?? this.#takeKeptFor(carrier);
    if (!captured) return false;
    const task = this.encoding.plan(captured.frame, this.#bitrate.bitrate);
    const now = host.clock.now();
    const rules = this.encoding.rulesFor(task, this.#interval.meanMs, this.#bitrate.skipsFrame(now), now);
    statistics.queue(Math.round((now - carrier.arrivedAt) / this.#interval.meanMs));
    if (this.#path === 'native') this.encoding.requireKeyFrame();
    const decision = this.encoding.decide(carrier, rules, now);
    if (!decision.encode) {
      statistics.dropped();
      this.source.keep(captured);
      return false;
    }
    const encoded = await this.encoding.encode(captured.frame, { ...task, keyFrame: decision.keyFrame });
    this.source.keep(captured);
    this.encoding.finished(carrier, rules, host.clock.now());
    if (!encoded) return false;
    this.#setPath('wasm');
    if (this.#sent?.width !== task.width || this.#sent.height !== task.height) {
      this.#sent = { width: task.width, height: task.height, repeat: repeatFrame(task.width, task.height) };
    }
    const { payload, keyFrame } = encoded;
    return this.#write(frame, payload, { capturedAt: captured.capturedAt, keyFrame, wasmCodec: true });
  }

  /** A key frame is wanted before the next captured frame: the last one is encoded again. */
  #takeKeptFor({ keyFrame }: Carrier): CapturedFrame | undefined {
    return keyFrame ? this.source.takeKept() : undefined;
  }

  /** Fills a carrier without a captured frame, because receivers wait for every frame that the browser has numbered. */
  #repeatLast(frame: EncodedFrame): boolean | Promise<boolean> {
    if (!this.#sent) return false;
    const capturedAt = this.#options.host.clock.now();
    return this.#write(frame, this.#sent.repeat, { capturedAt, keyFrame: false, wasmCodec: true });
  }

  #sendNative(frame: EncodedFrame, data: Uint8Array, { arrivedAt, keyFrame }: Carrier): Promise<boolean> {
    if (this.#path === 'wasm') {
      this.#setPath('native');
      this.encoding.closeEncoder();
      this.source.releaseKept();
    }
    return this.#write(frame, data, { capturedAt: arrivedAt - NATIVE_ENCODE_MS, keyFrame, wasmCodec: false });
  }

  async #write(frame: EncodedFrame, payload: Uint8Array, marks: FrameMarks): Promise<boolean> {
    if (marks.wasmCodec) this.#bitrate.wasmBytes += payload.length;
    const isWritten = await this.#writer.write(frame, payload, marks);
    if (!isWritten) this.encoding.requireKeyFrame();
    return isWritten;
  }

  #requestKeyFrame(now: number): void {
    if (now - this.#keyRequestedAt < KEY_REQUEST_MS) return;
    this.#keyRequestedAt = now;
    const { host } = this.#options;
    if (!this.#transformer?.generateKeyFrame) host.post({ type: 'key-frame-wanted' });
    else {
      this.#transformer
        .generateKeyFrame()
        .catch((error: unknown) => host.log('warn', 'a key frame could not be requested', { error: String(error) }));
    }
  }

  #setPath(path: 'native' | 'wasm'): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#options.host.post({ type: 'sending', kind: 'video', path });
  }
}
