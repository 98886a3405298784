import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS } from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import { NO_DISCO } from './fake-stream.testing.js';
import { parseXml as xml } from '../stream/parse-xml.js';
import { OWN, PEER, PEER_BARE, Peer, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO, candidateLine, sdp } from './sdp.testing.js';

describe('outgoing call', () => {
  it('goes from StartCall over propose, ringing, proceed, initiate and accept to active and to its end', async () => {
    const scenario = new Scenario();
    await scenario.call(AUDIO_VIDEO);
    assert.deepEqual(scenario.stream.introduced, [PEER_BARE]);
    assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`]);

    await scenario.message({ kind: 'ringing', id: SID });
    await scenario.message({ kind: 'proceed', id: SID });
    assert.deepEqual(scenario.sent(), [`session-initiate > ${PEER}`]);
    const initiate = scenario.jingle('session-initiate');
    assert.equal(initiate.initiator, OWN);
    assert.deepEqual(
      initiate.contents.map(({ name }) => name),
      ['0', '1'],
    );

    const peer = new Peer(scenario, 'responder');
    assert.equal(outcome(await peer.accept(AUDIO_VIDEO)), 'result');
    const [answer] = scenario.descriptions();
    assert.equal(answer?.type, 'answer');
    scenario.calls.mediaConnection(SID, 'connected', true);
    assert.deepEqual(scenario.states(), ['ringing', 'connecting', 'active']);

    scenario.calls.hangUp(SID, false);
    assert.deepEqual(scenario.sent(), [`session-terminate success > ${PEER}`, `finish success > ${PEER}`]);
    assert.equal(scenario.last(), 'ended: local-hang-up');
    await scenario.turn();
    scenario.assertClean();
  });

  it('does not ring before Propose', async () => {
    const scenario = new Scenario();
    scenario.calls.start(SID, PEER_BARE, { audio: true, video: false });
    await scenario.turn();
    assert.deepEqual(scenario.sent(), []);
    scenario.calls.hangUp(SID, false);
    assert.deepEqual(scenario.sent(), []);
    assert.deepEqual(scenario.states(), ['ended: local-hang-up']);
  });

  it('puts candidates gathered so far into session-initiate and trickles later ones, one each', async () => {
    const scenario = new Scenario();
    scenario.calls.start(SID, PEER_BARE, { audio: true, video: false });
    scenario.calls.localDescription(
      SID,
      'offer',
      sdp({ sections: AUDIO, setup: 'actpass', candidates: [candidateLine(1000)] }),
    );
    scenario.calls.localCandidate(SID, { candidate: candidateLine(1000), mid: '0' });
    scenario.calls.localCandidate(SID, { candidate: candidateLine(2000), mid: '0' });
    scenario.calls.propose(SID);
    await scenario.message({ kind: 'proceed', id: SID });
    const ports = (content: unknown) => JSON.stringify(content).match(/"port":\d+/g);
    assert.deepEqual(ports(scenario.jingle('session-initiate').contents), ['"port":1000', '"port":2000']);

    scenario.sent();
    scenario.calls.localCandidate(SID, { candidate: candidateLine(3000), mid: '0' });
    scenario.calls.localCandidate(SID, { candidate: '', mid: '0' });
    assert.deepEqual(scenario.sent(), [`transport-info > ${PEER}`]);
    assert.deepEqual(ports(scenario.jingle('transport-info').contents), ['"port":3000']);
  });

  it('waits for the offer of the page when proceed comes first', async () => {
    const scenario = new Scenario();
    scenario.calls.start(SID, PEER_BARE, { audio: true, video: false });
    scenario.calls.propose(SID);
    await scenario.message({ kind: 'proceed', id: SID });
    assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`]);
    scenario.calls.localDescription(SID, 'offer', sdp({ sections: AUDIO, setup: 'actpass' }));
    assert.deepEqual(scenario.sent(), [`session-initiate > ${PEER}`]);
  });

  it('gives up when the page has no offer in time', async () => {
    const scenario = new Scenario();
    scenario.calls.start(SID, PEER_BARE, { audio: true, video: false });
    scenario.calls.propose(SID);
    await scenario.message({ kind: 'proceed', id: SID });
    await scenario.pass(30_000);
    assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`, `retract cancel > ${PEER_BARE}`]);
    assert.equal(scenario.last(), 'ended: media-failed');
    scenario.assertClean();
  });

  it('retracts when nobody answers within the ring time', async () => {
    const scenario = new Scenario({ ringTimeoutMs: 5_000 });
    await scenario.call();
    await scenario.pass(4_999);
    assert.deepEqual(scenario.states(), []);
    await scenario.pass(1);
    assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`, `retract expired > ${PEER_BARE}`]);
    assert.deepEqual(scenario.states(), ['ended: no-answer']);
    scenario.assertClean();
  });

  it('retracts when the caller hangs up while it rings, with a page that goes away too', async () => {
    for (const gone of [false, true]) {
      const scenario = new Scenario();
      await scenario.call();
      await scenario.message({ kind: 'ringing', id: SID });
      scenario.calls.hangUp(SID, gone);
      assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`, `retract cancel > ${PEER_BARE}`]);
      assert.equal(scenario.last(), 'ended: local-hang-up');
    }
  });

  it('says gone when the page is closed in a call, and cancel before the answer', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.sent();
    scenario.calls.hangUp(SID, true);
    assert.deepEqual(scenario.sent(), [`session-terminate gone > ${PEER}`, `finish gone > ${PEER}`]);

    const early = new Scenario();
    await early.call();
    await early.message({ kind: 'proceed', id: SID });
    early.sent();
    early.calls.hangUp(SID, false);
    assert.deepEqual(early.sent(), [`session-terminate cancel > ${PEER}`, `finish cancel > ${PEER}`]);
  });

  it('knows a refusal, a busy callee and a callee that gave no reason', async () => {
    for (const [condition, end] of [
      ['decline', 'declined'],
      ['busy', 'busy'],
      [undefined, 'declined'],
      ['expired', 'no-answer'],
      ['security-error', 'security-failed'],
    ] as const) {
      const scenario = new Scenario();
      await scenario.call();
      await scenario.message({ kind: 'reject', id: SID, tieBreak: false, ...(condition && { reason: { condition } }) });
      assert.equal(scenario.last(), `ended: ${end}`);
      scenario.assertClean();
    }
  });

  it('52: takes a reject that was sent from the bare JID', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'reject', id: SID, tieBreak: false }, PEER_BARE);
    assert.equal(scenario.last(), 'ended: declined');
  });

  it('53: a receipt for the propose counts as ringing', async () => {
    const scenario = new Scenario();
    await scenario.call();
    scenario.stream.deliverMessage(
      xml(
        `<message xmlns="jabber:client" from="${PEER}"><received xmlns="urn:xmpp:receipts" id="jm-propose-${SID}"/></message>`,
      ),
    );
    await scenario.turn();
    assert.deepEqual(scenario.states(), ['ringing']);
  });

  it('53: connects without ever having heard of ringing', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    assert.deepEqual(scenario.states(), ['connecting']);
  });

  it('73: fails at once when the propose bounces', async () => {
    for (const [condition, end] of [
      ['service-unavailable', 'callee-unavailable'],
      ['recipient-unavailable', 'callee-unavailable'],
      ['item-not-found', 'callee-unknown'],
      ['remote-server-not-found', 'callee-unknown'],
    ] as const) {
      const scenario = new Scenario();
      await scenario.call();
      await scenario.bounce(`jm-propose-${SID}`, condition);
      assert.equal(scenario.last(), `ended: ${end}`);
      assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`]);
      scenario.assertClean();
    }
  });

  it('73: a bounce in the name of somebody else, or of another message, changes nothing', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.bounce(`jm-propose-${SID}`, 'service-unavailable', 'mallory@example.com');
    await scenario.bounce('something-else', 'service-unavailable');
    assert.deepEqual(scenario.states(), []);
  });

  it('takes the first device that proceeds and ignores the second', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    await scenario.message({ kind: 'proceed', id: SID }, `${PEER_BARE}/tablet`);
    await scenario.message({ kind: 'reject', id: SID, tieBreak: false }, `${PEER_BARE}/tablet`);
    assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`, `session-initiate > ${PEER}`]);
    assert.deepEqual(scenario.states(), ['connecting']);
  });

  it('ignores answers of others than the callee', async () => {
    const scenario = new Scenario();
    await scenario.call();
    for (const kind of ['ringing', 'proceed'] as const)
      await scenario.message({ kind, id: SID }, 'mallory@example.com/x');
    for (const kind of ['reject', 'finish', 'retract'] as const) {
      await scenario.message({ kind, id: SID, tieBreak: false }, 'mallory@example.com/x');
    }
    await scenario.message({ kind: 'proceed', id: SID }, PEER_BARE);
    assert.deepEqual(scenario.states(), []);
    assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`]);
  });

  it('ends with what the error to session-initiate means', async () => {
    for (const [error, end] of [
      [new IqError('service-unavailable'), 'callee-unavailable'],
      [new IqError('timeout'), 'callee-unavailable'],
      [new IqError('disconnected'), 'signaling-lost'],
      [new IqError('not-acceptable', 'security-required'), 'security-failed'],
      [new IqError('bad-request'), 'incompatible'],
      [new IqError('resource-constraint'), 'busy'],
      [new IqError('internal-server-error'), 'peer-failed'],
    ] as const) {
      const scenario = new Scenario();
      await scenario.call();
      scenario.stream.answer = () => error;
      await scenario.message({ kind: 'proceed', id: SID });
      assert.equal(scenario.last(), `ended: ${end}`);
      scenario.assertClean();
    }
  });

  it('ends with an error when the device that proceeded never accepts', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    scenario.sent();
    await scenario.pass(30_000);
    assert.equal(scenario.last(), 'ended: peer-failed');
    assert.deepEqual(scenario.sent(), [`session-terminate timeout > ${PEER}`, `finish timeout > ${PEER}`]);
    scenario.assertClean();
  });

  it('reads the reason of a session-terminate before the answer', async () => {
    for (const [condition, end] of [
      ['busy', 'busy'],
      ['decline', 'declined'],
      ['timeout', 'no-answer'],
      ['security-error', 'security-failed'],
      ['failed-application', 'incompatible'],
      ['connectivity-error', 'connectivity-failed'],
      ['media-error', 'peer-failed'],
    ] as const) {
      const scenario = new Scenario();
      scenario.stream.disco.set(PEER, { ...NO_DISCO, features: [NS.jingle, NS.rtp, NS.iceUdp, NS.dtls, NS.rtpAudio] });
      await scenario.call(AUDIO, PEER);
      await scenario.jingleFrom({ action: 'session-terminate', reason: { condition } });
      assert.equal(scenario.last(), `ended: ${end}`);
      scenario.assertClean();
    }
  });

  it('answers the media failures of the page with a reason that fits', async () => {
    for (const [code, reason] of [
      ['incompatible', 'failed-application'],
      ['security-failed', 'security-error'],
      ['device-not-found', 'media-error'],
      ['internal', 'general-error'],
    ] as const) {
      const scenario = new Scenario();
      await scenario.callAndTalk();
      scenario.sent();
      scenario.calls.mediaFailure(SID, code, 'test');
      assert.deepEqual(scenario.sent(), [`session-terminate ${reason} > ${PEER}`, `finish ${reason} > ${PEER}`]);
      assert.equal(scenario.last(), `ended: ${code}`);
    }
  });

  it('permission denied before the propose sends nothing', () => {
    const scenario = new Scenario();
    scenario.calls.start(SID, PEER_BARE, { audio: true, video: false });
    scenario.calls.mediaFailure(SID, 'permission-denied', 'test');
    assert.deepEqual(scenario.sent(), []);
    assert.deepEqual(scenario.states(), ['ended: permission-denied']);
    scenario.assertClean();
  });

  it('names TURN when there was none and no path was found', async () => {
    for (const [hadRelay, end] of [
      [false, 'turn-missing'],
      [true, 'connectivity-failed'],
    ] as const) {
      const scenario = new Scenario();
      await scenario.call();
      await scenario.message({ kind: 'proceed', id: SID });
      await new Peer(scenario, 'responder').accept(AUDIO);
      scenario.sent();
      scenario.calls.mediaConnection(SID, 'failed', hadRelay);
      assert.equal(scenario.last(), `ended: ${end}`);
      assert.deepEqual(scenario.sent(), [
        `session-terminate connectivity-error > ${PEER}`,
        `finish connectivity-error > ${PEER}`,
      ]);
    }
  });

  it('ends when media does not connect in time and the page says nothing', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    await new Peer(scenario, 'responder').accept(AUDIO);
    await scenario.pass(60_000);
    assert.equal(scenario.last(), 'ended: connectivity-failed');
    scenario.assertClean();
  });

  it('terminates with security-error when the answer has no fingerprint', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    scenario.sent();
    const { contents, groups } = new Peer(scenario, 'responder').answerTo('session-initiate', AUDIO);
    const bare = contents.map((content) =>
      content.transport && 'fingerprints' in content.transport
        ? { ...content, transport: { ...content.transport, fingerprints: [] } }
        : content,
    );
    assert.equal(outcome(await scenario.jingleFrom({ action: 'session-accept', contents: bare, groups })), 'result');
    assert.equal(scenario.last(), 'ended: security-failed');
    assert.deepEqual(scenario.sent(), [
      `session-terminate security-error > ${PEER}`,
      `finish security-error > ${PEER}`,
    ]);
  });

  it('49: takes an accept with creator responder and senders initiator', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
    const { contents, groups } = new Peer(scenario, 'responder').answerTo('session-initiate', AUDIO);
    const odd = contents.map((content) => ({
      ...content,
      creator: 'responder' as const,
      senders: 'initiator' as const,
    }));
    await scenario.jingleFrom({ action: 'session-accept', contents: odd, groups });
    assert.match(scenario.descriptions()[0]?.sdp ?? '', /a=recvonly/);
  });

  it('50: takes an answer without group; one transport under two names is bundled all the same', async () => {
    for (const [ufrag, expected] of [
      ['another', /^(?![^]*a=group:BUNDLE)/],
      ['peer', /a=group:BUNDLE 0 1\r/],
    ] as const) {
      const scenario = new Scenario();
      await scenario.call(AUDIO_VIDEO);
      await scenario.message({ kind: 'proceed', id: SID });
      const answer = new Peer(scenario, 'responder').answerTo('session-initiate', AUDIO_VIDEO);
      const [audio, video] = answer.contents;
      assert.ok(audio && video?.transport);
      const contents = [audio, { ...video, transport: { ...video.transport, ufrag } }];
      await scenario.jingleFrom({ action: 'session-accept', contents });
      assert.match(scenario.descriptions()[0]?.sdp ?? '', expected);
    }
  });

  describe('to an account', () => {
    const jingleOnly = [NS.jingle, NS.rtp, NS.iceUdp, NS.dtls, NS.rtpAudio];
    const OTHER = `${PEER_BARE}/desktop`;

    it('initiates at once where none of its devices has JMI and one can be called', async () => {
      const scenario = new Scenario();
      scenario.stream.disco.set(PEER, { ...NO_DISCO, features: jingleOnly });
      scenario.stream.disco.set(OTHER, { ...NO_DISCO, features: ['jabber:iq:version'] });
      await scenario.presence(OTHER);
      await scenario.presence(PEER);
      await scenario.call();
      assert.deepEqual(scenario.sent(), [`session-initiate > ${PEER}`]);
      await new Peer(scenario, 'responder').accept(AUDIO);
      assert.equal(scenario.last(), 'connecting');
    });

    it('proposes where a device has JMI, does not say, or says nothing in time', async () => {
      for (const features of [[...jingleOnly, NS.jmi], undefined]) {
        const scenario = new Scenario();
        scenario.stream.disco.set(PEER, { ...NO_DISCO, features: jingleOnly });
        if (features) scenario.stream.disco.set(OTHER, { ...NO_DISCO, features });
        await scenario.presence(OTHER);
        await scenario.presence(PEER);
        await scenario.call();
        assert.deepEqual(scenario.sent(), [`propose > ${PEER_BARE}`]);
      }
      const silent = new Scenario();
      silent.stream.discoInfo = () => new Promise(() => undefined);
      await silent.presence(PEER);
      await silent.call();
      assert.deepEqual(silent.sent(), []);
      await silent.pass(3_000);
      assert.deepEqual(silent.sent(), [`propose > ${PEER_BARE}`]);
    });

    it('initiates with the number itself at a gateway that takes calls without JMI', async () => {
      const number = '+15551234@sip.example.net';
      const scenario = new Scenario();
      scenario.stream.disco.set(number, { ...NO_DISCO, features: jingleOnly });
      await scenario.call(AUDIO, number);
      assert.deepEqual(scenario.sent(), [`session-initiate > ${number}`]);
      const other = new Scenario();
      await other.call(AUDIO, number);
      assert.deepEqual(other.sent(), [`propose > ${number}`]);
    });
  });

  describe('to a device', () => {
    const jingleOnly = [NS.jingle, NS.rtp, NS.iceUdp, NS.dtls, NS.rtpAudio];

    it('initiates at once where it has no JMI, and knows session-info ringing', async () => {
      const scenario = new Scenario();
      scenario.stream.disco.set(PEER, { ...NO_DISCO, features: jingleOnly });
      await scenario.call(AUDIO, PEER);
      assert.deepEqual(scenario.sent(), [`session-initiate > ${PEER}`]);
      await scenario.jingleFrom({ action: 'session-info', info: { kind: 'ringing' } });
      await new Peer(scenario, 'responder').accept(AUDIO);
      assert.deepEqual(scenario.states(), ['ringing', 'connecting']);
      scenario.calls.hangUp(SID, false);
      assert.deepEqual(scenario.sent(), [`session-terminate success > ${PEER}`]);
    });

    it('proposes to that device where it has JMI, or does not say', async () => {
      for (const features of [[...jingleOnly, NS.jmi], undefined]) {
        const scenario = new Scenario();
        if (features) scenario.stream.disco.set(PEER, { ...NO_DISCO, features });
        await scenario.call(AUDIO, PEER);
        assert.deepEqual(scenario.sent(), [`propose > ${PEER}`]);
      }
    });

    it('gives up at once where it cannot be called', async () => {
      const scenario = new Scenario();
      scenario.stream.disco.set(PEER, { ...NO_DISCO, features: ['jabber:iq:version'] });
      await scenario.call(AUDIO, PEER);
      assert.deepEqual(scenario.sent(), []);
      assert.equal(scenario.last(), 'ended: callee-unavailable');
    });

    it('terminates with timeout when nobody answers', async () => {
      const scenario = new Scenario();
      scenario.stream.disco.set(PEER, { ...NO_DISCO, features: jingleOnly });
      await scenario.call(AUDIO, PEER);
      await scenario.pass(45_000);
      assert.deepEqual(scenario.sent(), [`session-initiate > ${PEER}`, `session-terminate timeout > ${PEER}`]);
      assert.equal(scenario.last(), 'ended: no-answer');
      scenario.assertClean();
    });
  });

  it('refuses addresses and calls that cannot be', () => {
    const scenario = new Scenario();
    const start =
      (to: string, media = { audio: true, video: false }) =>
      () => {
        scenario.calls.start(SID, to, media);
      };
    assert.throws(start('@@'), { code: 'invalid-address' });
    assert.throws(start('desk@example.org'), { code: 'invalid-address' });
    assert.throws(start(PEER_BARE, { audio: false, video: false }), { code: 'invalid-state' });
    start(PEER_BARE)();
    assert.throws(start(PEER_BARE), { code: 'invalid-state' });
    assert.throws(
      () => {
        scenario.calls.start('another', PEER_BARE, { audio: true, video: false });
      },
      { code: 'invalid-state' },
    );
    assert.throws(
      () => {
        scenario.calls.propose('unknown');
      },
      { code: 'invalid-state' },
    );
  });
});
