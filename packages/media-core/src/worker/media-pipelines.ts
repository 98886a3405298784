import type { CoreDecisions, MediaFlow, MediaKind, WarmUp } from '../core/choice/core-choice.js';
import { type CoreStatistics, CoreStatisticsCollector } from '../core/core-statistics.js';
import type { CaptureBlock, NetworkReport, PageMessage, StartMessage } from '../messages/media-worker-messages.js';
import { NarrowPath } from '../core/rate/narrow-path.js';
import { AudioReceiver } from './audio/audio-receiver.js';
import { AudioSender } from './audio/audio-sender.js';
import type { CodecBank } from './codec-bank.js';
import { FrameKeys } from './frames/frame-keys.js';
import { LipSyncer } from './audio/lip-syncer.js';
import { PeerFeedback } from './peer-feedback.js';
import { StreamSink } from './video/picture-sink.js';
import type { FrameFactory } from './video/picture-player.js';
import type { PipelineHost } from './pipeline-host.js';
import { ReportedLoss } from './audio/reported-loss.js';
import { AudioStream } from './audio/audio-stream.js';
import { VideoReceiver } from './video/video-receiver.js';
import { VideoSender } from './video/video-sender.js';
import { MEASURED_HEIGHT, MEASURED_WIDTH } from './warm-up.js';

type MediaMessage = Exclude<
  PageMessage,
  { readonly type: 'start' | 'stop' | 'capabilities' | 'preference' | 'peer-token' }
>;

type FrameKeyMessage = Extract<PageMessage, { readonly type: 'frame-key' }>;

export interface PipelinesOptions {
  readonly codecs: CodecBank;
  readonly createFrame: FrameFactory;
  readonly host: PipelineHost;
  /** `decide` may decide otherwise from now on. */
  readonly onCalm: () => void;
}

/** bits/s for redundancy of audio: the most, the least, and what share of the video's bitrate it may take between. */
const REDUNDANCY = { most: 64_000, least: 32_000, ofVideo: 0.3 };

/**
 * The four pipelines of a call, and what the page has for them.
 *
 * Where sound waits between microphone and ear, in ms on an idle machine; what adapts has its least value here:
 *
 *     capture worklet    0 to 5   a block of 256 samples, where there is no track processor; the device's own buffer
 *                                 comes before either
 *     capture ring     10 + 0.25  a packet, and the margin of `DriftController`; 1 where blocks and carriers jitter
 *     resampler          0.3      its filter
 *     encoder            2.5      lookahead of Opus
 *     jitter buffer      2        `DelayEstimator`: what the way and all threads jitter, and the context's own buffer, in
 *                                 bursts of which the playout worklet decodes; `AudioJitterBuffer` lets it be up to 5 more
 *
 * That is some 20 ms, half a burst, and the way. With packets of 20 ms there are 14 ms more: 20 + 1, and a lookahead of 6.5.
 */
export class MediaPipelines {
  readonly audio: { readonly send: AudioSender; readonly receive: AudioReceiver };
  readonly video: { readonly send: VideoSender; readonly receive: VideoReceiver };

  readonly #host: PipelineHost;
  readonly #keys: readonly FrameKeys[];
  /** Those of what is sent. */
  readonly #sealing: readonly FrameKeys[];
  readonly #feedback = new PeerFeedback();
  readonly #statistics: CoreStatisticsCollector;
  readonly #reportedLoss = new ReportedLoss();
  readonly #networkPath = new NarrowPath();
  #capturePort: MessagePort | undefined;
  #audioStream: AudioStream | undefined;
  /** Undefined until the peer's description came. */
  #peerIsOurs: boolean | undefined;
  #key: FrameKeyMessage | undefined;

