import type { CodecPath } from '../../core/choice/core-choice.js';
import type { Opus, OpusApplication, OpusEncoder, OpusEncoderSettings } from '@xmpp-call/opus';
import type { StreamStatistics } from '../../core/core-statistics.js';
import { trailerSize } from '../../core/frames/frame-trailer.js';
import { AUDIO_SAMPLE_RATE, type CaptureBlock } from '../../messages/media-worker-messages.js';
import { announcePadding } from '../../core/audio/opus-padding.js';
import { RedundancyHistory } from '../../core/audio/redundancy.js';
import { CaptureBuffer, MAX_READ } from './capture-buffer.js';
import { AudioCarriers, inspect } from './audio-carriers.js';
import { AudioEncoding, type AudioEncodingOptions } from './audio-encoding.js';
import type { CodecSlot } from '../../core/codec-slot.js';
import type { FrameKeys } from '../frames/frame-keys.js';
import { FrameCounter, frameOf } from '../frames/framing.js';
import type { PeerFeedback } from '../peer-feedback.js';
import type { PipelineHost } from '../pipeline-host.js';
import type { EncodedFrame, FramePipeline } from '../frames/transformer.js';

export interface AudioSenderOptions extends AudioEncodingOptions {
  readonly host: PipelineHost;
  readonly codec: CodecSlot<Opus>;
  readonly keys: FrameKeys;
  readonly feedback: PeerFeedback;
  readonly statistics: StreamStatistics;
}

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
const MAX_PACKET_BYTES = 1276;
/** Maximum size of a packet that signals DTX [bytes]. */
const DTX_BYTES = 2;
/** Interval of packets during DTX to a peer with the core, which carry reports [ms]. */
const DTX_INTERVAL_MS = 100;
/** Estimated time between capture and arrival of the browser's frames [ms]. */
const NATIVE_ENCODE_MS = 30;
/** Gain with which the capture time of the browser's frames follows their arrival, and the deviation that resets it [ms]. */
const NATIVE_DRIFT_GAIN = 0.02;
const NATIVE_JUMP_MS = 60;

/** Replaces the payload of each carrier by our Opus packet, encoded from the audio captured last. */
export class AudioSender implements FramePipeline {
  readonly capture = new CaptureBuffer();
  /** Whether our encoder is to be used where possible. */
  isWanted = false;
  /** The token with which we mark frames; undefined for a plain peer, which gets no trailers. */
  peerToken: Uint8Array | undefined;
  readonly encoding: AudioEncoding;
  readonly carriers = new AudioCarriers();

  readonly #options: AudioSenderOptions;
  readonly #history = new RedundancyHistory();
  readonly #counter = new FrameCounter();
  readonly #samples = new Float32Array(MAX_READ);
  readonly #packet = new Uint8Array(MAX_PACKET_BYTES);
  #encoder: OpusEncoder | undefined;
  #application: OpusApplication | undefined;
  #settings: Required<OpusEncoderSettings> | undefined;
  #path: CodecPath = 'native';
  #nativeTime: number | undefined;
  #sentDtxAt: number | undefined;
  #onBlock: () => void = () => undefined;

  constructor(options: AudioSenderOptions) {
    this.#options = options;
    this.encoding = new AudioEncoding(options);
  }

  /** The encoder whose frames are sent. */
  get path(): CodecPath {
    return this.#path;
  }

  /** Handles a block of captured audio. */
  captured(block: CaptureBlock): void {
    if (!this.isWanted) return;
    const now = this.#options.host.clock.now();
    this.capture.write(block, now);
    if (this.capture.waitMs(now, now) === 0) this.#onBlock();
  }

  /** Loss from RTCP, 0 to 1. It is used for plain peers only, because cores report more. */
  set reportedLoss(lossFraction: number) {
    if (!this.peerToken) this.encoding.reportedLoss = lossFraction;
  }

