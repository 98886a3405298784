import type { Vp8 } from '@xmpp-call/vp8';
import { UncongestedPath } from '../../core/rate/uncongested-path.js';
import type { StreamStatistics } from '../../core/core-statistics.js';
import { type DeadlineRules, type Carrier, EncodeDeadline } from '../../core/video/encode-deadline.js';
import { EncodeCost } from '../../core/video/encode-cost.js';
import type { EncodeTask } from '../../messages/encoder-messages.js';
import type { CaptureSettings, NetworkReport } from '../../messages/media-worker-messages.js';
import { QualityLadder } from '../../core/video/quality-ladder.js';
import { RateController, type RateDecision, type ReceiverReport } from '../../core/rate/rate-controller.js';
import type { CodecSlot } from '../../core/codec-slot.js';
import { EncoderLink, type FrameEncoder } from './encoder-link.js';
import type { FrameKeys } from '../frames/frame-keys.js';
import { FrameCounter, frameOf, isVp8KeyFrame } from '../frames/framing.js';
import { FrameSource } from './frame-source.js';
import type { PeerFeedback } from '../peer-feedback.js';
import type { PipelineHost } from '../pipeline-host.js';
import { orientationOf, rotatedSize } from './plane-rotation.js';
import { repeatFrame } from './repeat-frame.js';
import type { EncodedFrame, FramePipeline, Transformer } from '../frames/transformer.js';

export interface VideoSenderOptions {
  readonly host: PipelineHost;
  readonly codec: CodecSlot<Vp8>;
  readonly keys: FrameKeys;
  readonly feedback: PeerFeedback;
  readonly statistics: StreamStatistics;
  /** Whether the browser's own frames show the picture as well as ours would, and tell the bitrate that is available. */
  readonly carrierIsFull: boolean;
  /** `uncongestedSince` has changed. */
  readonly onCongestionChange: () => void;
  /** bits/s. */
  readonly maxBitrate?: number | undefined;
}

interface Picture {
  readonly frame: VideoFrame;
  readonly capturedAt: number;
}

const DEFAULT_SETTINGS: CaptureSettings = { width: 640, height: 360, frameRate: 30, content: 'camera' };
/** Longest that a carrier waits for its picture, which may come a little later on its own way, ms. */
const MAX_PICTURE_WAIT_MS = 18;
/** ms by which pictures come earlier or later than they are due. */
const PICTURE_JITTER_MS = 2;
const INTERVAL_GAIN = 1 / 16;
const MAX_INTERVAL_MS = 200;
/** ms without figures of the network after which its word to skip frames counts no more. */
const STALE_NETWORK_MS = 1000;
/** ms between two requests for the browser's key frame. */
const KEY_REQUEST_MS = 500;
/** ms that the browser's encoder takes: capture time of its frames. */
const NATIVE_ENCODE_MS = 10;
const MIN_BITRATE = 5000;

/** Puts our VP8 into the browser's video frames: each of them carries the newest picture, or repeats the last one. */
export class VideoSender implements FramePipeline {
  readonly source: FrameSource;
  /** Where pictures are encoded. */
  readonly encoders: EncoderLink;
  /** Whether our codec is to be used, if it can be. */
  isWanted = false;
  /** Whether it is only not to be used as long as the way is calm. */
  isStandby = false;
  /** Whether the call's codec is VP8. */
  isVp8 = true;
  /** What the peer marks frames by; without it, it gets none. */
  peerToken: Uint8Array | undefined;
  settings = DEFAULT_SETTINGS;
  /** ms between camera and worker. */
  deviceMs = 0;

  readonly #options: VideoSenderOptions;
  readonly #rate: RateController;
  readonly #cost = new EncodeCost();
  readonly #ladder = new QualityLadder(this.#cost);
  readonly #deadline = new EncodeDeadline();
  readonly #networkPath = new UncongestedPath();
  readonly #counter = new FrameCounter();
  #transformer: Transformer | undefined;
  #encoder: FrameEncoder | undefined;
  #path: 'native' | 'wasm' = 'native';
  #decision: RateDecision;
  #decidedAt = -Infinity;
  /** That the rate controller has not heard of. */
  #lastReport: ReceiverReport | undefined;
  #carrierBytes = 0;
  #wasmBytes = 0;
  #carrierAt: number | undefined;
  #intervalMs = 33;
  /** bits/s of which ours would not look better. */
  #maxUsefulBitrate = Infinity;
  /** The picture encoded last, for a key frame when no newer one comes. */
  #shown: Picture | undefined;
  /** Of the last frame of ours, and what shows it once more. */
  #sent: { readonly width: number; readonly height: number; readonly repeat: Uint8Array } | undefined;
  #captureTime = 0;
  #keyRequestedAt = -Infinity;

