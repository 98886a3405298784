import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Content } from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import { NO_DISCO } from './fake-stream.testing.js';
import { parseXml as xml } from '../stream/parse-xml.js';
import { PEER, PEER_BARE, Peer, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO, candidateLine, sdp } from './sdp.testing.js';

const [CONNECTED, DISCONNECTED, FAILED] = ['connected', 'disconnected', 'failed'] as const;
const NEW = 'desk@example.org/new';

function candidate(peer: Peer, port: number, mid = '0'): Content[] {
  const content = peer.negotiation.localCandidate({
    candidate: `candidate:1 1 udp 1 192.0.2.9 ${String(port)} typ host`,
    mid,
  });
  return content ? [content] : [];
}

const offered = (sections = AUDIO_VIDEO) => sdp({ sections, setup: 'actpass' });
const answered = (sections = AUDIO_VIDEO, ufrag = 'abcd') => sdp({ sections, setup: 'active', ufrag });

describe('in a call', () => {
  it('trickles both ways, with ufrag and pwd in every transport-info (65)', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.calls.localCandidate(SID, { candidate: candidateLine(4000), mid: '0' });
    const [content] = scenario.jingle('transport-info').contents;
    assert.ok(content?.transport && 'candidates' in content.transport);
    assert.ok(content.transport.ufrag && content.transport.pwd);
    assert.equal(content.transport.candidates.length, 1);
    assert.equal(outcome(await peer.say({ action: 'transport-info', contents: candidate(peer, 5000) })), 'result');
    assert.match(scenario.candidates().join(), / 5000 /);
  });

  it('46: keeps candidates that come before session-accept', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    const peer = new Peer(scenario, 'responder');
    const accept = peer.answerTo('session-initiate', AUDIO);
    await peer.say({ action: 'transport-info', contents: candidate(peer, 5000) });
    assert.deepEqual(scenario.candidates(), []);
    await peer.say({ action: 'session-accept', ...accept });
    assert.match(scenario.candidates().join(), / 5000 /);
    const kinds = scenario.events.map(({ case: kind }) => kind);
    assert.ok(kinds.indexOf('remoteDescription') < kinds.indexOf('remoteCandidate'));
  });

  it('29: an empty transport-info is acknowledged and gives no candidate', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    assert.equal(outcome(await peer.say({ action: 'transport-info' })), 'result');
    const empty = `<jingle xmlns="urn:xmpp:jingle:1" action="transport-info" sid="${SID}"><content creator="initiator" name="0"><transport xmlns="urn:xmpp:jingle:transports:ice-udp:1"/></content></jingle>`;
    assert.equal(outcome(await scenario.iq(xml(empty))), 'result');
    assert.deepEqual(scenario.candidates(), []);
  });

  it('does not end for a candidate that the peer refuses, but for a session that it does not know', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.stream.answer = () => new IqError('bad-request');
    scenario.calls.localCandidate(SID, { candidate: candidateLine(4000), mid: '0' });
    scenario.calls.setMuted(SID, true, false);
    await scenario.turn();
    assert.equal(scenario.last(), 'active');
    scenario.stream.answer = () => new IqError('item-not-found', 'unknown-session');
    scenario.calls.localCandidate(SID, { candidate: candidateLine(4001), mid: '0' });
    await scenario.turn();
    assert.equal(scenario.last(), 'ended: peer-failed');
  });

  it('tells the peer what is muted, by content, and only what has changed', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk(AUDIO_VIDEO);
    scenario.sent();
    scenario.calls.setMuted(SID, true, false);
    scenario.calls.setMuted(SID, true, true);
    scenario.calls.setMuted(SID, false, true);
    assert.deepEqual(scenario.sent(), [
      `session-info mute > ${PEER}`,
      `session-info mute > ${PEER}`,
      `session-info unmute > ${PEER}`,
    ]);
    assert.deepEqual(scenario.jingle('session-info').info, { kind: 'unmute', name: '0', creator: 'initiator' });
  });

  it('tells of a mute from before the call once the session stands', async () => {
    const scenario = new Scenario();
    await scenario.call();
    scenario.calls.setMuted(SID, true, false);
    await scenario.message({ kind: 'proceed', id: SID });
    scenario.sent();
    await new Peer(scenario, 'responder').accept(AUDIO);
    assert.deepEqual(scenario.sent(), [`session-info mute > ${PEER}`]);
  });

  it('69: follows hold, mute with, without and with a wrong name, unmute and active', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk(AUDIO_VIDEO);
    const say = async (info: NonNullable<Parameters<Peer['say']>[0]['info']>) => {
      assert.equal(outcome(await peer.say({ action: 'session-info', info })), 'result');
      const { held, contents } = scenario.remote();
      return [...contents.map(({ muted }) => muted), held].map(Number).join('');
    };
    assert.equal(await say({ kind: 'mute', name: '1', creator: 'initiator' }), '010');
    assert.equal(await say({ kind: 'mute', name: 'nonsense' }), '010');
    assert.equal(await say({ kind: 'mute' }), '110');
    assert.equal(await say({ kind: 'unmute', name: '0' }), '010');
    assert.equal(await say({ kind: 'hold' }), '011');
    assert.equal(scenario.last(), 'active');
    assert.equal(await say({ kind: 'active' }), '000');
    assert.equal(scenario.last(), 'active');
    const before = scenario.events.length;
    assert.equal(outcome(await peer.say({ action: 'session-info', info: { kind: 'ping' } })), 'result');
    assert.equal(scenario.events.length, before);
  });

  it('answers unknown session-info as the XEP says', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    const reply = await scenario.iq(
      xml(
        `<jingle xmlns="urn:xmpp:jingle:1" action="session-info" sid="${SID}"><dtmf xmlns="urn:xmpp:jingle:dtmf:0" code="1"/></jingle>`,
      ),
    );
    assert.equal(outcome(reply), 'feature-not-implemented unsupported-info');
    assert.equal(scenario.last(), 'active');
  });

  it('acknowledges advice, and refuses another transport', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.sent();
    const { contents } = scenario.jingle('session-initiate');
    for (const action of ['description-info', 'security-info'] as const) {
      assert.equal(outcome(await peer.say({ action, contents })), 'result');
    }
    assert.deepEqual(scenario.sent(), []);
    assert.equal(outcome(await peer.say({ action: 'transport-replace', contents })), 'result');
    assert.deepEqual(scenario.sent(), [`transport-reject > ${PEER}`]);
    assert.equal(scenario.last(), 'active');
  });

  it('66: acknowledges a resent accept again and does nothing; another second accept is out of order', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    const accept = {
      action: 'session-accept' as const,
      ...new Peer(scenario, 'responder').answerTo('session-initiate', AUDIO),
    };
    for (const id of ['same', 'same']) assert.equal(outcome(await scenario.jingleFrom(accept, PEER, id)), 'result');
    assert.equal(outcome(await scenario.jingleFrom(accept, PEER, 'another')), 'unexpected-request out-of-order');
    assert.equal(scenario.descriptions().length, 1);
  });

  it('67: the same IQ id from another peer, or with another payload, is another IQ', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    const ping = { action: 'session-info' as const, info: { kind: 'ping' as const } };
    assert.equal(
      outcome(await scenario.jingleFrom(ping, 'mallory@example.com/x', 'id')),
      'item-not-found unknown-session',
    );
    assert.equal(outcome(await scenario.jingleFrom(ping, PEER, 'id')), 'result');
    await scenario.jingleFrom({ action: 'transport-info', contents: candidate(peer, 5000) }, PEER, 'id');
    assert.equal(scenario.candidates().length, 1);
  });

  it('64: answers unknown-session for a session that has ended, and logs nothing', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.calls.hangUp(SID, false);
    const logs = scenario.environment.logs.length;
    for (let index = 0; index < 3; index++) {
      const reply = await peer.say({ action: 'transport-info', contents: candidate(peer, 5000 + index) });
      assert.equal(outcome(reply), 'item-not-found unknown-session');
    }
    assert.equal(outcome(await peer.say({ action: 'session-terminate' })), 'item-not-found unknown-session');
    const again = await peer.say({
      action: 'session-initiate',
      contents: scenario.jingle('session-initiate').contents,
    });
    assert.equal(outcome(again), 'unexpected-request out-of-order');
    assert.equal(scenario.environment.logs.length, logs);
  });

  it('54, 74: takes a session-terminate with unknown, underscored, two or no reasons, and text anywhere', async () => {
    for (const [reason, end] of [
      ['', 'remote-hang-up'],
      ['<reason/>', 'remote-hang-up'],
      ['<reason><nonsense/></reason>', 'remote-hang-up'],
      ['<reason><failed_application/></reason>', 'incompatible'],
      ['<reason><success/><gone/></reason>', 'remote-hang-up'],
      ['<reason><connectivity-error/></reason><text>why</text>', 'connection-lost'],
    ] as const) {
      const scenario = new Scenario();
      await scenario.callAndTalk();
      const stanza = xml(
        `<jingle xmlns="urn:xmpp:jingle:1" action="session-terminate" sid="${SID}">${reason}</jingle>`,
      );
      assert.equal(outcome(await scenario.iq(stanza)), 'result');
      assert.equal(scenario.last(), `ended: ${end}`);
      scenario.assertClean();
    }
  });

  it('a finish without session-terminate ends the call, from the device in the call only', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    await scenario.message({ kind: 'finish', id: SID, tieBreak: false }, 'bob@example.net/tablet');
    assert.equal(scenario.last(), 'active');
    await scenario.message({ kind: 'finish', id: SID, tieBreak: false, reason: { condition: 'success' } });
    assert.equal(scenario.last(), 'ended: remote-hang-up');
    scenario.assertClean();
  });
});

