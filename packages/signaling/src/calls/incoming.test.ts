import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseXml as xml } from '../stream/parse-xml.js';
import { OWN, OWN_BARE, PEER, PEER_BARE, Peer, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO, sdp } from './sdp.testing.js';

const OTHER_DEVICE = `${OWN_BARE}/phone`;

describe('incoming call by JMI', () => {
  it('goes from propose over accept and initiate to active and to the end by the caller', async () => {
    const scenario = new Scenario();
    await scenario.ring(['audio', 'video']);
    assert.deepEqual(scenario.sent(), [`received > ${PEER}`, `ringing > ${PEER}`]);
    const [event] = scenario.events;
    assert.deepEqual(event, {
      case: 'incomingCall',
      value: {
        callId: SID,
        sessionId: SID,
        replacesCallId: '',
        from: PEER,
        media: [
          { kind: 'audio', source: 'microphone' },
          { kind: 'video', source: 'camera' },
        ],
      },
    });

    scenario.calls.accept(SID);
    assert.deepEqual(scenario.sent(), [`proceed > ${PEER}`, `accept > ${OWN_BARE}`]);
    const peer = new Peer(scenario, 'initiator');
    assert.equal(outcome(await peer.initiate(AUDIO_VIDEO)), 'result');
    assert.equal(scenario.descriptions()[0]?.type, 'offer');
    scenario.calls.localDescription(SID, 'answer', sdp({ sections: AUDIO_VIDEO, setup: 'active' }));
    assert.deepEqual(scenario.sent(), [`session-accept > ${PEER}`]);
    peer.readAnswer();
    assert.equal(scenario.jingle('session-accept').responder, OWN);
    scenario.calls.mediaConnection(SID, 'connected', true);

    assert.equal(outcome(await peer.say({ action: 'session-terminate', reason: { condition: 'success' } })), 'result');
    assert.deepEqual(scenario.states(), ['incoming', 'connecting', 'active', 'ended: remote-hang-up']);
    assert.deepEqual(scenario.sent(), [`finish success > ${PEER}`]);
    scenario.assertClean();
  });

  it('limits the caller like any stranger before the answer and after the end', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    assert.deepEqual(scenario.stream.exempted, []);
    scenario.calls.accept(SID);
    await new Peer(scenario, 'initiator').initiate(AUDIO);
    assert.deepEqual(scenario.stream.exempted, [PEER_BARE]);
    scenario.calls.hangUp(SID, false);
    assert.deepEqual(scenario.stream.exempted, []);
  });

  it('has no other devices to tell as an anonymous visitor', async () => {
    const scenario = new Scenario({ anonymous: true });
    await scenario.ring();
    scenario.sent();
    scenario.calls.accept(SID);
    assert.deepEqual(scenario.sent(), [`proceed > ${PEER}`]);
  });

  it('rejects with decline, by RejectCall and by HangUp', async () => {
    for (const end of ['reject', 'hangUp'] as const) {
      const scenario = new Scenario();
      await scenario.ring();
      scenario.sent();
      if (end === 'reject') scenario.calls.reject(SID);
      else scenario.calls.hangUp(SID, false);
      assert.deepEqual(scenario.sent(), [`reject decline > ${PEER}`]);
      assert.equal(scenario.last(), 'ended: rejected-locally');
      await scenario.turn();
      scenario.assertClean();
    }
  });

  it('is a missed call when the caller retracts', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    await scenario.message({ kind: 'retract', id: SID, tieBreak: false });
    assert.deepEqual(scenario.states(), ['incoming', 'ended: cancelled']);
    scenario.assertClean();
  });

  it('48: answers a session-terminate in place of a retract with unknown-session, and goes on ringing', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    const reply = await scenario.jingleFrom({ action: 'session-terminate' });
    assert.equal(outcome(reply), 'item-not-found unknown-session');
    const withoutSid = await scenario.iq(xml('<jingle xmlns="urn:xmpp:jingle:1" action="session-terminate"/>'));
    assert.equal(outcome(withoutSid), 'bad-request');
    assert.deepEqual(scenario.states(), ['incoming']);
  });

  it('55: its own propose, seen as a carbon, does not ring', async () => {
    const scenario = new Scenario();
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] }, OTHER_DEVICE, {
      carbon: 'sent',
      to: PEER_BARE,
    });
    await scenario.pass(100);
    assert.equal(scenario.events.length, 0);
  });

  it('55: a propose to the account that only another device was handed rings here too', async () => {
    const scenario = new Scenario();
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] }, PEER, { carbon: 'received', to: OWN_BARE });
    await scenario.pass(20);
    assert.deepEqual(scenario.states(), ['incoming']);
  });

  it('55: what another device was told is not for this one', async () => {
    const scenario = new Scenario();
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] }, PEER, {
      carbon: 'received',
      to: OTHER_DEVICE,
    });
    await scenario.pass(20);
    assert.deepEqual(scenario.states(), []);
  });

  it('56: stops at once when another device answers: proceed carbon, accept carbon, accept to the account', async () => {
    for (const [kind, extra] of [
      ['proceed', { carbon: 'sent', to: PEER }],
      ['accept', { carbon: 'sent', to: OWN_BARE }],
      ['accept', { carbon: 'none', to: OWN_BARE }],
    ] as const) {
      const scenario = new Scenario();
      await scenario.ring();
      scenario.sent();
      await scenario.message({ kind, id: SID }, OTHER_DEVICE, extra);
      assert.equal(scenario.last(), 'ended: answered-elsewhere');
      assert.deepEqual(scenario.sent(), []);
      scenario.assertClean();
    }
  });

  it('56: stops at once when another device rejects', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    await scenario.message({ kind: 'reject', id: SID, tieBreak: false }, OTHER_DEVICE, { carbon: 'sent', to: PEER });
    assert.equal(scenario.last(), 'ended: rejected-locally');
  });

  it('56: a late accept of another device does not touch the call that was answered here', async () => {
    const scenario = new Scenario();
    await scenario.ringAndTalk();
    await scenario.message({ kind: 'accept', id: SID }, OTHER_DEVICE, { carbon: 'none', to: OWN_BARE });
    await scenario.message({ kind: 'reject', id: SID, tieBreak: false }, OTHER_DEVICE, { carbon: 'sent', to: PEER });
    assert.equal(scenario.last(), 'active');
  });

  it('56: an answer of another device that comes before the propose keeps it silent', async () => {
    const scenario = new Scenario();
    await scenario.message({ kind: 'proceed', id: SID }, OTHER_DEVICE, { carbon: 'sent', to: PEER });
    await scenario.ring();
    assert.deepEqual(scenario.states(), []);
  });

  it('70: nothing rings for proposes that are not calls', async () => {
    const scenario = new Scenario();
    for (const payload of [
      '',
      '<description xmlns="urn:xmpp:jingle:apps:file-transfer:5"/>',
      '<description xmlns="urn:xmpp:jingle:apps:rtp:1" media="data"/>',
      '<description xmlns="urn:xmpp:jingle:apps:rtp:1"/>',
    ]) {
      scenario.stream.deliverMessage(
        xml(
          `<message xmlns="jabber:client" from="${PEER}"><propose xmlns="urn:xmpp:jingle-message:0" id="${SID}">${payload}</propose></message>`,
        ),
      );
    }
    await scenario.pass(100);
    assert.equal(scenario.events.length, 0);
    assert.deepEqual(scenario.sent(), []);
  });

  it('70: a call with video alone rings', async () => {
    const scenario = new Scenario();
    await scenario.ring(['video']);
    assert.deepEqual(scenario.states(), ['incoming']);
  });

  it('71: a propose older than a minute does not ring, a younger one does', async () => {
    const scenario = new Scenario();
    const now = scenario.environment.now();
    await scenario.message({ kind: 'propose', id: 'old', media: ['audio'] }, PEER, { delayedSince: now - 60_001 });
    await scenario.pass(20);
    assert.equal(scenario.events.length, 0);
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] }, PEER, { delayedSince: now - 5_000 });
    await scenario.pass(20);
    assert.deepEqual(scenario.states(), ['incoming']);
  });

  it('71: the age of a propose is told by the clock of the server, whatever our own says', async () => {
    for (const [offMs, ageMs, rings] of [
      [-600_000, 90_000, false],
      [600_000, 5_000, true],
    ] as const) {
      const scenario = new Scenario();
      scenario.stream.clock = () => scenario.environment.now() - offMs;
      const delayedSince = scenario.stream.clock() - ageMs;
      await scenario.message({ kind: 'propose', id: SID, media: ['audio'] }, PEER, { delayedSince });
      await scenario.pass(20);
      assert.deepEqual(scenario.states(), rings ? ['incoming'] : []);
    }
  });

  it('72: propose and retract in one batch are never shown and never rung', async () => {
    const scenario = new Scenario();
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] });
    await scenario.message({ kind: 'retract', id: SID, tieBreak: false });
    await scenario.pass(1_000);
    assert.equal(scenario.events.length, 0);
    assert.deepEqual(scenario.sent(), [`received > ${PEER}`]);
    scenario.assertClean();
  });

  it('72: waits longer after a resumption, while the server delivers stored messages', async () => {
    const scenario = new Scenario();
    scenario.stream.changeState('online');
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] });
    await scenario.pass(200);
    await scenario.message({ kind: 'retract', id: SID, tieBreak: false });
    await scenario.pass(1_000);
    assert.equal(scenario.events.length, 0);
  });

  it('rings 45 s for a stranger and 2 minutes for a caller of the own domain', async () => {
    for (const [caller, ms] of [
      [PEER, 45_000],
      ['ann@example.org/phone', 120_000],
    ] as const) {
      const scenario = new Scenario();
      await scenario.ring(['audio'], SID, caller);
      await scenario.pass(ms - 1);
      assert.equal(scenario.last(), 'incoming');
      await scenario.pass(1);
      assert.equal(scenario.last(), 'ended: cancelled');
      scenario.assertClean();
    }
  });

  it('stops ringing 10 s after the caller has left', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    await scenario.presence(PEER, 'unavailable');
    await scenario.pass(9_999);
    assert.equal(scenario.last(), 'incoming');
    await scenario.pass(1);
    assert.equal(scenario.last(), 'ended: cancelled');
    scenario.assertClean();
  });

  it('ends when the caller sends no session-initiate after proceed', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.calls.accept(SID);
    scenario.sent();
    await scenario.pass(20_000);
    assert.equal(scenario.last(), 'ended: connectivity-failed');
    assert.deepEqual(scenario.sent(), [`finish timeout > ${PEER}`]);
    scenario.assertClean();
  });

  it('73: ends when proceed bounces', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.calls.accept(SID);
    await scenario.bounce(`jm-proceed-${SID}`, 'service-unavailable', PEER);
    assert.equal(scenario.last(), 'ended: callee-unavailable');
  });

  it('takes session-initiate only from the device that proposed, and only after proceed', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    const peer = new Peer(scenario, 'initiator');
    const offer = { action: 'session-initiate' as const, ...peer.offer(AUDIO) };
    assert.equal(outcome(await scenario.jingleFrom(offer)), 'unexpected-request out-of-order');
    scenario.calls.accept(SID);
    assert.equal(outcome(await scenario.jingleFrom(offer, `${PEER_BARE}/tablet`)), 'item-not-found unknown-session');
    assert.equal(scenario.last(), 'connecting');
    assert.equal(scenario.descriptions().length, 0);
    assert.equal(outcome(await scenario.jingleFrom(offer)), 'result');
    assert.equal(scenario.last(), 'connecting');
  });

  it('terminates with security-error when other media arrive than were proposed', async () => {
    const scenario = new Scenario();
    await scenario.ring(['audio']);
    scenario.calls.accept(SID);
    scenario.sent();
    await new Peer(scenario, 'initiator').initiate(AUDIO_VIDEO);
    assert.equal(scenario.last(), 'ended: security-failed');
    assert.deepEqual(scenario.sent(), [
      `session-terminate security-error > ${PEER}`,
      `finish security-error > ${PEER}`,
    ]);
  });

  it('51: terminates an offer that has only SDES with security-error', async () => {
    const scenario = new Scenario();
    await scenario.ring(['audio']);
    scenario.calls.accept(SID);
    scenario.sent();
    const reply = await scenario.iq(
      xml(`<jingle xmlns="urn:xmpp:jingle:1" action="session-initiate" sid="${SID}"><content creator="initiator" name="a">
        <description xmlns="urn:xmpp:jingle:apps:rtp:1" media="audio"><payload-type id="111" name="opus" clockrate="48000" channels="2"/>
        <encryption required="1"><crypto tag="1" crypto-suite="AES_CM_128_HMAC_SHA1_80" key-params="inline:x"/></encryption><rtcp-mux/></description>
        <transport xmlns="urn:xmpp:jingle:transports:ice-udp:1" ufrag="abcd" pwd="0123456789012345678901"/></content></jingle>`),
    );
    assert.equal(outcome(reply), 'result');
    assert.equal(scenario.last(), 'ended: security-failed');
    assert.deepEqual(scenario.sent(), [
      `session-terminate security-error > ${PEER}`,
      `finish security-error > ${PEER}`,
    ]);
  });

  it('ends with incompatible when the browser refuses every content', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.calls.accept(SID);
    await new Peer(scenario, 'initiator').initiate(AUDIO);
    scenario.sent();
    const sections = [{ mid: '0', kind: 'audio' as const, rejected: true }];
    scenario.calls.localDescription(SID, 'answer', sdp({ sections, setup: 'active' }));
    assert.equal(scenario.last(), 'ended: incompatible');
    assert.deepEqual(scenario.sent(), [
      `session-terminate failed-application > ${PEER}`,
      `finish failed-application > ${PEER}`,
    ]);
  });

  it('refuses to accept a call twice, or one that has ended', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.calls.accept(SID);
    const accept = () => {
      scenario.calls.accept(SID);
    };
    assert.throws(accept, { code: 'invalid-state' });
    scenario.calls.hangUp(SID, false);
    assert.throws(accept, { code: 'invalid-state' });
    scenario.calls.hangUp(SID, false);
    assert.equal(scenario.states().filter((state) => state.startsWith('ended')).length, 1);
  });
});

