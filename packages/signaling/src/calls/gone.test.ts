import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS, attribute, elementsOf } from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import { NO_DISCO, summary } from './fake-stream.testing.js';
import type { Answer } from './fake-stream.testing.js';
import { PEER, Peer, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, sdp } from './sdp.testing.js';

const [CONNECTED, DISCONNECTED, FAILED] = ['connected', 'disconnected', 'failed'] as const;
const SERVER = 'example.org';
const ABSENT = new IqError('service-unavailable');
/** Our own server answers, the peer's device so. */
const device = (answer: Answer) => (to: string) => (to === SERVER ? undefined : answer);

/** Somebody of the peer's domain, at an address that is new to us. */
const NEW_PEER = 'e5f1@example.net/phone';

describe('a caller who vanishes while it rings', () => {
  it('ends the ringing once a server says that the device is gone', async () => {
    for (const condition of ['service-unavailable', 'recipient-unavailable', 'item-not-found', 'gone']) {
      const scenario = new Scenario();
      await scenario.ring();
      scenario.sent();
      scenario.stream.pong = device(new IqError(condition));
      await scenario.passBySteps(4_500);
      assert.equal(scenario.last(), 'ended: cancelled');
      assert.deepEqual(scenario.sent(), []);
      scenario.assertClean();
    }
  });

  it('ends the ringing after 9 s without an answer of a device that had answered', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.stream.pong = device('wait');
    await scenario.passBySteps(12_000);
    assert.equal(scenario.last(), 'incoming');
    await scenario.passBySteps(1_500);
    assert.equal(scenario.last(), 'ended: cancelled');
    scenario.assertClean();
  });

  it('ends the ringing where the device supports pings but never answered', async () => {
    const scenario = new Scenario();
    scenario.stream.disco.set(PEER, { ...NO_DISCO, features: [NS.ping] });
    scenario.stream.pong = device('wait');
    await scenario.ring();
    await scenario.passBySteps(9_000);
    assert.equal(scenario.last(), 'ended: cancelled');
  });

  it('goes on ringing where the client does not support pings', async () => {
    for (const answer of [ABSENT, 'wait', new IqError('timeout'), new IqError('remote-server-timeout')] as const) {
      const scenario = new Scenario();
      scenario.stream.pong = device(answer);
      await scenario.ring();
      await scenario.passBySteps(44_000);
      assert.equal(scenario.last(), 'incoming');
    }
  });

  it('goes on ringing while our own connection is lost, and pings again after it', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.stream.changeState('reconnecting');
    scenario.stream.pong = () => 'wait';
    await scenario.passBySteps(20_000);
    assert.equal(scenario.last(), 'incoming');
    scenario.stream.changeState('online');
    scenario.stream.pong = device(undefined);
    await scenario.passBySteps(10_000);
    assert.equal(scenario.last(), 'incoming');
  });

  it('goes on ringing when the device answers after a pause', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.stream.pong = device('wait');
    await scenario.passBySteps(9_500);
    for (const { settle } of scenario.stream.waiting.splice(0)) settle(undefined);
    await scenario.passBySteps(6_000);
    assert.equal(scenario.last(), 'incoming');
  });

  it('ends a call without JMI too, and sends a session-terminate', async () => {
    const scenario = new Scenario();
    await new Peer(scenario, 'initiator').initiate(AUDIO);
    scenario.sent();
    scenario.stream.pong = device(ABSENT);
    await scenario.passBySteps(4_500);
    assert.equal(scenario.last(), 'ended: cancelled');
    assert.deepEqual(scenario.sent(), [`session-terminate timeout > ${PEER}`]);
  });

  it('ends the call that was answered too late', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.calls.accept(SID);
    scenario.stream.pong = device(ABSENT);
    await scenario.passBySteps(4_500);
    assert.equal(scenario.last(), 'ended: remote-hang-up');
    scenario.assertClean();
  });
});

describe('a callee who vanishes', () => {
  it('is not waited for by a caller that has reached that device only', async () => {
    const scenario = new Scenario();
    const features = [NS.jingle, NS.rtp, NS.iceUdp, NS.dtls, NS.rtpAudio];
    scenario.stream.disco.set(PEER, { ...NO_DISCO, features });
    await scenario.call(AUDIO, PEER);
    scenario.stream.pong = device(ABSENT);
    await scenario.passBySteps(4_500);
    assert.equal(scenario.last(), 'ended: callee-unavailable');
    scenario.assertClean();
  });

  it('goes on ringing while other devices of the account may ring', async () => {
    const scenario = new Scenario();
    await scenario.call();
    await scenario.message({ kind: 'ringing', id: SID });
    scenario.stream.pong = device(ABSENT);
    await scenario.passBySteps(20_000);
    assert.equal(scenario.last(), 'ringing');
  });
});

