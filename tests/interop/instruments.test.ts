import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePcm, SAMPLE_RATE } from '../tools/loudspeaker.js';
import { gotRemoteFrames } from './dino-fault.js';
import { COLOUR_BARS, type Colour, Picture, showsColourBars } from './picture.js';
import { strongestTone } from './sound.js';

const sine = (frequencyHz: number, amplitude: number): Float32Array =>
  Float32Array.from({ length: SAMPLE_RATE / 2 }, (_, index) => {
    return amplitude * Math.sin((2 * Math.PI * frequencyHz * index) / SAMPLE_RATE);
  });

function paint(width: number, height: number, colourAt: (x: number) => Colour): Picture {
  const rgb = Array.from({ length: width * height }, (_, index) => colourAt((index % width) / width)).flat();
  return new Picture(width, height, Uint8Array.from(rgb));
}

test('a sine is measured with its frequency and amplitude', () => {
  const tone = strongestTone(sine(660, 0.5));
  assert.equal(tone.frequencyHz, 660);
  assert.ok(Math.abs(tone.amplitude - 0.5) < 0.01);
  assert.ok(tone.snrDb > 40);
});

test('of two sines the stronger one is found, with little SNR', () => {
  const weak = sine(1000, 0.3);
  const tone = strongestTone(sine(440, 0.4).map((sample, index) => sample + (weak[index] ?? 0)));
  assert.equal(tone.frequencyHz, 440);
  assert.ok(tone.snrDb < 5);
});

test('silence has no tone', () => {
  const tone = strongestTone(decodePcm(Buffer.alloc(SAMPLE_RATE)));
  assert.equal(tone.amplitude, 0);
  assert.ok(tone.snrDb <= 0);
});

test('colour bars are recognised in their order only', () => {
  const bar = (x: number): Colour => COLOUR_BARS[Math.floor(x * COLOUR_BARS.length)] ?? [0, 0, 0];
  assert.ok(showsColourBars(paint(140, 30, bar)));
  assert.ok(!showsColourBars(paint(140, 30, (x) => bar(0.999 - x))));
  assert.ok(!showsColourBars(paint(140, 30, () => [0, 0, 0])));
});

test('the share of a colour counts similar pixels', () => {
  const half = paint(10, 10, (x) => (x < 0.5 ? [240, 10, 250] : [20, 20, 20]));
  assert.equal(half.share([255, 0, 255]), 0.5);
  assert.equal(half.share([255, 255, 255]), 0);
});

test('a PPM file is read, anything else refused', () => {
  const picture = Picture.fromPpm(Buffer.concat([Buffer.from('P6\n2 1\n255\n'), Buffer.from([1, 2, 3, 4, 5, 6])]));
  assert.deepEqual(picture.at(0.5, 0), [4, 5, 6]);
  assert.throws(() => Picture.fromPpm(Buffer.from('P5\n2 1\n255\n12')), RangeError);
  assert.throws(() => Picture.fromPpm(Buffer.from('P6\n2 1\n255\n123')), RangeError);
});

test('frames of the own camera are no remote frames', () => {
  const frames = (sink: number, count: number): string =>
    `basesink gstbasesink.c:3944:gst_base_sink_chain_unlocked:<dinopluginsrtpsink${String(sink)}> rendering object\n`.repeat(
      count,
    );
  assert.ok(!gotRemoteFrames('Creating device colour-bars', frames(0, 200)));
  assert.ok(gotRemoteFrames('Creating device colour-bars', frames(0, 200) + frames(1, 10)));
  assert.ok(!gotRemoteFrames('Creating device colour-bars', frames(0, 200) + frames(1, 9)));
  assert.ok(gotRemoteFrames('', frames(0, 10)));
});
