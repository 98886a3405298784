import type { OpusDecoder, OpusDecoding } from '@xmpp-call/opus/decoding';
import { AudioJitterBuffer } from '../core/audio/audio-jitter-buffer.js';
import type { PlayoutDecision } from '../core/audio/audio-playout.js';
import { clampToFullScale } from '../core/dsp/full-scale.js';
import { AUDIO_SAMPLE_RATE } from '../messages/media-worker-messages.js';
import { TimeStretch } from '../core/dsp/time-stretch.js';
import type { CodecSlot } from '../core/codec-slot.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
/** What a splice is made in: 20 ms. */
const SPLICED = 20 * PER_MS;
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
export interface DecodedAudio {
  /** Valid until the next one is made. */
  readonly samples: Float32Array;
  /** When it was recorded, ms of the sender's clock; undefined if it was made up. */
  readonly captureTime: number | undefined;
  /** Whether it stands in for packets that are missing. */
  readonly isConcealed: boolean;
}

/** Turns received packets into sound without gaps: jitter buffer, decoder, concealment and time stretching. */
export class PlayoutDecoder {
  readonly buffer = new AudioJitterBuffer();

  readonly #codec: CodecSlot<Decoding>;
  readonly #onUndecodable: (error: unknown) => void;
  readonly #stretch = new TimeStretch(SPLICED);
  readonly #sound = new Float32Array(MAX_SOUND);
  readonly #stretched = new Float32Array(SPLICED + TimeStretch.maxChange);
  /** The sound given last. */
  readonly #past = new Float32Array(TimeStretch.maxChange);
  #decoder: OpusDecoder | undefined;
  #fadedIn = 0;

  constructor(codec: CodecSlot<Decoding>, onUndecodable: (error: unknown) => void) {
    this.#codec = codec;
    this.#onUndecodable = onUndecodable;
  }

  /** Sound is faded in. */
  begin(): void {
    this.#fadedIn = 0;
    this.#past.fill(0);
  }

  /**
   * The sound to be played at `at`, ms: a few ms of silence while there is no decoder.
   * @param until when more packets may be there, if that is known
   */
  next(at: number, until?: number): DecodedAudio {
    this.#open();
    if (!this.#decoder) return { samples: this.#breakOff(BREAK), captureTime: undefined, isConcealed: true };
    const decision = this.buffer.next(at, until);
    const samples = this.#play(this.#decoder, decision);
    this.#remember(samples);
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
      case 'trim':
      case 'expand':
        return this.#splice(this.#decode(decoder, decision.payload, decision.following), decision);
      case 'fec':
        return this.#attempt(decoder, this.#packet, () =>
          decoder.decodeFec(decision.payload, this.#sound, this.#packet),
        );
      case 'conceal':
        return this.#conceal(decoder, decision.durationMs * PER_MS);
      case 'silence':
        if (decision.comfort) return this.#conceal(decoder, decision.durationMs * PER_MS);
        return this.#sound.subarray(0, decision.durationMs * PER_MS).fill(0);
    }
  }

  /** Samples of a packet. */
  get #packet(): number {
    return this.buffer.packetMs * PER_MS;
  }

  #decode(decoder: OpusDecoder, payload: Uint8Array, following?: Uint8Array): Float32Array {
    return this.#attempt(decoder, following ? 2 * this.#packet : this.#packet, () => {
      const samples = decoder.decode(payload, this.#sound);
      return following ? samples + decoder.decode(following, this.#sound.subarray(samples)) : samples;
    });
  }

  /** In a pause this makes the noise that the decoder has learned. */
  #conceal(decoder: OpusDecoder, samples: number): Float32Array {
    return this.#attempt(decoder, samples, () => decoder.conceal(this.#sound, samples));
  }

  #splice(sound: Float32Array, { kind, urgent, mostMs }: SpliceDecision): Float32Array {
    const most = mostMs * PER_MS;
    if (sound.length === SPLICED) {
      const action = kind === 'expand' ? 'expand' : 'accelerate';
      return this.#stretched.subarray(0, this.#stretch[action](sound, this.#stretched, urgent, most));
    }
    if (kind !== 'expand' || sound.length !== this.#packet) return sound;
    return this.#stretched.subarray(0, this.#stretch.expandAfter(this.#past, sound, this.#stretched, urgent, most));
  }

  #remember(samples: Float32Array): void {
    const past = this.#past;
    if (samples.length < past.length) past.copyWithin(0, samples.length);
    past.set(samples.subarray(-past.length), Math.max(0, past.length - samples.length));
  }

  /** Silence takes the place of what the decoder refuses, and of what is no sound: that is remembered nowhere. */
  #attempt(decoder: OpusDecoder, samples: number, action: () => number): Float32Array {
    try {
      const sound = this.#sound.subarray(0, action());
      if (clampToFullScale(sound)) return this.#fadeIn(sound);
      decoder.reset();
      this.#onUndecodable(new RangeError('sound far beyond full scale'));
      return this.#breakOff(samples);
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
    const last = this.#past.at(-1) ?? 0;
    for (let i = 0; i < BREAK && i < samples; i++) silence[i] = last * (1 - (i + 0.5) / BREAK);
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