describe('camera on in a call', () => {
  it('of the peer (Dino): content-add is acknowledged, given to the page, and its answer accepted', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.sent();
    const added = peer.offer([...AUDIO, { mid: '1', kind: 'video', direction: 'sendonly' }]);
    assert.deepEqual(
      added.contents.map(({ name, senders }) => `${name} ${senders}`),
      ['1 responder'],
    );
    assert.equal(outcome(await peer.say({ action: 'content-add', ...added })), 'result');
    assert.equal(scenario.descriptions().at(-1)?.type, 'offer');
    const sections = [...AUDIO, { mid: '1', kind: 'video' as const, direction: 'recvonly' as const }];
    scenario.calls.localDescription(SID, 'answer', answered(sections));
    assert.deepEqual(scenario.sent(), [`content-accept > ${PEER}`]);
    const [content, ...others] = scenario.jingle('content-accept').contents;
    assert.equal(others.length, 0);
    // 58: Conversations ends the call when senders, description or transport are not echoed.
    assert.equal(content?.senders, 'responder');
    assert.ok(content.description && content.transport);
    peer.readAnswer('content-accept');
    assert.equal(scenario.last(), 'active');
  });

  it('of the peer, which the browser refuses: content-reject with what was offered, and the call goes on', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    await peer.say({ action: 'content-add', ...peer.offer(AUDIO_VIDEO) });
    scenario.sent();
    scenario.calls.localDescription(SID, 'answer', answered([...AUDIO, { mid: '1', kind: 'video', rejected: true }]));
    assert.deepEqual(scenario.sent(), [`content-reject failed-application > ${PEER}`]);
    assert.equal(scenario.jingle('content-reject').contents[0]?.name, '1');
    assert.equal(scenario.last(), 'active');
  });

  it('of the peer, without security: content-reject, and the page is not bothered', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.sent();
    const [content] = peer.offer(AUDIO_VIDEO).contents;
    assert.ok(content?.transport && 'fingerprints' in content.transport);
    const bare = { ...content, transport: { ...content.transport, fingerprints: [] } };
    assert.equal(outcome(await peer.say({ action: 'content-add', contents: [bare] })), 'result');
    assert.equal(scenario.descriptions().length, 1);
    assert.match(scenario.sent().join(), /^content-reject security-error/);
    assert.equal(scenario.last(), 'active');
  });

  it('57: of a responder before it has accepted waits for the accept', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    const peer = new Peer(scenario, 'responder');
    const accept = peer.answerTo('session-initiate', AUDIO);
    assert.equal(outcome(await peer.say({ action: 'content-add', ...peer.offer(AUDIO_VIDEO) })), 'result');
    assert.equal(scenario.descriptions().length, 0);
    await peer.say({ action: 'session-accept', ...accept });
    assert.deepEqual(
      scenario.descriptions().map(({ type }) => type),
      ['answer', 'offer'],
    );
  });

  it('of ours: content-add with all contents grouped, content-accept gives the page its answer', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.sent();
    scenario.calls.localDescription(SID, 'offer', offered());
    assert.deepEqual(scenario.sent(), [`content-add > ${PEER}`]);
    const add = scenario.jingle('content-add');
    assert.deepEqual(
      add.contents.map(({ name }) => name),
      ['1'],
    );
    assert.deepEqual(add.groups[0]?.contents, ['0', '1']);
    await peer.say({ action: 'content-accept', ...peer.answerTo('content-add', AUDIO_VIDEO) });
    const answer = scenario.descriptions().at(-1);
    assert.equal(answer?.type, 'answer');
    assert.equal(answer.sdp.match(/^m=/gm)?.length, 2);
    assert.deepEqual(answer.rejectedMids, []);
  });

  it('61: of ours, answered by Movim with a session-accept', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.calls.localDescription(SID, 'offer', offered());
    const reply = await peer.say({ action: 'session-accept', ...peer.answerTo('content-add', AUDIO_VIDEO) });
    assert.equal(outcome(reply), 'result');
    assert.equal(scenario.descriptions().at(-1)?.type, 'answer');
  });

  it('62: of ours, answered by Dino with content-modify and then content-accept', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.calls.localDescription(SID, 'offer', offered());
    const modify: Content = { name: '1', creator: 'initiator', senders: 'initiator', disposition: 'session' };
    assert.equal(outcome(await peer.say({ action: 'content-modify', contents: [modify] })), 'result');
    const accept = peer.answerTo('content-add', [...AUDIO, { mid: '1', kind: 'video', direction: 'recvonly' }]);
    assert.equal(outcome(await peer.say({ action: 'content-accept', ...accept })), 'result');
    const answer = scenario.descriptions()[1];
    assert.equal(answer?.type, 'answer');
    assert.match(answer.sdp, /m=video[^]*a=recvonly/);
    assert.equal(scenario.last(), 'active');
  });

  it('of ours, rejected or not implemented: the page is told which m-lines, and the call goes on', async () => {
    for (const how of ['content-reject', 'error'] as const) {
      const scenario = new Scenario();
      const peer = await scenario.callAndTalk();
      if (how === 'error') scenario.stream.answer = () => new IqError('feature-not-implemented');
      scenario.calls.localDescription(SID, 'offer', offered());
      await scenario.turn();
      if (how === 'content-reject') {
        const { contents } = scenario.jingle('content-add');
        await peer.say({ action: 'content-reject', contents, reason: { condition: 'failed-application' } });
      }
      const answer = scenario.descriptions().at(-1);
      assert.deepEqual(answer?.rejectedMids, ['1']);
      assert.match(answer.sdp, /m=video 0 /);
      assert.equal(scenario.last(), 'active');
    }
  });

  it('ignores answers to nothing', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    const { contents } = scenario.jingle('session-initiate');
    for (const action of ['content-accept', 'content-reject'] as const) {
      assert.equal(outcome(await peer.say({ action, contents })), 'result');
    }
    assert.equal(scenario.descriptions().length, 1);
    assert.equal(scenario.last(), 'active');
  });

  it('58: both at once, ours as initiator: the peer loses the tie', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.calls.localDescription(SID, 'offer', offered());
    const reply = await peer.say({ action: 'content-add', ...peer.offer(AUDIO_VIDEO) });
    assert.equal(outcome(reply), 'conflict tie-break');
    peer.negotiation.rollback();
    await peer.say({ action: 'content-accept', ...peer.answerTo('content-add', AUDIO_VIDEO) });
    assert.equal(scenario.descriptions().at(-1)?.type, 'answer');
  });

  it('58: both at once, ours as responder: the page gets the peer’s offer and is asked again afterwards', async () => {
    for (const errorFirst of [true, false]) {
      const scenario = new Scenario();
      const peer = await scenario.ringAndTalk();
      scenario.stream.answer = () => 'wait';
      scenario.calls.localDescription(SID, 'offer', offered());
      const tie = () => {
        scenario.stream.waiting.at(-1)?.settle(new IqError('conflict', 'tie-break'));
        return scenario.turn();
      };
      if (errorFirst) await tie();
      assert.equal(outcome(await peer.say({ action: 'content-add', ...peer.offer(AUDIO_VIDEO) })), 'result');
      if (!errorFirst) await tie();
      assert.equal(scenario.descriptions().at(-1)?.type, 'offer');
      assert.equal(scenario.count('offerWanted'), 0);
      scenario.calls.localDescription(SID, 'answer', answered());
      assert.equal(scenario.count('offerWanted'), 1);
      assert.equal(scenario.last(), 'active');
      scenario.calls.hangUp(SID, false);
      await scenario.turn();
      scenario.assertClean();
    }
  });

  it('58: after a lost tie without an offer of the peer, our offer is sent again', async () => {
    const scenario = new Scenario();
    await scenario.ringAndTalk();
    scenario.sent();
    scenario.stream.answer = () => new IqError('conflict', 'tie-break');
    scenario.calls.localDescription(SID, 'offer', offered());
    await scenario.pass(1_999);
    assert.deepEqual(scenario.sent(), [`content-add > ${PEER}`]);
    await scenario.pass(1);
    assert.deepEqual(scenario.sent(), [`content-add > ${PEER}`]);
    assert.equal(scenario.count('offerWanted'), 0);
  });

  it('58: an offer of the page that crosses the peer’s is asked for again', async () => {
    const scenario = new Scenario();
    const peer = await scenario.ringAndTalk();
    await peer.say({ action: 'content-add', ...peer.offer(AUDIO_VIDEO) });
    scenario.sent();
    scenario.calls.localDescription(SID, 'offer', offered());
    assert.deepEqual(scenario.sent(), []);
    scenario.calls.localDescription(SID, 'answer', answered());
    assert.deepEqual(scenario.sent(), [`content-accept > ${PEER}`]);
    assert.equal(scenario.count('offerWanted'), 1);
  });

  it('68: gives the page one offer at a time, and the next after its answer', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk(AUDIO_VIDEO);
    const modify = (senders: Content['senders']): Content[] => [
      { name: '1', creator: 'initiator', senders, disposition: 'session' },
    ];
    await peer.say({ action: 'content-modify', contents: modify('initiator') });
    await peer.say({ action: 'content-modify', contents: modify('both') });
    assert.equal(scenario.descriptions().length, 2);
    scenario.sent();
    scenario.calls.localDescription(
      SID,
      'answer',
      answered([...AUDIO, { mid: '1', kind: 'video', direction: 'sendonly' }]),
    );
    assert.equal(scenario.descriptions().length, 3);
    scenario.calls.localDescription(SID, 'answer', answered());
    // A content-modify has no answer but its result.
    assert.deepEqual(scenario.sent(), []);
    assert.throws(
      () => {
        scenario.calls.localDescription(SID, 'answer', answered());
      },
      { code: 'invalid-state' },
    );
  });

  it('content-remove of the last content ends the call, of another one does not', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk(AUDIO_VIDEO);
    const [audio, video] = scenario.jingle('session-initiate').contents;
    assert.ok(audio && video);
    assert.equal(outcome(await peer.say({ action: 'content-remove', contents: [video] })), 'result');
    assert.match(scenario.descriptions().at(-1)?.sdp ?? '', /m=video 0 /);
    scenario.calls.localDescription(SID, 'answer', answered([...AUDIO, { mid: '1', kind: 'video', rejected: true }]));
    assert.equal(scenario.last(), 'active');
    scenario.sent();
    assert.equal(outcome(await peer.say({ action: 'content-remove', contents: [audio] })), 'result');
    assert.equal(scenario.last(), 'ended: remote-hang-up');
    assert.deepEqual(scenario.sent(), [`session-terminate success > ${PEER}`, `finish success > ${PEER}`]);
  });

  it('a direction of ours that changed is one content-modify, and 60: never to none', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk(AUDIO_VIDEO);
    scenario.sent();
    const direction = (value: 'recvonly' | 'inactive' | 'sendrecv') =>
      offered([...AUDIO, { mid: '1', kind: 'video', direction: value }]);
    scenario.calls.localDescription(SID, 'offer', direction('recvonly'));
    await scenario.turn();
    assert.deepEqual(scenario.sent(), [`content-modify > ${PEER}`]);
    assert.equal(scenario.jingle('content-modify').contents[0]?.senders, 'responder');
    assert.equal(scenario.descriptions().at(-1)?.type, 'answer');
    scenario.calls.localDescription(SID, 'offer', direction('inactive'));
    await scenario.turn();
    assert.deepEqual(scenario.sent(), []);
    assert.equal(scenario.descriptions().length, 3);
  });

  it('63: every well-formed action of a known session gets a result, or the error that the XEP names', async () => {
    const actions = [
      ['content-accept', 'result'],
      ['content-add', 'result'],
      ['content-modify', 'result'],
      ['content-reject', 'result'],
      ['content-remove', 'result'],
      ['description-info', 'result'],
      ['security-info', 'result'],
      ['session-accept', 'unexpected-request out-of-order'],
      ['session-info', 'result'],
      ['session-initiate', 'unexpected-request out-of-order'],
      ['transport-accept', 'unexpected-request out-of-order'],
      ['transport-info', 'result'],
      ['transport-reject', 'unexpected-request out-of-order'],
      ['transport-replace', 'result'],
      ['session-terminate', 'result'],
    ] as const;
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    const { contents } = scenario.jingle('session-initiate');
    for (const [action, expected] of actions) {
      const named = action.startsWith('session')
        ? contents
        : contents.map((content) => ({ ...content, name: 'other' }));
      assert.equal(outcome(await peer.say({ action, contents: named })), expected, action);
      if (action !== 'session-terminate') assert.equal(scenario.last(), 'active', action);
    }
  });
});

