import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pictureTimeline, soundTimeline } from './timeline.js';

const FRAME_MS = 40;
const frames = (count: number) => Array.from({ length: count }, (_, counter) => counter);
const shownAt = frames(500).map((counter) => counter * FRAME_MS);
const seenAfter = (counters: readonly number[], delay: number) =>
  counters.map((counter) => ({ at: counter * FRAME_MS + delay, counter }));

describe('soundTimeline', () => {
  it('pairs each chirp with the next that is heard', () => {
    const { delays, missed } = soundTimeline([1000, 1500, 2000], [950, 1080, 1590, 2070], { from: 1000, to: 2000 });
    assert.deepEqual(delays, [80, 90]);
    assert.equal(missed, 0);
  });

  it('counts those that nobody hears', () => {
    const { delays, missed } = soundTimeline([1000, 2000, 3000], [1080, 3100], { from: 0, to: 4000 });
    assert.deepEqual(delays, [80, 100]);
    assert.equal(missed, 1);
  });
});

describe('pictureTimeline', () => {
  it('measures the delay of each frame once', () => {
    const sightings = seenAfter(frames(500), 60).flatMap((sighting) => [
      sighting,
      { ...sighting, at: sighting.at + 17 },
    ]);
    const { delays, frameRate, freezes, frozenMs } = pictureTimeline(shownAt, sightings, { from: 5000, to: 15_000 });
    assert.deepEqual(new Set(delays), new Set([60]));
    assert.equal(frameRate, 25);
    assert.deepEqual([freezes, frozenMs], [0, 0]);
  });

  it('counts a freeze', () => {
    const seen = frames(500).filter((counter) => counter < 200 || counter >= 220);
    const timeline = pictureTimeline(shownAt, seenAfter(seen, 60), { from: 5000, to: 15_000 });
    assert.equal(timeline.freezes, 1);
    assert.equal(timeline.frozenMs, 21 * FRAME_MS);
    assert.equal(timeline.longestGapMs, 21 * FRAME_MS);
    assert.equal(timeline.longFreezes, 1);
  });

  it('counts a freeze that does not end, and none from before', () => {
    const seen = frames(300).filter((counter) => counter < 50 || counter >= 70);
    const timeline = pictureTimeline(shownAt, seenAfter(seen, 60), { from: 5000, to: 15_000 });
    assert.equal(timeline.freezes, 1);
    assert.equal(timeline.frozenMs, 15_000 - (299 * FRAME_MS + 60));
    assert.equal(timeline.longFreezes, 1);
  });

  it('leaves out what cannot be read', () => {
    const sightings = [...seenAfter(frames(100), 60), { at: 4100, counter: undefined }];
    const timeline = pictureTimeline(shownAt, sightings, { from: 0, to: 5000 });
    assert.equal(timeline.unreadable, 1);
    assert.equal(timeline.delays.length, 100);
  });
});
