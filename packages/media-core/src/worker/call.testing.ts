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

/** 20 ms of silence, as a browser's encoder would make it. */
export const AUDIO_CARRIER = Uint8Array.of(0xf8, 0xff, 0xfe);
/** The same of 10 ms, as it is asked to make between two of our own widgets. */
export const SHORT_CARRIER = Uint8Array.of(0xf0, 0xff, 0xfe);

/** Samples that an AudioContext renders at a time, and the parts that a worklet gives. */
const QUANTUM = 128;
const BURST = 4 * QUANTUM;

/** One way, ms, unless a link has another. */
export const DELAY_MS = 20;

/** What a microphone and the browser's encoder do now. */
export interface Speech {
  /** Position of the next block, samples. */
  frame: number;
  /** What the browser's encoder makes; undefined for nothing. */
  carrier: Uint8Array | undefined;
  /** Whether blocks come. */
  isRecording: boolean;
  /** Whether they come all at once, when this ends. */
  isHeldUp: boolean;
}

/** What the way between two peers does to packets. */
export interface LinkOptions {
  /** May change while packets come. */
  delayMs?: number;
  /** Up to so many ms more, so that packets overtake each other. */
  readonly jitterMs?: number;
  readonly loss?: number;
  /** Packets lost in a row, on average. */
  readonly burst?: number;
  /** Share of packets that come twice. */
  readonly duplicated?: number;
  readonly seed?: number;
}

export interface PeerOptions {
  /** What earlier calls measured. */
  readonly warmUp?: StartMessage['warmUp'];
  readonly name: 'initiator' | 'responder';
  readonly preference?: CorePreference;
  /** Whether the browser's own pictures are as good as any; by default they are scaled down. */
  readonly videoCarrier?: 'scaled' | 'full';
  readonly wrap?: <Codec extends Opus | Vp8>(codec: Codec) => Codec;
}

/** What each side wants frames to be marked by. */
export const TOKENS = {
  initiator: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  responder: Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2),
};

/** A widget in memory: the worker under test between fakes of all that the page and the browser give it. */
export class Peer {
  readonly worker: MediaWorker;
  readonly messages: WorkerMessage[] = [];
  readonly transformers = {
    audio: { send: new FakeTransformer(), receive: new FakeTransformer() },
    video: { send: new FakeTransformer(), receive: new FakeTransformer() },
  };
  /** Sound that came out of the playout. */
  readonly played: number[] = [];
  /** Pictures that were shown. */
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
  /** ms that each encoding of a picture takes. */
  lateness = 0;
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

  /** Learns the other's token. */
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

  /** Captures that sound, in blocks of 5 ms, and has the browser make a frame each 20 ms. @param block samples */
  speak(
    sound: (index: number) => number,
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
        const samples = Float32Array.from({ length: block }, (_, i) => sound(index + i));
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

  /** Plays what comes, in bursts. */
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

  /** Captures pictures of I420, 30 a second; the browser encodes a small version of each. */
  film(
    picture: (index: number) => { readonly width: number; readonly height: number; readonly data: Uint8Array },
  ): void {
    const { width, height } = picture(0);
    const settings = { width, height, frameRate: 30, content: 'camera' } as const;
    this.worker.handle({ type: 'capture-settings', settings });
    const native = VP8.createEncoder({ width: 64, height: 36, framesPerSecond: 30, bitrate: 50_000 });
    const carrier = new Uint8Array(native.maxPacketBytes);
    const small = new Uint8Array((64 * 36 * 3) / 2);
    this.#nativeVideo = native;
    let index = 0;
    this.#stops.push(
      every(this.#clock, 1000 / 30, () => {
        const { data } = picture(index++);
        const init = { format: 'I420', codedWidth: width, codedHeight: height, timestamp: index } as const;
        const frame = new FakeFrame(data, init, this.lateness > 0 ? () => this.#clock.sleep(this.lateness) : undefined);
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

  /** A picture loss indication came, or the page forces one. */
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

  /** Tells the worker each 100 ms that so much may be sent, and what RTCP says of the loss of audio. */
  measureNetwork(targetBitrate: number | undefined, roundTripMs = 40, lossFraction?: number): void {
    const counters = { audio: { send: { lossFraction }, receive: {} }, video: { send: {}, receive: {} } };
    this.#stops.push(
      every(this.#clock, 100, () => {
        this.worker.handle({ type: 'network', report: { video: { targetBitrate }, roundTripMs, counters } });
      }),
    );
  }

  /** Nothing comes from devices, page and browser any more. */
  leave(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#nativeVideo?.dispose();
    this.#nativeVideo = undefined;
  }
}

/** Leads what one peer sends to the other. */
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

/** Paths that the worker told of, the last one per kind and direction. */
export function pathOf(peer: Peer, kind: MediaKind, flow: MediaFlow): 'native' | 'wasm' {
  const told = [...peer.of('sending'), ...peer.of('receiving')].filter(
    (message) => message.kind === kind && message.type === (flow === 'send' ? 'sending' : 'receiving'),
  );
  return told.at(-1)?.path ?? 'native';
}

/** The sound of packets of Opus, at 48 kHz. */
export function decodeAll(packets: readonly Uint8Array[]): number[] {
  const decoder = OPUS.createDecoder({ sampleRate: 48_000, channels: 1 });
  const sound = new Float32Array(5760);
  const all = packets.flatMap((packet) => Array.from(sound.subarray(0, decoder.decode(packet, sound))));
  decoder.dispose();
  return all;
}