describe('the network path of the media', () => {
  it('reconnects by itself', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.calls.mediaConnection(SID, DISCONNECTED, true);
    assert.equal(scenario.last(), 'reconnecting');
    scenario.calls.mediaConnection(SID, CONNECTED, true);
    assert.equal(scenario.last(), 'active');
    await scenario.pass(100_000);
    assert.equal(scenario.last(), 'active');
    assert.equal(scenario.environment.timerCount, 0);
  });

  it('a held call reconnects as any other, and stays held', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    await peer.say({ action: 'session-info', info: { kind: 'hold' } });
    scenario.calls.mediaConnection(SID, DISCONNECTED, true);
    scenario.calls.mediaConnection(SID, CONNECTED, true);
    assert.deepEqual(scenario.states().slice(-2), ['reconnecting', 'active']);
    assert.equal(scenario.count('remoteInfo'), 2);
  });

  it('the initiator restarts ICE: all contents with new credentials and no candidates, then trickle', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk(AUDIO_VIDEO);
    scenario.calls.mediaConnection(SID, FAILED, true);
    const wanted = scenario.events.at(-1);
    assert.deepEqual(wanted, { case: 'offerWanted', value: { callId: SID, iceRestart: true } });
    scenario.sent();
    scenario.calls.localDescription(SID, 'offer', sdp({ sections: AUDIO_VIDEO, setup: 'actpass', ufrag: 'fresh' }));
    assert.deepEqual(scenario.sent(), [`transport-info > ${PEER}`]);
    const { contents } = scenario.jingle('transport-info');
    assert.deepEqual(
      contents.map(({ name }) => name),
      ['0', '1'],
    );
    for (const { transport } of contents) {
      assert.ok(transport && 'candidates' in transport);
      assert.equal(transport.ufrag, 'fresh');
      assert.equal(transport.candidates.length, 0);
    }
    const offer = peer.negotiation.remoteRestart(contents);
    assert.ok(offer.ok);
    assert.ok(peer.negotiation.localAnswer(answered(AUDIO_VIDEO, 'newer')).ok);
    assert.equal(outcome(await peer.say({ action: 'transport-info', contents: candidate(peer, 7000) })), 'result');
    const answer = scenario.descriptions().at(-1);
    assert.equal(answer?.type, 'answer');
    assert.match(answer.sdp, /a=ice-ufrag:newer/);
    assert.match(scenario.candidates().join(), / 7000 /);
    scenario.calls.mediaConnection(SID, CONNECTED, true);
    assert.equal(scenario.last(), 'active');
    assert.equal(scenario.environment.timerCount, 0);
  });

  it('the peer restarts ICE: the answer goes out with the first candidate, so that it is not taken for an offer', async () => {
    const scenario = new Scenario();
    const peer = await scenario.ringAndTalk(AUDIO_VIDEO);
    scenario.sent();
    const restart = peer.offer(AUDIO_VIDEO, 'again');
    const bare = restart.contents.map(({ name, transport }): Content => ({
      name,
      creator: 'initiator',
      senders: 'both',
      disposition: 'session',
      ...(transport && { transport }),
    }));
    assert.equal(outcome(await peer.say({ action: 'transport-info', contents: bare })), 'result');
    const offer = scenario.descriptions().at(-1);
    assert.equal(offer?.type, 'offer');
    assert.match(offer.sdp, /a=ice-ufrag:again/);
    scenario.calls.localDescription(SID, 'answer', answered(AUDIO_VIDEO, 'mine'));
    assert.deepEqual(scenario.sent(), []);
    scenario.calls.localCandidate(SID, { candidate: candidateLine(8000), mid: '0' });
    assert.deepEqual(scenario.sent(), [`transport-info > ${PEER}`]);
    const { contents } = scenario.jingle('transport-info');
    assert.deepEqual(
      contents.map(({ name }) => name),
      ['0', '1'],
    );
    const written = peer.negotiation.remoteRestart(contents);
    assert.ok(written.ok && written.value.type === 'answer');
  });

  it('two restarts that cross: the initiator’s wins', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.calls.localDescription(SID, 'offer', sdp({ sections: AUDIO, setup: 'actpass', ufrag: 'fresh' }));
    const { contents } = peer.offer(AUDIO, 'again');
    assert.equal(outcome(await peer.say({ action: 'transport-info', contents })), 'conflict tie-break');

    const responder = new Scenario();
    const initiator = await responder.ringAndTalk();
    responder.calls.localDescription(SID, 'offer', sdp({ sections: AUDIO, setup: 'actpass', ufrag: 'fresh' }));
    const theirs = initiator.offer(AUDIO, 'again');
    assert.equal(outcome(await initiator.say({ action: 'transport-info', contents: theirs.contents })), 'result');
    assert.equal(responder.descriptions().at(-1)?.type, 'offer');
  });

  it('gives a lost path up after a while, also with a peer that cannot restart', async () => {
    for (const name of ['Dino', '']) {
      const scenario = new Scenario();
      scenario.stream.disco.set(PEER, {
        ...NO_DISCO,
        identities: [{ category: 'client', type: 'pc', lang: '', name }],
      });
      await scenario.callAndTalk();
      await scenario.turn();
      scenario.calls.mediaConnection(SID, FAILED, true);
      assert.equal(scenario.count('offerWanted'), name === '' ? 1 : 0);
      scenario.sent();
      await scenario.pass(20_000);
      assert.equal(scenario.last(), 'ended: connection-lost');
      assert.deepEqual(scenario.sent(), [
        `session-terminate connectivity-error > ${PEER}`,
        `finish connectivity-error > ${PEER}`,
      ]);
      scenario.assertClean();
    }
  });

  it('a restart that the peer refuses ends the call', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.calls.mediaConnection(SID, FAILED, true);
    scenario.stream.answer = () => new IqError('not-authorized');
    scenario.calls.localDescription(SID, 'offer', sdp({ sections: AUDIO, setup: 'actpass', ufrag: 'fresh' }));
    await scenario.turn();
    assert.equal(scenario.last(), 'ended: connection-lost');
  });

  it('ends 10 s after the peer has left, if no media flows', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    await scenario.presence(PEER, 'unavailable');
    await scenario.pass(60_000);
    assert.equal(scenario.last(), 'active');
    scenario.calls.mediaConnection(SID, DISCONNECTED, true);
    await scenario.pass(10_000);
    assert.equal(scenario.last(), 'ended: connection-lost');
    scenario.assertClean();
  });

  it('refuses what the state does not allow', async () => {
    const scenario = new Scenario();
    await scenario.call();
    assert.throws(
      () => {
        scenario.calls.mediaConnection(SID, CONNECTED, true);
      },
      { code: 'invalid-state' },
    );
    assert.deepEqual(scenario.states(), []);
  });
});

