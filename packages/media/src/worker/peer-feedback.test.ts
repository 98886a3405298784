import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PeerFeedback } from './peer-feedback.js';

/** The longest queue that is told of when packets of 10 ms of sound are so long on the way. */
function longestQueue(delays: readonly number[]): number {
  const feedback = new PeerFeedback();
  const packets = [...Array.from({ length: 50 }, () => 0), ...delays].map((delay, i) => ({ i, at: i * 10 + delay }));
  let longest = 0;
  for (let now = 0; now < packets.length * 10; now += 1) {
    for (const { i } of packets.filter(({ at }) => at === now)) {
      feedback.arrived('audio', { sequence: i, captureTime: i * 10, ownCodec: true }, 60, now);
    }
    if (now % 10 === 0) longest = Math.max(longest, feedback.due(now)?.queueDelayMs ?? 0);
  }
  return longest;
}

describe('what a peer is told of queues', () => {
  it('leaves out what one large picture holds up', () => {
    assert.ok(longestQueue([15, 30, 45, 50, 45, 35, 25, 15, 5, 0, 0, 0, 0, 0, 0]) <= 40);
  });

  it('is one that goes on growing, at once', () => {
    assert.ok(longestQueue([15, 30, 45, 50, 55, 60, 65, 70, 75, 80]) > 40);
  });
});