describe('a peer who vanishes in a call', () => {
  it('is given up when media has stopped and a server says that the device is gone', async () => {
    for (const start of ['callAndTalk', 'ringAndTalk'] as const) {
      const scenario = new Scenario();
      await scenario[start]();
      await scenario.turn();
      scenario.stream.pong = device(ABSENT);
      scenario.calls.mediaConnection(SID, DISCONNECTED, true);
      await scenario.turn();
      assert.equal(scenario.last(), 'ended: connection-lost');
      scenario.assertClean();
    }
  });

  it('is given up when media has stopped and the device has not answered for 9 s', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    await scenario.turn();
    scenario.sent();
    scenario.stream.pong = device('wait');
    scenario.calls.mediaConnection(SID, DISCONNECTED, true);
    await scenario.passBySteps(8_999);
    assert.equal(scenario.last(), 'reconnecting');
    await scenario.pass(1);
    assert.equal(scenario.last(), 'ended: connection-lost');
    assert.deepEqual(scenario.sent(), [
      `session-terminate connectivity-error > ${PEER}`,
      `finish connectivity-error > ${PEER}`,
    ]);
    scenario.assertClean();
  });

  it('keeps its time to reconnect where it answers, or never did', async () => {
    for (const stages of [
      [undefined, undefined],
      [ABSENT, ABSENT],
      ['wait', 'wait'],
    ] as const) {
      const scenario = new Scenario();
      scenario.stream.pong = device(stages[0]);
      await scenario.callAndTalk();
      await scenario.turn();
      scenario.stream.pong = device(stages[1]);
      scenario.calls.mediaConnection(SID, DISCONNECTED, true);
      await scenario.passBySteps(44_000);
      assert.equal(scenario.last(), 'reconnecting');
      await scenario.passBySteps(1_000);
      assert.equal(scenario.last(), 'ended: connection-lost');
    }
  });

  it('is not given up while it is our own link that is silent', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    await scenario.turn();
    scenario.stream.pong = () => 'wait';
    scenario.calls.mediaConnection(SID, DISCONNECTED, true);
    await scenario.passBySteps(30_000);
    assert.equal(scenario.last(), 'reconnecting');
    scenario.calls.mediaConnection(SID, CONNECTED, true);
    assert.equal(scenario.last(), 'active');
  });

  it('is asked no more once media flows again', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    await scenario.turn();
    scenario.calls.mediaConnection(SID, DISCONNECTED, true);
    scenario.calls.mediaConnection(SID, CONNECTED, true);
    const asked = scenario.stream.pinged.length;
    await scenario.passBySteps(60_000);
    assert.equal(scenario.stream.pinged.length, asked);
    assert.equal(scenario.environment.timerCount, 0);
  });
});

describe('media that stops', () => {
  it('has the link checked at once', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    assert.equal(scenario.stream.hints, 0);
    scenario.calls.mediaConnection(SID, DISCONNECTED, true);
    assert.equal(scenario.stream.hints, 1);
    scenario.calls.mediaConnection(SID, FAILED, true);
    assert.equal(scenario.stream.hints, 2);
  });

  it('is a lost connection whichever way it is given up, where it had flowed', async () => {
    const ways: Record<string, (scenario: Scenario, peer: Peer) => Promise<unknown>> = {
      'time to reconnect': (scenario) => {
        scenario.calls.mediaConnection(SID, DISCONNECTED, false);
        return scenario.passBySteps(45_000);
      },
      'time to restart': (scenario) => {
        scenario.calls.mediaConnection(SID, FAILED, false);
        return scenario.passBySteps(20_000);
      },
      'a restart refused': (scenario) => {
        scenario.calls.mediaConnection(SID, FAILED, false);
        scenario.stream.answer = () => new IqError('not-authorized');
        scenario.calls.localDescription(SID, 'offer', sdp({ sections: AUDIO, setup: 'actpass', ufrag: 'fresh' }));
        return scenario.turn();
      },
      'the peer left': async (scenario) => {
        await scenario.presence(PEER, 'unavailable');
        scenario.calls.mediaConnection(SID, DISCONNECTED, false);
        await scenario.passBySteps(10_000);
      },
      'no signaling either': (scenario) => {
        scenario.stream.rebind('desk@example.org/again');
        scenario.calls.mediaConnection(SID, DISCONNECTED, false);
        return scenario.passBySteps(10_000);
      },
      'the peer says so': (_, peer) =>
        peer.say({ action: 'session-terminate', reason: { condition: 'failed-transport' } }),
    };
    for (const [name, give] of Object.entries(ways)) {
      const scenario = new Scenario();
      const peer = await scenario.callAndTalk();
      await give(scenario, peer);
      assert.equal(scenario.last(), 'ended: connection-lost', name);
      scenario.assertClean();
    }
  });
});

