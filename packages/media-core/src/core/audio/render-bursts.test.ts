import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RenderBursts } from './render-bursts.js';

const QUANTUM = 128;

/** Renders bursts of quanta in real time; `frame` and `now` continue from the state given. */
function play(
  bursts: RenderBursts,
  quanta: readonly number[],
  from = { frame: 0, now: 1000 },
): { frame: number; now: number } {
  let { frame, now } = from;
  for (const count of quanta) {
    for (let i = 0; i < count; i++, frame += QUANTUM) bursts.render(frame, Math.floor(now + i * 0.3));
    now += (count * QUANTUM) / 48;
  }
  return { frame, now };
}

const times = (count: number, quanta: number) => Array.from({ length: count }, () => quanta);

describe('RenderBursts', () => {
  it('reports no end before the first burst is over', () => {
    const bursts = new RenderBursts();
    assert.equal(bursts.end, undefined);
    play(bursts, [4]);
    assert.equal(bursts.end, undefined);
  });

  for (const quanta of [1, 2, 4, 8]) {
    it(`reports the end of bursts of ${quanta * QUANTUM} samples`, () => {
      const bursts = new RenderBursts();
      const { frame } = play(bursts, times(10, quanta));
      assert.equal(bursts.end, frame);
    });
  }

  it('reports the minimum if the burst length alternates', () => {
    const bursts = new RenderBursts();
    const { frame } = play(bursts, [4, 4, 3, 4, 4, 3, 4, 4]);
    assert.equal(bursts.end, frame - QUANTUM);
  });

  it('is wrong for at most eight bursts after a delayed one', () => {
    const bursts = new RenderBursts();
    const before = play(bursts, times(10, 4));
    const heldUp = { frame: before.frame + QUANTUM, now: before.now + 5 };
    bursts.render(before.frame, before.now);
    const during = play(bursts, [3, 4], heldUp);
    assert.equal(bursts.end, during.frame - 3 * QUANTUM);
    const after = play(bursts, times(8, 4), during);
    assert.equal(bursts.end, after.frame);
  });

  it('recovers after the clock was set and after frame numbers restarted', () => {
    const bursts = new RenderBursts();
    const before = play(bursts, times(10, 4));
    const set = play(bursts, times(3, 4), { frame: before.frame, now: before.now - 3_600_000 });
    assert.equal(bursts.end, set.frame);
    const restarted = play(bursts, times(3, 4), { frame: 0, now: set.now });
    assert.equal(bursts.end, restarted.frame);
  });
});
