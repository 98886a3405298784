import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallDirection, MediaCorePreference } from './api.js';
import { FakeClock } from './fake-clock.testing.js';
import { MediaCoreDecision } from './media-core-decision.js';

const PHONE = 'callee@example.org/phone';
const DESK = 'callee@example.org/desk';

function decide(direction: CallDirection, preference: MediaCorePreference = 'auto') {
  const clock = new FakeClock();
  return { clock, decision: new MediaCoreDecision(preference, direction, clock) };
}

describe('the decision of a caller', () => {
  it('is known from the beginning by any other preference than auto', async () => {
    assert.equal(await decide('outgoing', 'wasm').decision.final(), true);
    assert.equal(await decide('outgoing', 'native').decision.final(), false);
  });

  it('follows the first device that is known to ring', async () => {
    for (const announced of [true, false]) {
      const { decision } = decide('outgoing');
      assert.equal(decision.usesCore, undefined);
      decision.learn(PHONE, announced);
      decision.learn(DESK, !announced);
      decision.answered(DESK);
      assert.equal(await decision.final(), announced);
    }
  });

  it('follows the device that answers without having rung, if that is known within 300 ms', async () => {
    const { clock, decision } = decide('outgoing');
    decision.answered(DESK);
    clock.pass(299);
    assert.equal(decision.usesCore, undefined);
    decision.learn(DESK, true);
    assert.equal(await decision.final(), true);
    assert.equal(clock.pending, 0);
  });

  it('is native 300 ms after an answer of a device that says nothing', async () => {
    const { clock, decision } = decide('outgoing');
    decision.answered(DESK);
    clock.pass(300);
    decision.learn(DESK, true);
    assert.equal(await decision.final(), false);
  });

  it('is native at once when a device answers that has rung for 300 ms and says nothing', async () => {
    const { clock, decision } = decide('outgoing');
    decision.rang();
    clock.pass(200);
    decision.rang();
    clock.pass(100);
    assert.equal(decision.usesCore, undefined, 'a device may still say it while it rings');
    decision.answered(DESK);
    assert.equal(await decision.final(), false);
    assert.equal(clock.pending, 0);
  });

  it('waits for the rest of the 300 ms when a device answers sooner', () => {
    const { clock, decision } = decide('outgoing');
    decision.rang();
    clock.pass(200);
    decision.answered(DESK);
    clock.pass(99);
    assert.equal(decision.usesCore, undefined);
    clock.pass(1);
    assert.equal(decision.usesCore, false);
  });

  it('does not wait longer because a device answers again and again', () => {
    const { clock, decision } = decide('outgoing');
    for (let elapsed = 0; elapsed < 300; elapsed += 100) {
      decision.answered(DESK);
      clock.pass(100);
    }
    assert.equal(decision.usesCore, false);
  });

  it('takes the first word of a device', async () => {
    const { decision } = decide('outgoing');
    decision.learn(DESK, false);
    decision.learn(DESK, true);
    assert.equal(await decision.final(), false);
  });

  it('does not look at offers: the first one is ours', () => {
    const { decision } = decide('outgoing');
    decision.offered(true);
    assert.equal(decision.usesCore, undefined);
  });
});

describe('the decision of a callee', () => {
  it('follows what the calling device announces', async () => {
    const { decision } = decide('incoming');
    decision.learn(PHONE, true);
    decision.offered(false);
    assert.equal(await decision.final(), true);
  });

  it('believes the token in the first offer more than a device that announces nothing, before the connection', async () => {
    const { decision } = decide('incoming');
    decision.learn(PHONE, false);
    decision.offered(true);
    assert.equal(await decision.final(), true);
    const late = decide('incoming').decision;
    late.learn(PHONE, false);
    assert.equal(await late.final(), false);
    late.offered(true);
    assert.equal(late.usesCore, false);
  });

  it('follows the token in the first offer where the device is not known', async () => {
    for (const hasToken of [true, false]) {
      const { clock, decision } = decide('incoming');
      decision.answered(PHONE);
      decision.offered(hasToken);
      assert.equal(await decision.final(), hasToken);
      assert.equal(clock.pending, 0);
    }
  });
});

describe('another preference', () => {
  it('takes effect while nothing is decided for good', async () => {
    const { decision } = decide('outgoing', 'native');
    assert.equal(decision.prefer('auto'), true);
    const final = decision.final();
    decision.learn(DESK, true);
    assert.equal(await final, true);
  });

  it('ends the wait for the peer', async () => {
    const { decision } = decide('outgoing');
    const final = decision.final();
    decision.prefer('wasm');
    assert.equal(await final, true);
  });

  it('cannot take the core into a call that was set up without it', async () => {
    const { decision } = decide('outgoing', 'native');
    await decision.final();
    assert.equal(decision.prefer('wasm'), false);
    assert.equal(decision.prefer('native'), true);
    assert.equal(decision.usesCore, false);
  });

  it('is passed on to a core that stands in the call', async () => {
    const { decision } = decide('outgoing', 'wasm');
    await decision.final();
    for (const preference of ['native', 'auto', 'wasm'] as const) assert.equal(decision.prefer(preference), true);
  });
});

describe('a call that ends undecided', () => {
  it('waits for nothing any more', async () => {
    const { clock, decision } = decide('outgoing');
    const final = decision.final();
    decision.answered(DESK);
    decision.close();
    assert.equal(await final, false);
    assert.equal(clock.pending, 0);
  });
});
