import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS, attribute, buildJingle, childOf, el, elementsOf } from '@xmpp-call/jingle';
import type { Element } from '@xmpp-call/jingle';
import { TRANSFER_SUCCESS } from '@xmpp-call/jingle/after-answer.js';
import { OWN, PEER, PEER_BARE, Peer, SID, Scenario, outcome } from '../scenario.testing.js';
import { AUDIO, sdp } from '../sdp.testing.js';

const BOSS = 'boss@example.net';
const NEXT = 'c0ffee00-0000-4000-8000-000000000002';

const info = (...children: Element[]) => el('jingle', { xmlns: NS.jingle, action: 'session-info', sid: SID }, children);
const request = (attributes: Record<string, string>) => info(el('transfer', { xmlns: NS.transfer, ...attributes }));
const refused = () => info(el('refused', { xmlns: NS.transferRefused }));

/** Lets the code load, and what waits for it happen. */
async function settle(scenario: Scenario, id = SID): Promise<void> {
  await scenario.turn();
  await scenario.calls.calls.find((call) => call.id === id)?.afterAnswer.settled;
  await scenario.turn();
}

async function talking(): Promise<{ scenario: Scenario; peer: Peer }> {
  const scenario = new Scenario();
  const peer = await scenario.callAndTalk();
  scenario.sent();
  return { scenario, peer };
}

async function asked(scenario: Scenario, attributes: Record<string, string>): Promise<string> {
  const reply = outcome(await scenario.iq(request(attributes)));
  await settle(scenario);
  return reply;
}

/** The payloads of the session-infos that were sent. */
function infos({ stream }: Scenario): Element[] {
  return stream.sent.flatMap((stanza) => {
    const jingle = childOf(stanza, 'jingle', NS.jingle);
    return jingle && attribute(jingle, 'action') === 'session-info' ? elementsOf(jingle) : [];
  });
}

const told = (scenario: Scenario, kind: string) => scenario.events.filter((event) => event.case === kind);

/** What became of our own transfer. */
function transferEnded(scenario: Scenario): (string | undefined)[] {
  return scenario.events.flatMap((event) => (event.case === 'transferEnded' ? [event.value.failure?.code] : []));
}

