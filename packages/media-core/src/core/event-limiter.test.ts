import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventLimiter, withHeld } from './event-limiter.js';

describe('EventLimiter', () => {
  it('passes one event per second of each kind, with the number withheld before it', () => {
    const limiter = new EventLimiter();
    const passed: (number | undefined)[] = [];
    for (let now = 0; now < 2100; now += 100) passed.push(limiter.pass('bad frame', now));
    assert.deepEqual(
      passed.filter((held) => held !== undefined),
      [0, 9, 9],
    );
    assert.equal(limiter.pass('another', 2050), 0);
  });

  it('takes bounded memory for any number of kinds', () => {
    const limiter = new EventLimiter();
    for (let kind = 0; kind < 1000; kind++) assert.equal(limiter.pass(String(kind), 0), 0);
  });

  it('adds the number withheld only if there were some', () => {
    assert.deepEqual(withHeld({ kind: 'audio' }, 0), { kind: 'audio' });
    assert.deepEqual(withHeld({ kind: 'audio' }, 3), { kind: 'audio', more: 3 });
  });
});
