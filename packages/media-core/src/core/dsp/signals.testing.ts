/** Sample rate of all signals here, in Hz. */
export const RATE = 48_000;

/** A generator of numbers in 0..1 that gives the same ones for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Loss in bursts (Gilbert's model of two states): each call tells whether the next packet is lost.
 * @param share of the packets that are lost @param burst packets lost in a row, on average
 */
export function bursts(share: number, burst: number, seed: number): () => boolean {
  const next = random(seed);
  const entry = share / (burst * (1 - share));
  let isLost = false;
  return () => (isLost = isLost ? next() > 1 / burst : next() < entry);
}

/** A sine of `frequency` Hz. */
export function sine(frequency: number, length: number, amplitude = 0.5): Float32Array {
  return Float32Array.from({ length }, (_, i) => amplitude * Math.sin((2 * Math.PI * frequency * i) / RATE));
}

/** A voiced sound: harmonics of `pitch` Hz up to 4 kHz, falling by 12 dB per octave, with a formant at 700 Hz. */
export function voiced(pitch: number, length: number, amplitude = 0.3): Float32Array {
  const samples = new Float32Array(length);
  for (let harmonic = 1; harmonic * pitch < 4000; harmonic++) {
    const frequency = harmonic * pitch;
    const level = amplitude / harmonic ** 2 + 0.3 * amplitude * Math.exp(-(((frequency - 700) / 200) ** 2));
    const phase = harmonic * harmonic;
    for (let i = 0; i < length; i++) {
      samples[i] = (samples[i] ?? 0) + level * Math.sin((2 * Math.PI * frequency * i) / RATE + phase);
    }
  }
  return samples;
}

/** White noise. */
export function noise(length: number, amplitude: number, seed = 1): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length }, () => amplitude * (2 * next() - 1));
}

/**
 * Signal to noise ratio in dB of a signal that should be one sine of `frequency` Hz, of whatever amplitude and phase: the
 * sine is fitted by least squares, what is left is noise.
 */
export function toneSnr(samples: Float32Array, frequency: number): number {
  const omega = (2 * Math.PI * frequency) / RATE;
  let [ss, sc, cc, xs, xc] = [0, 0, 0, 0, 0];
  samples.forEach((x, i) => {
    const [sin, cos] = [Math.sin(omega * i), Math.cos(omega * i)];
    ss += sin * sin;
    sc += sin * cos;
    cc += cos * cos;
    xs += x * sin;
    xc += x * cos;
  });
  const determinant = ss * cc - sc * sc;
  const a = (xs * cc - xc * sc) / determinant;
  const b = (xc * ss - xs * sc) / determinant;
  let signal = 0;
  let residue = 0;
  samples.forEach((x, i) => {
    const fitted = a * Math.sin(omega * i) + b * Math.cos(omega * i);
    signal += fitted * fitted;
    residue += (x - fitted) ** 2;
  });
  return 10 * Math.log10(signal / residue);
}

/** Signal to noise ratio in dB of `actual` against `expected`, over the shorter of both. */
export function snr(expected: Float32Array, actual: Float32Array): number {
  const length = Math.min(expected.length, actual.length);
  let signal = 0;
  let residue = 0;
  for (let i = 0; i < length; i++) {
    const value = expected[i] ?? 0;
    signal += value * value;
    residue += ((actual[i] ?? 0) - value) ** 2;
  }
  return 10 * Math.log10(signal / residue);
}

/** The largest second difference of a signal: a click is a value far over that of the signal itself. */
export function roughness(samples: Float32Array): number {
  let largest = 0;
  for (let i = 2; i < samples.length; i++) {
    const bend = (samples[i] ?? 0) - 2 * (samples[i - 1] ?? 0) + (samples[i - 2] ?? 0);
    largest = Math.max(largest, Math.abs(bend));
  }
  return largest;
}

/** Root mean square. */
export function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
}

/** One array of many. */
export function concat(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
