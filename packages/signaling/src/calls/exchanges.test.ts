import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildJingle, el } from '@xmpp-call/jingle';
import type { Content, Jingle, JingleAction } from '@xmpp-call/jingle';
import { parseXml as xml } from '../stream/parse-xml.js';
import { IqError } from '../stanza-stream.js';
import { bare, candidate, content, transportOnly } from './jingle.testing.js';
import { LIMITS_MS } from './limits.js';
import { PEER, SID, Scenario, outcome } from './scenario.testing.js';
import type { Peer } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO, candidateLine, sdp } from './sdp.testing.js';

type Action = Partial<Jingle> & { action: JingleAction };

const offered = (ufrag?: string, sections = AUDIO_VIDEO) =>
  sdp({ sections, setup: 'actpass', ...(ufrag !== undefined && { ufrag }) });
const answered = (ufrag?: string, sections = AUDIO_VIDEO) =>
  sdp({ sections, setup: 'active', ...(ufrag !== undefined && { ufrag }) });

/** Jingle actions that arrive before anything is done about the first of them. */
async function together(scenario: Scenario, actions: readonly Action[]): Promise<string[]> {
  const replies = actions.map((action, index) => {
    const payload = buildJingle({ sid: SID, contents: [], groups: [], ...action });
    const id = `together-${String(scenario.stream.sent.length)}-${String(index)}`;
    return outcome(scenario.stream.deliverIq(el('iq', { type: 'set', from: PEER, id }, [payload])));
  });
  await scenario.turn();
  return replies;
}

/** The offers of ours that the page was told are void. */
function voided(scenario: Scenario): string[] {
  return scenario.events.flatMap((event) => (event.case === 'offerVoid' ? [event.value.failure?.code ?? ''] : []));
}

/** The content of our last content-add. */
function addedName(scenario: Scenario): string {
  return scenario.jingle('content-add').contents[0]?.name ?? '';
}

/** The page turns its camera on: the next exchange can be had. */
async function canStillAdd(scenario: Scenario, offer = offered()): Promise<void> {
  scenario.sent();
  scenario.stream.answer = () => undefined;
  scenario.calls.localDescription(SID, 'offer', offer);
  assert.deepEqual(scenario.sent(), [`content-add > ${PEER}`]);
  const name = addedName(scenario);
  await scenario.jingleFrom({ action: 'content-accept', contents: [content(name, { media: 'video', ufrag: 'vvvv' })] });
  const answer = scenario.descriptions().at(-1);
  assert.equal(answer?.type, 'answer');
  assert.match(answer.sdp, /m=video 9/);
  assert.equal(scenario.last(), 'active');
}

/** A call in which our content-add is with the peer. */
async function adding(): Promise<{ scenario: Scenario; peer: Peer; name: string }> {
  const scenario = new Scenario();
  const peer = await scenario.callAndTalk();
  scenario.calls.localDescription(SID, 'offer', offered());
  const name = addedName(scenario);
  scenario.sent();
  return { scenario, peer, name };
}

/** A call in which our restart is with the peer, and media flows or is lost. */
async function restarting(lost = true): Promise<{ scenario: Scenario; peer: Peer }> {
  const scenario = new Scenario();
  const peer = await scenario.callAndTalk();
  if (lost) scenario.calls.mediaConnection(SID, 'failed', true);
  scenario.calls.localDescription(SID, 'offer', offered('fresh', AUDIO));
  await scenario.turn();
  scenario.sent();
  return { scenario, peer };
}

