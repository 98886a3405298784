import type { Opus, OpusDecoder } from '@xmpp-call/opus';
import { AudioJitterBuffer } from '../core/audio-jitter-buffer.js';
import type { AudioPacket, PlayoutDecision } from '../core/audio-playout.js';
import type { StreamStatistics } from '../core/core-statistics.js';
import { AUDIO_SAMPLE_RATE } from '../core/messages.js';
import { TimeStretch } from '../core/time-stretch.js';
import type { CodecSlot } from './codec-slot.js';
import type { PipelineHost } from './pipeline-host.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
const PACKET = 20 * PER_MS;
/** Longest sound of an Opus packet (RFC 6716 §3.2.5). */
const MAX_SOUND = 120 * PER_MS;
/** Samples over which sound begins, and ends: 10 ms. */
const FADE = 10 * PER_MS;

type SpliceDecision = Extract<PlayoutDecision, { readonly urgent: boolean }>;

export interface AudioPlayerOptions {
  readonly host: PipelineHost;
  readonly codec: CodecSlot<Opus>;
  readonly statistics: StreamStatistics;
}

/** Turns received packets into sound without gaps: jitter buffer, decoder, concealment and time stretching. */
export class AudioPlayer {
  readonly buffer = new AudioJitterBuffer();

  readonly #options: AudioPlayerOptions;
  readonly #stretch = new TimeStretch(PACKET);
  readonly #sound = new Float32Array(MAX_SOUND);
  readonly #stretched = new Float32Array(PACKET + TimeStretch.maxChange);
  #decoder: OpusDecoder | undefined;
  #fadedIn = 0;
  #captureTime: number | undefined;

  constructor(options: AudioPlayerOptions) {
    this.#options = options;
  }

  /** When the sound given last was recorded, ms of the sender's clock; undefined if it was made up. */
  get captureTime(): number | undefined {
    return this.#captureTime;
  }

  /** Sound is faded in. */
  begin(): void {
    this.#fadedIn = 0;
  }

  insert(packet: AudioPacket): void {
    this.buffer.insert(packet, this.#options.host.clock.now());
  }

  /**
   * The next sound, valid until the next call; undefined if there is no decoder.
   * @param pendingMs what will be heard before it
   * @param leadMs the most that may be
   */
  next(pendingMs: number, leadMs: number): Float32Array | undefined {
    const { host, codec, statistics } = this.#options;
    const started = host.clock.now();
    this.#open(codec.codec);
    if (!this.#decoder) return undefined;
    const decision = this.buffer.next(started, pendingMs, leadMs);
    this.#captureTime = 'captureTime' in decision ? decision.captureTime : undefined;
    const sound = this.#play(this.#decoder, decision);
    if ('payload' in decision) statistics.codec(host.clock.now() - started);
    statistics.played(sound.length, decision.kind === 'conceal' ? sound.length : 0);
    this.#fadeIn(sound);
    return sound;
  }

  /** What goes on from the sound given last, fading out. */
  end(): Float32Array | undefined {
    if (!this.#decoder) return undefined;
    const sound = this.#attempt((decoder) => decoder.conceal(this.#sound, FADE), this.#decoder, FADE);
    for (let i = 0; i < sound.length; i++) sound[i] = (sound[i] ?? 0) * (1 - (i + 0.5) / sound.length);
    return sound;
  }

  dispose(): void {
    this.#decoder?.dispose();
    this.#decoder = undefined;
  }

  #open(opus: Opus | undefined): void {
    if (!opus) this.#decoder = undefined;
    else this.#decoder ??= opus.createDecoder({ sampleRate: AUDIO_SAMPLE_RATE, channels: 1 });
  }

  #play(decoder: OpusDecoder, decision: PlayoutDecision): Float32Array {
    switch (decision.kind) {
      case 'decode':
      case 'decode-redundant':
        return this.#decode(decoder, decision.payload);
      case 'accelerate':
      case 'expand':
        return this.#splice(this.#decode(decoder, decision.payload), decision);
      case 'fec':
        return this.#attempt(() => decoder.decodeFec(decision.payload, this.#sound, PACKET), decoder, PACKET);
      case 'conceal':
        return this.#conceal(decoder, decision.durationMs * PER_MS);
      case 'silence':
        if (decision.comfort) return this.#conceal(decoder, decision.durationMs * PER_MS);
        return this.#sound.subarray(0, decision.durationMs * PER_MS).fill(0);
    }
  }

  #decode(decoder: OpusDecoder, payload: Uint8Array): Float32Array {
    return this.#attempt(() => decoder.decode(payload, this.#sound), decoder, PACKET);
  }

  /** In a pause this makes the noise that the decoder has learned. */
  #conceal(decoder: OpusDecoder, samples: number): Float32Array {
    return this.#attempt(() => decoder.conceal(this.#sound, samples), decoder, samples);
  }

  #splice(sound: Float32Array, { kind, urgent, mostMs }: SpliceDecision): Float32Array {
    if (sound.length !== PACKET) return sound;
    const length = this.#stretch[kind](sound, this.#stretched, urgent, mostMs * PER_MS);
    return this.#stretched.subarray(0, length);
  }

  /** Silence takes the place of what the decoder refuses. */
  #attempt(action: (decoder: OpusDecoder) => number, decoder: OpusDecoder, samples: number): Float32Array {
    try {
      return this.#sound.subarray(0, action(decoder));
    } catch (error) {
      const { host, codec } = this.#options;
      host.log('warn', 'a packet of Opus could not be decoded', { error: String(error) });
      if (!codec.failed(error)) this.dispose();
      return this.#sound.subarray(0, samples).fill(0);
    }
  }

  #fadeIn(sound: Float32Array): void {
    for (let i = 0; i < sound.length && this.#fadedIn < FADE; i++) {
      sound[i] = (sound[i] ?? 0) * ((this.#fadedIn++ + 0.5) / FADE);
    }
  }
}
