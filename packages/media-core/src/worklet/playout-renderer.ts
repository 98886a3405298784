import type { AudioPacket } from '../core/audio/audio-playout.js';
import { ClockMapping } from '../core/timing/clock-mapping.js';
import { AUDIO_SAMPLE_RATE } from '../messages/media-worker-messages.js';
import {
  RENDERER_STATUS_MS,
  type RendererCommand,
  type RendererMessage,
  type RendererStatus,
} from '../messages/renderer-messages.js';
import { RenderBursts } from '../core/audio/render-bursts.js';
import { CodecSlot } from '../core/codec-slot.js';
import { PlayoutDecoder, type Decoding } from './playout-decoder.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
const STATUS_INTERVAL = RENDERER_STATUS_MS * PER_MS;
const NO_SAMPLES = new Float32Array(0);

export interface PlayoutRendererOptions {
  load(input: ArrayBuffer | WebAssembly.Module): Promise<Decoding>;
  post(message: RendererMessage): void;
  /**
   * Wall clock [ms], which advances while audio is rendered. The only such clock in a worklet has a resolution of 1 ms, and
   * may be set by the user.
   */
  now(): number;
}

/**
 * Renders the audio that one media worker receives. The arrival time of a packet is the time of the next sample to render:
 * delay by the context's buffer counts as jitter, and only the jitter buffer delays audio on purpose. The jitter buffer uses
 * the worker's clock, because an overloaded context loses time, which is not a delay of packets.
 */
export class PlayoutRenderer {
  readonly #options: PlayoutRendererOptions;
  readonly #codec: CodecSlot<Decoding>;
  readonly #decoder: PlayoutDecoder;
  readonly #clocks = new ClockMapping();
  readonly #bursts = new RenderBursts();
  #module: ArrayBuffer | WebAssembly.Module | undefined;
  /** Time of the next sample to render [ms], on the context's clock. */
  #now = 0;
  #isPlaying = false;
  /** Whether a packet was played since `begin`. */
  #hasBegun = false;
  #extraDelayMs = 0;
  /** Decoded samples that are not rendered yet. */
  #rest: Float32Array = NO_SAMPLES;
  #sinceStatus = STATUS_INTERVAL;
  #played = 0;
  #concealed = 0;
  #delayMs = 0;
  #codecMs = 0;
  #decodes = 0;
  #heard: RendererStatus['heard'];

  constructor(options: PlayoutRendererOptions) {
    this.#options = options;
    this.#codec = new CodecSlot(
      () => this.#load(),
      { now: () => this.#now },
      (error) => options.post({ type: 'failed', error: String(error) }),
    );
    this.#decoder = new PlayoutDecoder(this.#codec, (error) =>
      options.post({ type: 'undecodable', error: String(error) }),
    );
  }

  /** Whether playout has ended and all samples are rendered. */
  get isSilent(): boolean {
    return !this.#isPlaying && this.#rest.length === 0;
  }

  /** @param frame position of the next sample to render */
  follow(command: RendererCommand, frame: number): void {
    this.#now = frame / PER_MS;
    switch (command.type) {
      case 'codec':
        this.#module ??= command.bytes;
        void this.#restore();
        break;
      case 'packet':
        this.#insert(command.packet, command.arrivedAt);
        break;
      case 'begin':
        this.#begin();
        break;
      case 'end':
        this.end();
        break;
      case 'source-changed':
        this.#decoder.buffer.sourceChanged();
        break;
      case 'extra-delay':
        this.#extraDelayMs = command.ms;
        break;
    }
  }

  /** Adds audio to `output`. @param frame position of its first sample */
  render(output: Float32Array, frame: number): void {
    this.#bursts.render(frame, this.#options.now());
    for (let done = 0; done < output.length;) {
      if (this.#rest.length === 0 && this.#isPlaying) this.#next(frame + done);
      if (this.#rest.length === 0) break;
      const count = Math.min(this.#rest.length, output.length - done);
      for (let i = 0; i < count; i++) {
        output[done + i] = Math.min(Math.max((output[done + i] ?? 0) + (this.#rest[i] ?? 0), -1), 1);
      }
      this.#rest = this.#rest.subarray(count);
      done += count;
    }
    this.#now = (frame + output.length) / PER_MS;
    this.#sinceStatus += output.length;
    if (this.#sinceStatus >= STATUS_INTERVAL) this.#postStatus();
  }

  /** Ends playout with a fade. */
  end(): void {
    if (!this.#isPlaying) return;
    this.#isPlaying = false;
    // The remaining samples are in a buffer that the decoder overwrites.
    const rest = Float32Array.from(this.#rest);
    const last = this.#decoder.end();
    this.#rest = new Float32Array(rest.length + last.length);
    this.#rest.set(rest);
    this.#rest.set(last, rest.length);
  }

  #begin(): void {
    this.#isPlaying = true;
    this.#hasBegun = false;
    this.#decoder.begin();
  }

  #insert(packet: AudioPacket, arrivedAt: number): void {
    this.#clocks.add(arrivedAt, this.#now);
    this.#decoder.buffer.insert(packet, Math.max(arrivedAt, this.#clocks.toSender(this.#now) ?? arrivedAt));
  }

  #next(frame: number): void {
    const at = this.#clocks.toSender(frame / PER_MS) ?? 0;
    const { end = frame } = this.#bursts;
    const { buffer } = this.#decoder;
    buffer.minimumDelayMs = this.#extraDelayMs > 0 ? buffer.neededMs + this.#extraDelayMs : 0;
    const { samples, captureTime, isConcealed } = this.#measured(() =>
      this.#decoder.next(at, at + (end - frame) / PER_MS),
    );
    this.#rest = samples;
    if (captureTime !== undefined) this.#noteHeard(captureTime, at);
    if (!this.#hasBegun) return;
    this.#played += samples.length;
    if (isConcealed) this.#concealed += samples.length;
  }

  #measured<T>(action: () => T): T {
    const begin = this.#options.now();
    const result = action();
    const ms = this.#options.now() - begin;
    if (ms >= 0 && ms < RENDERER_STATUS_MS) {
      this.#codecMs += ms;
      this.#decodes++;
    }
    return result;
  }

  #noteHeard(captureTime: number, at: number): void {
    if (!this.#hasBegun) this.#sinceStatus = 0;
    this.#hasBegun = true;
    this.#delayMs = Math.max(this.#delayMs, this.#decoder.buffer.statistics.delayMs);
    this.#heard = { captureTime, at };
  }

  #postStatus(): void {
    this.#options.post({
      type: 'status',
      playedSamples: this.#played,
      concealedSamples: this.#concealed,
      delayMs: this.#delayMs,
      codecMs: this.#codecMs,
      decodes: this.#decodes,
      heard: this.#heard,
    });
    this.#sinceStatus = 0;
    this.#played = 0;
    this.#concealed = 0;
    this.#delayMs = 0;
    this.#codecMs = 0;
    this.#decodes = 0;
    this.#heard = undefined;
  }

  async #restore(): Promise<void> {
    await this.#codec.restore();
    if (this.#codec.codec) this.#options.post({ type: 'ready' });
  }

  async #load(): Promise<Decoding> {
    if (!this.#module) throw new Error('the codec is not loaded');
    const opus = await this.#options.load(this.#module);
    this.#module = opus.module;
    return opus;
  }
}
