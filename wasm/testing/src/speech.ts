import { clamp, cosine, decay, Random, sine, smoothStep } from './deterministic.js';

export interface SoundOptions {
  /** Hz */
  readonly sampleRate: number;
  readonly seconds: number;
  readonly seed?: number;
}

/** The first four formants in Hz (Peterson and Barney's averages for men, and a fourth). */
const VOWELS = [
  [730, 1090, 2440, 3400],
  [270, 2290, 3010, 3600],
  [300, 870, 2240, 3300],
  [530, 1840, 2480, 3500],
  [570, 840, 2410, 3350],
  [490, 1350, 1690, 3300],
  [640, 1190, 2390, 3400],
] as const;
const BANDWIDTHS = [70, 100, 140, 220] as const;
const BLOCK_SECONDS = 0.0025;
const PEAK = 0.7;
/** Room noise, about -66 dB below full scale. */
const ROOM = 0.0005;

interface Sound {
  readonly seconds: number;
  /** Loudness of the voice and of the hiss, 0 to 1. */
  readonly voice: number;
  readonly hiss: number;
  /** Middle of the hiss in Hz. */
  readonly hissHz: number;
  readonly formants: readonly [number, number, number, number];
  /** Pitch in Hz to which the voice glides. */
  readonly pitch: number;
}

/** A two-pole resonator (Klatt 1980). */
class Resonator {
  #gain = 0;
  #first = 0;
  #second = 0;
  #before = 0;
  #twoBefore = 0;

  /** @param unity where the gain is 1: at 0 Hz, as formants in a row want it, or about the resonance */
  tune(hz: number, bandwidth: number, sampleRate: number, unity: 'zero' | 'peak' = 'zero'): void {
    const radius = decay((3.14159265 * bandwidth) / sampleRate);
    this.#first = 2 * radius * cosine(hz / sampleRate);
    this.#second = -radius * radius;
    this.#gain = unity === 'zero' ? 1 - this.#first - this.#second : 1 - radius;
  }

  next(input: number): number {
    const output = this.#gain * input + this.#first * this.#before + this.#second * this.#twoBefore;
    this.#twoBefore = this.#before;
    this.#before = output;
    return output;
  }
}

/**
 * Something like speech, mono, -1 to 1: syllables of hisses and vowels in phrases with pauses, the vowels from pulses of a
 * gliding pitch through moving formants. To a codec it is speech; nobody would understand it.
 */
export function speech({ sampleRate, seconds, seed = 1 }: SoundOptions): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  const voice = new Voice(sampleRate, random);
  const samples = new Float32Array(Math.round(sampleRate * seconds));
  let position = 0;
  let phraseLeft = 0;
  while (position < samples.length) {
    if (phraseLeft === 0) {
      position = voice.say(pause(random), samples, position);
      phraseLeft = 5 + random.below(9);
    }
    const pitch = random.between(85, 115) + 5 * phraseLeft;
    for (const sound of syllable(random, pitch)) position = voice.say(sound, samples, position);
    phraseLeft -= 1;
  }
  return normalised(samples, PEAK);
}

function pause(random: Random): Sound {
  return { seconds: random.between(0.2, 1), voice: 0, hiss: 0, hissHz: 3000, formants: VOWELS[5], pitch: 100 };
}

function syllable(random: Random, pitch: number): Sound[] {
  const formants = VOWELS[random.below(VOWELS.length)] ?? VOWELS[0];
  const hissHz = random.between(1800, 6500);
  const consonant =
    random.below(3) === 0
      ? { seconds: random.between(0.04, 0.09), voice: 0.25, hiss: 0.02 }
      : { seconds: random.between(0.03, 0.12), voice: 0, hiss: random.between(0.1, 0.45) };
  const vowel = { seconds: random.between(0.09, 0.22), voice: random.between(0.6, 1), hiss: 0.012 };
  return [
    { ...consonant, hissHz, formants, pitch },
    { ...vowel, hissHz: 3500, formants, pitch: pitch * random.between(0.92, 1.15) },
  ];
}

