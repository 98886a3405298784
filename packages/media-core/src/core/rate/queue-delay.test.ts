import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { QueueDelay } from './queue-delay.js';

const OFFSET_MS = 1e7;

const standing = (queue: QueueDelay) => queue.standingMs ?? NaN;

/** Adds 30 frames/s from `start` on, each with the transit time `transit` returns. */
function feed(queue: QueueDelay, start: number, seconds: number, transit: (now: number) => number): number {
  const end = start + seconds * 1000;
  let now = start;
  for (; now < end; now += 1000 / 30) queue.add(now + OFFSET_MS, now + transit(now));
  return now;
}

describe('QueueDelay', () => {
  it('is unknown at first', () => {
    const queue = new QueueDelay(8);
    assert.equal(queue.standingMs, undefined);
    feed(queue, 0, 0.2, () => 30);
    assert.equal(queue.standingMs, undefined);
  });

  it('is 0 on an idle path whatever its one-way delay, and rises with a queue', () => {
    const queue = new QueueDelay(8);
    const now = feed(queue, 0, 5, () => 80);
    assert.ok(Math.abs(standing(queue)) < 1e-6);
    feed(queue, now, 1, (at) => 80 + (at - now) / 4);
    assert.ok(standing(queue) > 170 && standing(queue) < 250, `${standing(queue)} ms`);
  });

  it('ignores jitter and the retransmission of single frames', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 100, maxLength: 100 }), (jitter) => {
        const queue = new QueueDelay(8);
        jitter.forEach((ms, i) => queue.add(i * 33, i * 33 + 20 + (i % 5 === 0 ? 300 : ms)));
        assert.ok(standing(queue) <= 40);
      }),
    );
  });

  it('ignores a stall after which all frames arrive at once', () => {
    const queue = new QueueDelay(4);
    feed(queue, 0, 5, () => 20);
    for (const late of [100, 67, 33, 0]) {
      queue.add(5200 - late + OFFSET_MS, 5220);
      assert.ok(standing(queue) < 35, `${standing(queue)} ms`);
    }
  });

  it('detects a growing queue before all recent frames are delayed', () => {
    const queue = new QueueDelay(4);
    const now = feed(queue, 0, 5, () => 20);
    // The delay falls between two video frames.
    [20, 60, 45, 85].forEach((queued, i) => queue.add(now + i * 20 + OFFSET_MS, now + i * 20 + 20 + queued));
    assert.ok(Math.abs((queue.detectedMs(now + 165) ?? NaN) - 45) < 1, `${queue.detectedMs(now + 165)}`);
    assert.ok(Math.abs(standing(queue) - 20) < 1);
  });

  it('does not take a stall for a queue', () => {
    const queue = new QueueDelay(4);
    const now = feed(queue, 0, 5, () => 20);
    for (const late of [120, 100, 80, 60, 40, 20, 0]) {
      queue.add(now + 120 - late + OFFSET_MS, now + 140);
      assert.ok((queue.detectedMs(now + 140) ?? NaN) < 61, `${queue.detectedMs(now + 140)} at ${late}`);
    }
  });

  it('detects a queue by the frame that is overdue after a delayed one', () => {
    const queue = new QueueDelay(4);
    const now = feed(queue, 0, 5, () => 20);
    [0, 0, 55].forEach((queued, i) => queue.add(now + i * 20 + OFFSET_MS, now + i * 20 + 20 + queued));
    assert.ok((queue.detectedMs(now + 116) ?? NaN) < 1, 'the next frame may arrive with the delayed one');
    assert.ok((queue.detectedMs(now + 134) ?? NaN) < 1, 'it is not yet as late as the delayed one');
    assert.ok(Math.abs((queue.detectedMs(now + 136) ?? NaN) - 55) < 1, `${queue.detectedMs(now + 136)}`);
  });

  it('reports no queue while nothing is sent', () => {
    const queue = new QueueDelay(4);
    const now = feed(queue, 0, 5, () => 20);
    assert.ok((queue.detectedMs(now + 1000) ?? NaN) < 1);
  });

  it('follows a rise of the one-way delay after half a minute, and clock drift', () => {
    const queue = new QueueDelay(8);
    const now = feed(queue, 0, 20, () => 20);
    feed(queue, now, 31, () => 120);
    assert.ok(standing(queue) < 1);
    const drifting = new QueueDelay(8);
    feed(drifting, 0, 300, (at) => 50 + at * 200e-6);
    assert.ok(standing(drifting) < 8);
  });

  it('ignores a frame with an implausible sending time', () => {
    for (const sentAt of [0, 2 ** 47]) {
      const queue = new QueueDelay(8);
      const now = feed(queue, 0, 5, () => 20);
      queue.add(sentAt, now);
      feed(queue, now, 1, () => 20);
      assert.ok(Math.abs(standing(queue)) < 1, `${standing(queue)} ms`);
      assert.ok(Math.abs(queue.detectedMs(now + 1001) ?? NaN) < 1);
    }
  });

  it('restarts after a reset', () => {
    const queue = new QueueDelay(8);
    const now = feed(queue, 0, 2, () => 20);
    queue.reset();
    assert.equal(queue.standingMs, undefined);
    feed(queue, now, 2, () => 500);
    assert.ok(standing(queue) < 1e-6);
  });
});
