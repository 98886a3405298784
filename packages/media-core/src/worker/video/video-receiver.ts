import { DecodeBudget } from '../../core/video/decode-budget.js';
import { type FrameTrailer, parseTrailer } from '../../core/frames/frame-trailer.js';
import { MAX_PIXELS, MAX_PLAIN_PIXELS } from '../../core/video/frame-size-limit.js';
import { type Reordered, type SequencedFrame, VideoReorder } from '../../core/video/video-reorder.js';
import { claimedPixels, isVp8KeyFrame } from '../frames/framing.js';
import type { FrameKeys } from '../frames/frame-keys.js';
import type { PeerFeedback } from '../peer-feedback.js';
import { PicturePlayer, type PicturePlayerOptions } from './picture-player.js';
import type { FrameSink } from './frame-sink.js';
import { makeStubFrames, type StubFrames } from '../frames/stub-frames.js';
import type { EncodedFrame, FramePipeline, Transformer } from '../frames/transformer.js';

export interface VideoReceiverOptions extends PicturePlayerOptions {
  readonly keys: FrameKeys;
  readonly feedback: PeerFeedback;
  /** What the peer marks its frames by. */
  readonly token: Uint8Array;
}

interface ReceivedFrame extends SequencedFrame {
  readonly payload: Uint8Array;
}

/** ms for which the browser still, or already, decodes what we show: time for the page to change over. */
const OVERLAP_MS = 300;
/** The same when we cannot show anything any more. */
const UNUSABLE_OVERLAP_MS = 50;
/** ms on the browser's pictures after those of ours ended for frames of the peer's that are none: a change is seen. */
const LEFT_MS = 1000;
/** ms between two requests for a key frame by which the browser can go on. */
const KEY_REQUEST_MS = 300;

/**
 * Takes the pictures of our own peer from the browser's frames and shows them; the browser gets stub frames meanwhile. Between
 * both ways pictures go on: the one that is left goes on until the other shows pictures.
 */
export class VideoReceiver implements FramePipeline {
  /** Whether our codec is to be used, if it can be. */
  isWanted = false;

  readonly #options: VideoReceiverOptions;
  readonly #player: PicturePlayer;
  readonly #budget = new DecodeBudget();
  #reorder = new VideoReorder<ReceivedFrame>();
  #stubs: StubFrames | undefined;
  #transformer: Transformer | undefined;
  /** A key frame is wanted of the transformer that comes. */
  #wantsKeyFrame = false;
  #path: 'native' | 'wasm' = 'native';
  /** When our pictures took over. */
  #ownSince = -Infinity;
  /** Since when the browser gets the frames themselves; undefined while it gets stubs. */
  #nativeSince: number | undefined = -Infinity;
  #peerMarksFrames = false;
  /** The last key frame was larger than is decoded, by us or by the browser; the frames after it refer to it. */
  #isTooLarge = false;
  /** When frames that the peer did not mark took over. */
  #leftAt = -Infinity;
  /** Whether nothing of ours is decoded or waits. */
  #isIdle = true;
  #keyRequestedAt = -Infinity;
  #cancelPoll: (() => void) | undefined;

  constructor(options: VideoReceiverOptions) {
    this.#options = options;
    this.#player = new PicturePlayer(options);
  }

  /** Whose pictures are shown. */
  get path(): 'native' | 'wasm' {
    return this.#path;
  }

  /** Whether decoding takes more time than there is, again and again. */
  get isOverloaded(): boolean {
    return this.#path === 'wasm' && this.#budget.isOverloaded(this.#options.host.clock.now());
  }

