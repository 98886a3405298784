import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AudioHandOver } from './audio-hand-over.js';

function heard(): AudioHandOver {
  const handOver = new AudioHandOver();
  handOver.begin();
  while (handOver.path === 'native') handOver.played(20);
  return handOver;
}

describe('the hand-over of received sound', () => {
  it('lets us be heard when sound of ours has come through the worklet', () => {
    const handOver = new AudioHandOver();
    assert.equal(handOver.isPlaying, false);
    handOver.begin();
    assert.ok(handOver.isPlaying);
    const told = [1, 2, 3, 4, 5].map(() => handOver.played(20));
    assert.deepEqual(told, [false, false, false, true, false]);
    assert.equal(handOver.path, 'wasm');
  });

  it('has us go on until the page has had time to fade', () => {
    const handOver = heard();
    assert.equal(handOver.update(true, 900), undefined);
    assert.equal(handOver.update(false, 1000), 'unheard');
    assert.equal(handOver.path, 'native');
    assert.equal(handOver.update(false, 1200), undefined);
    assert.ok(handOver.isPlaying);
    assert.equal(handOver.update(false, 1500), 'ended');
    assert.equal(handOver.isPlaying, false);
  });

  it('ends before it begins anew when we are wanted again', () => {
    const handOver = heard();
    handOver.update(false, 1000);
    assert.equal(handOver.update(true, 1100), undefined);
    assert.equal(handOver.update(true, 1500), 'ended');
    handOver.begin();
    assert.equal(handOver.path, 'native');
    assert.equal(handOver.played(100), true);
  });

  it('stops before we were heard when we are not wanted any more, and begins anew', () => {
    const handOver = new AudioHandOver();
    handOver.begin();
    handOver.played(60);
    assert.equal(handOver.update(false, 100), 'ended');
    handOver.begin();
    assert.equal(handOver.played(60), false);
    assert.equal(handOver.played(20), true);
  });
});
