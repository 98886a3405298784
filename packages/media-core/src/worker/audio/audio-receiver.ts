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
  /** The module of Opus, once it is there. */
  opusBytes(): ArrayBuffer | undefined;
  readonly keys: FrameKeys;
  readonly feedback: PeerFeedback;
  readonly statistics: CoreStatisticsCollector;
  readonly lipSync: LipSyncer;
  /** What the peer marks its frames by. */
  readonly token: Uint8Array;
}

/** 20 ms of silence (RFC 6716 §3.1: CELT, fullband, one frame of an arbitrary number): what cannot be opened is not heard. */
const SILENCE = Uint8Array.of(0xf8, 0xff, 0xfe);
/** Frames in a row without a trailer after which the peer is taken for a plain one. */
const PLAIN_FRAMES = 10;
/** ms on the browser's sound after frames of the peer's that we cannot play: a change to and fro is heard. */
const LEFT_MS = 1000;
const PER_MS = AUDIO_SAMPLE_RATE / 1000;

/** Plays the packets of our own peer out of the browser's frames, which all pass: the page lets one of both be heard. */
export class AudioReceiver implements FramePipeline {
  /** ms between the worklet and the loudspeaker. */
  deviceMs = 0;

  readonly #options: AudioReceiverOptions;
  #playout: PlayoutPort | undefined;
  readonly #handOver = new AudioHandOver();
  #isWanted = false;
  #plainFrames = 0;
  /** When frames came that we cannot play. */
  #leftAt = -Infinity;
  #peerUsesOwnCodec = false;

  constructor(options: AudioReceiverOptions) {
    this.#options = options;
  }

  /** Whether our codec is to be used, if it can be. */
  get isWanted(): boolean {
    return this.#isWanted;
  }

  set isWanted(value: boolean) {
    if (value === this.#isWanted) return;
    this.#isWanted = value;
    this.#load();
  }

  /** Whose sound is heard. */
  get path(): CodecPath {
    return this.#handOver.path;
  }

  /** The worklet that plays. */
  setPlayout(port: RendererPort): void {
    this.#end('the playout is another one');
    this.#playout?.close();
    const { host } = this.#options;
    this.#playout = new PlayoutPort(port, host.clock, {
      onStatus: (status) => this.#played(status),
      onUndecodable: (error) => host.log('warn', 'a packet of Opus could not be decoded', { error }),
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
      this.#note(parsed.trailer, payload.length, arrivedAt);
      this.#take(parsed.trailer, payload, arrivedAt);
    } else if (++this.#plainFrames >= PLAIN_FRAMES) {
      this.#leave('the peer sends plain frames', arrivedAt);
    }
    this.#changeOver(arrivedAt);
    // The trailer is padding, which the browser's decoder passes over. It always plays, heard or not: it can take over at once.
    frame.data = opened.buffer;
    return true;
  }

  /** Our playout is given up where it can be no more: to be called each second. */
  check(): void {
    if (!this.#canPlay()) this.#end('our playout stands still');
    this.#changeOver(this.#options.host.clock.now());
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

  #note(trailer: FrameTrailer, bytes: number, now: number): void {
    const { feedback, statistics } = this.#options;
    feedback.arrived('audio', trailer, bytes, now);
    if (trailer.report) feedback.received(trailer.report, now);
    statistics.latency.audio.arrived(trailer.captureTime, now);
  }

  #take(trailer: FrameTrailer, payload: Uint8Array, arrivedAt: number): void {
    if (!this.#canPlay()) {
      this.#end('our playout stands still');
      return;
    }
    if (!this.isWanted && !this.#handOver.isPlaying) return;
    if (!this.#insert(trailer, payload, arrivedAt)) this.#leave('packets are of another duration', arrivedAt);
    else if (!this.#handOver.isPlaying && arrivedAt - this.#leftAt >= LEFT_MS) {
      this.#playout?.begin();
      this.#handOver.begin();
    }
  }

  #insert(trailer: FrameTrailer, payload: Uint8Array, arrivedAt: number): boolean {
    const { sequence, captureTime, discontinuous, redundancy, wasmCodec } = trailer;
    if (wasmCodec !== this.#peerUsesOwnCodec) this.#playout?.sourceChanged();
    this.#peerUsesOwnCodec = wasmCodec;
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
      this.#options.host.log('warn', 'a packet is not of Opus', { error: String(error) });
      return false;
    }
  }

  #played({ playedSamples, concealedSamples, delayMs, codecMs, pieces, heard }: RendererStatus): void {
    if (!this.#handOver.isPlaying || !this.#playout) return;
    const { statistics, lipSync } = this.#options;
    statistics.audio.receive.played(playedSamples, concealedSamples);
    statistics.audio.receive.queue(delayMs);
    statistics.audio.receive.codecTotal(codecMs, pieces);
    if (this.#handOver.played(playedSamples / PER_MS)) this.#tell();
    if (heard && this.path === 'wasm') {
      const heardAt = heard.at + this.deviceMs;
      statistics.latency.audio.presented(heard.captureTime, heardAt);
      lipSync.heard(heard.captureTime, heardAt);
    }
    this.#playout.extraDelayMs = lipSync.audioDelayMs;
  }

  #changeOver(now: number): void {
    const change = this.#handOver.update(this.isWanted, now);
    if (change === 'unheard') this.#unheard('another path is wanted');
    else if (change === 'ended') this.#playout?.end();
  }

  #leave(reason: string, now: number): void {
    if (this.#handOver.isPlaying) this.#leftAt = now;
    this.#end(reason);
  }

  /** Without a hand-over: the browser goes on with what comes now. */
  #end(reason: string): void {
    if (!this.#handOver.isPlaying) return;
    const wasHeard = this.path === 'wasm';
    this.#handOver.end();
    this.#playout?.end();
    if (wasHeard) this.#unheard(reason);
  }

  #unheard(reason: string): void {
    this.#options.lipSync.silent();
    this.#tell();
    this.#options.host.log('info', 'received audio is played by the browser', { reason });
  }

  #tell(): void {
    this.#options.host.post({ type: 'receiving', kind: 'audio', path: this.path });
  }
}

/** ms of sound in a copy; undefined if it is no packet of Opus. */
function durationOf(packet: Uint8Array): number | undefined {
  try {
    return inspectPacket(packet).duration;
  } catch {
    return undefined;
  }
}