describe('incoming call without JMI', () => {
  it('acknowledges, says ringing, and accepts when the user does', async () => {
    const scenario = new Scenario();
    const peer = new Peer(scenario, 'initiator');
    assert.equal(outcome(await peer.initiate(AUDIO)), 'result');
    assert.deepEqual(scenario.sent(), [`session-info ringing > ${PEER}`]);
    assert.deepEqual(scenario.states(), ['incoming']);
    assert.equal(scenario.descriptions().length, 0);
    scenario.calls.accept(SID);
    assert.equal(scenario.descriptions().length, 1);
    scenario.calls.localDescription(SID, 'answer', sdp({ sections: AUDIO, setup: 'active' }));
    assert.deepEqual(scenario.sent(), [`session-accept > ${PEER}`]);
    scenario.calls.hangUp(SID, false);
    assert.deepEqual(scenario.sent(), [`session-terminate success > ${PEER}`]);
  });

  it('81: gives the caller a reason when the devices cannot be had', async () => {
    const scenario = new Scenario();
    await new Peer(scenario, 'initiator').initiate(AUDIO);
    scenario.calls.accept(SID);
    scenario.sent();
    scenario.calls.mediaFailure(SID, 'permission-denied', 'test');
    assert.deepEqual(scenario.sent(), [`session-terminate media-error > ${PEER}`]);
    assert.equal(scenario.last(), 'ended: permission-denied');
  });

  it('declines, and is a missed call when the caller cancels', async () => {
    const scenario = new Scenario();
    await new Peer(scenario, 'initiator').initiate(AUDIO);
    scenario.sent();
    scenario.calls.reject(SID);
    assert.deepEqual(scenario.sent(), [`session-terminate decline > ${PEER}`]);
    assert.equal(scenario.last(), 'ended: rejected-locally');

    const missed = new Scenario();
    await new Peer(missed, 'initiator').initiate(AUDIO);
    await missed.jingleFrom({ action: 'session-terminate', reason: { condition: 'cancel' } });
    assert.equal(missed.last(), 'ended: cancelled');
    missed.assertClean();
  });

  it('never rings for an offer that cannot be taken', async () => {
    const scenario = new Scenario();
    const reply = await scenario.iq(
      xml(`<jingle xmlns="urn:xmpp:jingle:1" action="session-initiate" sid="${SID}"><content creator="initiator" name="f">
        <description xmlns="urn:xmpp:jingle:apps:file-transfer:5"/><transport xmlns="urn:xmpp:jingle:transports:ibb:1"/></content></jingle>`),
    );
    assert.equal(outcome(reply), 'result');
    assert.equal(scenario.events.length, 0);
    assert.deepEqual(scenario.sent(), [`session-terminate unsupported-applications > ${PEER}`]);
    scenario.assertClean();
  });

  it('46, 47: keeps candidates that come inside or right after the initiate until the user has accepted', async () => {
    const scenario = new Scenario();
    const peer = new Peer(scenario, 'initiator');
    const { contents, groups } = peer.offer(AUDIO_VIDEO);
    await peer.say({ action: 'session-initiate', contents, groups });
    const trickle = (port: number, mid: string) =>
      peer.negotiation.localCandidate({ candidate: `candidate:1 1 udp 1 192.0.2.9 ${String(port)} typ host`, mid });
    // aTalk puts several contents into one transport-info.
    const both = [trickle(5000, '0'), trickle(5002, '1')].filter((content) => content !== undefined);
    assert.equal(outcome(await peer.say({ action: 'transport-info', contents: both })), 'result');
    assert.deepEqual(scenario.candidates(), []);
    scenario.calls.accept(SID);
    assert.equal(scenario.candidates().length, 2);
    assert.match(scenario.candidates().join(), /5000.*5002/);
    assert.equal(scenario.count('remoteCandidate'), 2);
  });
});