describe('tones by XMPP', () => {
  it('go one by one in session-infos, and are in no log', async () => {
    const { scenario } = await talking();
    scenario.calls.sendTones(SID, '4,7#');
    await settle(scenario);
    assert.deepEqual(
      infos(scenario)
        .filter((one) => one.attrs.xmlns === NS.dtmf)
        .map(({ attrs }) => attrs.code),
      ['4', '7', '#'],
    );
    assert.doesNotMatch(JSON.stringify(scenario.environment.logs), /"4|47#/);
  });

  it('are refused before the answer, and where they are none', async () => {
    const scenario = new Scenario();
    await scenario.call();
    assert.throws(() => scenario.calls.sendTones(SID, '1'));
    const { scenario: other } = await talking();
    for (const tones of ['', 'x', '1'.repeat(65), '<dtmf/>']) assert.throws(() => other.calls.sendTones(SID, tones));
    assert.equal(other.last(), 'active');
  });

  it('of a flood are refused from some point on, and the call goes on', async () => {
    const { scenario } = await talking();
    assert.throws(() => {
      for (let index = 0; index < 1000; index++) scenario.calls.sendTones(SID, '1');
    });
    await settle(scenario);
    assert.equal(scenario.last(), 'active');
  });
});

describe('a peer that asks for a transfer (XEP-0251)', () => {
  it('is told a result, and the page whom it names', async () => {
    const { scenario } = await talking();
    assert.equal(await asked(scenario, { to: BOSS }), 'result');
    assert.deepEqual(told(scenario, 'transferRequested'), [
      { case: 'transferRequested', value: { callId: SID, to: BOSS } },
    ]);
    assert.equal(scenario.last(), 'active');
  });

  it('loses the call once the next one is answered', async () => {
    const { scenario } = await talking();
    await asked(scenario, { to: BOSS });
    scenario.calls.start(NEXT, BOSS, { audio: true, video: false }, SID);
    scenario.calls.localDescription(NEXT, 'offer', sdp({ sections: AUDIO, setup: 'actpass' }));
    scenario.calls.propose(NEXT);
    await scenario.message({ kind: 'proceed', id: NEXT }, `${BOSS}/phone`);
    const initiate = scenario.stream.sent.at(-1);
    const element = initiate && childOf(initiate, 'jingle', NS.jingle);
    assert.deepEqual(element && childOf(element, 'transfer', NS.transfer)?.attrs, {
      xmlns: NS.transfer,
      from: PEER,
      to: BOSS,
    });
    assert.equal(scenario.last(), 'active');
    const boss = new Peer(scenario, 'responder', `${BOSS}/phone`);
    const answer = boss.answerTo('session-initiate', AUDIO);
    await scenario.jingleFrom({ action: 'session-accept', sid: NEXT, ...answer }, boss.jid);
    assert.equal(scenario.last(), 'ended: local-hang-up');
    assert.deepEqual(scenario.jingle('session-terminate').reason, TRANSFER_SUCCESS);
    assert.equal(scenario.last(NEXT), 'connecting');
  });

  it('to a session of another call (attended) is called at that device without ringing, by the id of the session', async () => {
    const { scenario } = await talking();
    const device = `${BOSS}/phone`;
    const features = [NS.jingle, NS.rtp, NS.iceUdp, NS.dtls, NS.rtpAudio, NS.jmi];
    scenario.stream.disco.set(device, { identities: [], features, forms: [] });
    await asked(scenario, { to: device, from: PEER, sid: 'theirs' });
    scenario.calls.start(NEXT, device, { audio: true, video: false }, SID);
    scenario.calls.localDescription(NEXT, 'offer', sdp({ sections: AUDIO, setup: 'actpass' }));
    scenario.calls.propose(NEXT);
    await scenario.turn();
    assert.deepEqual(scenario.sent().slice(-1), [`session-initiate > ${device}`]);
    const element = scenario.stream.sent.flatMap((one) => childOf(one, 'jingle', NS.jingle) ?? []).at(-1);
    assert.deepEqual(element && childOf(element, 'transfer', NS.transfer)?.attrs, {
      xmlns: NS.transfer,
      from: PEER,
      to: device,
      sid: 'theirs',
    });
  });

  it('keeps the call where the next one comes to nothing, and learns of it', async () => {
    const { scenario } = await talking();
    await asked(scenario, { to: BOSS });
    scenario.calls.start(NEXT, BOSS, { audio: true, video: false }, SID);
    scenario.calls.propose(NEXT);
    await scenario.message({ kind: 'reject', id: NEXT, reason: { condition: 'decline' }, tieBreak: false }, BOSS);
    assert.equal(scenario.last(NEXT), 'ended: declined');
    assert.equal(scenario.last(), 'active');
    assert.equal(infos(scenario).at(-1)?.attrs.xmlns, NS.transferRefused);
  });

  it('is refused by the user, once', async () => {
    const { scenario } = await talking();
    await asked(scenario, { to: BOSS });
    scenario.calls.refuseTransfer(SID);
    scenario.calls.refuseTransfer(SID);
    await scenario.turn();
    assert.deepEqual(
      infos(scenario).map(({ attrs }) => attrs.xmlns),
      [NS.transferRefused],
    );
  });

  it('gets nothing for itself, for ourselves, for two at once or for what is malformed', async () => {
    for (const attributes of [{ to: PEER_BARE }, { to: OWN }, { to: BOSS, sid: 's'.repeat(300) }]) {
      const { scenario } = await talking();
      assert.equal(await asked(scenario, attributes), 'result');
      assert.deepEqual(told(scenario, 'transferRequested'), []);
      assert.equal(infos(scenario).at(-1)?.attrs.xmlns, NS.transferRefused);
    }
    for (const attributes of [{}, { to: '' }, { to: '@' }, { to: `a@${'x'.repeat(5000)}` }]) {
      const { scenario } = await talking();
      assert.equal(await asked(scenario, attributes), 'bad-request');
      assert.equal(scenario.last(), 'active');
    }
  });

  it('asks too often: each is answered, few reach the page', async () => {
    const { scenario } = await talking();
    for (let index = 0; index < 50; index++) {
      assert.equal(await asked(scenario, { to: `${String(index)}@example.net` }), 'result');
      scenario.calls.refuseTransfer(SID);
    }
    assert.equal(told(scenario, 'transferRequested').length, 5);
    assert.equal(scenario.last(), 'active');
  });

  it('is out of order before the answer, and nobody else may ask', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    assert.equal(outcome(await scenario.iq(request({ to: BOSS }))), 'unexpected-request out-of-order');
    const { scenario: other } = await talking();
    assert.equal(outcome(await other.iq(request({ to: BOSS }), 'eve@example.net/x')), 'item-not-found unknown-session');
  });

  it('names a call that the page may place only to that address, and only then', async () => {
    const { scenario } = await talking();
    const start = (to: string) => {
      scenario.calls.start(NEXT, to, { audio: true, video: false }, SID);
    };
    assert.throws(() => {
      start(BOSS);
    });
    await asked(scenario, { to: BOSS });
    assert.throws(() => {
      start('eve@example.net');
    });
    start(BOSS);
  });
});

