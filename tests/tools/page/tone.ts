/** What a stretch of sound consists of, if it is one tone. */
export interface ToneReading {
  /** Of the strongest component, Hz. */
  readonly frequencyHz: number;
  /** Power of the tone to power of everything else between 50 Hz and 12 kHz, dB. */
  readonly snrDb: number;
  /** Root mean square, dB of full scale; -Infinity for silence. */
  readonly levelDb: number;
}

const LOWEST_HZ = 50;
const HIGHEST_HZ = 12_000;
/** The main lobe of the Hann window is four bins wide; a coded tone wavers a little. */
const TONE_BINS = 6;

/** @param samples mono; the number of samples must be a power of two */
export function measureTone(samples: Float32Array, sampleRate: number): ToneReading {
  const size = samples.length;
  const power = powerSpectrum(samples);
  const binHz = sampleRate / size;
  const first = Math.ceil(LOWEST_HZ / binHz);
  const last = Math.min(Math.floor(HIGHEST_HZ / binHz), power.length - 2);
  let peak = first;
  for (let bin = first; bin <= last; bin += 1) if (at(power, bin) > at(power, peak)) peak = bin;
  let tone = 0;
  let rest = 0;
  for (let bin = first; bin <= last; bin += 1) {
    if (Math.abs(bin - peak) <= TONE_BINS) tone += at(power, bin);
    else rest += at(power, bin);
  }
  const meanSquare = samples.reduce((sum, sample) => sum + sample * sample, 0) / size;
  return {
    frequencyHz: (peak + peakOffset(power, peak)) * binHz,
    snrDb: tone === 0 ? -Infinity : 10 * Math.log10(tone / Math.max(rest, Number.MIN_VALUE)),
    levelDb: 10 * Math.log10(meanSquare),
  };
}

/** Parabola through the logarithms of the peak and its neighbours: where between the bins the tone lies. */
function peakOffset(power: Float64Array, peak: number): number {
  const [left, middle, right] = [peak - 1, peak, peak + 1].map((bin) =>
    Math.log(at(power, bin) + Number.MIN_VALUE),
  ) as [number, number, number];
  const curvature = left - 2 * middle + right;
  return curvature === 0 ? 0 : (0.5 * (left - right)) / curvature;
}

/** Squared magnitudes of the Hann-windowed signal's first half of bins. */
function powerSpectrum(samples: Float32Array): Float64Array {
  const size = samples.length;
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let index = 0; index < size; index += 1) {
    real[index] = (samples[index] ?? 0) * 0.5 * (1 - Math.cos((2 * Math.PI * index) / size));
  }
  fourierTransform(real, imaginary);
  return Float64Array.from({ length: size / 2 }, (_, bin) => at(real, bin) ** 2 + at(imaginary, bin) ** 2);
}

/** In-place radix-2 Fourier transform; both parts of the same power of two. */
export function fourierTransform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let index = 1, reversed = 0; index < size; index += 1) {
    let bit = size >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (index < reversed) {
      swap(real, index, reversed);
      swap(imaginary, index, reversed);
    }
  }
  for (let length = 2; length <= size; length *= 2) {
    const angle = (-2 * Math.PI) / length;
    for (let offset = 0; offset < length / 2; offset += 1) {
      const cosine = Math.cos(angle * offset);
      const sine = Math.sin(angle * offset);
      for (let even = offset; even < size; even += length) {
        const odd = even + length / 2;
        const re = at(real, odd) * cosine - at(imaginary, odd) * sine;
        const im = at(real, odd) * sine + at(imaginary, odd) * cosine;
        real[odd] = at(real, even) - re;
        imaginary[odd] = at(imaginary, even) - im;
        real[even] = at(real, even) + re;
        imaginary[even] = at(imaginary, even) + im;
      }
    }
  }
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

function swap(values: Float64Array, first: number, second: number): void {
  const kept = at(values, first);
  values[first] = at(values, second);
  values[second] = kept;
}