/** What goes on from sound to sound: the pulses' phase, the filters, and where all values glide from. */
class Voice {
  readonly #rate: number;
  readonly #random: Random;
  readonly #formants = BANDWIDTHS.map(() => new Resonator());
  readonly #hissFilter = new Resonator();
  readonly #now = { voice: 0, hiss: 0, hissHz: 3000, pitch: 100, formants: [500, 1500, 2500, 3400] };
  readonly #hissGain: number;
  #phase = 0;
  #flow = 0;

  constructor(sampleRate: number, random: Random) {
    this.#rate = sampleRate;
    this.#random = random;
    // As much power in the band at each rate, over which white noise spreads its own.
    this.#hissGain = 2 * Math.sqrt(sampleRate / 16_000);
  }

  /** Writes the sound from `position` on; returns where it ends. */
  say(sound: Sound, samples: Float32Array, position: number): number {
    const end = Math.min(samples.length, position + Math.round(sound.seconds * this.#rate));
    const block = Math.max(1, Math.round(BLOCK_SECONDS * this.#rate));
    while (position < end) {
      this.#glideTo(sound);
      const blockEnd = Math.min(end, position + block);
      for (; position < blockEnd; position += 1) samples[position] = this.#sample();
    }
    return position;
  }

  #glideTo(sound: Sound): void {
    const now = this.#now;
    now.voice += (sound.voice - now.voice) * 0.16;
    now.hiss += (sound.hiss - now.hiss) * 0.22;
    now.hissHz = sound.hissHz;
    now.pitch += (sound.pitch - now.pitch) * 0.05 + this.#random.between(-0.6, 0.6);
    const highest = this.#rate * 0.45;
    now.formants = now.formants.map((hz, index) => hz + ((sound.formants[index] ?? hz) - hz) * 0.09);
    this.#formants.forEach((resonator, index) =>
      resonator.tune(Math.min(highest, now.formants[index] ?? 0), BANDWIDTHS[index] ?? 100, this.#rate),
    );
    this.#hissFilter.tune(Math.min(highest, now.hissHz), 900, this.#rate, 'peak');
  }

  #sample(): number {
    const { voice, hiss, pitch } = this.#now;
    const noise = this.#random.unit() + this.#random.unit() - 1;
    this.#phase += pitch / this.#rate;
    this.#phase -= Math.floor(this.#phase);
    // The flow through the glottis opens slowly, closes fast and stays shut (Rosenberg 1971); the lips radiate its change.
    const flow =
      smoothStep(0, 0.42, this.#phase) * (1 - smoothStep(0.42, 0.58, this.#phase)) +
      noise * 0.01 * sine(this.#phase / 2);
    const change = (flow - this.#flow) * (this.#rate / 1000);
    this.#flow = flow;
    let value = change * voice;
    for (const resonator of this.#formants) value = resonator.next(value);
    return value + this.#hissFilter.next(noise * this.#hissGain) * hiss + noise * ROOM;
  }
}

/** Scales to the given peak, in place. */
export function normalised(samples: Float32Array<ArrayBuffer>, peak: number): Float32Array<ArrayBuffer> {
  let highest = 1e-9;
  for (const sample of samples) highest = Math.max(highest, Math.abs(sample));
  const gain = peak / highest;
  for (let index = 0; index < samples.length; index += 1) samples[index] = (samples[index] ?? 0) * gain;
  return samples;
}

/** Two channels of equal length interleaved. */
export function interleaved(left: Float32Array, right: Float32Array): Float32Array<ArrayBuffer> {
  if (left.length !== right.length) throw new RangeError('The channels differ in length');
  const samples = new Float32Array(left.length * 2);
  for (let index = 0; index < left.length; index += 1) {
    samples[index * 2] = left[index] ?? 0;
    samples[index * 2 + 1] = right[index] ?? 0;
  }
  return samples;
}

/** The nearest 16-bit integers. */
export function toInt16(samples: Float32Array): Int16Array<ArrayBuffer> {
  return Int16Array.from(samples, (sample) => clamp(Math.round(sample * 32_768), -32_768, 32_767));
}
