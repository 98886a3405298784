import type { OpusDecoder, OpusDecoding } from '@xmpp-call/opus/decoding';
import { AudioJitterBuffer } from '../core/audio-jitter-buffer.js';
import type { PlayoutDecision } from '../core/audio-playout.js';
import { AUDIO_SAMPLE_RATE } from '../core/messages.js';
import { TimeStretch } from '../core/time-stretch.js';
import type { CodecSlot } from '../worker/codec-slot.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
const PACKET = 20 * PER_MS;
/** Longest sound of an Opus packet (RFC 6716 §3.2.5). */
const MAX_SOUND = 120 * PER_MS;
/** Samples over which sound begins, and ends: 10 ms. */
const FADE = 10 * PER_MS;
/** The same where it breaks off. */
const BREAK = 2 * PER_MS;

type SpliceDecision = Extract<PlayoutDecision, { readonly urgent: boolean }>;

/** What is needed of Opus. */
export type Decoding = Pick<OpusDecoding, 'module' | 'createDecoder'>;

/** A piece of sound. */
export interface PlayedSound {
  /** Valid until the next one is made. */
  readonly samples: Float32Array;
  /** When it was recorded, ms of the sender's clock; undefined if it was made up. */
  readonly captureTime: number | undefined;
  /** Whether it stands in for packets that are missing. */
  readonly isConcealed: boolean;
}

/** Turns received packets into sound without gaps: jitter buffer, decoder, concealment and time stretching. */
export class AudioPlayer {
  readonly buffer = new AudioJitterBuffer();

  readonly #codec: CodecSlot<Decoding>;
  readonly #onUndecodable: (error: unknown) => void;
  readonly #stretch = new TimeStretch(PACKET);
  readonly #sound = new Float32Array(MAX_SOUND);
  readonly #stretched = new Float32Array(PACKET + TimeStretch.maxChange);
  #decoder: OpusDecoder | undefined;
  #fadedIn = 0;
  /** The last sample given. */
  #last = 0;

  constructor(codec: CodecSlot<Decoding>, onUndecodable: (error: unknown) => void) {
    this.#codec = codec;
    this.#onUndecodable = onUndecodable;
  }

  /** Sound is faded in. */
  begin(): void {
    this.#fadedIn = 0;
    this.#last = 0;
  }

  /** The sound to be played at `at`, ms: a few ms of silence while there is no decoder. */
  next(at: number): PlayedSound {
    this.#open();
    if (!this.#decoder) return { samples: this.#breakOff(BREAK), captureTime: undefined, isConcealed: true };
    const decision = this.buffer.next(at);
    const samples = this.#play(this.#decoder, decision);
    this.#last = samples.at(-1) ?? 0;
    const captureTime = 'captureTime' in decision ? decision.captureTime : undefined;
    return { samples, captureTime, isConcealed: decision.kind === 'conceal' };
  }

  /** What goes on from the sound given last, fading out. */
  end(): Float32Array {
    const decoder = this.#decoder;
    if (!decoder) return this.#breakOff(BREAK);
    const samples = this.#conceal(decoder, FADE);
    for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] ?? 0) * (1 - (i + 0.5) / samples.length);
    decoder.dispose();
    this.#decoder = undefined;
    return samples;
  }

  #open(): void {
    const { codec } = this.#codec;
    if (!codec) this.#decoder = undefined;
    if (!codec || this.#decoder) return;
    try {
      this.#decoder = codec.createDecoder({ sampleRate: AUDIO_SAMPLE_RATE, channels: 1 });
    } catch (error) {
      this.#codec.failed(error);
    }
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
        return this.#attempt(decoder, PACKET, () => decoder.decodeFec(decision.payload, this.#sound, PACKET));
      case 'conceal':
        return this.#conceal(decoder, decision.durationMs * PER_MS);
      case 'silence':
        if (decision.comfort) return this.#conceal(decoder, decision.durationMs * PER_MS);
        return this.#sound.subarray(0, decision.durationMs * PER_MS).fill(0);
    }
  }

  #decode(decoder: OpusDecoder, payload: Uint8Array): Float32Array {
    return this.#attempt(decoder, PACKET, () => decoder.decode(payload, this.#sound));
  }

  /** In a pause this makes the noise that the decoder has learned. */
  #conceal(decoder: OpusDecoder, samples: number): Float32Array {
    return this.#attempt(decoder, samples, () => decoder.conceal(this.#sound, samples));
  }

  #splice(sound: Float32Array, { kind, urgent, mostMs }: SpliceDecision): Float32Array {
    if (sound.length !== PACKET) return sound;
    const length = this.#stretch[kind](sound, this.#stretched, urgent, mostMs * PER_MS);
    return this.#stretched.subarray(0, length);
  }

  /** Silence takes the place of what the decoder refuses. */
  #attempt(decoder: OpusDecoder, samples: number, action: () => number): Float32Array {
    try {
      return this.#fadeIn(this.#sound.subarray(0, action()));
    } catch (error) {
      this.#onUndecodable(error);
      if (!this.#codec.failed(error)) {
        decoder.dispose();
        this.#decoder = undefined;
      }
      return this.#breakOff(samples);
    }
  }

  /** Silence, after which sound is faded in again. */
  #breakOff(samples: number): Float32Array {
    const silence = this.#sound.subarray(0, samples).fill(0);
    for (let i = 0; i < BREAK && i < samples; i++) silence[i] = this.#last * (1 - (i + 0.5) / BREAK);
    this.begin();
    return silence;
  }

  #fadeIn(sound: Float32Array): Float32Array {
    for (let i = 0; i < sound.length && this.#fadedIn < FADE; i++) {
      sound[i] = (sound[i] ?? 0) * ((this.#fadedIn++ + 0.5) / FADE);
    }
    return sound;
  }
}
