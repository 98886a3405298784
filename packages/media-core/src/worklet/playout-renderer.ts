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
const STATUS = RENDERER_STATUS_MS * PER_MS;
const NOTHING = new Float32Array(0);

export interface PlayoutRendererOptions {
  load(input: ArrayBuffer | WebAssembly.Module): Promise<Decoding>;
  post(report: RendererMessage): void;
  /** ms, by a clock that goes on while sound is rendered; the only one in a worklet ticks in whole ms, and may be set. */
  now(): number;
}

/**
 * Plays what one media worker receives. A packet can be played when the next sample is rendered, so that what a context's
 * buffer delays counts as jitter, and nothing waits but in the jitter buffer. All that is told on the worker's clock: what a
 * context loses of its own, as it does where it cannot keep up, makes sound late, but says nothing of packets.
 */
export class PlayoutRenderer {
  readonly #options: PlayoutRendererOptions;
  readonly #codec: CodecSlot<Decoding>;
  readonly #decoder: PlayoutDecoder;
  readonly #clocks = new ClockMapping();
  readonly #bursts = new RenderBursts();
  #module: ArrayBuffer | WebAssembly.Module | undefined;
  /** ms, of the next sample to be rendered. */
  #now = 0;
  #isPlaying = false;
  /** Whether a packet was heard since it began. */
  #hasBegun = false;
  #extraDelayMs = 0;
  /** Sound that is still to be rendered. */
  #rest: Float32Array = NOTHING;
  #sinceStatus = STATUS;
  #played = 0;
  #concealed = 0;
  #delayMs = 0;
  #codecMs = 0;
  #pieces = 0;
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

  /** Whether all has been rendered, for now. */
  get isSilent(): boolean {
    return !this.#isPlaying && this.#rest.length === 0;
  }

  /** @param frame position of the next sample to be rendered */
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

  /** Adds sound to `output`. @param frame position of its first sample */
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
    if (this.#sinceStatus >= STATUS) this.#tell();
  }

  /** Fades out. */
  end(): void {
    if (!this.#isPlaying) return;
    this.#isPlaying = false;
    // What is rendered next stands in the player's own memory.
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
    if (captureTime !== undefined) this.#note(captureTime, at);
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
      this.#pieces++;
    }
    return result;
  }

  #note(captureTime: number, at: number): void {
    if (!this.#hasBegun) this.#sinceStatus = 0;
    this.#hasBegun = true;
    this.#delayMs = Math.max(this.#delayMs, this.#decoder.buffer.statistics.delayMs);
    this.#heard = { captureTime, at };
  }

  #tell(): void {
    this.#options.post({
      type: 'status',
      playedSamples: this.#played,
      concealedSamples: this.#concealed,
      delayMs: this.#delayMs,
      codecMs: this.#codecMs,
      pieces: this.#pieces,
      heard: this.#heard,
    });
    this.#sinceStatus = 0;
    this.#played = 0;
    this.#concealed = 0;
    this.#delayMs = 0;
    this.#codecMs = 0;
    this.#pieces = 0;
    this.#heard = undefined;
  }

  async #restore(): Promise<void> {
    await this.#codec.restore();
    if (this.#codec.codec) this.#options.post({ type: 'ready' });
  }

  async #load(): Promise<Decoding> {
    if (!this.#module) throw new Error('a codec that was not loaded');
    const opus = await this.#options.load(this.#module);
    this.#module = opus.module;
    return opus;
  }
}
