import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ClockOffset } from './clock-offset.js';

/** Asks at `now` a peer whose clock is ahead by `ahead`, with the given ms for the ways there and back. */
function ask(clock: ClockOffset, now: number, ahead: number, there: number, back: number, thinking = 3): void {
  const received = now + there + ahead;
  clock.add(now, received, received + thinking, now + there + thinking + back);
}

describe('clock offset', () => {
  it('is unknown at first and exact over even ways', () => {
    const clock = new ClockOffset();
    assert.deepEqual([clock.offsetMs(0), clock.errorMs(0)], [undefined, undefined]);
    ask(clock, 0, -123_456, 20, 20);
    assert.equal(clock.offsetMs(43), -123_456);
    assert.equal(clock.errorMs(43), 20);
  });

  it('goes by the quickest exchange, until clocks may have drifted', () => {
    const clock = new ClockOffset();
    ask(clock, 0, 1000, 10, 10);
    ask(clock, 1000, 1000, 200, 20);
    assert.equal(clock.offsetMs(1300), 1000);
    ask(clock, 90_000, 1015, 14, 14);
    assert.equal(clock.offsetMs(90_100), 1015);
  });

  it('is never off by more than it says', () => {
    const way = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(fc.array(fc.tuple(way, way), { minLength: 1, maxLength: 40 }), fc.integer(), (ways, ahead) => {
        const clock = new ClockOffset();
        ways.forEach(([there, back], i) => ask(clock, i * 1000, ahead, there, back));
        const now = ways.length * 1000;
        const error = clock.errorMs(now) ?? NaN;
        assert.ok(Math.abs((clock.offsetMs(now) ?? NaN) - ahead) <= error + 1e-6);
      }),
    );
  });

  it('ignores times that cannot be', () => {
    const clock = new ClockOffset();
    clock.add(100, 0, 0, 50);
    clock.add(0, 50, 40, 100);
    clock.add(0, NaN, 40, 100);
    clock.add(0, 10, 300, 100);
    assert.equal(clock.offsetMs(100), undefined);
  });
});