  constructor(start: StartMessage, { codecs, createFrame, host, onCalm }: PipelinesOptions) {
    const { token, generation, role, maxBitrate, videoCarrier } = start;
    const statistics = new CoreStatisticsCollector(host.clock.now());
    const lipSync = new LipSyncer();
    const peer = role === 'initiator' ? 'responder' : 'initiator';
    const keysOf = (kind: MediaKind, flow: MediaFlow) =>
      new FrameKeys({ host, kind, flow, sender: flow === 'send' ? role : peer, generation });
    const keys = {
      audio: { send: keysOf('audio', 'send'), receive: keysOf('audio', 'receive') },
      video: { send: keysOf('video', 'send'), receive: keysOf('video', 'receive') },
    };
    const feedback = this.#feedback;
    this.#host = host;
    this.#statistics = statistics;
    this.#keys = [keys.audio.send, keys.audio.receive, keys.video.send, keys.video.receive];
    this.#sealing = [keys.audio.send, keys.video.send];
    for (const opening of [keys.audio.receive, keys.video.receive]) opening.token = token;
    this.audio = {
      send: new AudioSender({
        ...{ host, feedback, codec: codecs.opus.send, keys: keys.audio.send },
        ...{ statistics: statistics.audio.send, bitrate: maxBitrate?.audio },
      }),
      receive: new AudioReceiver({
        ...{ host, feedback, opusBytes: () => codecs.opusBytes, keys: keys.audio.receive },
        ...{ statistics, lipSync, token },
      }),
    };
    this.video = {
      send: new VideoSender({
        ...{ host, feedback, codec: codecs.vp8.send, keys: keys.video.send },
        ...{ statistics: statistics.video.send, carrierIsFull: videoCarrier === 'full', onCalm },
        maxBitrate: maxBitrate?.video,
      }),
      receive: new VideoReceiver({
        ...{ host, feedback, codec: codecs.vp8.receive, keys: keys.video.receive },
        ...{ statistics, lipSync, token, createFrame },
      }),
    };
  }

  /** Whether encoding takes more time than there is. */
  get isOverloaded(): boolean {
    return this.video.send.isOverloaded;
  }

  /** Whether decoding what the peer sends does. */
  get isFlooded(): boolean {
    return this.video.receive.isOverloaded;
  }

  expectCost({ vp8Encode }: WarmUp): void {
    if (vp8Encode !== undefined) this.video.send.expectCost(MEASURED_WIDTH * MEASURED_HEIGHT, vp8Encode);
  }

