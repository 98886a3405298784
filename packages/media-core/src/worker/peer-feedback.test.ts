import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PeerFeedback } from './peer-feedback.js';

/** Packets before the first delay. */
const CALM = 50;

interface Delays {
  /** ms on the way, one for each packet. */
  readonly onTheWay?: readonly number[];
  /** ms at the sender, behind the microphone. */
  readonly atSender?: readonly number[];
}

/** The longest queue that is told of when packets of 10 ms of sound are so long on the way, after half a second without delay. */
function longestQueue({ onTheWay = [], atSender = [] }: Delays): number {
  const feedback = new PeerFeedback();
  const packets = Array.from({ length: CALM + Math.max(onTheWay.length, atSender.length) }, (_, i) => {
    const sentAt = i * 10 + (atSender[i - CALM] ?? 0);
    return { i, sentAt, at: sentAt + (onTheWay[i - CALM] ?? 0) };
  });
  let longest = 0;
  for (let now = 0; now < packets.length * 10; now += 1) {
    for (const { i, sentAt } of packets.filter(({ at }) => at === now)) {
      feedback.arrived('audio', { sequence: i, captureTime: i * 10, sentAt }, 60, now);
    }
    if (now % 10 === 0) longest = Math.max(longest, feedback.due(now)?.queueDelayMs ?? 0);
  }
  return longest;
}

describe('what a peer is told of queues', () => {
  it('leaves out what one large picture holds up', () => {
    assert.ok(longestQueue({ onTheWay: [15, 30, 45, 50, 45, 35, 25, 15, 5, 0, 0, 0, 0, 0, 0] }) <= 40);
  });

  it('is one that goes on growing, at once', () => {
    assert.ok(longestQueue({ onTheWay: [15, 30, 45, 50, 55, 60, 65, 70, 75, 80] }) > 40);
  });

  it('leaves out sound that is held up at the sender, which sends no less for it', () => {
    assert.equal(longestQueue({ atSender: new Array<number>(50).fill(70) }), 0);
  });
});