describe('the stream', () => {
  it('goes on with calls while it reconnects and resumes', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.stream.changeState('reconnecting');
    await scenario.pass(20_000);
    scenario.stream.changeState('online');
    assert.equal(scenario.last(), 'active');
  });

  it('a hang-up while it reconnects is handed to the stream, which keeps it', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.stream.changeState('reconnecting');
    scenario.sent();
    scenario.calls.hangUp(SID, false);
    assert.deepEqual(scenario.sent(), [`session-terminate success > ${PEER}`, `finish success > ${PEER}`]);
  });

  it('ends calls without media after a new session and tells the peer, but for a call that other devices can answer', async () => {
    for (const [stage, words] of [
      ['proposed', [`retract cancel > ${PEER_BARE}`]],
      ['ringing', []],
      ['proceeding', [`finish gone > ${PEER}`]],
      ['initiated', [`session-terminate gone > ${PEER}`, `finish gone > ${PEER}`]],
      ['accepted', [`session-terminate gone > ${PEER}`, `finish gone > ${PEER}`]],
    ] as const) {
      const scenario = new Scenario();
      if (stage === 'ringing' || stage === 'proceeding') await scenario.ring();
      else await scenario.call();
      if (stage === 'proceeding') scenario.calls.accept(SID);
      if (stage === 'initiated' || stage === 'accepted') await scenario.message({ kind: 'proceed', id: SID });
      if (stage === 'accepted') await new Peer(scenario, 'responder').accept(AUDIO);
      scenario.sent();
      scenario.stream.rebind(NEW);
      assert.equal(scenario.last(), 'ended: signaling-lost');
      assert.deepEqual(scenario.sent(), words);
      await scenario.turn();
      scenario.assertClean();
    }
  });

  it('hangs up and removes its listeners when it is disposed of', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.sent();
    scenario.calls.dispose();
    assert.deepEqual(scenario.sent(), [`session-terminate gone > ${PEER}`, `finish gone > ${PEER}`]);
    assert.equal(scenario.stream.listeners, 0);
    scenario.assertClean();
  });
});

