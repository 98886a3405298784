import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseTrailer, TOKEN_BYTES, trailerSize, writeTrailer } from '../frames/frame-trailer.js';
import { RedundancyHistory, RedundancyPlanner, residualLoss, type RedundancyBudget } from './redundancy.js';
import { bursts } from '../dsp/signals.testing.js';

const budget = (change: Partial<RedundancyBudget> = {}): RedundancyBudget => ({
  bitrate: 100_000,
  packetBytes: 60,
  packetsPerSecond: 50,
  hasFec: false,
  ...change,
});
const plan = (lossFraction: number, meanBurst: number, change?: Partial<RedundancyBudget>) =>
  new RedundancyPlanner().update({ lossFraction, meanBurst }, budget(change), 0);

describe('RedundancyPlanner', () => {
  it('sends no copies at little loss', () => {
    assert.deepEqual(plan(0, 1), []);
    assert.deepEqual(plan(0.01, 1), []);
    assert.deepEqual(plan(0.02, 1, { hasFec: true }), []);
  });

  it('repeats the last packet against single losses', () => {
    assert.deepEqual(plan(0.05, 1.05), [1]);
  });

  it('chooses distances beyond the length of bursts', () => {
    const [nearest] = plan(0.1, 2.5);
    assert.ok(nearest !== undefined && nearest >= 2);
    assert.ok(plan(0.2, 2).length >= 2);
    assert.ok(residualLoss(plan(0.2, 2), 0.2, 2) < 0.03);
  });

  it('leaves the nearest packet to FEC', () => {
    assert.ok(!plan(0.2, 2, { hasFec: true }).includes(1));
  });

  it('stays within its budget at any loss', () => {
    assert.deepEqual(plan(0.3, 2, { bitrate: 23_999 }), []);
    assert.equal(plan(0.3, 2, { bitrate: 24_000 }).length, 1);
    const input = fc.record({
      loss: fc.double({ min: 0, max: 1, noNaN: true }),
      burst: fc.double({ min: 1, max: 20, noNaN: true }),
      bitrate: fc.nat(200_000),
      hasFec: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 8 }), (inputs) => {
        const planner = new RedundancyPlanner();
        inputs.forEach(({ loss, burst, bitrate, hasFec }, second) => {
          const report = { lossFraction: loss, meanBurst: burst };
          const distances = planner.update(report, budget({ bitrate, hasFec }), second * 1000);
          assert.ok(distances.length <= 3 && distances.length * 24_000 <= bitrate);
          assert.ok(distances.every((distance, i) => distance > (distances[i - 1] ?? 0) && distance <= 6));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('reacts to loss at once and forgets it slowly, without oscillating', () => {
    const planner = new RedundancyPlanner();
    const plans: string[] = [];
    for (let second = 0; second < 90; second++) {
      const wobble = second % 2 === 0 ? 1.1 : 0.9;
      const lossFraction = second >= 10 && second < 30 ? 0.1 * wobble : 0;
      plans.push(planner.update({ lossFraction }, budget(), second * 1000).join());
    }
    assert.equal(plans[9], '');
    assert.notEqual(plans[10], '');
    assert.equal(plans[33], plans[29]);
    assert.equal(plans[70], '');
    const changes = plans.filter((value, i) => i > 0 && value !== plans[i - 1]);
    assert.ok(changes.length <= 5, changes.join(' | '));
    assert.equal(new Set(plans.slice(12, 30)).size, 1);
  });

  it('predicts the residual loss', () => {
    for (const distances of [[], [1], [2], [1, 3], [1, 2, 4]]) {
      const isLost = bursts(0.2, 2, 11);
      const lost = Array.from({ length: 200_000 }, () => isLost());
      const remaining = lost.filter((value, i) => value && distances.every((distance) => lost[i + distance] ?? true));
      const expected = residualLoss(distances, 0.2, 2);
      assert.ok(Math.abs(remaining.length / lost.length - expected) < 0.006, `${distances.join()}: ${expected}`);
    }
  });
});

describe('RedundancyHistory', () => {
  const payload = (value: number) => Uint8Array.of(value, value);

  it('returns the packets at the requested distances, also across a wrap', () => {
    const history = new RedundancyHistory();
    [4_294_967_294, 4_294_967_295, 0, 1].forEach((sequence, i) => history.add(sequence, i * 20, payload(i)));
    assert.deepEqual(history.select(2, 80, [1, 2, 4], 20), [
      { distance: 1, payload: payload(3) },
      { distance: 2, payload: payload(2) },
      { distance: 4, payload: payload(0) },
    ]);
  });

  it('stores copies, since the encoder reuses its buffer', () => {
    const history = new RedundancyHistory();
    const memory = payload(1);
    history.add(0, 0, memory);
    memory.fill(9);
    assert.deepEqual(history.select(1, 20, [1], 20)[0]?.payload, payload(1));
  });

  it('leaves out packets it no longer has and packets before a pause', () => {
    const history = new RedundancyHistory();
    for (let i = 0; i < 10; i++) history.add(i, i * 20, payload(i));
    assert.deepEqual(history.select(10, 200, [7], 20), []);
    assert.deepEqual(history.select(10, 900, [1, 2], 20), []);
    assert.deepEqual(history.select(700, 200, [1], 20), []);
  });

  it('detects a pause of a single short packet', () => {
    const history = new RedundancyHistory();
    for (let i = 0; i < 3; i++) history.add(i, i * 10, payload(i));
    assert.deepEqual(history.select(3, 40, [1, 2], 10), []);
    assert.equal(history.select(3, 30, [1, 2], 10).length, 2);
  });

  it('survives the round trip through the trailer', () => {
    const history = new RedundancyHistory();
    for (let i = 0; i < 4; i++) history.add(i, i * 20, payload(i));
    const redundancy = history.select(4, 80, [1, 3], 20);
    const frame = new Uint8Array(3 + trailerSize(redundancy));
    const token = new Uint8Array(TOKEN_BYTES).fill(7);
    const flags = { keyFrame: false, wasmCodec: true, discontinuous: false, layer: 0 };
    writeTrailer(frame, 3, { ...flags, sequence: 4, captureTime: 80, sentAt: 80, redundancy }, token);
    const parsed = parseTrailer(frame, token);
    assert.ok(parsed.ok);
    assert.deepEqual(
      parsed.trailer.redundancy.map(({ distance, payload: bytes }) => [distance, ...bytes]),
      [
        [1, 3, 3],
        [3, 1, 1],
      ],
    );
  });
});
