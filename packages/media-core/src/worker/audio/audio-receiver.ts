import type { CodecPath } from '../../core/choice/core-choice.js';
import { inspectPacket } from '@xmpp-call/opus';
import type { CoreStatisticsCollector } from '../../core/core-statistics.js';
import { type FrameTrailer, parseTrailer } from '../../core/frames/frame-trailer.js';
import { AUDIO_SAMPLE_RATE } from '../../messages/media-worker-messages.js';
import { withoutAnnouncement } from '../../core/audio/opus-padding.js';
import { packetMsOf } from '../../core/audio/packet-duration.js';
import type { RendererStatus } from '../../messages/renderer-messages.js';
import type { FrameKeys } from '../frames/frame-keys.js';
import type { LipSyncer } from './lip-syncer.js';
import type { PeerFeedback } from '../peer-feedback.js';
import type { PipelineHost } from '../pipeline-host.js';
import { type RendererPort, PlayoutPort } from './playout-port.js';
import { AudioHandOver } from './audio-hand-over.js';
import type { EncodedFrame, FramePipeline } from '../frames/transformer.js';

export interface AudioReceiverOptions {
  readonly host: PipelineHost;
  /** The module of the Opus decoder; undefined until it is loaded. */
  opusBytes(): ArrayBuffer | undefined;
  readonly keys: FrameKeys;
  readonly feedback: PeerFeedback;
  readonly statistics: CoreStatisticsCollector;
  readonly lipSync: LipSyncer;
  /** The token with which the peer marks its frames. */
  readonly token: Uint8Array;
}

/** 20 ms of silence (RFC 6716 §3.1: CELT, fullband, one frame), in place of frames that cannot be decrypted. */
const SILENCE = Uint8Array.of(0xf8, 0xff, 0xfe);
/** Consecutive frames without a trailer after which the peer counts as a plain peer. */
const PLAIN_FRAMES = 10;
/** Minimum time on the browser's decoder after frames that we cannot play [ms], because each change is audible. */
const FALLBACK_MS = 1000;
const PER_MS = AUDIO_SAMPLE_RATE / 1000;

/**
 * Plays packets of a peer with the core. The browser's decoder gets every frame too, so that it can take over at once; the
 * page plays the audio of one of them.
 */
export class AudioReceiver implements FramePipeline {
  /** Latency between worklet and loudspeaker [ms]. */
  deviceMs = 0;

  readonly #options: AudioReceiverOptions;
  #playout: PlayoutPort | undefined;
  readonly #handOver = new AudioHandOver();
  #isWanted = false;
  #plainFrames = 0;
  /** When frames arrived that we cannot play [ms]. */
  #fellBackAt = -Infinity;
  #peerUsesWasm = false;

  constructor(options: AudioReceiverOptions) {
    this.#options = options;
  }

  /** Whether our decoder is to be used where possible. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  set isWanted(value: boolean) {
    if (value === this.#isWanted) return;
    this.#isWanted = value;
    this.#load();
  }

  /** The decoder whose audio is played. */
  get path(): CodecPath {
    return this.#handOver.path;
  }