describe('two calls at once', () => {
  it('tells a second caller that the line is busy and leaves the first call alone', async () => {
    const scenario = new Scenario();
    await scenario.ringAndTalk();
    scenario.sent();
    const before = scenario.states();
    await scenario.message({ kind: 'propose', id: 'second', media: ['audio'] }, 'carol@example.com/x');
    await scenario.pass(1_000);
    assert.deepEqual(scenario.sent(), ['reject busy > carol@example.com/x']);
    await scenario.jingleFrom(
      { action: 'session-initiate', sid: 'third', ...new Peer(scenario, 'initiator').offer(AUDIO) },
      'carol@example.com/x',
    );
    assert.deepEqual(scenario.sent(), ['session-terminate busy > carol@example.com/x']);
    assert.deepEqual(scenario.states(), before);
  });

  it('leaves a second caller to the other devices of the account where there are some', async () => {
    const scenario = new Scenario();
    await scenario.presence(OWN);
    await scenario.presence(OTHER_DEVICE);
    await scenario.ringAndTalk();
    scenario.sent();
    await scenario.message({ kind: 'propose', id: 'second', media: ['audio'] }, 'carol@example.com/x');
    assert.deepEqual(scenario.sent(), []);
    await scenario.presence(OTHER_DEVICE, 'unavailable');
    await scenario.message({ kind: 'propose', id: 'third', media: ['audio'] }, 'carol@example.com/x');
    assert.deepEqual(scenario.sent(), ['reject busy > carol@example.com/x']);
  });

  it('rings once for a flood, and reads a limited number of proposes of one account', async () => {
    const scenario = new Scenario();
    for (let index = 0; index < 30; index++) {
      await scenario.message(
        { kind: 'propose', id: `flood-${String(index)}`, media: ['audio'] },
        `x${String(index)}@example.com/a`,
      );
    }
    await scenario.pass(100);
    assert.equal(scenario.calls.calls.length, 1);
    assert.equal(scenario.count('incomingCall'), 1);

    const one = new Scenario();
    for (let index = 0; index < 30; index++) {
      await one.message({ kind: 'propose', id: `flood-${String(index)}`, media: ['audio'] });
      await one.pass(100);
    }
    assert.ok(one.count('incomingCall') <= 6);
  });

  it('both propose: the lower id wins here', async () => {
    const scenario = new Scenario();
    await scenario.call();
    scenario.sent();
    const higher = `f${SID.slice(1)}`;
    await scenario.message({ kind: 'propose', id: higher, media: ['audio'] });
    await scenario.pass(100);
    assert.deepEqual(scenario.sent(), [`reject expired tie-break > ${PEER}`]);
    assert.deepEqual(scenario.states(), []);
    assert.deepEqual(scenario.states(higher), []);
  });

  it('both propose: the lower id of the peer wins, and its call rings', async () => {
    const scenario = new Scenario();
    await scenario.call();
    scenario.sent();
    const lower = `0${SID.slice(1)}`;
    await scenario.message({ kind: 'propose', id: lower, media: ['audio'] });
    await scenario.pass(100);
    assert.deepEqual(scenario.sent(), [
      `retract expired tie-break > ${PEER_BARE}`,
      `received > ${PEER}`,
      `ringing > ${PEER}`,
    ]);
    assert.equal(scenario.last(), 'ended: cancelled');
    assert.deepEqual(scenario.states(lower), ['incoming']);
  });

  it('a new propose of the peer ends the call that was being set up with it', async () => {
    const scenario = new Scenario();
    await scenario.ringAndTalk();
    scenario.sent();
    await scenario.message({ kind: 'propose', id: 'reloaded', media: ['audio'] }, `${PEER_BARE}/tablet`);
    await scenario.pass(100);
    assert.deepEqual(scenario.sent(), [
      `session-terminate expired > ${PEER}`,
      `finish expired > ${PEER}`,
      `received > ${PEER_BARE}/tablet`,
      `ringing > ${PEER_BARE}/tablet`,
    ]);
    assert.equal(scenario.last(), 'ended: remote-hang-up');
    assert.match(scenario.stream.sent.map(String).join(), /<migrated to="reloaded"\/>/);
    assert.deepEqual(scenario.states('reloaded'), ['incoming']);
  });
});
