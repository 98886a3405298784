import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Receiving } from './receiving.js';

/** Samples once a second; each count is of the packets so far. */
function judge(counts: readonly number[], given: { readonly expected?: boolean; readonly connected?: boolean } = {}) {
  const receiving = new Receiving();
  const probes: number[] = [];
  const holds = counts.map((packets, second) => {
    const probe = receiving.take({ now: second * 1000, packets, expected: true, connected: true, ...given });
    if (probe) probes.push(second);
    return receiving.holds;
  });
  return { holds, probes };
}

describe('Receiving', () => {
  it('holds while packets arrive, also few of them', () => {
    assert.deepEqual(judge([0, 50, 52, 52, 54]).holds, [true, true, true, true, true]);
  });

  it('holds no more after 3 s without a packet, and again with the next one', () => {
    assert.deepEqual(judge([10, 10, 10, 10, 10, 11]).holds, [true, true, true, false, false, true]);
  });

  it('gives a peer 3 s for its first packet', () => {
    assert.deepEqual(judge([0, 0, 0, 0]).holds, [true, true, true, false]);
  });

  it('holds where nothing is expected', () => {
    assert.deepEqual(judge([10, 10, 10, 10, 10], { expected: false }).holds, [true, true, true, true, true]);
  });

  it('asks for a probe once, 5 s after the last packet', () => {
    assert.deepEqual(judge([10, 10, 10, 10, 10, 10, 10, 10]).probes, [5]);
  });

  it('asks for none while ICE knows that it is disconnected', () => {
    assert.deepEqual(judge([10, 10, 10, 10, 10, 10, 10, 10], { connected: false }).probes, []);
  });

  it('takes samples that come late for what they are', () => {
    const receiving = new Receiving();
    const at = (now: number, packets: number) => receiving.take({ now, packets, expected: true, connected: true });
    at(0, 10);
    at(60_000, 900);
    assert.equal(receiving.holds, true);
  });
});
