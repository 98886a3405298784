import { init as initOpus, type Opus } from '@xmpp-call/opus';
import { init as initVp8, type Vp8 } from '@xmpp-call/vp8';
import { bursts, random } from '../core/dsp/signals.testing.js';
import type { CorePreference, MediaFlow, MediaKind } from '../core/choice/core-choice.js';
import {
  CAPTURE_BLOCK,
  type CaptureBlock,
  type StartMessage,
  type WorkerMessage,
} from '../messages/media-worker-messages.js';
import type { RendererCommand } from '../messages/renderer-messages.js';
import { PlayoutRenderer } from '../worklet/playout-renderer.js';
import type { CodecLoaders } from './codec-bank.js';
import { every } from '../core/clock.js';
import { MediaWorker } from './media-worker.js';
import { FakeFrame, FakePort, FakeTransformer, holdTime, settle, type VirtualClock } from './simulation.testing.js';

export const OPUS = await initOpus();
export const VP8 = await initVp8();

/** 20 ms of silence from a browser's encoder. */
export const AUDIO_CARRIER = Uint8Array.of(0xf8, 0xff, 0xfe);
/** 10 ms of silence, the packet duration between two cores. */
export const SHORT_CARRIER = Uint8Array.of(0xf0, 0xff, 0xfe);

/** Samples that a worklet renders at a time, and that an AudioContext renders in a burst. */
const QUANTUM = 128;
const BURST = 4 * QUANTUM;

/** Default one-way delay of a link [ms]. */
export const DELAY_MS = 20;

/** State of a microphone and of the browser's encoder. */
export interface Speech {
  /** Position of the next block, samples. */
  frame: number;
  /** Output of the browser's encoder; undefined for none. */
  carrier: Uint8Array | undefined;
  /** Whether blocks are captured. */
  isRecording: boolean;
  /** Whether blocks are held back, to arrive together afterwards. */
  isHeldUp: boolean;
}

/** Network path between two peers. */
export interface LinkOptions {
  /** May change during the call [ms]. */
  delayMs?: number;
  /** Maximum additional delay [ms], by which packets overtake each other. */
  readonly jitterMs?: number;
  readonly loss?: number;
  /** Mean number of consecutive lost packets. */
  readonly burst?: number;
  /** Share of packets that arrive twice. */
  readonly duplicated?: number;
  readonly seed?: number;
}

export interface PeerOptions {
  /** Measurements of earlier calls. */
  readonly warmUp?: StartMessage['warmUp'];
  readonly name: 'initiator' | 'responder';
  readonly preference?: CorePreference;
  /** Whether the browser's frames have full size; by default they are scaled down. */
  readonly videoCarrier?: 'scaled' | 'full';
  readonly wrap?: <Codec extends Opus | Vp8>(codec: Codec) => Codec;
}

/** Token of each side, which the other's frames carry. */
export const TOKENS = {
  initiator: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  responder: Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2),
};

/** One side of a call in memory: a media worker with fakes of the page and the browser. */
export class Peer {
  readonly worker: MediaWorker;
  readonly messages: WorkerMessage[] = [];
  readonly transformers = {
    audio: { send: new FakeTransformer(), receive: new FakeTransformer() },
    video: { send: new FakeTransformer(), receive: new FakeTransformer() },
  };
  /** Samples that were played. */
  readonly played: number[] = [];
  /** Frames that were shown. */
  readonly shown: {
    readonly data: Uint8Array;
    readonly width: number;
    readonly height: number;
    readonly at: number;
  }[] = [];
  readonly ports: FakePort[] = [];
  readonly #clock: VirtualClock;
  readonly #name: 'initiator' | 'responder';
  readonly #loaders: CodecLoaders;
  readonly #stops: (() => void)[] = [];
  /** Time of encoding a video frame [ms]. */
  encodeMs = 0;
  #nativeVideo: ReturnType<Vp8['createEncoder']> | undefined;
  #keyWanted = false;

