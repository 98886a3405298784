import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS } from '@xmpp-call/jingle';
import { BEING_CALLED_TEXT } from './admission.js';
import { NO_DISCO } from './fake-stream.testing.js';
import { Quota } from './quota.js';
import { OWN, PEER, Peer, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO } from './sdp.testing.js';

const CAROL = 'carol@example.com/x';
const COLLEAGUE = 'ann@example.org/phone';
const GUEST = 'e5f1@guest.example.org/x';

/** How a stranger calls: with messages around the session, or without. */
type Way = 'propose' | 'initiate';
const WAYS: readonly Way[] = ['propose', 'initiate'];

/** Calls, and takes it back 200 ms later. */
async function callAndCancel(scenario: Scenario, way: Way, id: string, from: string): Promise<void> {
  await call(scenario, way, id, from);
  await scenario.pass(200);
  if (way === 'propose') await scenario.message({ kind: 'retract', id, tieBreak: false }, from);
  else await scenario.jingleFrom({ action: 'session-terminate', sid: id, reason: { condition: 'cancel' } }, from);
}

async function call(scenario: Scenario, way: Way, id: string, from: string): Promise<void> {
  if (way === 'propose') await scenario.message({ kind: 'propose', id, media: ['audio'] }, from);
  else
    await scenario.jingleFrom(
      { action: 'session-initiate', sid: id, ...new Peer(scenario, 'initiator', from).offer(AUDIO) },
      from,
    );
}

describe('who may ring', () => {
  it('one account rings six times at once and then every 10 s, whichever way it calls', async () => {
    for (const way of WAYS) {
      const scenario = new Scenario();
      for (let index = 0; index < 40; index++) await callAndCancel(scenario, way, `f${String(index)}`, CAROL);
      assert.equal(scenario.count('incomingCall'), 6);
      await scenario.pass(10_000);
      await callAndCancel(scenario, way, 'later', CAROL);
      assert.equal(scenario.count('incomingCall'), 7);
    }
  });

  it('both ways in count together', async () => {
    const scenario = new Scenario();
    for (let index = 0; index < 40; index++)
      await callAndCancel(scenario, index % 2 === 0 ? 'propose' : 'initiate', `f${String(index)}`, CAROL);
    assert.equal(scenario.count('incomingCall'), 6);
  });

  it('a call beyond the limit of an account gets an IQ error and nothing else', async () => {
    const scenario = new Scenario();
    for (let index = 0; index < 6; index++) await callAndCancel(scenario, 'initiate', `f${String(index)}`, CAROL);
    scenario.sent();
    const { contents, groups } = new Peer(scenario, 'initiator').offer(AUDIO);
    const reply = await scenario.jingleFrom({ action: 'session-initiate', sid: 'f7', contents, groups }, CAROL);
    assert.equal(outcome(reply), 'resource-constraint');
    assert.deepEqual(scenario.sent(), []);
  });

  it('guests of one domain, each with an account of its own, do not keep others from ringing', async () => {
    for (const way of WAYS) {
      const scenario = new Scenario();
      for (let index = 0; index < 60; index++)
        await callAndCancel(scenario, way, `f${String(index)}`, `guest${String(index)}@guests.example.com/x`);
      const ofGuests = scenario.count('incomingCall');
      assert.ok(ofGuests >= 10 && ofGuests <= 13, String(ofGuests));
      await call(scenario, way, SID, PEER);
      await scenario.pass(20);
      assert.equal(scenario.last(), 'incoming');
    }
  });

  it('all other domains together have one limit, which does not count against the own domain and its guests', async () => {
    for (const caller of [COLLEAGUE, GUEST]) {
      const scenario = new Scenario();
      for (let index = 0; index < 100; index++)
        await callAndCancel(scenario, 'initiate', `f${String(index)}`, `x@d${String(index)}.example.com/x`);
      const ofStrangers = scenario.count('incomingCall');
      assert.ok(ofStrangers >= 20 && ofStrangers <= 28, String(ofStrangers));
      await call(scenario, 'propose', SID, caller);
      await scenario.pass(20);
      assert.equal(scenario.last(), 'incoming');
    }
  });

  it('answers to a flood are limited', async () => {
    const scenario = new Scenario();
    await scenario.ringAndTalk();
    scenario.sent();
    for (let index = 0; index < 200; index++) {
      const from = `guest${String(index)}@guests.example.com/x`;
      await scenario.message({ kind: 'propose', id: `p${String(index)}`, media: ['audio'] }, from);
      await call(scenario, 'initiate', `i${String(index)}`, from);
    }
    assert.equal(scenario.sent().length, 20);
    assert.equal(scenario.last(), 'active');
  });
});

