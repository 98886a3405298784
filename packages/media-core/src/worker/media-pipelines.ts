import type { CoreDecisions, MediaKind, WarmUp } from '../core/choice/core-choice.js';
import { type CoreStatistics, CoreStatisticsCollector } from '../core/core-statistics.js';
import type { NetworkReport, PageMessage, StartMessage } from '../messages/media-worker-messages.js';
import { NarrowPath } from '../core/rate/narrow-path.js';
import { AudioInput } from './audio/audio-input.js';
import { AudioReceiver } from './audio/audio-receiver.js';
import { AudioSender } from './audio/audio-sender.js';
import type { CodecBank } from './codec-bank.js';
import { CallFrameKeys } from './frames/call-frame-keys.js';
import { LipSyncer } from './audio/lip-syncer.js';
import { PeerFeedback } from './peer-feedback.js';
import { StreamFrameSink } from './video/frame-sink.js';
import type { FrameFactory } from './video/vp8-frame-decoder.js';
import type { PipelineHost } from './pipeline-host.js';
import { ReportedLoss } from './audio/reported-loss.js';
import { VideoReceiver } from './video/video-receiver.js';
import { VideoSender } from './video/video-sender.js';
import { MEASURED_HEIGHT, MEASURED_WIDTH } from './warm-up.js';

type MediaMessage = Exclude<
  PageMessage,
  { readonly type: 'start' | 'stop' | 'capabilities' | 'preference' | 'peer-token' }
>;

export interface PipelinesOptions {
  readonly codecs: CodecBank;
  readonly createFrame: FrameFactory;
  readonly host: PipelineHost;
  /** `decide` may return other decisions from now on. */
  readonly onCongestionChange: () => void;
}

/** Bitrate for copies of audio packets [bits/s]: bounds, and share of the video bitrate. */
const REDUNDANCY = { max: 64_000, min: 32_000, videoShare: 0.3 };

/**
 * The four pipelines of a call, and what the page gives them.
 *
 * Audio delay between microphone and loudspeaker on an idle machine; the adaptive parts have their minimum:
 *
 *     part             delay [ms]   cause
 *     capture worklet  0 to 5       a block of 256 samples, without a track processor; the buffer of the device adds to both
 *     capture buffer   10 + 0.25    a packet and the margin of `DriftController`; 1 if blocks and carriers jitter
 *     resampler        0.3          its filter
 *     encoder          2.5          lookahead of Opus
 *     jitter buffer    2            `DelayEstimator`: jitter of the network path and of the threads, and the context's buffer,
 *                                   in whose bursts the playout worklet decodes; `AudioJitterBuffer` tolerates up to 5 more
 *
 * The sum is about 20 ms, half a burst and the transit time. Packets of 20 ms add 14 ms: 20 + 1, and a lookahead of 6.5.
 */
export class MediaPipelines {
  readonly audio: { readonly send: AudioSender; readonly receive: AudioReceiver };
  readonly video: { readonly send: VideoSender; readonly receive: VideoReceiver };

  readonly #host: PipelineHost;
  readonly #keys: CallFrameKeys;
  readonly #audioInput: AudioInput;
  readonly #feedback = new PeerFeedback();
  readonly #statistics: CoreStatisticsCollector;
  readonly #reportedLoss = new ReportedLoss();
  readonly #networkPath = new NarrowPath();

