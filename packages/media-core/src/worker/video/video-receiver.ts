import type { Vp8 } from '@xmpp-call/vp8';
import type { CodecSlot } from '../../core/codec-slot.js';
import { type FrameTrailer, parseTrailer } from '../../core/frames/frame-trailer.js';
import { DecodeBudget } from '../../core/video/decode-budget.js';
import { MAX_PIXELS, MAX_PLAIN_PIXELS } from '../../core/video/frame-size-limit.js';
import { type Reordered, type SequencedFrame, VideoReorder } from '../../core/video/video-reorder.js';
import type { FrameKeys } from '../frames/frame-keys.js';
import { isVp8KeyFrame, keyFramePixels } from '../frames/framing.js';
import type { EncodedFrame, FramePipeline, Transformer } from '../frames/transformer.js';
import type { PeerFeedback } from '../peer-feedback.js';
import { FrameScheduler, type FrameSchedulerOptions } from './frame-scheduler.js';
import type { FrameSink } from './frame-sink.js';
import { KeyFrameRequester } from './key-frame-requester.js';
import { NativeDecoderFeed } from './native-decoder-feed.js';
import { type FrameFactory, Vp8FrameDecoder } from './vp8-frame-decoder.js';

export interface VideoReceiverOptions extends FrameSchedulerOptions {
  readonly codec: CodecSlot<Vp8>;
  readonly createFrame: FrameFactory;
  readonly keys: FrameKeys;
  readonly feedback: PeerFeedback;
  /** Our token, which the peer's frames carry. */
  readonly token: Uint8Array;
}

interface ReceivedFrame extends SequencedFrame {
  readonly payload: Uint8Array;
}

/** At a change of the path both decoders get the frames for this time [ms], because the page takes time to change tracks. */
const OVERLAP_MS = 300;
/** The overlap when our decoder cannot be used any more [ms]. */
const UNUSABLE_OVERLAP_MS = 50;
/**
 * Minimum time on the browser's decoder after the peer's frames came without a trailer [ms], because every change of the path
 * is visible.
 */
const MIN_NATIVE_MS = 1000;

/**
 * Takes the frames of a peer with the core out of the browser's frames, decodes and renders them; the browser's decoder gets
 * stub frames. At a change of the path the old decoder is used until the new one has decoded a frame.
 */
export class VideoReceiver implements FramePipeline {
  /** Whether our decoder is to be used, if that is possible. */
  isWanted = false;

  readonly #options: VideoReceiverOptions;
  readonly #decoder: Vp8FrameDecoder;
  readonly #scheduler: FrameScheduler;
  readonly #feed: NativeDecoderFeed;
  readonly #keyFrames: KeyFrameRequester;
  readonly #budget = new DecodeBudget();
  #reorder = new VideoReorder<ReceivedFrame>();
  #path: 'native' | 'wasm' = 'native';
  /** When our decoder took over [ms]. */
  #wasmSince = -Infinity;
  #hasTrailers = false;
  /** The last key frame was too large to decode, so the frames that refer to it are not decoded either. */
  #isTooLarge = false;
  /** When the browser's decoder took over because frames came without a trailer [ms]. */
  #plainSince = -Infinity;
  /** Whether our decoder is closed and no frame waits. */
  #isIdle = true;
  #cancelPoll: (() => void) | undefined;

  constructor(options: VideoReceiverOptions) {
    const { host, codec, createFrame, statistics } = options;
    this.#options = options;
    this.#decoder = new Vp8FrameDecoder({ host, codec, createFrame, statistics: statistics.video.receive });
    this.#scheduler = new FrameScheduler(options);
    this.#feed = new NativeDecoderFeed(host, codec);
    this.#keyFrames = new KeyFrameRequester(host);
  }

  /** Whose decoder is used. */
  get path(): 'native' | 'wasm' {
    return this.#path;
  }

  /** Whether decoding has exceeded its time budget repeatedly. */
  get isOverloaded(): boolean {
    return this.#path === 'wasm' && this.#budget.isOverloaded(this.#options.host.clock.now());
  }

  attach(transformer: Transformer): void {
    this.#keyFrames.attach(transformer);
  }

  /** Requests a key frame from the peer, as soon as there is a transformer. */
  wantKeyFrame(): void {
    this.#keyFrames.requestOnceAttached();
  }

  setSink(sink: FrameSink | undefined): void {
    this.#scheduler.sink?.close();
    this.#scheduler.sink = sink;
  }

