import type { CodecPath } from '../../core/choice/core-choice.js';
import type { Opus, OpusApplication, OpusEncoder, OpusEncoderSettings } from '@xmpp-call/opus';
import type { StreamStatistics } from '../../core/core-statistics.js';
import { trailerSize } from '../../core/frames/frame-trailer.js';
import { AUDIO_SAMPLE_RATE, type CaptureBlock } from '../../messages/media-worker-messages.js';
import { announcePadding } from '../../core/audio/opus-padding.js';
import { RedundancyHistory } from '../../core/audio/redundancy.js';
import { CaptureBuffer, LONGEST_READ } from './capture-buffer.js';
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
/** A packet of no more bytes says that the encoder fell silent. */
const DTX_BYTES = 2;
/** ms between two packets of a silent encoder, for a peer that gets reports with them. */
const DTX_INTERVAL_MS = 100;
/** ms that the browser's encoder and packetizer take: capture time of its frames. */
const NATIVE_ENCODE_MS = 30;
const NATIVE_DRIFT_GAIN = 0.02;
const NATIVE_JUMP_MS = 60;

/** Puts our Opus into the browser's audio frames: pulled from the capture by each of them. */
export class AudioSender implements FramePipeline {
  readonly capture = new CaptureBuffer();
  /** Whether our codec is to be used, if it can be. */
  isWanted = false;
  /** What the peer marks frames by; without it, it gets none. */
  peerToken: Uint8Array | undefined;
  readonly encoding: AudioEncoding;
  readonly carriers = new AudioCarriers();

  readonly #options: AudioSenderOptions;
  readonly #history = new RedundancyHistory();
  readonly #counter = new FrameCounter();
  readonly #samples = new Float32Array(LONGEST_READ);
  readonly #packet = new Uint8Array(MAX_PACKET_BYTES);
  #encoder: OpusEncoder | undefined;
  #application: OpusApplication | undefined;
  #settings: Required<OpusEncoderSettings> | undefined;
  #path: CodecPath = 'native';
  #nativeTime: number | undefined;
  #sentDtxAt: number | undefined;
  #onBlocks: () => void = () => undefined;

  constructor(options: AudioSenderOptions) {
    this.#options = options;
    this.encoding = new AudioEncoding(options);
  }

  /** Whose frames are sent. */
  get path(): CodecPath {
    return this.#path;
  }

  /** Takes a block of the capture worklet. */
  captured(block: CaptureBlock): void {
    if (!this.isWanted) return;
    const now = this.#options.host.clock.now();
    this.capture.write(block, now);
    if (this.capture.waitMs(now, now) === 0) this.#onBlocks();
  }

  /** What RTCP says of the loss on the way, for peers that report nothing better. */
  set reportedLoss(lossFraction: number) {
    if (!this.peerToken) this.encoding.reportedLoss = lossFraction;
  }

  async process(frame: EncodedFrame, arrivedAt: number): Promise<boolean> {
    const carrier = new Uint8Array(frame.data);
    const room = this.carriers.next(carrier, this.#path === 'wasm');
    if (room === 'spared') return false;
    this.encoding.frameMs = this.carriers.packetMs;
    const fits = this.isWanted && room === 'packet';
    const patience = fits ? this.capture.waitMs(this.#options.host.clock.now(), arrivedAt) : 0;
    if (patience > 0) await this.#letBlocksIn(patience);
    const own = this.#encode(fits);
    this.#tellPath(own ? 'wasm' : 'native');
    const payload = own?.payload ?? carrier;
    if (payload.length === 0) return true;
    const isSilent = own ? payload.length <= DTX_BYTES : (inspect(payload)?.isDtx ?? false);
    if (own && isSilent && !this.#mayInterruptSilence(arrivedAt)) return false;
    this.#sentDtxAt = isSilent ? arrivedAt : undefined;
    const captureTime = own?.captureTime ?? this.#timeOfNative(arrivedAt);
    const marked = this.#mark(payload, captureTime, isSilent, own !== undefined);
    const sealed = await this.#options.keys.seal(marked, 'audio');
    if (!sealed) return false;
    this.#options.statistics.frame(payload.length);
    frame.data = sealed.buffer;
    return true;
  }

  /** Nothing is captured any more. */
  captureEnded(): void {
    this.capture.clear();
  }

  dispose(): void {
    this.isWanted = false;
    this.#closeEncoder();
    this.capture.clear();
  }

  /** The packet for this carrier; undefined if the browser's own has to do. @param fits whether there is room for ours */
  #encode(fits: boolean): { readonly payload: Uint8Array; readonly captureTime: number } | undefined {
    const { host, codec, statistics } = this.#options;
    if (!fits) {
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
      host.log('warn', 'a packet of Opus could not be encoded', { error: String(error) });
      if (!codec.failed(error)) this.#closeEncoder();
      return undefined;
    }
  }

  /** The sound of a carrier is about to come, or waits behind it where the worker was busy. */
  #letBlocksIn(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.host.clock.after(waitMs, resolve);
      this.#onBlocks = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Decoded sound is late by the encoder's lookahead. */
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

  /** In a pause our own peer gets a packet now and then, with its report; others get them as they come. */
  #mayInterruptSilence(now: number): boolean {
    if (this.#sentDtxAt === undefined || !this.peerToken) return true;
    return now - this.#sentDtxAt >= DTX_INTERVAL_MS;
  }

  /** Adds the trailer as padding, which a decoder that knows nothing of it passes over. */
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

  /** The browser tells nothing of when its frames were recorded: a clock of their duration that follows them slowly. */
  #timeOfNative(arrivedAt: number): number {
    const guess = arrivedAt - NATIVE_ENCODE_MS - this.capture.deviceMs;
    const next = (this.#nativeTime ?? guess) + this.carriers.packetMs;
    const error = guess - next;
    this.#nativeTime = Math.abs(error) > NATIVE_JUMP_MS ? guess : next + error * NATIVE_DRIFT_GAIN;
    return this.#nativeTime;
  }

  #tellPath(path: CodecPath): void {
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