describe('a content of ours that the peer does not accept as it should', () => {
  it('accepted without a group on the transport of the call, is bundled with it', async () => {
    const { scenario, peer } = await adding();
    const { contents } = peer.answerTo('content-add', AUDIO_VIDEO);
    assert.equal(outcome(await scenario.jingleFrom({ action: 'content-accept', contents })), 'result');
    assert.match(scenario.descriptions().at(-1)?.sdp ?? '', /a=group:BUNDLE 0 1\r/);
    assert.equal(scenario.last(), 'active');
  });

  it('accepted with what no browser takes, is void: the page undoes it, the peer gets a reason, the call goes on', async () => {
    for (const wrong of [
      content('1', { media: 'video', ufrag: 'vvvv', hash: 'md4' }),
      content('1', { media: 'audio', ufrag: 'vvvv' }),
      { ...content('1', { media: 'video' }), description: { unsupported: 'urn:x' } },
    ]) {
      const { scenario } = await adding();
      assert.equal(outcome(await scenario.jingleFrom({ action: 'content-accept', contents: [wrong] })), 'result');
      assert.equal(scenario.descriptions().length, 1);
      assert.equal(voided(scenario).length, 1);
      assert.match(scenario.sent().join(), /^content-remove (security-error|failed-application) /);
      assert.equal(scenario.jingle('content-remove').contents[0]?.name, '1');
      assert.equal(scenario.last(), 'active');
      await canStillAdd(scenario);
    }
  });

  it('refused without a content, is refused', async () => {
    const { scenario } = await adding();
    const reject = `<jingle xmlns="urn:xmpp:jingle:1" action="content-reject" sid="${SID}"><reason><decline/></reason></jingle>`;
    assert.equal(outcome(await scenario.iq(xml(reject))), 'result');
    assert.deepEqual(scenario.descriptions().at(-1)?.rejectedMids, ['1']);
    assert.equal(scenario.environment.timerCount, 0);
    assert.equal(scenario.last(), 'active');
  });

  it('removed by the peer, is refused', async () => {
    const { scenario, name } = await adding();
    assert.equal(outcome(await scenario.jingleFrom({ action: 'content-remove', contents: [bare(name)] })), 'result');
    assert.deepEqual(scenario.descriptions().at(-1)?.rejectedMids, ['1']);
    assert.equal(scenario.environment.timerCount, 0);
    assert.equal(scenario.last(), 'active');
  });

  it('never answered, is void after its time; what the peer says later is acknowledged and nothing else', async () => {
    const { scenario, name } = await adding();
    await scenario.pass(LIMITS_MS.contentAnswer - 1);
    assert.deepEqual(voided(scenario), []);
    await scenario.pass(1);
    assert.deepEqual(voided(scenario), ['peer-failed']);
    assert.deepEqual(scenario.sent(), [`content-remove timeout > ${PEER}`]);
    const late = { action: 'content-accept' as const, contents: [content(name, { media: 'video', ufrag: 'late' })] };
    for (const action of ['content-accept', 'content-reject', 'content-remove'] as const)
      assert.equal(outcome(await scenario.jingleFrom({ ...late, action })), 'result', action);
    assert.equal(scenario.descriptions().length, 1);
    await canStillAdd(scenario);
  });

  it('a late answer to a void content is no answer to the next one', async () => {
    const { scenario, name } = await adding();
    await scenario.pass(LIMITS_MS.contentAnswer);
    scenario.calls.localDescription(SID, 'offer', offered());
    const late = [content(name, { media: 'video', ufrag: 'late' })];
    await scenario.jingleFrom({ action: 'content-accept', contents: late });
    await scenario.jingleFrom({ action: 'content-reject', contents: [bare(name)] });
    assert.equal(scenario.descriptions().length, 1);
    const again = addedName(scenario);
    assert.notEqual(again, name);
    const accept = [content(again, { media: 'video', ufrag: 'vvvv' })];
    await scenario.jingleFrom({ action: 'content-accept', contents: accept });
    assert.match(scenario.descriptions().at(-1)?.sdp ?? '', /m=video 9[^]*a=ice-ufrag:vvvv/);
  });

  it('an accept of what we never offered, and one that comes twice, change nothing', async () => {
    const { scenario, peer } = await adding();
    const strange = [content('strange', { ufrag: 'ssss' })];
    assert.equal(outcome(await scenario.jingleFrom({ action: 'content-accept', contents: strange })), 'result');
    assert.equal(scenario.descriptions().length, 1);
    const accept = { action: 'content-accept' as const, ...peer.answerTo('content-add', AUDIO_VIDEO) };
    for (let time = 0; time < 2; time++) assert.equal(outcome(await scenario.jingleFrom(accept)), 'result');
    assert.equal(scenario.descriptions().length, 2);
    assert.equal(scenario.last(), 'active');
  });

  it('a tie that the peer claims again and again is a refusal', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.stream.answer = () => new IqError('conflict', 'tie-break');
    scenario.sent();
    scenario.calls.localDescription(SID, 'offer', offered());
    for (let time = 0; time < 10; time++) await scenario.pass(LIMITS_MS.tie);
    assert.equal(scenario.sent().length, 4);
    assert.deepEqual(scenario.descriptions().at(-1)?.rejectedMids, ['1']);
    assert.equal(scenario.count('offerWanted'), 0);
    const turnedAway = { mid: '1', kind: 'video' as const, rejected: true };
    await canStillAdd(scenario, offered('abcd', [...AUDIO, turnedAway, { mid: '2', kind: 'video' }]));
  });

  it('accepted by what the browser does not take, is removed with the next offer, which lacks it', async () => {
    const { scenario } = await adding();
    const accept = [content('1', { media: 'video', ufrag: 'vvvv' })];
    await scenario.jingleFrom({ action: 'content-accept', contents: accept });
    // The page rolls back, and offers again what it has.
    scenario.sent();
    scenario.calls.localDescription(SID, 'offer', offered('fresh', AUDIO));
    assert.deepEqual(scenario.sent(), [`content-remove failed-application > ${PEER}`, `transport-info > ${PEER}`]);
    assert.equal(scenario.jingle('content-remove').contents[0]?.name, '1');
    await scenario.turn();
    await scenario.jingleFrom({ action: 'transport-info', contents: [transportOnly('0', { ufrag: 'newer' })] });
    assert.deepEqual(
      scenario
        .descriptions()
        .at(-1)
        ?.sdp.match(/^m=\w+ \d/gm),
      ['m=audio 9'],
    );
    assert.deepEqual(voided(scenario), []);
    assert.equal(scenario.last(), 'active');
  });

  it('an offer of the page that cannot be read is void', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk(AUDIO_VIDEO);
    const renamed = [{ mid: 'another', kind: 'audio' as const }, ...AUDIO_VIDEO.slice(1)];
    scenario.calls.localDescription(SID, 'offer', offered('abcd', renamed));
    assert.deepEqual(voided(scenario), ['media-failed']);
    assert.equal(scenario.last(), 'active');
  });

  it('a direction that the peer refuses or does not answer is void', async () => {
    for (const answer of [new IqError('bad-request'), 'wait'] as const) {
      const scenario = new Scenario();
      await scenario.callAndTalk(AUDIO_VIDEO);
      scenario.stream.answer = () => answer;
      const sections = [...AUDIO, { mid: '1', kind: 'video' as const, direction: 'recvonly' as const }];
      scenario.calls.localDescription(SID, 'offer', offered('abcd', sections));
      await scenario.pass(LIMITS_MS.transportAnswer);
      assert.deepEqual(voided(scenario), ['peer-failed']);
      assert.equal(scenario.environment.timerCount, 0);
      assert.equal(scenario.last(), 'active');
    }
  });
});