  attach(transformer: Transformer): void {
    this.#transformer = transformer;
    if (this.#wantsKeyFrame) this.#requestKeyFrame();
    this.#wantsKeyFrame = false;
  }

  /** Asks the peer for a key frame, as soon as frames can come. */
  wantKeyFrame(): void {
    if (this.#transformer) this.#requestKeyFrame();
    else this.#wantsKeyFrame = true;
  }

  setSink(sink: FrameSink | undefined): void {
    this.#player.sink?.close();
    this.#player.sink = sink;
  }

  /** Nothing can be shown there any more. */
  endSink(sink: FrameSink): void {
    if (this.#player.sink === sink) this.setSink(undefined);
  }

  setRoundTrip(ms: number | undefined): void {
    this.#reorder.setRoundTrip(ms);
  }

  async process(frame: EncodedFrame, arrivedAt: number): Promise<boolean> {
    const sealed = new Uint8Array(frame.data);
    if (sealed.length === 0) return true;
    const isKey = isVp8KeyFrame(sealed);
    const opened = await this.#options.keys.open(sealed, isKey ? 'key' : 'delta');
    if (!opened) {
      this.#nativeSince = undefined;
      return this.#replace(frame, isKey ? this.#stubFrames()?.key : this.#stubFrames()?.delta);
    }
    const { statistics, token } = this.#options;
    const parsed = parseTrailer(opened, token);
    const payload = parsed.ok ? parsed.payload : opened;
    statistics.video.receive.frame(payload.length);
    this.#peerMarksFrames = parsed.ok;
    if (isKey) this.#checkSize(payload, parsed.ok ? MAX_PIXELS : MAX_PLAIN_PIXELS);
    if (parsed.ok) {
      // A copy: the frame's buffer goes on to the browser.
      const { sequence, captureTime } = parsed.trailer;
      const received = {
        sequence,
        captureTime,
        keyFrame: isKey,
        byteLength: payload.length,
        payload: payload.slice(),
      };
      this.#note(parsed.trailer, payload.length, arrivedAt);
      if (this.#isTooLarge) this.#requestKeyFrameFor(arrivedAt);
      else if (this.#canShow() || (this.#path === 'wasm' && this.#isUsable())) {
        this.#isIdle = false;
        this.#handle(this.#reorder.push(received, arrivedAt));
      }
    }
    this.#changeOver(arrivedAt);
    if (this.#isTooLarge) {
      this.#nativeSince = undefined;
      return this.#replace(frame, isKey ? this.#stubFrames()?.key : this.#stubFrames()?.delta);
    }
    return this.#replace(frame, this.#forBrowser(payload, isKey, arrivedAt));
  }

  /** To be called each second: hands over to the browser even if no frames come. */
  check(): void {
    this.#changeOver(this.#options.host.clock.now());
  }

  dispose(): void {
    this.isWanted = false;
    if (this.#path === 'wasm') this.#becomeNative();
    this.#stopOwn();
    this.setSink(undefined);
  }

  #canShow(): boolean {
    return this.isWanted && this.#isUsable() && this.#options.host.clock.now() - this.#leftAt >= LEFT_MS;
  }

  #isUsable(): boolean {
    return this.#peerMarksFrames && this.#player.sink !== undefined && this.#stubFrames() !== undefined;
  }

  #note(trailer: FrameTrailer, bytes: number, now: number): void {
    const { feedback, statistics } = this.#options;
    feedback.arrived('video', trailer, bytes, now);
    statistics.latency.video.arrived(trailer.captureTime, now);
  }

  #handle({ frames, keyFrameNeeded }: Reordered<ReceivedFrame>): void {
    const { host, statistics } = this.#options;
    const { clock } = host;
    const { jitterMs } = this.#reorder.statistics;
    let damaged = false;
    for (const { payload, captureTime } of frames) {
      damaged ||= this.#budget.isExhausted(clock.now()) || !this.#play(payload, captureTime, jitterMs);
      if (damaged) statistics.video.receive.dropped();
      if (!damaged && this.#path === 'native') this.#becomeOwn();
    }
    const needed = damaged ? this.#reorder.requireKeyFrame(clock.now()).keyFrameNeeded : keyFrameNeeded;
    if (needed) this.#requestKeyFrame();
    this.#schedulePoll();
  }

  /** @returns whether frames that refer to it can be decoded */
  #play(payload: Uint8Array, captureTime: number, jitterMs: number): boolean {
    const { clock } = this.#options.host;
    const started = clock.now();
    const isPlayed = this.#player.play(payload, captureTime, jitterMs);
    const ended = clock.now();
    this.#budget.spent(ended - started, ended);
    return isPlayed;
  }

  #checkSize(keyFrame: Uint8Array, mostPixels: number): void {
    const pixels = claimedPixels(keyFrame);
    this.#isTooLarge = pixels > mostPixels;
    if (this.#isTooLarge) this.#options.host.log('warn', 'pictures are too large', { pixels });
  }

  #schedulePoll(): void {
    this.#cancelPoll?.();
    const { clock } = this.#options.host;
    const deadline = this.#reorder.nextDeadline;
    this.#cancelPoll =
      deadline === undefined
        ? undefined
        : clock.after(Math.max(deadline - clock.now(), 1), () => this.#handle(this.#reorder.poll(clock.now())));
  }

  /** What the browser's decoder gets: stubs while our pictures are shown, and until it can begin with a key frame. */
  #forBrowser(payload: Uint8Array, isKey: boolean, now: number): Uint8Array | undefined {
    const ownAlone = this.#path === 'wasm' && this.#canShow() && now - this.#ownSince >= OVERLAP_MS;
    if (ownAlone) {
      // The first stub must not refer to the pictures before.
      const stub = isKey || this.#nativeSince !== undefined ? this.#stubs?.key : this.#stubs?.delta;
      this.#nativeSince = undefined;
      return stub;
    }
    if (this.#nativeSince === undefined) {
      if (!isKey) {
        this.#requestKeyFrameFor(now);
        return this.#stubs?.delta;
      }
      this.#nativeSince = now;
    }
    return payload;
  }

