import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SafetyCodeStatus } from '../api.js';
import { FakeClock } from '../fake-clock.testing.js';
import type { SafetyWords } from './call-safety.js';
import type { SafetyRole } from './derivation.js';
import { SafetyCodeLoader } from './safety-code-loader.js';

const sdp = (byte: string) => `v=0\r\na=fingerprint:sha-256 ${Array<string>(32).fill(byte).join(':')}\r\n`;
const OTHER = 'c3'.repeat(32);

interface Fingerprints {
  readonly own: string;
  readonly peers: string;
}

/** One side of a call: what it sends is kept, and delivered to a peer that is joined. */
class Side {
  readonly clock = new FakeClock();
  readonly sent: SafetyWords[] = [];
  readonly loader: SafetyCodeLoader;
  peer: Side | undefined;
  #listener: (() => void) | undefined;

  constructor(role: SafetyRole, { own, peers }: Fingerprints) {
    this.loader = new SafetyCodeLoader({
      clock: this.clock,
      role,
      sid: () => 'a73sjjvkla37jfea',
      descriptions: () =>
        own === ''
          ? Promise.reject(new Error('no descriptions'))
          : Promise.resolve({ local: sdp(own), remote: sdp(peers) }),
      send: (message) => {
        this.sent.push(message);
        this.peer?.loader.receive(message);
        this.#listener?.();
      },
      onChange: () => this.#listener?.(),
      onLoadFailed: (cause) => {
        throw cause;
      },
    });
    this.loader.offered();
  }

  get status(): SafetyCodeStatus {
    return this.loader.status;
  }

