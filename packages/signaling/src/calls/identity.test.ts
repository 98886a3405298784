import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS, buildJmi } from '@xmpp-call/jingle';
import type { Element } from '@xmpp-call/jingle';
import { NO_DISCO } from './fake-stream.testing.js';
import { OWN_BARE, PEER, PEER_BARE, Peer, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, sdp } from './sdp.testing.js';

const ANN = 'ann@example.net/x';
const BOB = 'bob@example.com/y';
const CAROL = 'carol@example.com/z';
const OTHER_DEVICE = `${OWN_BARE}/phone`;

function retract(id: string): Element {
  const stanza = buildJmi({ kind: 'retract', id, tieBreak: false }, OWN_BARE);
  stanza.attrs.from = CAROL;
  return stanza;
}

const initiate = (scenario: Scenario, from: string, sid = '1', iqId = '1') =>
  scenario.jingleFrom(
    { action: 'session-initiate', sid, ...new Peer(scenario, 'initiator', from).offer(AUDIO) },
    from,
    iqId,
  );

/** The ids by which the page knows calls of a caller. */
const idsOf = (scenario: Scenario, from: string) =>
  scenario.events.flatMap((event) =>
    event.case === 'incomingCall' && event.value.from === from ? [event.value.callId] : [],
  );

describe('a session is its id and its two parties (XEP-0166 §7.1)', () => {
  it('a second caller with the id of a running call gets busy', async () => {
    const scenario = new Scenario();
    await initiate(scenario, ANN);
    scenario.sent();
    assert.equal(outcome(await initiate(scenario, BOB)), 'result');
    assert.deepEqual(scenario.sent(), [`session-terminate busy > ${BOB}`]);
    await scenario.message({ kind: 'propose', id: '1', media: ['audio'] }, CAROL);
    assert.deepEqual(scenario.sent(), [`reject busy > ${CAROL}`]);
    assert.deepEqual(scenario.states('1'), ['incoming']);
  });

  it('rings by an id that another caller used before, as another call to the page', async () => {
    const scenario = new Scenario();
    await initiate(scenario, ANN);
    await scenario.jingleFrom({ action: 'session-terminate', sid: '1' }, ANN);
    assert.equal(outcome(await initiate(scenario, ANN, '1', '2')), 'unexpected-request out-of-order');
    assert.equal(outcome(await initiate(scenario, BOB)), 'result');
    const [id = ''] = idsOf(scenario, BOB);
    assert.notEqual(id, '1');
    assert.deepEqual(scenario.states(id), ['incoming']);

    scenario.sent();
    scenario.calls.accept(id);
    scenario.calls.localDescription(id, 'answer', sdp({ sections: AUDIO, setup: 'active' }));
    assert.equal(scenario.jingle('session-accept').sid, '1');
    await scenario.jingleFrom({ action: 'session-terminate', sid: '1' }, BOB);
    assert.deepEqual(scenario.states('1'), ['incoming', 'ended: cancelled']);
    assert.equal(scenario.last(id), 'ended: remote-hang-up');

    await scenario.message({ kind: 'propose', id: '1', media: ['audio'] }, CAROL);
    await scenario.pass(20);
    assert.equal(idsOf(scenario, CAROL).length, 1);
  });

  it('ignores what other parties send with its id', async () => {
    const scenario = new Scenario();
    await scenario.ring(['audio'], '1', ANN);
    for (const kind of ['retract', 'finish'] as const) {
      await scenario.message({ kind, id: '1', tieBreak: false }, BOB);
    }
    await scenario.message({ kind: 'proceed', id: '1' }, OTHER_DEVICE, { carbon: 'sent', to: BOB });
    assert.deepEqual(scenario.states('1'), ['incoming']);
    await scenario.message({ kind: 'proceed', id: '1' }, OTHER_DEVICE, { carbon: 'sent', to: ANN });
    assert.equal(scenario.last('1'), 'ended: answered-elsewhere');
  });

  it('an answer of our own device that names no caller is settled after two minutes', async () => {
    const scenario = new Scenario();
    await scenario.message({ kind: 'accept', id: '1' }, OTHER_DEVICE, { to: OWN_BARE });
    await scenario.ring(['audio'], '1', ANN);
    assert.deepEqual(scenario.states('1'), []);
    await scenario.pass(120_000);
    await scenario.ring(['audio'], '1', BOB);
    assert.deepEqual(scenario.states('1'), ['incoming']);
  });

  it('a retract of a stranger before a propose does not keep others from ringing, an answer of our own device does', async () => {
    const scenario = new Scenario();
    await scenario.message({ kind: 'accept', id: SID }, OTHER_DEVICE, { to: OWN_BARE });
    for (let index = 0; index < 2_000; index++) {
      scenario.stream.deliverMessage(retract(`r${String(index)}`));
    }
    scenario.stream.deliverMessage(retract('2'));
    await scenario.turn();
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] });
    await scenario.message({ kind: 'propose', id: '2', media: ['audio'] }, ANN);
    await scenario.pass(20);
    assert.deepEqual(scenario.states(), []);
    assert.deepEqual(scenario.states('2'), ['incoming']);
  });
});