  #replace(frame: EncodedFrame, data: Uint8Array | undefined): boolean {
    if (!data) return false;
    frame.data = Uint8Array.from(data).buffer;
    return true;
  }

  /** Leaves our pictures when they cannot go on and the browser's are there. */
  #changeOver(now: number): void {
    if (this.#canShow()) return;
    const overlap = this.#isUsable() ? OVERLAP_MS : UNUSABLE_OVERLAP_MS;
    const isReady = this.#nativeSince !== undefined && now - this.#nativeSince >= overlap;
    if (this.#path === 'wasm' && isReady) this.#becomeNative();
    if (this.#path === 'native') this.#stopOwn();
  }

  #becomeOwn(): void {
    const { host } = this.#options;
    this.#path = 'wasm';
    this.#ownSince = host.clock.now();
    host.post({ type: 'receiving', kind: 'video', path: 'wasm' });
  }

  #becomeNative(): void {
    this.#path = 'native';
    if (!this.#peerMarksFrames) this.#leftAt = this.#options.host.clock.now();
    this.#options.host.post({ type: 'receiving', kind: 'video', path: 'native' });
  }

  #stopOwn(): void {
    if (this.#isIdle) return;
    this.#isIdle = true;
    this.#cancelPoll?.();
    this.#cancelPoll = undefined;
    this.#player.stop();
    this.#budget.reset();
    this.#reorder = new VideoReorder();
  }

  #stubFrames(): StubFrames | undefined {
    const { codec, host } = this.#options;
    if (!this.#stubs && codec.codec) {
      try {
        this.#stubs = makeStubFrames(codec.codec);
      } catch (error) {
        host.log('warn', 'no stub frames', { error: String(error) });
        codec.failed(error);
      }
    }
    return this.#stubs;
  }

  #requestKeyFrameFor(now: number): void {
    if (now - this.#keyRequestedAt >= KEY_REQUEST_MS) this.#requestKeyFrame();
  }

  #requestKeyFrame(): void {
    const { host } = this.#options;
    this.#keyRequestedAt = host.clock.now();
    this.#transformer
      ?.sendKeyFrameRequest?.()
      .catch((error: unknown) => host.log('warn', 'no key frame could be requested', { error: String(error) }));
  }
}
