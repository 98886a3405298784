import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { codeOf, commitmentOf } from './derivation.js';
import type { SafetyContext } from './derivation.js';
import { EMOJI } from './emoji.js';
import { confirmSafetyCode, receiveSafetyMessage, startSafetyCode } from './exchange.js';
import type { SafetyMessage, SafetyState } from './exchange.js';
import { WORDS } from './words.js';

const context: SafetyContext = { sid: 'a73sjjvkla37jfea', initiator: 'sha-256 AA:01', responder: 'sha-256 BB:02' };
const nonce = (byte: number) => new Uint8Array(32).fill(byte);
const hex = (byte: number) => byte.toString(16).padStart(2, '0').repeat(32);

const startOf = (role: 'initiator' | 'responder', byte: number, seen: SafetyContext = context) =>
  startSafetyCode({ role, context: seen, nonce: nonce(byte) });

async function receive(state: SafetyState, ...messages: unknown[]): Promise<SafetyState> {
  for (const message of messages) ({ state } = await receiveSafetyMessage(state, message));
  return state;
}

/** Both sides, honest, each with what it sees. @returns their last states */
async function exchange(seenByInitiator: SafetyContext, seenByResponder: SafetyContext = seenByInitiator) {
  const [one, other] = [await startOf('initiator', 1, seenByInitiator), await startOf('responder', 2, seenByResponder)];
  const [first, second] = [
    await receiveSafetyMessage(one.state, other.send),
    await receiveSafetyMessage(other.state, one.send),
  ];
  return [await receive(first.state, second.send), await receive(second.state, first.send)] as const;
}

const NAMESPACE = 'urn:x-xmpp-call:safety-code:0';

/** Each part behind its length, the namespace first. */
function packed(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    [NAMESPACE, ...parts].flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(Buffer.byteLength(part));
      return [length, Buffer.from(part)];
    }),
  );
}

const failure = (state: SafetyState) => (state.phase === 'failed' ? state.failure : state.phase);

describe('the exchange of a safety code', () => {
  it('gives both sides the same code, which people confirm', async () => {
    const [one, other] = await exchange(context);
    assert.equal(one.phase, 'comparing');
    assert.deepEqual(one, other);
    assert.equal(confirmSafetyCode(one, true).phase, 'confirmed');
    assert.equal(failure(confirmSafetyCode(other, false)), 'codes-differ');
  });

  it('sends each message once, the nonce only after the commitment of the peer', async () => {
    const { state, send } = await startOf('initiator', 1);
    assert.equal(send?.type, 'commit');
    assert.ok(!JSON.stringify(send).includes(hex(1)));
    const peer = await startOf('responder', 2);
    const revealed = await receiveSafetyMessage(state, peer.send);
    assert.deepEqual(revealed.send, { type: 'reveal', nonce: hex(1) });
    const agreed = await receiveSafetyMessage(revealed.state, { type: 'reveal', nonce: hex(2) });
    assert.deepEqual([agreed.state.phase, agreed.send], ['comparing', undefined]);
  });

  it('takes another nonce each time', async () => {
    const commitments = await Promise.all(
      Array.from({ length: 3 }, async () => (await startSafetyCode({ role: 'initiator', context })).send),
    );
    assert.equal(new Set(commitments.map((send) => JSON.stringify(send))).size, 3);
  });

  it('fails where the two sides see other fingerprints, another session or other roles', async () => {
    for (const seen of [
      { ...context, initiator: 'sha-256 CC:03' },
      { ...context, responder: 'sha-256 CC:03' },
      { ...context, sid: 'another' },
    ]) {
      assert.deepEqual((await exchange(context, seen)).map(failure), ['commitment-mismatch', 'commitment-mismatch']);
    }
    const [one, same] = [await startOf('initiator', 1), await startOf('initiator', 2)];
    const { state } = await receiveSafetyMessage(one.state, same.send);
    assert.equal(failure(await receive(state, { type: 'reveal', nonce: hex(2) })), 'commitment-mismatch');
  });

  it('fails where our own messages come back', async () => {
    const { state, send } = await startOf('initiator', 1);
    assert.equal(failure(await receive(state, send, { type: 'reveal', nonce: hex(1) })), 'commitment-mismatch');
  });

  it('fails with a nonce other than the one committed to, however the second one comes', async () => {
    const { state } = await startOf('initiator', 1);
    const { send } = await startOf('responder', 2);
    assert.equal(failure(await receive(state, send, { type: 'reveal', nonce: hex(3) })), 'commitment-mismatch');
    assert.equal(
      failure(await receive(state, send, { type: 'reveal', nonce: hex(3) }, { type: 'reveal', nonce: hex(2) })),
      'commitment-mismatch',
    );
  });

  it('fails with a second commitment in every phase, also the same one', async () => {
    const { state } = await startOf('initiator', 1);
    const { send } = await startOf('responder', 2);
    const reveal: SafetyMessage = { type: 'reveal', nonce: hex(2) };
    const comparing = await receive(state, send, reveal);
    const confirmed = confirmSafetyCode(comparing, true);
    for (const before of [await receive(state, send), comparing, confirmed])
      assert.equal(failure(await receive(before, send)), 'repeated-commit');
    for (const before of [state, comparing, confirmed])
      assert.equal(failure(await receive(before, reveal)), 'unexpected-reveal');
  });

  it('fails with what is no message, and stays failed; never rejects', async () => {
    const { state } = await startOf('initiator', 1);
    const { send } = await startOf('responder', 2);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.anything(), fc.record({ type: fc.constant('commit'), commitment: fc.string() })),
        async (message) => {
          const spoilt = await receive(state, message);
          assert.equal(failure(spoilt), 'malformed');
          assert.equal(failure(await receive(spoilt, send)), 'malformed');
          assert.equal(failure(confirmSafetyCode(spoilt, true)), 'malformed');
        },
      ),
    );
    for (const text of [hex(1).slice(2), `${hex(1)}00`, hex(0xab).toUpperCase()])
      assert.equal(failure(await receive(state, { type: 'commit', commitment: text })), 'malformed');
  });

  it('does not begin without the fingerprints of both sides', async () => {
    for (const seen of [
      { ...context, initiator: '' },
      { ...context, responder: '' },
    ])
      await assert.rejects(startSafetyCode({ role: 'initiator', context: seen }), TypeError);
  });

  it('says nothing before there is a code', async () => {
    const { state } = await startOf('initiator', 1);
    assert.equal(confirmSafetyCode(state, true), state);
  });

  it('gives somebody in between, who plays both parts honestly, another code on each side', async () => {
    const toInitiator = { ...context, responder: 'sha-256 EE:05' };
    const toResponder = { ...context, initiator: 'sha-256 EE:05' };
    const [seenByInitiator] = await exchange(toInitiator);
    const [, seenByResponder] = await exchange(toResponder);
    assert.ok(seenByInitiator.phase === 'comparing' && seenByResponder.phase === 'comparing');
    assert.notDeepEqual(seenByInitiator.code, seenByResponder.code);
  });
});

