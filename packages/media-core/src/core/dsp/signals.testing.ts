/** Sample rate of all signals [Hz]. */
export const RATE = 48_000;

/** Pseudorandom generator of numbers in 0..1 (mulberry32). */
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
 * Packet loss in bursts by a two-state Markov chain (Gilbert); each call returns whether the next packet is lost.
 * @param share loss fraction
 * @param burst mean number of consecutive lost packets
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

/** A voiced signal: harmonics of `pitch` Hz up to 4 kHz, falling by 12 dB per octave, with a formant at 700 Hz. */
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
 * SNR of a sine of `frequency` Hz with any amplitude and phase [dB]: the sine is fitted by least squares, the rest is
 * noise.
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

/** SNR of `actual` against `expected` over the shorter length [dB]. */
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

/** Maximum second difference of a signal; a click raises it far above the signal's own. */
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

/** Concatenates arrays. */
export function concat(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