  /** The sink cannot show frames any more. */
  endSink(sink: FrameSink): void {
    if (this.#scheduler.sink === sink) this.setSink(undefined);
  }

  setRoundTrip(ms: number | undefined): void {
    this.#reorder.setRoundTrip(ms);
  }

  async process(frame: EncodedFrame, arrivedAt: number): Promise<boolean> {
    const sealed = new Uint8Array(frame.data);
    if (sealed.length === 0) return true;
    const isKey = isVp8KeyFrame(sealed);
    const opened = await this.#options.keys.open(sealed, isKey ? 'key' : 'delta');
    if (!opened) return setData(frame, this.#feed.replace(isKey));
    const { statistics, token } = this.#options;
    const parsed = parseTrailer(opened, token);
    const payload = parsed.ok ? parsed.payload : opened;
    statistics.video.receive.frame(payload.length);
    this.#hasTrailers = parsed.ok;
    if (isKey) this.#checkSize(payload, parsed.ok ? MAX_PIXELS : MAX_PLAIN_PIXELS);
    if (parsed.ok) this.#receive(parsed.trailer, payload, isKey, arrivedAt);
    this.#changePath(arrivedAt);
    return setData(frame, this.#isTooLarge ? this.#feed.replace(isKey) : this.#forBrowser(payload, isKey, arrivedAt));
  }

  /** Call it every second: changes to the browser's decoder even if no frames arrive. */
  check(): void {
    this.#changePath(this.#options.host.clock.now());
  }

  dispose(): void {
    this.isWanted = false;
    if (this.#path === 'wasm') this.#becomeNative();
    this.#stopWasm();
    this.setSink(undefined);
  }

  #canShow(): boolean {
    return this.isWanted && this.#isUsable() && this.#options.host.clock.now() - this.#plainSince >= MIN_NATIVE_MS;
  }

  #isUsable(): boolean {
    return this.#hasTrailers && this.#scheduler.sink !== undefined && this.#feed.hasStubs;
  }

  #receive({ sequence, captureTime, sentAt }: FrameTrailer, payload: Uint8Array, keyFrame: boolean, now: number): void {
    const { feedback, statistics } = this.#options;
    feedback.arrived('video', { sequence, captureTime, sentAt }, payload.length, now);
    statistics.latency.video.arrived(captureTime, now);
    if (this.#isTooLarge) this.#keyFrames.requestLimited(now);
    else if (this.#canShow() || (this.#path === 'wasm' && this.#isUsable())) {
      this.#isIdle = false;
      const { length } = payload;
      // A copy, because the frame's buffer goes on to the browser.
      const received = { sequence, captureTime, keyFrame, byteLength: length, payload: payload.slice() };
      this.#decode(this.#reorder.push(received, now));
    }
  }

  #decode({ frames, keyFrameNeeded }: Reordered<ReceivedFrame>): void {
    const { host, statistics } = this.#options;
    const { clock } = host;
    const { jitterMs } = this.#reorder.statistics;
    let isDamaged = false;
    for (const frame of frames) {
      isDamaged ||= this.#budget.isExhausted(clock.now()) || !this.#decodeFrame(frame, jitterMs);
      if (isDamaged) statistics.video.receive.dropped();
      if (!isDamaged && this.#path === 'native') this.#becomeWasm();
    }
    const isNeeded = isDamaged ? this.#reorder.requireKeyFrame(clock.now()).keyFrameNeeded : keyFrameNeeded;
    if (isNeeded) this.#keyFrames.request();
    this.#schedulePoll();
  }

  /** @returns whether frames that refer to this one can be decoded */
  #decodeFrame({ payload, captureTime }: ReceivedFrame, jitterMs: number): boolean {
    const { clock } = this.#options.host;
    const started = clock.now();
    const result = this.#decoder.decode(payload, captureTime);
    if (result.ok && result.frame) this.#scheduler.schedule(result.frame, captureTime, jitterMs);
    const ended = clock.now();
    this.#budget.spent(ended - started, ended);
    return result.ok;
  }

  #checkSize(keyFrame: Uint8Array, maxPixels: number): void {
    const pixels = keyFramePixels(keyFrame);
    this.#isTooLarge = pixels > maxPixels;
    if (this.#isTooLarge) this.#options.host.log('warn', 'video frames are too large', { pixels });
  }

  #schedulePoll(): void {
    this.#cancelPoll?.();
    const { clock } = this.#options.host;
    const deadline = this.#reorder.nextDeadline;
    this.#cancelPoll =
      deadline === undefined
        ? undefined
        : clock.after(Math.max(deadline - clock.now(), 1), () => this.#decode(this.#reorder.poll(clock.now())));
  }

  /** The frame for the browser's decoder; undefined to drop it. */
  #forBrowser(payload: Uint8Array, isKey: boolean, now: number): Uint8Array | undefined {
    const isOverlapOver = this.#path === 'wasm' && this.#canShow() && now - this.#wasmSince >= OVERLAP_MS;
    if (isOverlapOver) return this.#feed.replaceDecoded(isKey);
    if (this.#feed.canPass(isKey, now)) return payload;
    this.#keyFrames.requestLimited(now);
    return this.#feed.delta;
  }

  /** Changes to the browser's decoder when ours is not to be used and the browser's has decoded for the overlap. */
  #changePath(now: number): void {
    if (this.#canShow()) return;
    const overlapMs = this.#isUsable() ? OVERLAP_MS : UNUSABLE_OVERLAP_MS;
    const { nativeSince } = this.#feed;
    const isReady = nativeSince !== undefined && now - nativeSince >= overlapMs;
    if (this.#path === 'wasm' && isReady) this.#becomeNative();
    if (this.#path === 'native') this.#stopWasm();
  }

  #becomeWasm(): void {
    const { host } = this.#options;
    this.#path = 'wasm';
    this.#wasmSince = host.clock.now();
    host.post({ type: 'receiving', kind: 'video', path: 'wasm' });
  }

  #becomeNative(): void {
    const { host } = this.#options;
    this.#path = 'native';
    if (!this.#hasTrailers) this.#plainSince = host.clock.now();
    host.post({ type: 'receiving', kind: 'video', path: 'native' });
  }

  #stopWasm(): void {
    if (this.#isIdle) return;
    this.#isIdle = true;
    this.#cancelPoll?.();
    this.#cancelPoll = undefined;
    this.#decoder.close();
    this.#scheduler.clear();
    this.#budget.reset();
    this.#reorder = new VideoReorder();
  }
}

/** @returns whether the frame goes on */
function setData(frame: EncodedFrame, data: Uint8Array | undefined): boolean {
  if (!data) return false;
  frame.data = Uint8Array.from(data).buffer;
  return true;
}
