/**
 * Intelligibility of received speech after STOI (Taal et al. 2011): the short-time envelopes of third-octave bands are
 * correlated with those of what was said, over stretches of 375 ms. Other than in STOI each stretch is looked for near the
 * place of the one before, since a jitter buffer shifts what it plays; and sounds stay at 48 kHz.
 */
import { fourierTransform } from '../../../tools/page/tone.js';
import { mean } from './statistics.js';

export interface Intelligibility {
  /** Mean correlation of all stretches with speech: 1 is perfect. */
  readonly score: number;
  /** Fraction of the stretches below 0.5: hardly intelligible words. */
  readonly lost: number;
  readonly stretches: number;
}

const SAMPLE_RATE = 48_000;
/** 25 ms frames, half overlapping; those of what was heard lie four times as dense, to be shifted by 3 ms. */
const FRAME = 1200;
const HOP = 600;
const DENSITY = 4;
const FFT_SIZE = 2048;
const LOWEST_BAND_HZ = 150;
const BANDS = 15;
const STRETCH = 30;
const STEP = 15;
/** Of a band's envelope over what was said, -15 dB of signal to distortion: more damage does not count. */
const CLIPPING = 1 + 10 ** (15 / 20);
/** Below the loudest frame: silence. */
const SILENCE = 10 ** (-40 / 20);
/** Shift of a stretch against the one before, in dense frames: 75 ms. */
const SEARCH = 24;
/** Of the place of a whole recording: it is compared over that many dense frames. */
const ANCHOR = 2560;
const LOST = 0.5;
/** Correlation from which the place of a stretch predicts that of the next one. */
const TRUSTED = 0.6;

type Spectrogram = readonly Float64Array[];

/**
 * @param said one round of a loop, mono, 48 kHz, longer than a second
 * @param heard a recording that begins anywhere in it, longer than 8 s
 */
export function intelligibility(said: Float32Array, heard: Float32Array): Intelligibility {
  const clean = spectrogram(loopedOnce(said), HOP).slice(0, Math.floor(said.length / HOP));
  const damaged = spectrogram(heard, HOP / DENSITY);
  const levels = clean.map((bands) => Math.sqrt(bands.reduce((sum, band) => sum + band * band, 0)));
  const audible = SILENCE * Math.max(...levels);
  const scores: number[] = [];
  let shift = anchorOf(clean, damaged);
  // `shift` dense frames of the loop lie before the recording's first.
  const firstFrame = Math.ceil((shift + SEARCH) / DENSITY);
  for (let frame = firstFrame; ; frame += STEP) {
    const place = frame * DENSITY - shift;
    if (place + SEARCH + STRETCH * DENSITY > damaged.length) break;
    const indices = Array.from({ length: STRETCH }, (_, index) => (frame + index) % clean.length);
    const speaking = indices.filter((index) => (levels[index] ?? 0) > audible).length;
    if (speaking < STRETCH / 2) continue;
    const best = bestPlace(
      indices.map((index) => clean[index] ?? new Float64Array(BANDS)),
      damaged,
      place,
    );
    scores.push(best.score);
    if (best.score >= TRUSTED) shift = frame * DENSITY - best.place;
  }
  return {
    score: mean(scores),
    lost: scores.filter((score) => score < LOST).length / scores.length,
    stretches: scores.length,
  };
}

function bestPlace(stretch: Spectrogram, damaged: Spectrogram, around: number): { score: number; place: number } {
  let best = { score: -Infinity, place: around };
  for (let offset = 0; offset <= 2 * SEARCH; offset += 1) {
    // From the middle outwards, so that of equal places the nearest is taken.
    const place = around + (offset % 2 === 0 ? offset / 2 : -(offset + 1) / 2);
    if (place < 0) continue;
    const score = correlation(stretch, damaged, place);
    if (score > best.score) best = { score, place };
  }
  return best;
}

/** Mean over the bands of the correlation between clean envelopes and damaged ones, scaled to the same power and clipped. */
function correlation(stretch: Spectrogram, damaged: Spectrogram, place: number): number {
  let sum = 0;
  for (let band = 0; band < BANDS; band += 1) {
    const clean = stretch.map((bands) => bands[band] ?? 0);
    const other = clean.map((_, index) => damaged[place + index * DENSITY]?.[band] ?? 0);
    const gain = Math.sqrt(power(clean) / Math.max(power(other), Number.MIN_VALUE));
    const clipped = other.map((value, index) => Math.min(value * gain, (clean[index] ?? 0) * CLIPPING));
    sum += pearson(clean, clipped);
  }
  return sum / BANDS;
}

function power(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** 0 where one of them is constant. */
function pearson(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, index) => {
    const [x, y] = [value - meanA, (b[index] ?? 0) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
}

/** Where in the loop the recording begins, in dense frames: by the loudness of its first 8 s. */
function anchorOf(clean: Spectrogram, damaged: Spectrogram): number {
  const loudness = (bands: Float64Array | undefined) =>
    Math.log(1e-4 + (bands?.reduce((sum, band) => sum + band, 0) ?? 0));
  const said = clean.map(loudness);
  const heard = damaged.slice(0, ANCHOR).map(loudness);
  let best = { score: -Infinity, shift: 0 };
  for (let shift = 0; shift < clean.length * DENSITY; shift += 1) {
    // Loop frames stand at multiples of the density.
    const first = (DENSITY - (shift % DENSITY)) % DENSITY;
    const pairs: [number, number][] = [];
    for (let place = first; place < heard.length; place += DENSITY) {
      pairs.push([said[((shift + place) / DENSITY) % clean.length] ?? 0, heard[place] ?? 0]);
    }
    const score = pearson(
      pairs.map(([a]) => a),
      pairs.map(([, b]) => b),
    );
    if (score > best.score) best = { score, shift };
  }
  return best.shift;
}

/** With its beginning after its end, so that the frames at the end are those of the loop. */
function loopedOnce(said: Float32Array): Float32Array {
  const samples = new Float32Array(said.length + FRAME);
  samples.set(said);
  samples.set(said.subarray(0, FRAME), said.length);
  return samples;
}

/** Amplitudes of third-octave bands, frame by frame. */
function spectrogram(samples: Float32Array, hop: number): Spectrogram {
  const window = Float64Array.from(
    { length: FRAME },
    (_, index) => 0.5 * (1 - Math.cos((2 * Math.PI * index) / FRAME)),
  );
  const edges = Array.from({ length: BANDS + 1 }, (_, band) =>
    Math.round((LOWEST_BAND_HZ * 2 ** ((band - 0.5) / 3) * FFT_SIZE) / SAMPLE_RATE),
  );
  const count = Math.max(0, Math.floor((samples.length - FRAME) / hop) + 1);
  return Array.from({ length: count }, (_, frame) => {
    const real = new Float64Array(FFT_SIZE);
    const imaginary = new Float64Array(FFT_SIZE);
    for (let index = 0; index < FRAME; index += 1)
      real[index] = (samples[frame * hop + index] ?? 0) * (window[index] ?? 0);
    fourierTransform(real, imaginary);
    return Float64Array.from({ length: BANDS }, (_, band) => {
      let sum = 0;
      for (let bin = edges[band] ?? 0; bin < Math.max(edges[band + 1] ?? 0, (edges[band] ?? 0) + 1); bin += 1)
        sum += (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2;
      return Math.sqrt(sum);
    });
  });
}