describe('a transfer that we ask for', () => {
  async function asking(to = BOSS): Promise<{ scenario: Scenario; peer: Peer }> {
    const given = await talking();
    given.scenario.calls.transfer(SID, to);
    await settle(given.scenario);
    return given;
  }

  it('ends the call when the peer has gone over', async () => {
    const { scenario } = await asking();
    assert.deepEqual(infos(scenario).at(-1)?.attrs, { xmlns: NS.transfer, to: BOSS });
    await scenario.jingleFrom({ action: 'session-terminate', reason: TRANSFER_SUCCESS });
    assert.deepEqual(transferEnded(scenario), [undefined]);
    assert.equal(scenario.last(), 'ended: local-hang-up');
  });

  it('leaves the call as it was where the peer refuses, knows no transfers or says nothing', async () => {
    const refusing = await asking();
    assert.equal(outcome(await refusing.scenario.iq(refused())), 'result');
    assert.deepEqual(transferEnded(refusing.scenario), ['declined']);

    const silent = await asking();
    silent.scenario.events.splice(0);
    silent.scenario.calls.mediaConnection(SID, 'connected', true);
    await silent.scenario.passBySteps(120_000, 5_000);
    assert.deepEqual(transferEnded(silent.scenario), ['no-answer']);
  });

  it('to nobody, to the peer itself or to us is refused here', async () => {
    for (const to of ['', PEER_BARE, OWN]) {
      const { scenario } = await asking(to);
      assert.deepEqual(transferEnded(scenario), ['invalid-address']);
      assert.equal(scenario.last(), 'active');
    }
  });

  it('is over when the call ends otherwise, and a refusal that nobody waits for is passed over', async () => {
    const { scenario } = await asking();
    await scenario.jingleFrom({ action: 'session-terminate', reason: { condition: 'success' } });
    assert.deepEqual(transferEnded(scenario), ['peer-failed']);
    assert.equal(scenario.last(), 'ended: remote-hang-up');
    const { scenario: other } = await talking();
    assert.equal(outcome(await other.iq(refused())), 'result');
    assert.equal(other.last(), 'active');
  });
});

describe('a session that takes the place of one of ours (an attended transfer)', () => {
  async function initiated(attributes: Record<string, string>): Promise<{ scenario: Scenario; reply: string }> {
    const { scenario } = await talking();
    const next = new Peer(scenario, 'initiator', 'anna@example.net/x');
    const { contents, groups } = next.offer(AUDIO);
    const jingle = buildJingle({ action: 'session-initiate', sid: NEXT, contents: [...contents], groups: [...groups] });
    jingle.children.push(el('transfer', { xmlns: NS.transfer, ...attributes }));
    const reply = outcome(await scenario.iq(jingle, next.jid));
    await scenario.turn();
    return { scenario, reply };
  }

  it('is announced beside it and ends it once it is answered', async () => {
    const { scenario, reply } = await initiated({ from: PEER, sid: SID });
    assert.equal(reply, 'result');
    const [event] = told(scenario, 'incomingCall');
    assert.equal(event?.case === 'incomingCall' && event.value.replacesCallId, SID);
    assert.equal(scenario.last(), 'active');
    scenario.calls.accept(NEXT);
    await scenario.turn();
    scenario.calls.localDescription(NEXT, 'answer', sdp({ sections: AUDIO, setup: 'active' }));
    await scenario.turn();
    assert.equal(scenario.last(), 'ended: local-hang-up');
    assert.equal(scenario.last(NEXT), 'connecting');
  });

  it('is a call like any other for whoever does not know the session and its other side', async () => {
    for (const attributes of [
      { from: PEER, sid: 'guessed' },
      { from: 'eve@example.net/x', sid: SID },
      { from: PEER_BARE, sid: SID },
      {},
    ]) {
      const { scenario } = await initiated(attributes);
      assert.deepEqual(told(scenario, 'incomingCall'), []);
      assert.equal(scenario.last(), 'active');
    }
  });
});