  constructor(clock: VirtualClock, options: PeerOptions) {
    const { name, preference = 'wasm', videoCarrier = 'scaled', wrap = <Codec>(codec: Codec) => codec } = options;
    this.#clock = clock;
    this.#name = name;
    const loaders: CodecLoaders = {
      fetch: () => Promise.resolve(new ArrayBuffer(0)),
      opus: async () => wrap(await initOpus(OPUS.module)),
      vp8: async () => wrap(await initVp8(VP8.module)),
    };
    this.#loaders = loaders;
    const post = (message: WorkerMessage) => void this.messages.push(message);
    this.worker = new MediaWorker({ clock, loaders, createFrame: (data, init) => FakeFrame.create(data, init), post });
    for (const kind of ['audio', 'video'] as const) {
      for (const flow of ['send', 'receive'] as const) {
        this.worker.transform(this.transformers[kind][flow], { kind, flow });
      }
    }
    this.worker.handle({
      type: 'start',
      opusUrl: 'https://cdn.example/opus.wasm',
      vp8Url: 'https://cdn.example/vp8.wasm',
      preference,
      capabilities: {
        transforms: true,
        trackGenerator: true,
        videoFrames: true,
        provenBrowser: true,
        codecNegotiated: { audio: true, video: true },
        pageHidden: false,
        audioRunning: true,
      },
      token: TOKENS[name],
      generation: 0,
      role: name,
      videoCarrier,
      warmUp: options.warmUp,
    });
  }

  /** Receives the other's token. */
  meet(): void {
    this.worker.handle({ type: 'peer-token', token: TOKENS[this.#name === 'initiator' ? 'responder' : 'initiator'] });
  }

  /** Waits for the codecs. */
  async ready(): Promise<void> {
    for (let waited = 0; !this.messages.some(({ type }) => type === 'ready' || type === 'unavailable'); waited++) {
      if (waited > 5000) throw new Error('the worker does not get ready');
      await this.#clock.advance(1);
      await settle();
    }
  }

  of<Type extends WorkerMessage['type']>(type: Type): Extract<WorkerMessage, { readonly type: Type }>[] {
    return this.messages.filter(
      (message): message is Extract<WorkerMessage, { readonly type: Type }> => message.type === type,
    );
  }

  /** Captures audio in blocks of 5.3 ms; the browser encodes a frame every 20 ms. @param block samples */
  speak(
    signal: (index: number) => number,
    carrier: Uint8Array = AUDIO_CARRIER,
    carrierMs = 20,
    block = CAPTURE_BLOCK,
  ): Speech {
    const [ours, theirs] = FakePort.pair();
    this.ports.push(theirs);
    this.worker.handle({ type: 'capture-audio', port: theirs.asMessagePort });
    const speech: Speech = { frame: 0, carrier, isRecording: true, isHeldUp: false };
    const held: CaptureBlock[] = [];
    let index = 0;
    this.#stops.push(
      every(this.#clock, block / 48, () => {
        const samples = Float32Array.from({ length: block }, (_, i) => signal(index + i));
        index += block;
        if (speech.isRecording) held.push({ samples, frame: speech.frame });
        if (!speech.isHeldUp) for (const late of held.splice(0)) ours.postMessage(late);
        speech.frame += block;
      }),
      every(this.#clock, carrierMs, () => {
        if (speech.carrier) this.transformers.audio.send.enter(speech.carrier);
      }),
    );
    return speech;
  }

  /** Plays received audio in bursts. */
  listen(burst = BURST): void {
    const [ours, theirs] = FakePort.pair();
    this.ports.push(theirs);
    const renderer = new PlayoutRenderer({
      load: () => holdTime(() => this.#loaders.opus(OPUS.module)),
      post: (report) => ours.postMessage(report),
      now: () => Math.floor(this.#clock.now()),
    });
    let frame = 0;
    ours.onmessage = ({ data }: MessageEvent<RendererCommand>) => renderer.follow(data, frame);
    this.worker.handle({ type: 'playout-audio', port: theirs.asMessagePort });
    this.#stops.push(
      every(this.#clock, burst / 48, () => {
        for (const end = frame + burst; frame < end; frame += QUANTUM) {
          const output = new Float32Array(QUANTUM);
          renderer.render(output, frame);
          this.played.push(...output);
        }
      }),
    );
  }

