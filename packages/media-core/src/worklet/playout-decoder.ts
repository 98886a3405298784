import type { OpusDecoder, OpusDecoding } from '@xmpp-call/opus/decoding';
import { AudioJitterBuffer } from '../core/audio/audio-jitter-buffer.js';
import type { PlayoutDecision } from '../core/audio/audio-playout.js';
import { clampToFullScale } from '../core/dsp/full-scale.js';
import { AUDIO_SAMPLE_RATE } from '../messages/media-worker-messages.js';
import { TimeStretch } from '../core/dsp/time-stretch.js';
import type { CodecSlot } from '../core/codec-slot.js';

const PER_MS = AUDIO_SAMPLE_RATE / 1000;
/** Samples of audio that a splice needs: 20 ms. */
const SPLICE_LENGTH = 20 * PER_MS;
/** Maximum duration of an Opus packet [samples]: 120 ms (RFC 6716 §3.2.5). */
const MAX_PACKET = 120 * PER_MS;
/** Length of the fade at the start and the end of playout [samples]: 10 ms. */
const FADE = 10 * PER_MS;
/** Length of the fade where audio stops suddenly [samples]: 2 ms. */
const SHORT_FADE = 2 * PER_MS;

type SpliceDecision = Extract<PlayoutDecision, { readonly urgent: boolean }>;

/** The part of the codec that playout uses. */
export type Decoding = Pick<OpusDecoding, 'module' | 'createDecoder'>;

/** Audio to be played next. */
export interface DecodedAudio {
  /** Valid until the next call. */
  readonly samples: Float32Array;
  /** Capture time of the first sample [ms], on the sender's clock; undefined for concealment and silence. */
  readonly captureTime: number | undefined;
  /** Whether it replaces missing packets. */
  readonly isConcealed: boolean;
}

/** Converts received packets to continuous audio: jitter buffer, decoder, concealment and time stretching. */
export class PlayoutDecoder {
  readonly buffer = new AudioJitterBuffer();

  readonly #codec: CodecSlot<Decoding>;
  readonly #onUndecodable: (error: unknown) => void;
  readonly #stretch = new TimeStretch(SPLICE_LENGTH);
  readonly #decoded = new Float32Array(MAX_PACKET);
  readonly #stretched = new Float32Array(SPLICE_LENGTH + TimeStretch.maxChange);
  /** The last samples that were returned. */
  readonly #past = new Float32Array(TimeStretch.maxChange);
  #decoder: OpusDecoder | undefined;
  #fadedIn = 0;

  constructor(codec: CodecSlot<Decoding>, onUndecodable: (error: unknown) => void) {
    this.#codec = codec;
    this.#onUndecodable = onUndecodable;
  }

  /** The next audio is faded in. */
  begin(): void {
    this.#fadedIn = 0;
    this.#past.fill(0);
  }

  /**
   * Returns the audio to play at `at` [ms]; 2 ms of silence while there is no decoder.
   * @param until earliest time at which more packets can be available [ms]; undefined if unknown
   */
  next(at: number, until?: number): DecodedAudio {
    this.#open();
    if (!this.#decoder) return { samples: this.#breakOff(SHORT_FADE), captureTime: undefined, isConcealed: true };
    const decision = this.buffer.next(at, until);
    const samples = this.#play(this.#decoder, decision);
    this.#remember(samples);
    const captureTime = 'captureTime' in decision ? decision.captureTime : undefined;
    return { samples, captureTime, isConcealed: decision.kind === 'conceal' };
  }

  /** Returns audio that continues the last samples and fades out. */
  end(): Float32Array {
    const decoder = this.#decoder;
    if (!decoder) return this.#breakOff(SHORT_FADE);
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
          decoder.decodeFec(decision.payload, this.#decoded, this.#packet),
        );
      case 'conceal':
        return this.#conceal(decoder, decision.durationMs * PER_MS);
      case 'silence':
        if (decision.comfort) return this.#conceal(decoder, decision.durationMs * PER_MS);
        return this.#decoded.subarray(0, decision.durationMs * PER_MS).fill(0);
    }
  }

  /** Duration of a packet [samples]. */
  get #packet(): number {
    return this.buffer.packetMs * PER_MS;
  }

  #decode(decoder: OpusDecoder, payload: Uint8Array, following?: Uint8Array): Float32Array {
    return this.#attempt(decoder, following ? 2 * this.#packet : this.#packet, () => {
      const samples = decoder.decode(payload, this.#decoded);
      return following ? samples + decoder.decode(following, this.#decoded.subarray(samples)) : samples;
    });
  }

  /** While the sender is in DTX, the decoder generates comfort noise. */
  #conceal(decoder: OpusDecoder, samples: number): Float32Array {
    return this.#attempt(decoder, samples, () => decoder.conceal(this.#decoded, samples));
  }

  #splice(audio: Float32Array, { kind, urgent, mostMs }: SpliceDecision): Float32Array {
    const most = mostMs * PER_MS;
    if (audio.length === SPLICE_LENGTH) {
      const action = kind === 'expand' ? 'expand' : 'accelerate';
      return this.#stretched.subarray(0, this.#stretch[action](audio, this.#stretched, urgent, most));
    }
    if (kind !== 'expand' || audio.length !== this.#packet) return audio;
    return this.#stretched.subarray(0, this.#stretch.expandAfter(this.#past, audio, this.#stretched, urgent, most));
  }

  #remember(samples: Float32Array): void {
    const past = this.#past;
    if (samples.length < past.length) past.copyWithin(0, samples.length);
    past.set(samples.subarray(-past.length), Math.max(0, past.length - samples.length));
  }

  /**
   * Replaces audio by silence where the decoder refuses a packet or its samples are far beyond full scale. The decoder is
   * reset in the second case, so that later packets are not affected.
   */
  #attempt(decoder: OpusDecoder, samples: number, action: () => number): Float32Array {
    try {
      const audio = this.#decoded.subarray(0, action());
      if (clampToFullScale(audio)) return this.#fadeIn(audio);
      decoder.reset();
      this.#onUndecodable(new RangeError('samples far beyond full scale'));
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

  /** Returns silence after a short fade; the next audio is faded in. */
  #breakOff(samples: number): Float32Array {
    const silence = this.#decoded.subarray(0, samples).fill(0);
    const last = this.#past.at(-1) ?? 0;
    for (let i = 0; i < SHORT_FADE && i < samples; i++) silence[i] = last * (1 - (i + 0.5) / SHORT_FADE);
    this.begin();
    return silence;
  }

  #fadeIn(audio: Float32Array): Float32Array {
    for (let i = 0; i < audio.length && this.#fadedIn < FADE; i++) {
      audio[i] = (audio[i] ?? 0) * ((this.#fadedIn++ + 0.5) / FADE);
    }
    return audio;
  }
}