describe('an offer of the peer that cannot be taken', () => {
  it('with a fingerprint that no browser takes is refused, and the page is not bothered', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.sent();
    const contents = [content('1', { media: 'video', ufrag: 'vvvv', hash: 'md4' })];
    assert.equal(outcome(await scenario.jingleFrom({ action: 'content-add', contents })), 'result');
    assert.deepEqual(scenario.sent(), [`content-reject security-error > ${PEER}`]);
    assert.equal(scenario.descriptions().length, 1);
    await canStillAdd(scenario);
  });

  it('of two contents, one of no use: one is accepted and the other refused', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.sent();
    const data = { ...content('2'), description: { unsupported: 'urn:x' } };
    const early = content('3', { media: 'video', ufrag: 'eeee', disposition: 'early-session' });
    const contents = [content('1', { media: 'video', ufrag: 'vvvv' }), data, early];
    await scenario.jingleFrom({ action: 'content-add', contents });
    scenario.calls.localDescription(SID, 'answer', answered());
    assert.deepEqual(scenario.sent(), [`content-accept > ${PEER}`, `content-reject failed-application > ${PEER}`]);
    const names = scenario.jingle('content-reject').contents.map(({ name }) => name);
    assert.deepEqual(names, ['2', '3']);
  });

  it('that the browser refuses is undone: content-reject, and the call goes on', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.sent();
    const contents = [content('1', { media: 'video', ufrag: 'vvvv' })];
    await scenario.jingleFrom({ action: 'content-add', contents });
    scenario.calls.refuseOffer(SID, 'InvalidAccessError');
    assert.deepEqual(scenario.sent(), [`content-reject failed-application > ${PEER}`]);
    assert.equal(scenario.environment.timerCount, 0);
    assert.equal(scenario.last(), 'active');
    await canStillAdd(scenario);
  });

  it('that restarts ICE and that the browser refuses: transport-reject, and the old credentials hold', async () => {
    const scenario = new Scenario();
    await scenario.ringAndTalk();
    scenario.sent();
    await scenario.jingleFrom({ action: 'transport-info', contents: [transportOnly('0', { ufrag: 'zzzz' })] });
    scenario.calls.refuseOffer(SID, 'InvalidAccessError');
    assert.deepEqual(scenario.sent(), [`transport-reject failed-application > ${PEER}`]);
    scenario.calls.localDescription(SID, 'offer', offered());
    const name = addedName(scenario);
    await scenario.jingleFrom({
      action: 'content-accept',
      contents: [content(name, { media: 'video', ufrag: 'vvvv' })],
    });
    assert.match(scenario.descriptions().at(-1)?.sdp ?? '', /m=audio[^]*a=ice-ufrag:peer\r[^]*m=video/);
  });

  it('the first one cannot be refused so: the call ends', async () => {
    const scenario = new Scenario();
    await scenario.jingleFrom({ action: 'session-initiate', contents: [content('0')] });
    scenario.calls.accept(SID);
    scenario.sent();
    scenario.calls.refuseOffer(SID, 'InvalidAccessError');
    assert.equal(scenario.last(), 'ended: media-failed');
    assert.deepEqual(scenario.sent(), [`session-terminate media-error > ${PEER}`]);
  });

  it('there is nothing to refuse: the command is out of place', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    assert.throws(
      () => {
        scenario.calls.refuseOffer(SID, 'test');
      },
      { code: 'invalid-state' },
    );
    assert.equal(scenario.last(), 'active');
  });

  it('that the page does not answer in time is refused; its late answer is read, and harms nothing', async () => {
    for (const how of ['answer', 'refusal'] as const) {
      const scenario = new Scenario();
      await scenario.callAndTalk();
      scenario.sent();
      await scenario.jingleFrom({ action: 'content-add', contents: [content('1', { media: 'video', ufrag: 'vvvv' })] });
      await scenario.pass(LIMITS_MS.description);
      assert.deepEqual(scenario.sent(), [`content-reject failed-application > ${PEER}`]);
      // Until the page is back nothing else can be answered.
      await scenario.jingleFrom({ action: 'content-add', contents: [content('2', { media: 'video', ufrag: 'wwww' })] });
      assert.deepEqual(scenario.sent(), [`content-reject failed-application > ${PEER}`]);
      if (how === 'answer') scenario.calls.localDescription(SID, 'answer', answered());
      else scenario.calls.refuseOffer(SID, 'test');
      assert.deepEqual(scenario.sent(), []);
      assert.equal(scenario.descriptions().length, 2);
      assert.equal(scenario.last(), 'active');
      const next = { action: 'content-add' as const, contents: [content('3', { media: 'video', ufrag: 'uuuu' })] };
      await scenario.jingleFrom(next);
      const places = scenario
        .descriptions()
        .at(-1)
        ?.sdp.match(/^m=\w+ \d/gm);
      const expected = how === 'answer' ? ['m=audio 9', 'm=video 0', 'm=video 9'] : ['m=audio 9', 'm=video 9'];
      assert.deepEqual(places, expected);
    }
  });

  it('a content-add of a name that is there already is a bad request', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    const contents = [content('0', { media: 'video', ufrag: 'vvvv' })];
    assert.equal(outcome(await scenario.jingleFrom({ action: 'content-add', contents })), 'bad-request');
    assert.equal(scenario.descriptions().length, 1);
  });

  it('changes to contents that nobody knows are acknowledged, and the page is not bothered', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    for (const action of ['content-modify', 'content-remove', 'transport-info', 'description-info'] as const)
      assert.equal(outcome(await scenario.jingleFrom({ action, contents: [bare('strange', 'none')] })), 'result');
    assert.equal(scenario.descriptions().length, 1);
    assert.equal(scenario.last(), 'active');
  });

  it('candidates for a content that waits for the page are given after its description', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    const video = (name: string, ufrag: string) => content(name, { media: 'video', ufrag });
    await together(scenario, [
      { action: 'content-add', contents: [video('1', 'vvvv')] },
      { action: 'content-add', contents: [video('2', 'wwww')] },
      { action: 'transport-info', contents: [transportOnly('2', { ufrag: 'wwww', candidates: [candidate(6000)] })] },
    ]);
    assert.deepEqual(scenario.candidates(), []);
    scenario.calls.localDescription(SID, 'answer', answered());
    assert.match(scenario.candidates().join(), / 6000 /);
    assert.match(scenario.descriptions().at(-1)?.sdp ?? '', /a=ice-ufrag:wwww/);
  });

  it('an offer that comes in one batch with the answer to ours does not collide with it', async () => {
    const { scenario, peer } = await adding();
    const accept: Action = { action: 'content-accept', ...peer.answerTo('content-add', AUDIO_VIDEO) };
    const add: Action = { action: 'content-add', contents: [content('peers', { media: 'video', ufrag: 'vvvv' })] };
    assert.deepEqual(await together(scenario, [accept, add]), ['result', 'result']);
    const types = scenario.descriptions().map(({ type }) => type);
    assert.deepEqual(types, ['answer', 'answer', 'offer']);
  });
});

