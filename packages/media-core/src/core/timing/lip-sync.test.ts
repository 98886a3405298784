import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LipSync, type LipSyncDelays, type StreamDelays } from './lip-sync.js';
import { random } from '../dsp/signals.testing.js';

/** Updates at 30 frames/s; returns the delays of each update. */
function run(seconds: number, delaysAt: (second: number) => StreamDelays, sync = new LipSync(), start = 0) {
  const out: LipSyncDelays[] = [];
  for (let frame = 0; frame < seconds * 30; frame++) {
    out.push(sync.update(delaysAt(frame / 30), (start + frame / 30) * 1000));
  }
  return out;
}

const last = <T>(values: readonly T[]): T => {
  const value = values.at(-1);
  assert.ok(value !== undefined);
  return value;
};
const changes = (values: readonly number[]) => values.slice(1).map((value, i) => value - (values[i] ?? 0));

describe('LipSync', () => {
  it('adds no delay within the tolerance', () => {
    for (const videoMs of [50, 100, 140]) {
      const out = run(5, () => ({ audioMs: 100, videoMs }));
      assert.ok(out.every((delays) => delays.audioMs === 0 && delays.videoMs === 0));
      assert.equal(last(out).offsetMs, videoMs - 100);
    }
  });

  it('delays video to late audio, by 10 ms per frame', () => {
    const out = run(5, () => ({ audioMs: 300, videoMs: 100 }));
    const { audioMs, videoMs, offsetMs } = last(out);
    assert.equal(audioMs, 0);
    assert.ok(videoMs >= 95 && videoMs <= 100);
    assert.ok(Math.abs(offsetMs) <= 105);
    assert.ok(changes(out.map((delays) => delays.videoMs)).every((change) => change >= 0 && change <= 10));
    assert.ok((out[15]?.videoMs ?? 0) > 90);
  });

  it('delays audio to late video, slowly and up to its maximum', () => {
    const out = run(20, () => ({ audioMs: 60, videoMs: 160 }));
    assert.ok(Math.abs(last(out).audioMs - 60) <= 5);
    assert.ok(changes(out.map((delays) => delays.audioMs)).every((change) => change >= 0 && change <= 1.7));
    const far = last(run(20, () => ({ audioMs: 60, videoMs: 900 })));
    assert.ok(far.audioMs > 75 && far.audioMs <= 80);
    assert.equal(far.videoMs, 0);
    assert.ok(far.offsetMs > 700);
  });

  it('ignores jitter of single frames', () => {
    const next = random(1);
    const out = run(30, () => ({ audioMs: 250, videoMs: 80 + 40 * next() }));
    const settled = out.slice(300).map((delays) => delays.videoMs);
    assert.ok(Math.max(...settled) - Math.min(...settled) < 15);
  });

  it('follows a change of the network path and removes its delay again', () => {
    const sync = new LipSync();
    run(10, () => ({ audioMs: 300, videoMs: 100 }), sync);
    const out = run(15, () => ({ audioMs: 100, videoMs: 180 }), sync, 10);
    assert.equal(last(out).videoMs, 0);
    assert.ok(Math.abs(last(out).audioMs - 40) <= 5);
  });

  it('removes its delay when a stream stops, and restarts when it resumes', () => {
    const sync = new LipSync();
    run(10, () => ({ audioMs: 300, videoMs: 100 }), sync);
    const stopped = run(2, () => ({ audioMs: undefined, videoMs: 100 }), sync, 10);
    assert.deepEqual(last(stopped), { audioMs: 0, videoMs: 0, offsetMs: 0 });
    const back = run(2, () => ({ audioMs: 100, videoMs: 100 }), sync, 12);
    assert.deepEqual(last(back), { audioMs: 0, videoMs: 0, offsetMs: 0 });
  });

  it('recovers within seconds from an implausible capture time', () => {
    const sync = new LipSync();
    run(10, () => ({ audioMs: 100, videoMs: 100 }), sync);
    for (const videoMs of [-(2 ** 47), 2 ** 47]) {
      run(0.1, () => ({ audioMs: 100, videoMs }), sync, 10);
      const out = last(run(10, () => ({ audioMs: 100, videoMs: 100 }), sync, 10.1));
      assert.deepEqual([out.audioMs, out.videoMs], [0, 0]);
      assert.ok(Math.abs(out.offsetMs) < 1);
    }
  });

  it('stays within its bounds and steps, for any delays', () => {
    const delay = fc.option(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { nil: undefined });
    const step = fc.record({ audioMs: delay, videoMs: delay, elapsed: fc.nat(5000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const sync = new LipSync({ maxAudioMs: 50, maxVideoMs: 200 });
        let now = 0;
        let before = 0;
        for (const { elapsed, ...delays } of steps) {
          now += elapsed;
          const { audioMs, videoMs } = sync.update(delays, now);
          assert.ok(audioMs >= 0 && audioMs <= 50);
          assert.ok(videoMs >= 0 && videoMs <= 200);
          assert.ok(Math.abs(videoMs - before) <= 10 + 1e-9);
          before = videoMs;
        }
      }),
      { numRuns: 100 },
    );
  });
});