  constructor(options: VideoSenderOptions) {
    this.#options = options;
    this.source = new FrameSource(options.host.clock);
    this.encoders = new EncoderLink(options.host.clock, () => this.#closeEncoder());
    this.#rate = new RateController(options.maxBitrate === undefined ? {} : { max: options.maxBitrate });
    this.#decision = this.#rate.decide({}, options.host.clock.now());
  }

  /** Whose frames are sent. */
  get path(): 'native' | 'wasm' {
    return this.#path;
  }

  /** ms: since when our frames would only be later than the browser's; undefined while they are better. */
  get uncongestedSince(): number | undefined {
    return this.#options.carrierIsFull ? this.#networkPath.uncongestedSince : undefined;
  }

  /** bits/s that video is to take. */
  get bitrate(): number {
    return this.#decision.bitrate;
  }

  /** Whether carriers are missed for want of time. */
  get isOverloaded(): boolean {
    return this.#path === 'wasm' && this.#deadline.isOverloaded(this.#options.host.clock.now());
  }

  /** What the warm-up measured: ms for a picture of that many pixels at speed 8. */
  expectCost(pixels: number, ms: number): void {
    this.#cost.record(pixels, 8, ms, this.#options.host.clock.now());
  }

  attach(transformer: Transformer): void {
    this.#transformer = transformer;
  }

  /** To be called each 100 ms. */
  network(report: NetworkReport): void {
    const now = this.#options.host.clock.now();
    const carrierBytes = this.#options.carrierIsFull ? this.#carrierBytes : undefined;
    const wasmBytes = this.#path === 'wasm' ? this.#wasmBytes : undefined;
    this.#react(now);
    const sample = { ...report.video, report: this.#lastReport, carrierBytes, wasmBytes };
    this.#lastReport = undefined;
    this.#decision = this.#rate.decide(sample, now);
    this.#decidedAt = now;
    if (this.#path === 'native') return;
    const max = Math.min(this.#maxUsefulBitrate, this.#rate.max);
    this.#follow(() => this.#networkPath.update({ bitrate: this.#decision.bitrate, max }, now));
  }

  routeChanged(): void {
    this.#rate.routeChanged();
    this.#follow(() => this.#networkPath.reset());
  }

  async process(frame: EncodedFrame, arrivedAt: number): Promise<boolean> {
    const data = new Uint8Array(frame.data);
    if (!this.isVp8 || data.length === 0) return this.#seal(frame, data, false);
    const carrier = { arrivedAt, keyFrame: isVp8KeyFrame(data) };
    this.#carrierBytes += data.length;
    this.#measureInterval(arrivedAt);
    this.#react(arrivedAt);
    if (this.#path === 'wasm') return (await this.#continueOwn(frame, data, carrier)) || this.#repeatLast(frame);
    if (this.#canEncode() && this.isWanted && (await this.#sendOwn(frame, carrier))) return true;
    return this.#sendNative(frame, data, carrier);
  }

  /** What the peer says is of use at once. */
  #react(now: number): void {
    const report = this.#options.feedback.takeRateReport();
    if (!report) return;
    this.#lastReport = report;
    if (this.#path === 'native' && !this.isStandby) return;
    const { skipFrame } = this.#decision;
    const decision = this.#rate.react(report, now);
    if (!decision) return;
    this.#decision = { ...decision, skipFrame };
    this.#follow(() => this.#networkPath.queueGrew(this.#rate.carrierBitrate, now));
  }

  /** Tells when the way is calm, and when it is no more. */
  #follow(change: () => void): void {
    const before = this.uncongestedSince;
    change();
    if (this.uncongestedSince !== before) this.#options.onCongestionChange();
  }

  /** Nothing is captured any more. */
  captureEnded(): void {
    this.source.clear();
    this.#forgetPicture();
  }

  dispose(): void {
    this.isWanted = false;
    this.captureEnded();
    this.#closeEncoder();
    this.encoders.close();
  }

  #canEncode(): boolean {
    return this.#options.codec.codec !== undefined && this.source.isLive;
  }

  /** Once our frames flow, the browser's have to begin with a key frame: theirs refer to others. */
  #continueOwn(frame: EncodedFrame, data: Uint8Array, carrier: Carrier): boolean | Promise<boolean> {
    const possible = this.#canEncode();
    if (possible && this.isWanted) return this.#sendOwn(frame, carrier);
    if (carrier.keyFrame) return this.#sendNative(frame, data, carrier);
    this.#requestKeyFrame(carrier.arrivedAt);
    return possible && this.#sendOwn(frame, carrier);
  }

  async #sendOwn(frame: EncodedFrame, carrier: Carrier): Promise<boolean> {
    const { host, statistics } = this.#options;
    // Until it is our turn for the first time there must be a picture at once; later carriers wait for theirs, and for the
    // next one if that is due sooner than the one before was there.
    const patience = this.#path === 'wasm' ? Math.min(MAX_PICTURE_WAIT_MS, this.#intervalMs / 2) : 0;
    const staleMs = this.#intervalMs - patience + PICTURE_JITTER_MS;
    const picture = (await this.source.takeWithin(patience, staleMs)) ?? this.#repeat(carrier);
    if (!picture) return false;
    const task = this.#task(picture.frame);
    const now = host.clock.now();
    const rules = this.#rules(task, now);
    statistics.queue(Math.round((now - carrier.arrivedAt) / this.#intervalMs));
    if (this.#path === 'native') this.#deadline.requireKeyFrame();
    const decision = this.#deadline.decide(carrier, rules, now);
    if (!decision.encode) {
      statistics.dropped();
      this.#keep(picture);
      return false;
    }
    const encoded = await this.#encode(picture, { ...task, keyFrame: decision.keyFrame });
    this.#deadline.finished(carrier, rules, host.clock.now());
    if (!encoded) return false;
    this.#tellPath('wasm');
    if (this.#sent?.width !== task.width || this.#sent.height !== task.height) {
      this.#sent = { width: task.width, height: task.height, repeat: repeatFrame(task.width, task.height) };
    }
    return this.#send(frame, encoded.payload, picture.capturedAt - this.deviceMs, encoded.keyFrame, true);
  }

  /** A carrier without a new picture: receivers wait for every frame that the browser has numbered. */
  #repeatLast(frame: EncodedFrame): boolean | Promise<boolean> {
    const now = this.#options.host.clock.now();
    return this.#sent !== undefined && this.#send(frame, this.#sent.repeat, now - this.deviceMs, false, true);
  }

  async #encode(picture: Picture, task: EncodeTask) {
    const { host, codec, statistics } = this.#options;
    const started = host.clock.now();
    try {
      const vp8 = codec.codec;
      if (!vp8) return undefined;
      this.#encoder ??= this.encoders.createEncoder(vp8, task);
      const encoded = await this.#encoder.encode(picture.frame, task);
      const ended = host.clock.now();
      const { ms = ended - started } = encoded;
      statistics.codec(ms);
      if (!encoded.keyFrame) this.#cost.record(task.width * task.height, task.speed, ms, ended);
      if (encoded.payload.length === 0) this.#deadline.requireKeyFrame();
      return encoded.payload.length === 0 ? undefined : encoded;
    } catch (error) {
      host.log('warn', 'a picture could not be encoded', { error: String(error) });
      this.#deadline.requireKeyFrame();
      this.#closeEncoder();
      codec.failed(error);
      return undefined;
    } finally {
      this.#keep(picture);
    }
  }

  /** A key frame is wanted, and no newer picture is there: the last one will do. */
  #repeat({ keyFrame }: Carrier): Picture | undefined {
    if (!keyFrame || !this.#shown) return undefined;
    const picture = { frame: this.#shown.frame, capturedAt: this.#options.host.clock.now() };
    this.#shown = undefined;
    return picture;
  }

  #keep(picture: Picture): void {
    if (this.#shown?.frame !== picture.frame) this.#forgetPicture();
    if (this.source.isLive) this.#shown = picture;
    else picture.frame.close();
  }

  #forgetPicture(): void {
    this.#shown?.frame.close();
    this.#shown = undefined;
  }

  #task(frame: VideoFrame): EncodeTask {
    const { frameRate, content } = this.settings;
    const { width, height } = rotatedSize(orientationOf(frame), frame.visibleRect ?? this.settings);
    const bitrate = Math.max(this.#decision.bitrate, MIN_BITRATE);
    const isScreen = content === 'screen';
    const capture = { width, height, frameRate, content: isScreen ? 'detail' : 'motion' } as const;
    const { maxUsefulBitrate, ...quality } = this.#ladder.update(capture, bitrate, this.#options.host.clock.now());
    this.#maxUsefulBitrate = maxUsefulBitrate;
    return { ...quality, bitrate: Math.min(bitrate, maxUsefulBitrate), isScreen, keyFrame: false };
  }

  #rules({ width, height, frameRate, speed }: EncodeTask, now: number): DeadlineRules {
    const stale = now - this.#decidedAt > STALE_NETWORK_MS;
    return {
      frameRate,
      carrierIntervalMs: this.#intervalMs,
      expectedMs: this.#cost.expected(width * height, speed, now)?.p95Ms,
      skipFrame: this.#decision.skipFrame && !stale,
    };
  }

  #sendNative(frame: EncodedFrame, data: Uint8Array, carrier: Carrier): Promise<boolean> {
    if (this.#path === 'wasm') {
      this.#tellPath('native');
      this.#closeEncoder();
      this.#forgetPicture();
    }
    return this.#send(frame, data, carrier.arrivedAt - NATIVE_ENCODE_MS - this.deviceMs, carrier.keyFrame, false);
  }

  async #send(
    frame: EncodedFrame,
    payload: Uint8Array,
    capturedAt: number,
    keyFrame: boolean,
    wasmCodec: boolean,
  ): Promise<boolean> {
    this.#captureTime = Math.max(capturedAt, this.#captureTime + 1);
    const trailer = this.peerToken && {
      sequence: this.#counter.next(),
      captureTime: this.#captureTime,
      sentAt: this.#options.host.clock.now(),
      keyFrame,
      wasmCodec,
      discontinuous: false,
      layer: 0,
      redundancy: [],
    };
    this.#options.statistics.frame(payload.length);
    if (wasmCodec) this.#wasmBytes += payload.length;
    const sent = await this.#seal(frame, frameOf(payload, trailer, this.peerToken), keyFrame);
    if (!sent) this.#deadline.requireKeyFrame();
    return sent;
  }