  constructor(start: StartMessage, { codecs, createFrame, host, onCongestionChange }: PipelinesOptions) {
    const { token, maxBitrate, videoCarrier } = start;
    const statistics = new CoreStatisticsCollector(host.clock.now());
    const lipSync = new LipSyncer();
    const keys = new CallFrameKeys(start, host);
    const feedback = this.#feedback;
    this.#host = host;
    this.#statistics = statistics;
    this.#keys = keys;
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
    this.#audioInput = new AudioInput({
      onBlock: (block) => this.audio.send.captured(block),
      onRefused: (reason) => host.post({ type: 'audio-stream-refused', reason }),
    });
    this.video = {
      send: new VideoSender({
        ...{ host, feedback, codec: codecs.vp8.send, keys: keys.video.send },
        ...{ statistics: statistics.video.send, carrierIsFull: videoCarrier === 'full', onCongestionChange },
        maxBitrate: maxBitrate?.video,
      }),
      receive: new VideoReceiver({
        ...{ host, feedback, codec: codecs.vp8.receive, keys: keys.video.receive },
        ...{ statistics, lipSync, token, createFrame },
      }),
    };
  }

  /** Whether too many encoded video frames miss their deadline. */
  get isEncodingOverloaded(): boolean {
    return this.video.send.isOverloaded;
  }

  /** Whether decoding the peer's video has exceeded its time budget repeatedly. */
  get isDecodingOverloaded(): boolean {
    return this.video.receive.isOverloaded;
  }

  expectCost({ vp8Encode }: WarmUp): void {
    if (vp8Encode !== undefined) this.video.send.encoding.expectCost(MEASURED_WIDTH * MEASURED_HEIGHT, vp8Encode);
  }

  setPeerToken(token: Uint8Array | undefined): void {
    this.audio.send.peerToken = token;
    this.video.send.peerToken = token;
    this.#keys.setPeerToken(token);
  }

  /** Changes the decision for sent video while the browser's frames are as good as ours. */
  decide(decisions: CoreDecisions): CoreDecisions {
    const { send, receive } = decisions.video;
    const { uncongestedSince } = this.video.send;
    if (send.path === 'native' || uncongestedSince === undefined) return decisions;
    const since = Math.max(send.since, uncongestedSince);
    return { ...decisions, video: { send: { path: 'native', reason: 'uncongested-path', since }, receive } };
  }

  follow({ audio, video }: CoreDecisions, codecNegotiated: Readonly<Record<MediaKind, boolean>>): void {
    this.audio.send.isWanted = audio.send.path === 'wasm';
    this.audio.receive.isWanted = audio.receive.path === 'wasm';
    this.video.send.isWanted = video.send.path === 'wasm';
    this.video.receive.isWanted = video.receive.path === 'wasm';
    this.video.send.isStandby = video.send.reason === 'uncongested-path';
    this.video.send.isVp8 = codecNegotiated.video;
  }

  handle(message: MediaMessage): void {
    const { audio, video } = this;
    switch (message.type) {
      case 'capture-audio':
        this.#audioInput.usePort(message.port);
        break;
      case 'capture-audio-stream':
        this.#audioInput.useStream(message.frames);
        break;
      case 'capture-settings':
        video.send.encoding.settings = message.settings;
        break;
      case 'capture-video':
        video.send.source.attach(message.frames, (error) => this.#fault('the stream of captured frames failed', error));
        break;
      case 'video-frame':
        video.send.source.offer(message.frame);
        break;
      case 'encoder':
        video.send.encoding.encoders.attach(message.port);
        break;
      case 'capture-ended':
        if (message.kind === 'audio') this.#audioInput.close();
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
        this.#keys.setKey(message);
        break;
    }
  }

  /** Call it every second. */
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
    this.#audioInput.close();
    this.#keys.dispose();
    this.audio.send.dispose();
    this.audio.receive.dispose();
    this.video.send.dispose();
    this.video.receive.dispose();
  }

  #showIn(frames: WritableStream<VideoFrame>): void {
    const { receive } = this.video;
    const sink = new StreamFrameSink(frames, (reason) => {
      receive.endSink(sink);
      this.#fault('the track of received video ended', reason);
    });
    receive.setSink(sink);
  }

  #network(report: NetworkReport): void {
    const { counters, roundTripMs } = report;
    const { send, receive } = this.video;
    send.network(report);
    receive.setRoundTrip(roundTripMs);
    this.#statistics.setRoundTrip(roundTripMs);
    const share = send.path === 'wasm' ? REDUNDANCY.videoShare * send.bitrate : REDUNDANCY.max;
    this.audio.send.encoding.redundancyBitrate = Math.min(Math.max(share, REDUNDANCY.min), REDUNDANCY.max);
    this.#networkPath.update(report.video.availableBitrate, this.#host.clock.now());
    this.audio.send.carriers.mergesCarriers = this.#networkPath.isNarrow;
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