describe('what ends a call', () => {
  it('is sent again from a new address: terminate, finish, retract and reject, and nothing else', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.calls.hangUp(SID, false);
    await scenario.message({ kind: 'propose', id: 'in', media: ['audio'] });
    await scenario.pass(20);
    scenario.calls.reject('in');
    const out = SID.replace('c0ffee', 'decade');
    scenario.calls.start(out, 'bob@example.net', { audio: true, video: false });
    scenario.calls.propose(out);
    scenario.calls.hangUp(out, false);
    await scenario.turn();
    const repeated = [...scenario.stream.repeated].map((stanza) => summary(stanza).replace(/ >.*/, ''));
    assert.deepEqual(repeated, ['session-terminate success', 'finish success', 'reject decline', 'retract cancel']);
    for (const stanza of scenario.stream.sent.filter((one) => !scenario.stream.repeated.has(one))) {
      const [payload] = elementsOf(stanza);
      const word = payload && (attribute(payload, 'action') ?? payload.name);
      assert.doesNotMatch(word ?? '', /terminate|finish|retract|reject/);
    }
  });

  it('is heard from a new address of the peer, where the old one is gone or silent', async () => {
    for (const answer of [ABSENT, new IqError('timeout')]) {
      for (const say of [
        (scenario: Scenario) =>
          scenario.jingleFrom({ action: 'session-terminate', reason: { condition: 'success' } }, NEW_PEER),
        (scenario: Scenario) => scenario.message({ kind: 'finish', id: SID, tieBreak: false }, NEW_PEER),
        (scenario: Scenario) => scenario.message({ kind: 'retract', id: SID, tieBreak: false }, NEW_PEER),
      ]) {
        const scenario = new Scenario();
        await scenario.callAndTalk();
        scenario.stream.pong = device(answer);
        await say(scenario);
        assert.equal(scenario.last(), 'ended: remote-hang-up');
        await scenario.turn();
        scenario.assertClean();
      }
    }
  });

  it('stops the ringing when the caller takes it back from a new address', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.sent();
    scenario.stream.pong = device(ABSENT);
    await scenario.message({ kind: 'retract', id: SID, tieBreak: false }, NEW_PEER);
    assert.equal(scenario.last(), 'ended: cancelled');
    assert.deepEqual(scenario.sent(), []);
  });

  it('is not heard from anybody while the device that we know is there', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    const events = scenario.events.length;
    const reply = await scenario.jingleFrom({ action: 'session-terminate' }, NEW_PEER);
    assert.equal(outcome(reply), 'item-not-found unknown-session');
    await scenario.message({ kind: 'finish', id: SID, tieBreak: false }, NEW_PEER);
    assert.equal(scenario.events.length, events);
  });

  it('is not heard from anybody where the client of the device takes no pings', async () => {
    const scenario = new Scenario();
    scenario.stream.pong = device(ABSENT);
    await scenario.callAndTalk();
    await scenario.message({ kind: 'finish', id: SID, tieBreak: false }, NEW_PEER);
    assert.equal(scenario.last(), 'active');
  });

  it('is not heard from other domains, by an id that can be guessed, or by another id', async () => {
    for (const [from, live, said] of [
      ['e5f1@example.com/phone', SID, SID],
      ['e5f1@guests.example.net/phone', SID, SID],
      [NEW_PEER, 'session-1', 'session-1'],
      [NEW_PEER, SID, SID.replace('1', '2')],
    ] as const) {
      const scenario = new Scenario();
      await scenario.ring(['audio'], live);
      scenario.stream.pong = device(ABSENT);
      const asked = scenario.stream.pinged.length;
      await scenario.message({ kind: 'retract', id: said, tieBreak: false }, from);
      assert.equal(scenario.stream.pinged.length, asked);
      assert.equal(scenario.last(live), 'incoming');
    }
  });

  it('is asked about once at a time', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    await scenario.turn();
    scenario.stream.pong = device('wait');
    const asked = scenario.stream.pinged.length;
    for (let index = 0; index < 50; index++)
      await scenario.message({ kind: 'finish', id: SID, tieBreak: false }, `x${String(index)}@example.net/x`);
    assert.equal(scenario.stream.pinged.length, asked + 1);
  });
});