describe('a busy line', () => {
  it('says busy in a call, and that somebody else is calling while it only rings', async () => {
    for (const [stage, text] of [
      ['ring', BEING_CALLED_TEXT],
      ['ringAndTalk', undefined],
      ['call', undefined],
    ] as const) {
      for (const way of WAYS) {
        const scenario = new Scenario();
        await scenario[stage]();
        scenario.sent();
        await call(scenario, way, 'second', CAROL);
        assert.deepEqual(scenario.sent(), [
          way === 'propose' ? `reject busy > ${CAROL}` : `session-terminate busy > ${CAROL}`,
        ]);
        assert.equal(scenario.stream.sent.at(-1)?.toString().includes(`<text>${BEING_CALLED_TEXT}</text>`), !!text);
      }
    }
  });

  it('our caller tells the two apart', async () => {
    for (const [text, code] of [
      [BEING_CALLED_TEXT, 'callee-being-called'],
      ['in a meeting', 'busy'],
      [undefined, 'busy'],
    ] as const) {
      const reason = { condition: 'busy' as const, ...(text && { text }) };
      const jmi = new Scenario();
      await jmi.call();
      await jmi.message({ kind: 'reject', id: SID, tieBreak: false, reason });
      assert.equal(jmi.last(), `ended: ${code}`);

      const direct = new Scenario();
      const features = [NS.jingle, NS.rtp, NS.iceUdp, NS.dtls, NS.rtpAudio];
      direct.stream.disco.set(PEER, { ...NO_DISCO, features });
      await direct.call(AUDIO, PEER);
      await direct.jingleFrom({ action: 'session-terminate', reason });
      assert.equal(direct.last(), `ended: ${code}`);
    }
  });

  it('lets its user call while it rings, and once only', async () => {
    const scenario = new Scenario();
    await scenario.ring(['audio'], 'incoming-1', CAROL);
    await scenario.call();
    assert.throws(
      () => {
        scenario.calls.start('another', PEER, { audio: true, video: false });
      },
      { code: 'invalid-state' },
    );
  });

  it('is not made busy by our own account', async () => {
    const scenario = new Scenario();
    await call(scenario, 'initiate', SID, `${OWN}2`);
    assert.deepEqual(scenario.states(), []);
  });
});

describe('a quota', () => {
  it('takes a burst and then one each interval, for each key', () => {
    const quota = new Quota({ burst: 3, everyMs: 100 }, 2);
    const taken = (now: number, key: string) => Array.from({ length: 5 }, () => quota.take(now, key));
    assert.deepEqual(taken(0, 'a'), [true, true, true, false, false]);
    assert.deepEqual(taken(0, 'b'), [true, true, true, false, false]);
    assert.deepEqual(taken(100, 'a'), [true, false, false, false, false]);
    assert.deepEqual(taken(10_000, 'a'), [true, true, true, false, false]);
  });
});

describe('a second call', () => {
  const SECOND = 'c0ffee00-0000-4000-8000-000000000002';

  it('rings beside the first where two are allowed, whichever way it comes', async () => {
    for (const way of WAYS) {
      const scenario = new Scenario({ maxCalls: 2 });
      await scenario.callAndTalk();
      await call(scenario, way, SECOND, CAROL);
      await scenario.pass(20);
      assert.equal(scenario.last(SECOND), 'incoming');
      assert.equal(scenario.last(), 'active');
    }
  });

  it('keeps a third from ringing, and makes it busy once it is answered', async () => {
    const scenario = new Scenario({ maxCalls: 2 });
    await scenario.callAndTalk();
    await call(scenario, 'propose', SECOND, CAROL);
    await scenario.pass(20);
    await call(scenario, 'propose', 'third', COLLEAGUE);
    await scenario.pass(20);
    assert.equal(scenario.last('third'), undefined);
    scenario.calls.accept(SECOND);
    await scenario.turn();
    scenario.sent();
    await call(scenario, 'propose', 'fourth', COLLEAGUE);
    await scenario.pass(20);
    assert.equal(scenario.last('fourth'), undefined);
    assert.ok(scenario.sent().some((line) => line.startsWith('reject busy')));
  });

  it('can be placed beside the first, and no third one', async () => {
    const scenario = new Scenario({ maxCalls: 2 });
    await scenario.callAndTalk();
    const start = (id: string) => {
      scenario.calls.start(id, CAROL, { audio: true, video: false });
    };
    start(SECOND);
    assert.throws(() => start('third'), { code: 'invalid-state' });
    assert.equal(scenario.last(), 'active');
  });

  it('that ends leaves the other as it was', async () => {
    const scenario = new Scenario({ maxCalls: 2 });
    await scenario.callAndTalk();
    await call(scenario, 'propose', SECOND, CAROL);
    await scenario.pass(20);
    scenario.calls.reject(SECOND);
    await scenario.turn();
    assert.equal(scenario.last(SECOND), 'ended: rejected-locally');
    assert.equal(scenario.last(), 'active');
  });
});