describe('the derivation', () => {
  it('commits to what is known: SHA-256 of parts behind their lengths', async () => {
    const { createHash } = await import('node:crypto');
    const { sid, initiator, responder } = context;
    const parts = packed('commit', 'initiator', sid, initiator, responder, Buffer.from(nonce(1)));
    const expected = createHash('sha256').update(parts).digest('hex');
    assert.equal(Buffer.from(await commitmentOf('initiator', context, nonce(1))).toString('hex'), expected);
  });

  it('is HKDF-SHA-256 over both nonces: 8 bits for a word, 6 for an emoji', async () => {
    const { createHash, hkdfSync } = await import('node:crypto');
    const { sid, initiator, responder } = context;
    const salt = createHash('sha256')
      .update(packed('context', sid, initiator, responder))
      .digest();
    const derive = (info: string, bytes: number) =>
      Buffer.from(
        hkdfSync('sha256', packed(Buffer.from(nonce(1)), Buffer.from(nonce(2))), salt, packed(NAMESPACE, info), bytes),
      );
    const { words, emoji } = await codeOf(context, nonce(1), nonce(2));
    assert.deepEqual(
      words.map((word) => WORDS.indexOf(word)),
      [...derive('words', 4)],
    );
    const number = BigInt(`0x${derive('emoji', 6).toString('hex')}`) >> 6n;
    assert.equal(
      emoji.reduce((sum, one) => sum * 64n + BigInt(EMOJI.indexOf(one)), 0n),
      number,
    );
  });

  it('stays what it is: another code would part this version from others', async () => {
    const { words, emoji } = await codeOf(context, nonce(1), nonce(2));
    assert.equal(words.join(' '), 'cobra polar poem bucket');
    assert.equal(emoji.map(({ names }) => names.en).join(' '), 'star rabbit moon anchor snail bicycle snail');
  });

  it('depends on each input: text of one part cannot move into the next', async () => {
    const codes = await Promise.all(
      [
        context,
        { ...context, sid: `${context.sid}s`, initiator: context.initiator.slice(1) },
        { ...context, initiator: context.responder, responder: context.initiator },
      ].map(async (seen) => JSON.stringify(await codeOf(seen, nonce(1), nonce(2)))),
    );
    codes.push(JSON.stringify(await codeOf(context, nonce(2), nonce(1))));
    assert.equal(new Set(codes).size, codes.length);
  });

  it('spreads over all words and emoji', async () => {
    const seen = new Set<string>();
    for (let byte = 0; byte < 1200; byte++) {
      const { words, emoji } = await codeOf({ ...context, sid: String(byte) }, nonce(1), nonce(2));
      assert.deepEqual([words.length, emoji.length], [4, 7]);
      for (const item of [...words, ...emoji.map((one) => one.emoji)]) seen.add(item);
    }
    assert.equal(seen.size, 256 + 64);
  });
});
