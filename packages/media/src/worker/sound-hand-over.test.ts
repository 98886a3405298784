import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SoundHandOver } from './sound-hand-over.js';

/** Time in ms after which something holds, tried each 10 ms. */
function after(begin: number, holds: (now: number) => boolean): number {
  for (let now = begin; now < begin + 10_000; now += 10) if (holds(now)) return now - begin;
  return Infinity;
}

function heard(): SoundHandOver {
  const handOver = new SoundHandOver();
  handOver.begin(0);
  while (handOver.path === 'native') handOver.played(20, true, 0);
  return handOver;
}

describe('the hand-over of received sound', () => {
  it('lets us be heard when sound of ours has come through the worklet', () => {
    const handOver = new SoundHandOver();
    assert.equal(handOver.isPlaying, false);
    handOver.begin(0);
    assert.ok(handOver.isPlaying);
    for (let now = 0; now < 1000; now += 20)
      assert.equal(handOver.played(20, false, now), false, 'nothing has come yet');
    const told = [1, 2, 3, 4, 5, 6].map((count) => handOver.played(20, true, 1000 + 20 * count));
    assert.deepEqual(told, [false, false, false, false, true, false]);
    assert.equal(handOver.path, 'own');
  });

  it('gives the browser packets until the page has had time to fade', () => {
    const handOver = heard();
    const silencedAfter = after(0, (now) => handOver.silencesBrowser(now));
    assert.ok(silencedAfter >= 200 && silencedAfter <= 500, `${silencedAfter} ms`);
  });

  it('has the browser play before we are left, and goes on until the page has had time to fade', () => {
    const handOver = heard();
    handOver.update(false, 1000);
    assert.equal(handOver.silencesBrowser(1000), false);
    assert.equal(handOver.path, 'own');
    const unheardAfter = after(1000, (now) => handOver.update(false, now) === 'unheard');
    assert.ok(unheardAfter >= 200 && unheardAfter <= 500, `${unheardAfter} ms`);
    assert.equal(handOver.path, 'native');
    assert.ok(handOver.isPlaying);
    const endedAfter = after(1000 + unheardAfter, (now) => handOver.update(false, now) === 'ended');
    assert.ok(endedAfter >= 200 && endedAfter <= 500, `${endedAfter} ms`);
    assert.equal(handOver.isPlaying, false);
  });

  it('stays with us when we are wanted again in time', () => {
    const handOver = heard();
    handOver.update(false, 1000);
    handOver.update(true, 1100);
    assert.equal(
      after(1100, (now) => handOver.update(true, now) !== undefined),
      Infinity,
    );
    assert.equal(handOver.path, 'own');
  });

  it('stops before we were heard when we are not wanted any more, and begins anew', () => {
    const handOver = new SoundHandOver();
    handOver.begin(0);
    handOver.played(80, true, 50);
    assert.equal(handOver.update(false, 100), 'ended');
    handOver.begin(200);
    assert.equal(handOver.played(80, true, 250), false);
    assert.equal(handOver.played(20, true, 300), true);
  });
});