  /** Sets the port of the playout worklet. */
  setPlayout(port: RendererPort): void {
    this.#end('the playout worklet was replaced');
    this.#playout?.close();
    const { host } = this.#options;
    this.#playout = new PlayoutPort(port, host.clock, {
      onStatus: (status) => this.#played(status),
      onUndecodable: (error) => host.log('warn', 'an Opus packet could not be decoded', { error }),
      onFailed: (error) => {
        this.#end('our decoder failed');
        host.codecFailed('audio', 'receive', error);
      },
    });
    this.#load();
  }

  async process(frame: EncodedFrame, arrivedAt: number): Promise<boolean> {
    if (frame.data.byteLength === 0) return true;
    const opened = await this.#options.keys.open(new Uint8Array(frame.data), 'audio');
    if (!opened) {
      frame.data = SILENCE.slice().buffer;
      return true;
    }
    const parsed = parseTrailer(opened, this.#options.token);
    const payload = parsed.ok ? withoutAnnouncement(parsed.payload) : undefined;
    this.#options.statistics.audio.receive.frame((payload ?? opened).length);
    if (parsed.ok && payload) {
      this.#plainFrames = 0;
      this.#record(parsed.trailer, payload.length, arrivedAt);
      this.#play(parsed.trailer, payload, arrivedAt);
    } else if (++this.#plainFrames >= PLAIN_FRAMES) {
      this.#fallBack('the peer sends frames without trailers', arrivedAt);
    }
    this.#updatePath(arrivedAt);
    // The browser's decoder ignores the trailer, which is Opus padding.
    frame.data = opened.buffer;
    return true;
  }

  /** Call it every second: changes to the browser's decoder when the playout worklet has stopped. */
  check(): void {
    if (!this.#canPlay()) this.#end('the playout worklet has stopped');
    this.#updatePath(this.#options.host.clock.now());
  }

  dispose(): void {
    this.isWanted = false;
    this.#end('stopped');
    this.#playout?.close();
    this.#playout = undefined;
  }

  #load(): void {
    const bytes = this.#isWanted ? this.#options.opusBytes() : undefined;
    if (bytes) this.#playout?.load(bytes);
  }

  #canPlay(): boolean {
    return this.#playout?.canPlay === true;
  }

  #record(trailer: FrameTrailer, bytes: number, now: number): void {
    const { feedback, statistics } = this.#options;
    feedback.arrived('audio', trailer, bytes, now);
    if (trailer.report) feedback.received(trailer.report, now);
    statistics.latency.audio.arrived(trailer.captureTime, now);
  }

  #play(trailer: FrameTrailer, payload: Uint8Array, arrivedAt: number): void {
    if (!this.#canPlay()) {
      this.#end('the playout worklet has stopped');
      return;
    }
    if (!this.isWanted && !this.#handOver.isPlaying) return;
    if (!this.#insert(trailer, payload, arrivedAt)) this.#fallBack('unsupported packet duration', arrivedAt);
    else if (!this.#handOver.isPlaying && arrivedAt - this.#fellBackAt >= FALLBACK_MS) {
      this.#playout?.begin();
      this.#handOver.begin();
    }
  }

  #insert(trailer: FrameTrailer, payload: Uint8Array, arrivedAt: number): boolean {
    const { sequence, captureTime, discontinuous, redundancy, wasmCodec } = trailer;
    if (wasmCodec !== this.#peerUsesWasm) this.#playout?.sourceChanged();
    this.#peerUsesWasm = wasmCodec;
    try {
      const { isDtx, hasFec, duration } = inspectPacket(payload);
      const durationMs = packetMsOf(duration);
      if (durationMs === undefined) return false;
      const isSilent = isDtx || discontinuous;
      const copies = redundancy.filter((copy) => durationOf(copy.payload) === durationMs);
      const packet = { sequence, captureTime, payload, durationMs, isDtx: isSilent, hasFec, redundancy: copies };
      this.#playout?.insert(packet, arrivedAt);
      return true;
    } catch (error) {
      this.#options.host.log('warn', 'a packet is not a valid Opus packet', { error: String(error) });
      return false;
    }
  }

  #played({ playedSamples, concealedSamples, delayMs, codecMs, decodes, heard }: RendererStatus): void {
    if (!this.#handOver.isPlaying || !this.#playout) return;
    const { statistics, lipSync } = this.#options;
    statistics.audio.receive.played(playedSamples, concealedSamples);
    statistics.audio.receive.queue(delayMs);
    statistics.audio.receive.codecTotal(codecMs, decodes);
    if (this.#handOver.played(playedSamples / PER_MS)) this.#postPath();
    if (heard && this.path === 'wasm') {
      const heardAt = heard.at + this.deviceMs;
      statistics.latency.audio.presented(heard.captureTime, heardAt);
      lipSync.audioPresented(heard.captureTime, heardAt);
    }
    this.#playout.extraDelayMs = lipSync.audioDelayMs;
  }

  #updatePath(now: number): void {
    const change = this.#handOver.update(this.isWanted, now);
    if (change === 'native') this.#becameNative('the core decided for the native path');
    else if (change === 'ended') this.#playout?.end();
  }

  #fallBack(reason: string, now: number): void {
    if (this.#handOver.isPlaying) this.#fellBackAt = now;
    this.#end(reason);
  }

  /** Changes to the browser's decoder without an overlap. */
  #end(reason: string): void {
    if (!this.#handOver.isPlaying) return;
    const wasHeard = this.path === 'wasm';
    this.#handOver.end();
    this.#playout?.end();
    if (wasHeard) this.#becameNative(reason);
  }

  #becameNative(reason: string): void {
    this.#options.lipSync.audioEnded();
    this.#postPath();
    this.#options.host.log('info', 'received audio is played by the browser', { reason });
  }

  #postPath(): void {
    this.#options.host.post({ type: 'receiving', kind: 'audio', path: this.path });
  }
}

/** Returns the duration of a copy [ms]; undefined if it is not a valid Opus packet. */
function durationOf(packet: Uint8Array): number | undefined {
  try {
    return inspectPacket(packet).duration;
  } catch {
    return undefined;
  }
}
