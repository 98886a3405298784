const BANDS = 20;
const WINDOW_SECONDS = 0.02;
/** What is quieter counts as silence. */
const FLOOR = 1e-6;

/**
 * How unlike two sounds of one length are to the ear: the difference in level, in dB, of 20 bands up to 8 kHz, in windows of
 * 20 ms, on average over those in which the first is not silent.
 */
export function spectralDistance(first: Float32Array, second: Float32Array, sampleRate: number): number {
  const length = sampleRate * WINDOW_SECONDS;
  let [sum, count] = [0, 0];
  for (let begin = 0; begin + length <= first.length; begin += length / 2) {
    const one = bandLevels(first.subarray(begin, begin + length), sampleRate);
    const other = bandLevels(second.subarray(begin, begin + length), sampleRate);
    one.forEach((level, band) => {
      if (level < 10 * Math.log10(FLOOR) + 10) return;
      sum += Math.abs(level - (other[band] ?? 0));
      count += 1;
    });
  }
  return sum / count;
}

/** Level of each band in dB, of a window in Hann's shape. */
function bandLevels(samples: Float32Array, sampleRate: number): number[] {
  const shaped = samples.map(
    (sample, index) => sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / samples.length)),
  );
  const step = sampleRate / samples.length;
  return Array.from({ length: BANDS }, (_, band) => {
    let power = 0;
    for (let line = 0; line < 8000 / BANDS / step; line += 1)
      power += linePower(shaped, band * (8000 / BANDS / step) + line);
    return 10 * Math.log10(power + FLOOR);
  });
}

/** Power of one line of the spectrum (Goertzel's algorithm). */
function linePower(samples: Float32Array, line: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * line) / samples.length);
  let [last, before] = [0, 0];
  for (const sample of samples) [last, before] = [sample + factor * last - before, last];
  return (last * last + before * before - factor * last * before) / samples.length;
}
