import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ClockOffset } from './clock-offset.js';

/** Performs an exchange at `now` with a peer whose clock is ahead by `ahead`, with the given one-way delays [ms]. */
function ask(clock: ClockOffset, now: number, ahead: number, there: number, back: number, thinking = 3): void {
  const received = now + there + ahead;
  clock.add(now, received, received + thinking, now + there + thinking + back);
}

describe('ClockOffset', () => {
  it('is unknown at first and exact with symmetric delays', () => {
    const clock = new ClockOffset();
    assert.deepEqual([clock.offsetMs(0), clock.errorMs(0)], [undefined, undefined]);
    ask(clock, 0, -123_456, 20, 20);
    assert.equal(clock.offsetMs(43), -123_456);
    assert.equal(clock.errorMs(43), 20);
  });

  it('uses the fastest exchange until drift outweighs it', () => {
    const clock = new ClockOffset();
    ask(clock, 0, 1000, 10, 10);
    ask(clock, 1000, 1000, 200, 20);
    assert.equal(clock.offsetMs(1300), 1000);
    ask(clock, 90_000, 1015, 14, 14);
    assert.equal(clock.offsetMs(90_100), 1015);
  });

  it('stays within its error bound', () => {
    const delay = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(fc.array(fc.tuple(delay, delay), { minLength: 1, maxLength: 40 }), fc.integer(), (delays, ahead) => {
        const clock = new ClockOffset();
        delays.forEach(([there, back], i) => ask(clock, i * 1000, ahead, there, back));
        const now = delays.length * 1000;
        const error = clock.errorMs(now) ?? NaN;
        assert.ok(Math.abs((clock.offsetMs(now) ?? NaN) - ahead) <= error + 1e-6);
      }),
    );
  });

  it('ignores implausible times', () => {
    const clock = new ClockOffset();
    clock.add(100, 0, 0, 50);
    clock.add(0, 50, 40, 100);
    clock.add(0, NaN, 40, 100);
    clock.add(0, 10, 300, 100);
    assert.equal(clock.offsetMs(100), undefined);
  });
});