  async process(frame: EncodedFrame, arrivedAt: number): Promise<boolean> {
    const carrier = new Uint8Array(frame.data);
    const use = this.carriers.next(carrier, this.#path === 'wasm');
    if (use === 'dropped') return false;
    this.encoding.frameMs = this.carriers.packetMs;
    const isOurs = this.isWanted && use === 'packet';
    const waitMs = isOurs ? this.capture.waitMs(this.#options.host.clock.now(), arrivedAt) : 0;
    if (waitMs > 0) await this.#waitForBlock(waitMs);
    const ours = this.#encode(isOurs);
    this.#postPath(ours ? 'wasm' : 'native');
    const payload = ours?.payload ?? carrier;
    if (payload.length === 0) return true;
    const isSilent = ours ? payload.length <= DTX_BYTES : (inspect(payload)?.isDtx ?? false);
    if (ours && isSilent && !this.#maySendDtx(arrivedAt)) return false;
    this.#sentDtxAt = isSilent ? arrivedAt : undefined;
    const captureTime = ours?.captureTime ?? this.#nativeCaptureTime(arrivedAt);
    const marked = this.#mark(payload, captureTime, isSilent, ours !== undefined);
    const sealed = await this.#options.keys.seal(marked, 'audio');
    if (!sealed) return false;
    this.#options.statistics.frame(payload.length);
    frame.data = sealed.buffer;
    return true;
  }

  /** Capture has ended. */
  captureEnded(): void {
    this.capture.clear();
  }

  dispose(): void {
    this.isWanted = false;
    this.#closeEncoder();
    this.capture.clear();
  }

  /** Returns the packet for a carrier; undefined if the browser's frame is to be sent. @param isOurs false to send the latter */
  #encode(isOurs: boolean): { readonly payload: Uint8Array; readonly captureTime: number } | undefined {
    const { host, codec, statistics } = this.#options;
    if (!isOurs) {
      this.#closeEncoder();
      return undefined;
    }
    const started = host.clock.now();
    const samples = this.#samples.subarray(0, this.carriers.packetMs * PER_MS);
    const captureTime = this.capture.read(samples, started);
    if (captureTime === undefined) return undefined;
    statistics.queue(this.capture.levelMs);
    try {
      const encoder = this.#prepare(codec.codec);
      if (!encoder) return undefined;
      const bytes = encoder.encode(samples, this.#packet);
      const ended = host.clock.now();
      statistics.codec(ended - started);
      if (bytes > DTX_BYTES) this.encoding.encoded(bytes, ended - started, ended);
      return { payload: this.#packet.subarray(0, bytes), captureTime: captureTime - this.#lookaheadMs(encoder) };
    } catch (error) {
      host.log('warn', 'an Opus packet could not be encoded', { error: String(error) });
      if (!codec.failed(error)) this.#closeEncoder();
      return undefined;
    }
  }

  /** Waits for the block that belongs to a carrier: it may arrive after it, or be queued behind it in a busy worker. */
  #waitForBlock(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.host.clock.after(waitMs, resolve);
      this.#onBlock = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Returns the delay of decoded audio by the encoder's lookahead [ms]. */
  #lookaheadMs(encoder: OpusEncoder): number {
    return (encoder.lookahead * 1000) / AUDIO_SAMPLE_RATE;
  }

  #prepare(opus: Opus | undefined): OpusEncoder | undefined {
    if (!opus) {
      this.#encoder = undefined;
      return undefined;
    }
    const report = this.#options.feedback.takeAudioReport();
    if (report) this.encoding.report(report, this.#options.host.clock.now());
    const hasPeer = this.peerToken !== undefined;
    const settings = this.encoding.settings(hasPeer, hasPeer || this.carriers.isSilent);
    const application = this.encoding.application(hasPeer);
    if (this.#encoder?.samplesPerFrame !== this.carriers.packetMs * PER_MS || this.#application !== application) {
      this.#closeEncoder();
      const format = { sampleRate: AUDIO_SAMPLE_RATE, channels: 1, frameDuration: this.carriers.packetMs } as const;
      this.#encoder = opus.createEncoder({ ...format, application, ...settings });
      this.#application = application;
    } else if (!isSame(settings, this.#settings)) {
      this.#encoder.reconfigure(settings);
    }
    this.#settings = settings;
    return this.#encoder;
  }

  /** During DTX a peer with the core gets a packet per DTX_INTERVAL_MS, a plain peer every packet of the encoder. */
  #maySendDtx(now: number): boolean {
    if (this.#sentDtxAt === undefined || !this.peerToken) return true;
    return now - this.#sentDtxAt >= DTX_INTERVAL_MS;
  }

  /** Adds the trailer as Opus padding, which other decoders ignore. */
  #mark(payload: Uint8Array, captureTime: number, isSilent: boolean, wasmCodec: boolean): Uint8Array<ArrayBuffer> {
    if (!this.peerToken) return Uint8Array.from(payload);
    const sequence = this.#counter.upcoming;
    const redundancy = isSilent
      ? []
      : this.#history.select(sequence, captureTime, this.encoding.distances, this.carriers.packetMs);
    const sentAt = this.#options.host.clock.now();
    const report = this.#options.feedback.due(sentAt);
    const announced = announcePadding(payload, trailerSize(redundancy, report));
    if (!announced) return Uint8Array.from(payload);
    this.#counter.next();
    if (!isSilent) this.#history.add(sequence, captureTime, payload);
    const head = { sequence, captureTime, sentAt, keyFrame: false, wasmCodec, discontinuous: isSilent, layer: 0 };
    return frameOf(announced, { ...head, redundancy, report }, this.peerToken);
  }

  /**
   * Estimates the capture time of the browser's frames, for which there is no API: it advances by their duration and follows
   * their arrival slowly.
   */
  #nativeCaptureTime(arrivedAt: number): number {
    const guess = arrivedAt - NATIVE_ENCODE_MS - this.capture.deviceMs;
    const next = (this.#nativeTime ?? guess) + this.carriers.packetMs;
    const error = guess - next;
    this.#nativeTime = Math.abs(error) > NATIVE_JUMP_MS ? guess : next + error * NATIVE_DRIFT_GAIN;
    return this.#nativeTime;
  }

  #postPath(path: CodecPath): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#nativeTime = undefined;
    this.#options.host.post({ type: 'sending', kind: 'audio', path });
  }

  #closeEncoder(): void {
    this.#encoder?.dispose();
    this.#encoder = undefined;
  }
}

function isSame(a: Required<OpusEncoderSettings>, b: Required<OpusEncoderSettings> | undefined): boolean {
  return b !== undefined && Object.entries(a).every(([name, value]) => Reflect.get(b, name) === value);
}