  setPeerToken(token: Uint8Array | undefined): void {
    this.audio.send.peerToken = token;
    this.video.send.peerToken = token;
    for (const keys of this.#sealing) keys.token = token;
    this.#peerIsOurs = token !== undefined;
    if (this.#key) this.#useKey(this.#key);
  }

  /** What is to be done of what has been decided: where the browser's pictures are as good as ours they go. */
  decide(decisions: CoreDecisions): CoreDecisions {
    const { send, receive } = decisions.video;
    const { calmSince } = this.video.send;
    if (send.path === 'native' || calmSince === undefined) return decisions;
    const since = Math.max(send.since, calmSince);
    return { ...decisions, video: { send: { path: 'native', reason: 'uncongested-path', since }, receive } };
  }

  follow({ audio, video }: CoreDecisions, codecNegotiated: Readonly<Record<MediaKind, boolean>>): void {
    this.audio.send.isWanted = audio.send.path === 'wasm';
    this.audio.receive.isWanted = audio.receive.path === 'wasm';
    this.video.send.isWanted = video.send.path === 'wasm';
    this.video.receive.isWanted = video.receive.path === 'wasm';
    this.video.send.standsBy = video.send.reason === 'uncongested-path';
    this.video.send.isVp8 = codecNegotiated.video;
  }

  handle(message: MediaMessage): void {
    const { audio, video } = this;
    switch (message.type) {
      case 'capture-audio':
        this.#captureAudio(message.port);
        break;
      case 'capture-audio-stream':
        this.#captureAudioStream(message.frames);
        break;
      case 'capture-settings':
        video.send.settings = message.settings;
        break;
      case 'capture-video':
        video.send.source.attach(message.frames, (error) => this.#fault('captured pictures ended', error));
        break;
      case 'video-frame':
        video.send.source.offer(message.frame);
        break;
      case 'encoder':
        video.send.encoders.attach(message.port);
        break;
      case 'capture-ended':
        if (message.kind === 'audio') this.#endAudio();
        (message.kind === 'audio' ? audio : video).send.captureEnded();
        break;
      case 'playout-audio':
        audio.receive.setPlayout(message.port);
        break;
      case 'playout-video':
        this.#showIn(message.frames);
        break;
      case 'network':
        this.#network(message.report);
        break;
      case 'want-key-frame':
        video.receive.wantKeyFrame();
        break;
      case 'route-changed':
        this.#feedback.routeChanged();
        video.send.routeChanged();
        break;
      case 'device-latency':
        audio.send.capture.deviceMs = message.captureMs;
        audio.receive.deviceMs = message.playoutMs;
        break;
      case 'frame-key':
        this.#key = message;
        this.#useKey(message);
        break;
    }
  }

  /** To be called each second. */
  sample(decisions: CoreDecisions): CoreStatistics {
    const now = this.#host.clock.now();
    this.audio.receive.check();
    this.video.receive.check();
    for (const kind of ['audio', 'video'] as const) {
      for (const flow of ['send', 'receive'] as const) {
        const path = this[kind][flow].path;
        this.#statistics[kind][flow].setPath(path, decisions[kind][flow].reason);
      }
    }
    this.#statistics.setClockOffset(this.#feedback.clockOffsetMs(now));
    return this.#statistics.sample(now);
  }

  dispose(): void {
    this.#endAudio();
    for (const keys of this.#keys) keys.dispose();
    this.audio.send.dispose();
    this.audio.receive.dispose();
    this.video.send.dispose();
    this.video.receive.dispose();
  }

  /** A peer that is none of ours could open nothing: it gets frames in the clear, and the page is told. */
  #useKey({ id, secret }: FrameKeyMessage): void {
    for (const keys of this.#keys) void keys.set(id, this.#peerIsOurs ? secret : undefined);
    if (!secret || this.#peerIsOurs !== false) return;
    for (const kind of ['audio', 'video'] as const) {
      this.#host.post({ type: 'key-event', kind, flow: 'send', state: 'failing', reason: 'foreign-peer' });
    }
  }

  #captureAudio(port: MessagePort): void {
    this.#endAudio();
    this.#capturePort = port;
    port.onmessage = ({ data }: MessageEvent<CaptureBlock>) => {
      this.audio.send.captured(data);
      port.postMessage(data.samples, [data.samples.buffer]);
    };
  }

  #captureAudioStream(frames: ReadableStream<AudioData>): void {
    this.#endAudio();
    this.#audioStream = new AudioStream(frames, {
      onBlock: (block) => this.audio.send.captured(block),
      onRefused: (reason) => this.#host.post({ type: 'audio-stream-refused', reason }),
    });
  }

  #endAudio(): void {
    this.#capturePort?.close();
    this.#capturePort = undefined;
    this.#audioStream?.close();
    this.#audioStream = undefined;
  }

  #showIn(frames: WritableStream<VideoFrame>): void {
    const { receive } = this.video;
    const sink = new StreamSink(frames, (reason) => {
      receive.endSink(sink);
      this.#fault('the track for received pictures ended', reason);
    });
    receive.setSink(sink);
  }

  #network(report: NetworkReport): void {
    const { counters, roundTripMs } = report;
    const { send, receive } = this.video;
    send.network(report);
    receive.setRoundTrip(roundTripMs);
    this.#statistics.setRoundTrip(roundTripMs);
    const share = send.path === 'wasm' ? REDUNDANCY.ofVideo * send.bitrate : REDUNDANCY.most;
    this.audio.send.encoding.redundancyBitrate = Math.min(Math.max(share, REDUNDANCY.least), REDUNDANCY.most);
    this.#networkPath.update(report.video.availableBitrate, this.#host.clock.now());
    this.audio.send.carriers.isPairing = this.#networkPath.isNarrow;
    if (counters) this.#count(counters);
  }

  #count(counters: NonNullable<NetworkReport['counters']>): void {
    for (const kind of ['audio', 'video'] as const) {
      for (const flow of ['send', 'receive'] as const) this.#statistics[kind][flow].network(counters[kind][flow]);
    }
    const loss = this.#reportedLoss.update(counters.audio.send.lossFraction, this.#host.clock.now());
    if (loss !== undefined) this.audio.send.reportedLoss = loss;
  }

  #fault(message: string, error: unknown): void {
    this.#host.log('info', message, { error: String(error) });
  }
}
