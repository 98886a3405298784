import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PeerFeedback } from './peer-feedback.js';

/** Packets before the first delay. */
const UNDELAYED = 50;

interface Delays {
  /** Transit time of each packet [ms]. */
  readonly onPath?: readonly number[];
  /** Time between capture and sending of each packet [ms]. */
  readonly atSender?: readonly number[];
}

/** Longest reported queue delay [ms] when packets of 10 ms have these delays, after 0.5 s without delay. */
function longestQueue({ onPath = [], atSender = [] }: Delays): number {
  const feedback = new PeerFeedback();
  const packets = Array.from({ length: UNDELAYED + Math.max(onPath.length, atSender.length) }, (_, i) => {
    const sentAt = i * 10 + (atSender[i - UNDELAYED] ?? 0);
    return { i, sentAt, at: sentAt + (onPath[i - UNDELAYED] ?? 0) };
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

describe('the queue delay in reports', () => {
  it('stays at or below 40 ms when one large video frame delays audio', () => {
    assert.ok(longestQueue({ onPath: [15, 30, 45, 50, 45, 35, 25, 15, 5, 0, 0, 0, 0, 0, 0] }) <= 40);
  });

  it('exceeds 40 ms at once when a queue keeps growing', () => {
    assert.ok(longestQueue({ onPath: [15, 30, 45, 50, 55, 60, 65, 70, 75, 80] }) > 40);
  });

  it('is 0 when audio is delayed at the sender', () => {
    assert.equal(longestQueue({ atSender: new Array<number>(50).fill(70) }), 0);
  });
});
