import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { medianReception, worseIn } from './judgement.js';
import { planCall } from './plan.js';

const QUIET = { longestGapMs: 0, silentMs: 0, concealedShare: 0, freezes: 0, frozenMs: 0, wasmShare: 1 };

describe('the judgement of a soak call', () => {
  it('takes what two equal calls differ by for equal', () => {
    assert.deepEqual(worseIn({ ...QUIET, longestGapMs: 59, concealedShare: 0.019, frozenMs: 399 }, QUIET), []);
    assert.deepEqual(worseIn({ ...QUIET, longestGapMs: 2400 }, { ...QUIET, longestGapMs: 2000 }), []);
  });

  it('names each figure that is worse', () => {
    const worse = worseIn({ ...QUIET, longestGapMs: 300, concealedShare: 0.1, frozenMs: 900 }, QUIET);
    assert.equal(worse.length, 3);
    assert.match(worse.join(), /longest gap 300 ms, native 0 ms.*concealed 10\.0 %.*frozen 900 ms/);
  });

  it('takes the median of each figure when a call is repeated', () => {
    const figures = [5, 900, 10].map((longestGapMs) => ({ ...QUIET, longestGapMs }));
    assert.equal(medianReception(figures).longestGapMs, 10);
  });
});

describe('the plan of a soak call', () => {
  it('is the same for the same seed and number, and differs between numbers', () => {
    assert.deepEqual(planCall(1, 7), planCall(1, 7));
    assert.notDeepEqual(planCall(1, 7), planCall(1, 8));
  });

  it('has every kind of action within a hundred calls', () => {
    const kinds = new Set(
      Array.from({ length: 100 }, (_, number) => planCall(1, number).map(({ kind }) => kind)).flat(),
    );
    assert.deepEqual([...kinds].sort(), [
      'camera-off',
      'core-switch',
      'device-change',
      'loss',
      'mute',
      'network-cut',
      'pause',
    ]);
  });
});
