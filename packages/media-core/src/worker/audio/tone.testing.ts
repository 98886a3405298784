const HZ = 450;

/** Sample of a 450 Hz tone at 48 kHz. */
export const tone = (index: number): number => 0.3 * Math.sin((2 * Math.PI * HZ * index) / 48_000);

/**
 * Median signal-to-noise ratio of the tone in blocks of 20 ms [dB]. The median tolerates phase jumps by time stretching, the
 * best of seven frequencies tolerates resampling.
 */
export function medianToneSnr(samples: readonly number[]): number {
  const block = 960;
  const ratios: number[] = [];
  for (let start = 0; start + block <= samples.length; start += block) {
    const piece = samples.slice(start, start + block);
    const fits = [-3, -2, -1, 0, 1, 2, 3].map((step) => toneSnr(piece, HZ * (1 + step / 1000)));
    ratios.push(Math.max(...fits));
  }
  return ratios.sort((a, b) => a - b)[ratios.length >> 1] ?? -Infinity;
}

/** Fits a sine of this frequency by least squares. @returns its level relative to the rest [dB] */
function toneSnr(samples: readonly number[], hz: number): number {
  let [ss, sc, cc, sx, cx, xx] = [0, 0, 0, 0, 0, 0];
  samples.forEach((sample, i) => {
    const sine = Math.sin((2 * Math.PI * hz * i) / 48_000);
    const cosine = Math.cos((2 * Math.PI * hz * i) / 48_000);
    ss += sine ** 2;
    sc += sine * cosine;
    cc += cosine ** 2;
    sx += sine * sample;
    cx += cosine * sample;
    xx += sample ** 2;
  });
  const determinant = ss * cc - sc ** 2;
  const a = (sx * cc - cx * sc) / determinant;
  const b = (cx * ss - sx * sc) / determinant;
  const signal = a * sx + b * cx;
  return 10 * Math.log10(signal / Math.max(xx - signal, 1e-12));
}