describe('both sides call with one id', () => {
  const direct = [NS.jingle, NS.rtp, NS.iceUdp, NS.dtls, NS.rtpAudio];
  /** Below and above ours in octets. */
  const LOWER = 'ann@example.net/x';
  const HIGHER = 'zoe@example.net/x';

  it('without JMI: the session-initiate of the lower JID wins', async () => {
    const won = new Scenario();
    won.stream.disco.set(HIGHER, { ...NO_DISCO, features: direct });
    await won.call(AUDIO, HIGHER);
    assert.equal(outcome(await initiate(won, HIGHER, SID)), 'conflict tie-break');
    assert.deepEqual(won.states(), []);

    const lost = new Scenario();
    lost.stream.disco.set(LOWER, { ...NO_DISCO, features: direct });
    await lost.call(AUDIO, LOWER);
    assert.equal(outcome(await initiate(lost, LOWER, SID)), 'result');
    assert.equal(lost.last(), 'ended: cancelled');
    const [id = ''] = idsOf(lost, LOWER);
    assert.notEqual(id, SID);
    assert.deepEqual(lost.states(id), ['incoming']);
  });

  it('with JMI: the propose of the lower JID wins', async () => {
    const won = new Scenario();
    await won.call(AUDIO, 'zoe@example.net');
    won.sent();
    await won.message({ kind: 'propose', id: SID, media: ['audio'] }, HIGHER);
    await won.pass(20);
    assert.deepEqual(won.sent(), [`reject expired tie-break > ${HIGHER}`]);
    assert.deepEqual(won.states(), []);
    await won.message({ kind: 'proceed', id: SID }, HIGHER);
    assert.deepEqual(won.sent(), [`session-initiate > ${HIGHER}`]);

    const lost = new Scenario();
    await lost.call(AUDIO, 'ann@example.net');
    await lost.message({ kind: 'propose', id: SID, media: ['audio'] }, LOWER);
    await lost.pass(20);
    assert.equal(lost.last(), 'ended: cancelled');
    const [id = ''] = idsOf(lost, LOWER);
    assert.notEqual(id, SID);
    lost.calls.accept(id);
    assert.equal(outcome(await initiate(lost, LOWER, SID)), 'result');
    assert.equal(lost.last(id), 'connecting');
  });

  it('a propose that comes twice rings once', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    await scenario.ring();
    assert.equal(scenario.count('incomingCall'), 1);
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] }, `${PEER_BARE}/tablet`);
    assert.deepEqual(scenario.states(), ['incoming']);
  });
});

describe('an answer that is given again', () => {
  it('66: is that of the device in the call, whatever strangers send meanwhile', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    const peer = new Peer(scenario, 'responder');
    const accept = { action: 'session-accept' as const, ...peer.answerTo('session-initiate', AUDIO) };
    assert.equal(outcome(await scenario.jingleFrom(accept, PEER, 'again')), 'result');
    for (let index = 0; index < 300; index++)
      await scenario.jingleFrom({ action: 'session-info', sid: 'x' }, CAROL, `s${String(index)}`);
    assert.equal(outcome(await scenario.jingleFrom(accept, PEER, 'again')), 'result');
    assert.equal(scenario.descriptions().length, 1);
  });
});