  /** Captures 30 frames/s of I420; the browser encodes a small version of each. */
  film(
    frameAt: (index: number) => { readonly width: number; readonly height: number; readonly data: Uint8Array },
  ): void {
    const { width, height } = frameAt(0);
    const settings = { width, height, frameRate: 30, content: 'camera' } as const;
    this.worker.handle({ type: 'capture-settings', settings });
    const native = VP8.createEncoder({ width: 64, height: 36, framesPerSecond: 30, bitrate: 50_000 });
    const carrier = new Uint8Array(native.maxPacketBytes);
    const small = new Uint8Array((64 * 36 * 3) / 2);
    this.#nativeVideo = native;
    let index = 0;
    this.#stops.push(
      every(this.#clock, 1000 / 30, () => {
        const { data } = frameAt(index++);
        const init = { format: 'I420', codedWidth: width, codedHeight: height, timestamp: index } as const;
        const frame = new FakeFrame(data, init, this.encodeMs > 0 ? () => this.#clock.sleep(this.encodeMs) : undefined);
        this.worker.handle({ type: 'video-frame', frame: frame.asVideoFrame });
        const keyFrame = this.#keyWanted;
        this.#keyWanted = false;
        const bytes = native.encode({ format: 'I420', width: 64, height: 36, data: small.fill(index) }, carrier, {
          keyFrame,
        });
        this.transformers.video.send.enter(carrier.subarray(0, bytes));
      }),
    );
  }

  /** The browser's next frame is a key frame. */
  wantKeyFrame(): void {
    this.#keyWanted = true;
  }

  watch(): void {
    const write = (frame: VideoFrame) => {
      const { data, visibleRect } = frame as unknown as FakeFrame;
      this.shown.push({ data, ...visibleRect, at: this.#clock.now() });
    };
    this.worker.handle({ type: 'playout-video', frames: new WritableStream<VideoFrame>({ write }) });
  }

  /** Reports the target bitrate and the loss of audio to the worker every 100 ms. */
  measureNetwork(targetBitrate: number | undefined, roundTripMs = 40, lossFraction?: number): void {
    const counters = { audio: { send: { lossFraction }, receive: {} }, video: { send: {}, receive: {} } };
    this.#stops.push(
      every(this.#clock, 100, () => {
        this.worker.handle({ type: 'network', report: { video: { targetBitrate }, roundTripMs, counters } });
      }),
    );
  }

  /** Ends capture and the browser's frames. */
  leave(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#nativeVideo?.dispose();
    this.#nativeVideo = undefined;
  }
}

/** Delivers the frames of one peer to the other. */
export function connect(clock: VirtualClock, from: Peer, to: Peer, kind: MediaKind, options: LinkOptions = {}): void {
  const { jitterMs = 0, loss = 0, burst = 1 / (1 - loss), duplicated = 0, seed = 1 } = options;
  const unit = random(seed);
  const isLost = bursts(loss, burst, seed);
  from.transformers[kind].send.onWrite = (data) => {
    if (isLost()) return;
    for (let copies = unit() < duplicated ? 2 : 1; copies > 0; copies--) {
      clock.after((options.delayMs ?? DELAY_MS) + unit() * jitterMs, () => to.transformers[kind].receive.enter(data));
    }
  };
  to.transformers[kind].receive.onKeyFrameRequest = () =>
    void clock.after(options.delayMs ?? DELAY_MS, () => from.wantKeyFrame());
}

/** The last path that the worker reported for a medium and direction. */
export function pathOf(peer: Peer, kind: MediaKind, flow: MediaFlow): 'native' | 'wasm' {
  const told = [...peer.of('sending'), ...peer.of('receiving')].filter(
    (message) => message.kind === kind && message.type === (flow === 'send' ? 'sending' : 'receiving'),
  );
  return told.at(-1)?.path ?? 'native';
}

/** Decodes Opus packets at 48 kHz. */
export function decodeAll(packets: readonly Uint8Array[]): number[] {
  const decoder = OPUS.createDecoder({ sampleRate: 48_000, channels: 1 });
  const samples = new Float32Array(5760);
  const all = packets.flatMap((packet) => Array.from(samples.subarray(0, decoder.decode(packet, samples))));
  decoder.dispose();
  return all;
}