describe('a restart of ICE', () => {
  it('of ours, answered without a candidate, is answered', async () => {
    const { scenario } = await restarting();
    const answer = { action: 'transport-info' as const, contents: [transportOnly('0', { ufrag: 'newer' })] };
    assert.equal(outcome(await scenario.jingleFrom(answer)), 'result');
    const description = scenario.descriptions().at(-1);
    assert.equal(description?.type, 'answer');
    assert.match(description.sdp, /a=ice-ufrag:newer/);
    scenario.calls.mediaConnection(SID, 'connected', true);
    await canStillAdd(scenario, offered('fresh'));
  });

  it('of the peer, with its candidates in one batch, is one offer and then candidates', async () => {
    for (const busy of [false, true]) {
      const scenario = new Scenario();
      await scenario.ringAndTalk();
      if (busy)
        await scenario.jingleFrom({
          action: 'content-add',
          contents: [content('9', { media: 'video', ufrag: 'vvvv' })],
        });
      const before = scenario.events.length;
      const info = (candidates: Content[]): Action => ({ action: 'transport-info', contents: candidates });
      await together(scenario, [
        info([transportOnly('0', { ufrag: 'zzzz' })]),
        ...[5000, 5001, 5002].map((port) =>
          info([transportOnly('0', { ufrag: 'zzzz', hash: 'none', candidates: [candidate(port)] })]),
        ),
      ]);
      const sections = [...AUDIO, { mid: '9', kind: 'video' as const }];
      if (busy) scenario.calls.localDescription(SID, 'answer', answered('abcd', sections));
      const told = scenario.events.slice(before).map(({ case: kind }) => kind);
      const kinds = told.filter((kind) => kind !== 'remoteInfo');
      assert.deepEqual(kinds, ['remoteDescription', 'remoteCandidate', 'remoteCandidate', 'remoteCandidate']);
      scenario.sent();
      scenario.calls.localDescription(SID, 'answer', answered('mine', busy ? sections : AUDIO));
      assert.deepEqual(scenario.sent(), []);
      assert.equal(scenario.count('offerWanted'), 0);
    }
  });

  it('of the peer is answered after a while also where the page finds no candidate', async () => {
    const scenario = new Scenario();
    await scenario.ringAndTalk();
    await scenario.jingleFrom({ action: 'transport-info', contents: [transportOnly('0', { ufrag: 'zzzz' })] });
    scenario.sent();
    scenario.calls.localDescription(SID, 'answer', answered('mine', AUDIO));
    assert.deepEqual(scenario.sent(), []);
    await scenario.pass(LIMITS_MS.candidate);
    assert.deepEqual(scenario.sent(), [`transport-info > ${PEER}`]);
    assert.equal(scenario.environment.timerCount, 0);
  });

  it('candidates of ours that come before their description, or in it, go out after it, each once', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.sent();
    const early = { candidate: candidateLine(4000), mid: '0', ufrag: 'fresh' };
    scenario.calls.localCandidate(SID, early);
    assert.deepEqual(scenario.sent(), []);
    const candidates = [candidateLine(4000), candidateLine(4001)];
    scenario.calls.localDescription(
      SID,
      'offer',
      sdp({ sections: AUDIO, setup: 'actpass', ufrag: 'fresh', candidates }),
    );
    scenario.calls.localCandidate(SID, { ...early, candidate: `${candidateLine(4001)} ufrag fresh` });
    const sent = scenario.stream.sent.slice(-3).map(String);
    assert.doesNotMatch(sent[0] ?? '', /<candidate/);
    const ports = sent.slice(1).map((stanza) => /port="(\d+)"/.exec(stanza)?.[1]);
    assert.deepEqual(ports, ['4000', '4001']);
  });

  it('of ours that is not answered is void, and the call goes on while media flows', async () => {
    const { scenario } = await restarting(false);
    await scenario.pass(LIMITS_MS.transportAnswer);
    assert.deepEqual(voided(scenario), ['peer-failed']);
    assert.deepEqual(scenario.sent(), []);
    await scenario.pass(60_000);
    await canStillAdd(scenario);
  });

  it('of ours that is answered too late: the answer and its candidates are ignored, the next restart is not', async () => {
    const { scenario } = await restarting(false);
    await scenario.pass(LIMITS_MS.transportAnswer);
    const events = scenario.events.length;
    const from = (ufrag: string, ...ports: number[]) =>
      scenario.jingleFrom({
        action: 'transport-info',
        contents: [transportOnly('0', { ufrag, hash: 'none', candidates: ports.map(candidate) })],
      });
    for (const port of [5000, 5001]) assert.equal(outcome(await from('late', port)), 'result');
    assert.equal(scenario.events.length, events);
    await from('again');
    assert.match(scenario.descriptions().at(-1)?.sdp ?? '', /a=ice-ufrag:again/);
    assert.equal(scenario.last(), 'active');
  });

  it('of ours that the peer refuses is void while media flows, and the end where the path is lost', async () => {
    for (const lost of [false, true]) {
      for (const how of ['error', 'content-reject'] as const) {
        const scenario = new Scenario();
        await scenario.callAndTalk();
        if (lost) scenario.calls.mediaConnection(SID, 'failed', true);
        if (how === 'error') scenario.stream.answer = () => new IqError('feature-not-implemented');
        scenario.calls.localDescription(SID, 'offer', offered('fresh', AUDIO));
        await scenario.turn();
        if (how === 'content-reject') await scenario.jingleFrom({ action: 'content-reject', contents: [bare('0')] });
        assert.equal(scenario.last(), lost ? 'ended: connection-lost' : 'active');
        assert.deepEqual(voided(scenario), lost ? [] : ['connectivity-failed']);
      }
    }
  });

  it('of ours that adds a content besides: the page is told that the content is turned away', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.calls.localDescription(SID, 'offer', offered('fresh', AUDIO_VIDEO));
    await scenario.turn();
    await scenario.jingleFrom({ action: 'transport-info', contents: [transportOnly('0', { ufrag: 'newer' })] });
    assert.deepEqual(scenario.descriptions().at(-1)?.rejectedMids, ['1']);
    assert.equal(scenario.last(), 'active');
  });
});

describe('a session that the peer does not know any more', () => {
  it('ends the call, whatever was asked', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.stream.answer = () => new IqError('item-not-found', 'unknown-session');
    scenario.calls.localDescription(SID, 'offer', offered());
    await scenario.turn();
    assert.equal(scenario.last(), 'ended: peer-failed');
  });
});