  async #seal(frame: EncodedFrame, data: Uint8Array<ArrayBuffer>, keyFrame: boolean): Promise<boolean> {
    const sealed = await this.#options.keys.seal(data, keyFrame ? 'key' : 'delta');
    if (sealed && sealed.buffer !== frame.data) frame.data = sealed.buffer;
    return sealed !== undefined;
  }

  #measureInterval(arrivedAt: number): void {
    const interval = Math.min(arrivedAt - (this.#carrierAt ?? arrivedAt - this.#intervalMs), MAX_INTERVAL_MS);
    this.#carrierAt = arrivedAt;
    this.#intervalMs += (interval - this.#intervalMs) * INTERVAL_GAIN;
  }

  #requestKeyFrame(now: number): void {
    if (now - this.#keyRequestedAt < KEY_REQUEST_MS) return;
    this.#keyRequestedAt = now;
    const { host } = this.#options;
    if (!this.#transformer?.generateKeyFrame) host.post({ type: 'key-frame-wanted' });
    else {
      this.#transformer
        .generateKeyFrame()
        .catch((error: unknown) => host.log('warn', 'no key frame could be asked for', { error: String(error) }));
    }
  }

  #tellPath(path: 'native' | 'wasm'): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#options.host.post({ type: 'sending', kind: 'video', path });
  }

  #closeEncoder(): void {
    this.#encoder?.dispose();
    this.#encoder = undefined;
  }
}
