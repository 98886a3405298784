import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { QueueDelay } from './queue-delay.js';

const OFFSET_MS = 1e7;

const standing = (queue: QueueDelay) => queue.standingMs ?? NaN;

/** 30 frames/s from `start` on, each on the way for what `transit` says. */
function feed(queue: QueueDelay, start: number, seconds: number, transit: (now: number) => number): number {
  const end = start + seconds * 1000;
  let now = start;
  for (; now < end; now += 1000 / 30) queue.add(now + OFFSET_MS, now + transit(now));
  return now;
}

describe('queue delay', () => {
  it('is unknown at first', () => {
    const queue = new QueueDelay(8);
    assert.equal(queue.standingMs, undefined);
    feed(queue, 0, 0.2, () => 30);
    assert.equal(queue.standingMs, undefined);
  });

  it('is none on an idle way, whatever the way takes, and sees a queue grow', () => {
    const queue = new QueueDelay(8);
    const now = feed(queue, 0, 5, () => 80);
    assert.ok(Math.abs(standing(queue)) < 1e-6);
    feed(queue, now, 1, (at) => 80 + (at - now) / 4);
    assert.ok(standing(queue) > 170 && standing(queue) < 250, `${standing(queue)} ms`);
  });

  it('is not misled by jitter and retransmissions of single frames', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 100, maxLength: 100 }), (jitter) => {
        const queue = new QueueDelay(8);
        jitter.forEach((ms, i) => queue.add(i * 33, i * 33 + 20 + (i % 5 === 0 ? 300 : ms)));
        assert.ok(standing(queue) <= 40);
      }),
    );
  });

  it('is not misled by a stall after which all comes at once', () => {
    const queue = new QueueDelay(4);
    feed(queue, 0, 5, () => 20);
    for (const late of [100, 67, 33, 0]) {
      queue.add(5200 - late + OFFSET_MS, 5220);
      assert.ok(standing(queue) < 35, `${standing(queue)} ms`);
    }
  });

  it('knows a queue sooner while it grows', () => {
    const queue = new QueueDelay(4);
    const now = feed(queue, 0, 5, () => 20);
    // Between pictures it becomes shorter.
    [20, 60, 45, 85].forEach((queued, i) => queue.add(now + i * 20 + OFFSET_MS, now + i * 20 + 20 + queued));
    assert.ok(Math.abs((queue.knownMs(now + 165) ?? NaN) - 45) < 1, `${queue.knownMs(now + 165)}`);
    assert.ok(Math.abs(standing(queue) - 20) < 1);
  });

  it('takes no stall for a queue', () => {
    const queue = new QueueDelay(4);
    const now = feed(queue, 0, 5, () => 20);
    for (const late of [120, 100, 80, 60, 40, 20, 0]) {
      queue.add(now + 120 - late + OFFSET_MS, now + 140);
      assert.ok((queue.knownMs(now + 140) ?? NaN) < 61, `${queue.knownMs(now + 140)} at ${late}`);
    }
  });

  it('knows a queue by what should have come after what was held up', () => {
    const queue = new QueueDelay(4);
    const now = feed(queue, 0, 5, () => 20);
    [0, 0, 55].forEach((queued, i) => queue.add(now + i * 20 + OFFSET_MS, now + i * 20 + 20 + queued));
    assert.ok((queue.knownMs(now + 116) ?? NaN) < 1, 'the next one may come with it');
    assert.ok((queue.knownMs(now + 134) ?? NaN) < 1, 'until it is as late');
    assert.ok(Math.abs((queue.knownMs(now + 136) ?? NaN) - 55) < 1, `${queue.knownMs(now + 136)}`);
  });

  it('takes silence for no queue', () => {
    const queue = new QueueDelay(4);
    const now = feed(queue, 0, 5, () => 20);
    assert.ok((queue.knownMs(now + 1000) ?? NaN) < 1);
  });

  it('forgets a way that was faster half a minute ago, and clocks that drift', () => {
    const queue = new QueueDelay(8);
    const now = feed(queue, 0, 20, () => 20);
    feed(queue, now, 31, () => 120);
    assert.ok(standing(queue) < 1);
    const drifting = new QueueDelay(8);
    feed(drifting, 0, 300, (at) => 50 + at * 200e-6);
    assert.ok(standing(drifting) < 8);
  });

  it('sees no queue in a frame that was sent at a time that cannot be', () => {
    for (const sentAt of [0, 2 ** 47]) {
      const queue = new QueueDelay(8);
      const now = feed(queue, 0, 5, () => 20);
      queue.add(sentAt, now);
      feed(queue, now, 1, () => 20);
      assert.ok(Math.abs(standing(queue)) < 1, `${standing(queue)} ms`);
      assert.ok(Math.abs(queue.knownMs(now + 1001) ?? NaN) < 1);
    }
  });

  it('starts anew', () => {
    const queue = new QueueDelay(8);
    const now = feed(queue, 0, 2, () => 20);
    queue.reset();
    assert.equal(queue.standingMs, undefined);
    feed(queue, now, 2, () => 500);
    assert.ok(standing(queue) < 1e-6);
  });
});