describe('a call after its stream was bound to a new address', () => {
  /** A call with media, by either side, after the stream was away and could not be resumed. */
  const alone = async (start: 'callAndTalk' | 'ringAndTalk' = 'callAndTalk', media = AUDIO_VIDEO) => {
    const scenario = new Scenario();
    const peer = await scenario[start](media);
    scenario.stream.changeState('reconnecting');
    await scenario.pass(20_000);
    scenario.stream.changeState('online');
    scenario.stream.rebind(NEW);
    scenario.sent();
    return { scenario, peer };
  };

  it('goes on while media flows, and sends nothing to a peer that does not know the new address', async () => {
    for (const start of ['callAndTalk', 'ringAndTalk'] as const) {
      const { scenario } = await alone(start);
      scenario.calls.setMuted(SID, true, false);
      scenario.calls.localCandidate(SID, { candidate: candidateLine(4000), mid: '0' });
      await scenario.pass(3_600_000);
      assert.equal(scenario.last(), 'active');
      assert.deepEqual(scenario.sent(), []);
      assert.equal(scenario.environment.timerCount, 0);
    }
  });

  it('outlives requests that were lost with the old session', async () => {
    const scenario = new Scenario();
    scenario.stream.answer = () => 'wait';
    const peer = await scenario.ringAndTalk(AUDIO_VIDEO);
    scenario.calls.setMuted(SID, true, true);
    scenario.calls.localCandidate(SID, { candidate: candidateLine(4000), mid: '0' });
    scenario.stream.changeState('reconnecting');
    for (const { settle } of scenario.stream.waiting) settle(new IqError('disconnected'));
    scenario.stream.rebind(NEW);
    await scenario.turn();
    assert.equal(scenario.last(), 'active');
    assert.equal(outcome(await peer.say({ action: 'session-terminate' })), 'result');
    assert.equal(scenario.last(), 'ended: remote-hang-up');
    scenario.assertClean();
  });

  it('stays active while the peer holds', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    await peer.say({ action: 'session-info', info: { kind: 'hold' } });
    scenario.stream.rebind(NEW);
    assert.equal(scenario.last(), 'active');
  });

  it('reconnects if media comes back by itself within 10 s', async () => {
    const { scenario } = await alone();
    scenario.calls.mediaConnection(SID, DISCONNECTED, true);
    assert.equal(scenario.last(), 'reconnecting');
    await scenario.pass(9_999);
    scenario.calls.mediaConnection(SID, CONNECTED, true);
    await scenario.pass(60_000);
    assert.equal(scenario.last(), 'active');
    assert.equal(scenario.count('offerWanted'), 0);
  });

  it('ends when media is away for 10 s, whatever the presence of the peer says, and at once when it failed', async () => {
    for (const state of [DISCONNECTED, FAILED]) {
      const { scenario } = await alone();
      scenario.calls.mediaConnection(SID, state, true);
      if (state === DISCONNECTED) {
        await scenario.pass(5_000);
        await scenario.presence(PEER);
        await scenario.pass(5_000);
      }
      assert.equal(scenario.last(), 'ended: connection-lost');
      assert.equal(scenario.count('offerWanted'), 0);
      assert.deepEqual(scenario.sent(), [
        `session-terminate connectivity-error > ${PEER}`,
        `finish connectivity-error > ${PEER}`,
      ]);
      scenario.assertClean();
    }
  });

  it('gives a path that was lost before the stream was another 10 s, not the time of a restart', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.calls.mediaConnection(SID, FAILED, true);
    scenario.stream.answer = () => 'wait';
    scenario.calls.localDescription(SID, 'offer', sdp({ sections: AUDIO, setup: 'actpass', ufrag: 'fresh' }));
    for (const { settle } of scenario.stream.waiting) settle(new IqError('disconnected'));
    scenario.stream.rebind(NEW);
    await scenario.pass(9_999);
    assert.equal(scenario.last(), 'reconnecting');
    await scenario.pass(1);
    assert.equal(scenario.last(), 'ended: connection-lost');
    scenario.assertClean();
  });

  it('is hung up at once, with a session-terminate to the peer', async () => {
    const { scenario } = await alone();
    scenario.stream.answer = () => new IqError('item-not-found', 'unknown-session');
    scenario.calls.hangUp(SID, false);
    assert.equal(scenario.last(), 'ended: local-hang-up');
    assert.deepEqual(scenario.sent(), [`session-terminate success > ${PEER}`, `finish success > ${PEER}`]);
    await scenario.turn();
    assert.equal(scenario.states().filter((state) => state.startsWith('ended')).length, 1);
    scenario.assertClean();
  });

  it('returns an added camera to the page as void: the peer cannot be told', async () => {
    const { scenario } = await alone('callAndTalk', AUDIO);
    scenario.calls.localDescription(SID, 'offer', offered());
    await scenario.turn();
    assert.deepEqual(scenario.descriptions().at(-1)?.rejectedMids, ['1']);
    assert.deepEqual(scenario.sent(), []);
    assert.equal(scenario.last(), 'active');
  });

  it('still takes what its peer says to the new address, and from nobody else', async () => {
    const { scenario, peer } = await alone();
    const other = `${PEER.slice(0, PEER.indexOf('/'))}/other`;
    assert.equal(
      outcome(await scenario.jingleFrom({ action: 'session-terminate' }, other)),
      'item-not-found unknown-session',
    );
    assert.equal(outcome(await peer.say({ action: 'session-info', info: { kind: 'mute' } })), 'result');
    assert.equal(scenario.last(), 'active');
    await scenario.message({ kind: 'finish', id: SID, tieBreak: false, reason: { condition: 'success' } }, PEER, {
      to: NEW,
    });
    assert.equal(scenario.last(), 'ended: remote-hang-up');
    scenario.assertClean();
  });

  it('is separate from other calls: strangers get busy, and a new call of its peer replaces it', async () => {
    const { scenario, peer } = await alone();
    const stranger = 'carol@example.net/phone';
    await scenario.message({ kind: 'propose', id: 'other-call', media: ['audio'] }, stranger, { to: NEW });
    assert.deepEqual(scenario.sent(), [`reject busy > ${stranger}`]);
    assert.equal(scenario.last(), 'active');
    await scenario.message({ kind: 'propose', id: 'new-call', media: ['audio'] }, PEER, { to: NEW });
    await scenario.pass(300);
    assert.equal(scenario.last(), 'ended: remote-hang-up');
    assert.deepEqual(scenario.states('new-call'), ['incoming']);
    assert.equal(outcome(await peer.say({ action: 'session-terminate' })), 'item-not-found unknown-session');
    assert.deepEqual(scenario.states('new-call'), ['incoming']);
  });
});
