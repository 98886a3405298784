import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AudioHandOver } from './audio-hand-over.js';

function audible(): AudioHandOver {
  const handOver = new AudioHandOver();
  handOver.begin();
  while (handOver.path === 'native') handOver.played(20);
  return handOver;
}

describe('the hand-over of received audio', () => {
  it('changes to our decoder after it has played 80 ms of audio', () => {
    const handOver = new AudioHandOver();
    assert.equal(handOver.isPlaying, false);
    handOver.begin();
    assert.ok(handOver.isPlaying);
    const changes = [1, 2, 3, 4, 5].map(() => handOver.played(20));
    assert.deepEqual(changes, [false, false, false, true, false]);
    assert.equal(handOver.path, 'wasm');
  });

  it('ends our decoder 300 ms after the change to the browser’s, for the cross-fade', () => {
    const handOver = audible();
    assert.equal(handOver.update(true, 900), undefined);
    assert.equal(handOver.update(false, 1000), 'native');
    assert.equal(handOver.path, 'native');
    assert.equal(handOver.update(false, 1200), undefined);
    assert.ok(handOver.isPlaying);
    assert.equal(handOver.update(false, 1500), 'ended');
    assert.equal(handOver.isPlaying, false);
  });

  it('ends our decoder before it starts again, even if it is wanted again during the cross-fade', () => {
    const handOver = audible();
    handOver.update(false, 1000);
    assert.equal(handOver.update(true, 1100), undefined);
    assert.equal(handOver.update(true, 1500), 'ended');
    handOver.begin();
    assert.equal(handOver.path, 'native');
    assert.equal(handOver.played(100), true);
  });

  it('ends our decoder at once if it was not audible yet, and starts from the beginning the next time', () => {
    const handOver = new AudioHandOver();
    handOver.begin();
    handOver.played(60);
    assert.equal(handOver.update(false, 100), 'ended');
    handOver.begin();
    assert.equal(handOver.played(60), false);
    assert.equal(handOver.played(20), true);
  });
});