  /** Settles as soon as `holds` does. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds())
      await new Promise<void>((resolve) => {
        this.#listener = resolve;
      });
  }

  reaches(phase: SafetyCodeStatus['phase']): Promise<void> {
    return this.until(() => this.status.phase === phase);
  }
}

function pair(seenByResponder: Fingerprints = { own: 'BB', peers: 'AA' }): [Side, Side] {
  const initiator = new Side('initiator', { own: 'AA', peers: 'BB' });
  const responder = new Side('responder', seenByResponder);
  initiator.peer = responder;
  responder.peer = initiator;
  return [initiator, responder];
}

const alone = () => new Side('initiator', { own: 'AA', peers: 'BB' });

describe('the safety code of a call', () => {
  for (const who of ['initiator', 'responder', 'both'] as const) {
    it(`is the same on both sides when it is asked for by ${who}`, async () => {
      const [initiator, responder] = pair();
      const asking = { initiator: [initiator], responder: [responder], both: [initiator, responder] }[who];
      const codes = await Promise.all(asking.map(({ loader }) => loader.verify()));
      await Promise.all([initiator.reaches('comparing'), responder.reaches('comparing')]);
      assert.deepEqual(initiator.status, responder.status);
      for (const code of codes) assert.deepEqual(initiator.status, { phase: 'comparing', code });
      assert.deepEqual([initiator.sent.length, responder.sent.length], [2, 2]);
    });
  }

  it('fails on both sides where somebody in between has put in other keys', async () => {
    const [initiator, responder] = pair({ own: 'BB', peers: 'EE' });
    await assert.rejects(initiator.loader.verify(), { code: 'security-failed' });
    await responder.reaches('failed');
    assert.deepEqual(initiator.status, { phase: 'failed', failure: 'commitment-mismatch' });
    assert.deepEqual(responder.status, initiator.status);
    await assert.rejects(responder.loader.verify(), { code: 'security-failed' });
  });

  it('takes what people say of it once, and then stays', async () => {
    const [initiator, responder] = pair();
    await initiator.loader.verify();
    await responder.reaches('comparing');
    initiator.loader.confirm(true);
    await initiator.reaches('confirmed');
    responder.loader.confirm(false);
    await responder.reaches('failed');
    responder.loader.confirm(true);
    await assert.rejects(responder.loader.verify(), { code: 'security-failed' });
    assert.deepEqual(responder.status, { phase: 'failed', failure: 'codes-differ' });
  });

  it('is not given before the call is active with a peer that takes part', async () => {
    const side = new SafetyCodeLoader({
      clock: new FakeClock(),
      role: 'initiator',
      sid: () => 'x',
      descriptions: () => Promise.reject(new Error('none')),
      send: () => assert.fail('nothing is sent'),
      onChange: () => assert.fail('nothing changes'),
      onLoadFailed: () => assert.fail('it loads'),
    });
    await assert.rejects(side.verify(), { code: 'invalid-state' });
  });

  it('has no answer after 20 s, and may still come', async () => {
    const side = alone();
    const asked = assert.rejects(side.loader.verify(), { code: 'no-answer' });
    await side.reaches('waiting');
    side.clock.pass(20_000);
    await asked;
    assert.equal(side.status.phase, 'unanswered');
    const responder = new Side('responder', { own: 'BB', peers: 'AA' });
    responder.peer = side;
    side.peer = responder;
    for (const message of [...side.sent]) responder.loader.receive(message);
    await Promise.all([side.reaches('comparing'), responder.reaches('comparing')]);
    assert.equal(side.clock.pending, 0, 'no timer is left');
  });

  it('is asked for again after a refusal with the same message, which is no second try to a peer that has it', async () => {
    const [initiator, responder] = pair();
    responder.peer = undefined;
    const asked = assert.rejects(initiator.loader.verify(), { code: 'no-answer' });
    await responder.until(() => responder.sent.length === 1);
    initiator.loader.refused();
    await asked;
    responder.peer = initiator;
    const again = initiator.loader.verify();
    await initiator.until(() => initiator.sent.length === 2);
    assert.deepEqual(initiator.sent[1], initiator.sent[0]);
    for (const message of [...responder.sent]) initiator.loader.receive(message);
    await again;
    await responder.reaches('comparing');
    assert.deepEqual(initiator.status, responder.status);
  });

  it('stays what it is when messages are replayed', async () => {
    const [initiator, responder] = pair();
    await initiator.loader.verify();
    await responder.reaches('comparing');
    for (let round = 0; round < 3; round++) for (const message of responder.sent) initiator.loader.receive(message);
    initiator.loader.confirm(true);
    await initiator.reaches('confirmed');
  });

  it('fails where our own messages come back', async () => {
    const side = alone();
    side.peer = side;
    await assert.rejects(side.loader.verify(), { code: 'security-failed' });
    assert.deepEqual(side.status, { phase: 'failed', failure: 'commitment-mismatch' });
  });

  for (const [what, messages, failure] of [
    ['a nonce before a commitment', [{ nonce: OTHER }], 'unexpected-reveal'],
    ['a second commitment', [{ commitment: OTHER }, { commitment: 'd4'.repeat(32) }], 'repeated-commit'],
    ['another nonce than the one committed to', [{ commitment: OTHER }, { nonce: OTHER }], 'commitment-mismatch'],
    ['base64 where hexadecimal is due', [{ commitment: 'qrvM3Q==' }], 'malformed'],
    ['upper case', [{ commitment: OTHER.toUpperCase() }], 'malformed'],
    ['far too much', [{ commitment: 'a'.repeat(100_000) }], 'malformed'],
    ['nothing', [{}], 'malformed'],
    ['no message', [undefined], 'malformed'],
  ] as const) {
    it(`fails for good with ${what}, also unasked`, async () => {
      const side = alone();
      for (const message of messages) side.loader.receive(message);
      await side.reaches('failed');
      assert.deepEqual(side.status, { phase: 'failed', failure });
      await assert.rejects(side.loader.verify(), { code: 'security-failed' });
      assert.equal(side.clock.pending, 0);
    });
  }

  it('does not come without descriptions', async () => {
    const side = new Side('initiator', { own: '', peers: '' });
    await assert.rejects(side.loader.verify(), { code: 'no-answer' });
    assert.deepEqual(side.sent, []);
  });

  it('ends with the call: nothing is sent, awaited or changed after it', async () => {
    const side = alone();
    const asked = assert.rejects(side.loader.verify(), { code: 'invalid-state' });
    await side.reaches('waiting');
    side.loader.close();
    await asked;
    side.loader.receive({ commitment: OTHER });
    side.loader.confirm(true);
    await assert.rejects(side.loader.verify(), { code: 'invalid-state' });
    assert.deepEqual([side.sent.length, side.clock.pending, side.status.phase], [1, 0, 'waiting']);
  });

  it('ends with the call also while it is being asked for', async () => {
    const side = alone();
    const asked = assert.rejects(side.loader.verify(), { code: 'invalid-state' });
    side.loader.close();
    await asked;
    assert.deepEqual([side.sent, side.clock.pending, side.status.phase], [[], 0, 'available']);
  });
});
