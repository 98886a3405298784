import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PROGRESS_TONES } from './tone-plans.js';
import type { ProgressTone, ToneRegion } from './tone-plans.js';
import { toneRegion } from './tone-region.js';
import { digitSamples, toneSamples } from './tones.js';

const RATE = 16_000;
const REGIONS = Object.keys(PROGRESS_TONES) as ToneRegion[];
const TONES = Object.keys(PROGRESS_TONES.eu) as ProgressTone[];

const peakOf = (samples: Float32Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

/** Amplitude of a frequency (Goertzel), over a part [s] of the samples. */
function amplitude(samples: Float32Array, frequency: number, from: number, to: number): number {
  const part = samples.slice(from * RATE, to * RATE);
  let [re, im] = [0, 0];
  for (const [i, sample] of part.entries()) {
    re += sample * Math.cos((2 * Math.PI * frequency * i) / RATE);
    im += sample * Math.sin((2 * Math.PI * frequency * i) / RATE);
  }
  return (2 * Math.hypot(re, im)) / part.length;
}

/** Times [s] at which sound and silence take turns, to 10 ms. */
function cadence(samples: Float32Array): number[] {
  const block = RATE / 100;
  const loud = Array.from({ length: Math.floor(samples.length / block) }, (_, i) =>
    samples.slice(i * block, (i + 1) * block).some((sample) => Math.abs(sample) > 1e-6),
  );
  return loud.flatMap((is, i) => (is === (loud[i - 1] ?? false) ? [] : [i / 100]));
}

describe('tones of the regions', () => {
  it('are not loud and do not click: within a round, and where it begins again', () => {
    for (const region of REGIONS) {
      for (const tone of TONES) {
        const samples = toneSamples(tone, region);
        assert.ok(peakOf(samples) > 0.02 && peakOf(samples) <= 0.0701, `${region} ${tone}: ${peakOf(samples)}`);
        const first = samples[0] ?? 1;
        const step = samples.reduce(
          (most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? samples.at(-1) ?? first))),
          0,
        );
        assert.ok(step < 0.02, `${region} ${tone}: ${step}`);
        assert.ok(Math.abs(samples.at(-1) ?? 1) < 0.001 && Math.abs(first) < 0.001);
      }
    }
  });

  it('beside a conversation are quieter than others', () => {
    for (const region of REGIONS)
      for (const tone of ['call-waiting', 'hold'] as const)
        assert.ok(peakOf(toneSamples(tone, region)) < 0.6 * peakOf(toneSamples('ringback', region)));
  });

  it('have the cadence of their region', () => {
    const at = (region: ToneRegion, tone: ProgressTone) => cadence(toneSamples(tone, region));
    assert.deepEqual(at('eu', 'ringback'), [0, 1]);
    assert.deepEqual(at('uk', 'ringback'), [0, 0.4, 0.6, 1]);
    assert.deepEqual(at('us', 'ringback'), [0, 2]);
    assert.deepEqual(at('eu', 'call-waiting'), [0, 0.2, 0.4, 0.6]);
    assert.deepEqual(at('uk', 'congestion'), [0, 0.4, 0.75, 0.98]);
    const rounds = REGIONS.map((region) => toneSamples('ringback', region).length / RATE);
    assert.deepEqual(rounds, [5, 3, 6, 3]);
  });

  it('have the frequencies of their region, and no other', () => {
    const heard = (samples: Float32Array, frequencies: readonly number[]) =>
      frequencies.filter((frequency) => amplitude(samples, frequency, 0.05, 0.25) > 0.02);
    const all = [350, 400, 425, 440, 480, 620];
    assert.deepEqual(heard(toneSamples('busy', 'eu'), all), [425]);
    assert.deepEqual(heard(toneSamples('busy', 'uk'), all), [400]);
    assert.deepEqual(heard(toneSamples('busy', 'us'), all), [480, 620]);
    assert.deepEqual(heard(toneSamples('ringback', 'us'), all), [440, 480]);
  });

  it('are the European ones where nothing else is asked for', () => {
    assert.deepEqual(toneSamples('ringback'), toneSamples('ringback', 'eu'));
    assert.deepEqual(toneSamples('ring', 'jp'), toneSamples('ring'));
  });
});

describe('keys of DTMF', () => {
  it('have the pair of Q.23, short and quiet', () => {
    const rows = [697, 770, 852, 941];
    const columns = [1209, 1336, 1477, 1633];
    for (const [i, digit] of Array.from('123A456B789C*0#D').entries()) {
      const samples = digitSamples(digit) ?? new Float32Array();
      assert.equal(samples.length, 1600);
      assert.ok(peakOf(samples) <= 0.035 && Math.abs(samples.at(-1) ?? 1) < 0.001);
      const heard = [...rows, ...columns].filter((frequency) => amplitude(samples, frequency, 0.02, 0.08) > 0.01);
      assert.deepEqual(heard, [rows[i >> 2], columns[i % 4]], digit);
    }
    assert.deepEqual(digitSamples('d'), digitSamples('D'));
  });

  it('are silent for what is no key', () => {
    for (const text of ['', 'x', '12', ' ']) assert.equal(digitSamples(text), undefined);
  });
});

describe('toneRegion', () => {
  const auto = (timeZone: string | undefined, ...languages: string[]) =>
    toneRegion('auto', () => ({ timeZone, languages }));

  it('is the one asked for, or the European one for what is none', () => {
    assert.equal(toneRegion('jp'), 'jp');
    assert.equal(toneRegion('mars' as 'eu'), 'eu');
  });

  it('goes by the time zone, since American English is everywhere', () => {
    assert.equal(auto('Europe/Berlin', 'en-US'), 'eu');
    assert.equal(auto('Europe/London', 'en-US'), 'uk');
    assert.equal(auto('America/New_York', 'de-DE'), 'us');
    assert.equal(auto('America/Indiana/Knox', 'en'), 'us');
    assert.equal(auto('Asia/Tokyo', 'en-US'), 'jp');
    assert.equal(auto('America/Sao_Paulo', 'pt-BR'), 'eu');
  });

  it('goes by the region of the language where there is no time zone', () => {
    for (const zone of [undefined, 'UTC', 'Etc/GMT+3']) {
      assert.equal(auto(zone, 'en', 'en-GB'), 'uk');
      assert.equal(auto(zone, 'en-Latn-US'), 'us');
      assert.equal(auto(zone, 'de', 'en'), 'eu');
      assert.equal(auto(zone, 'ja'), 'jp');
      assert.equal(auto(zone), 'eu');
    }
  });
});
