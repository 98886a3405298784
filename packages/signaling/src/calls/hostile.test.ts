import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Jingle, JmiMessage } from '@xmpp-call/jingle';
import type { IqReply } from '../stanza-stream.js';
import { CommandError } from './command-error.js';
import { IqError } from '../stanza-stream.js';
import { parseXml as xml } from '../stream/parse-xml.js';
import { OWN, OWN_BARE, PEER, PEER_BARE, Peer, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO, candidateLine, sdp } from './sdp.testing.js';

const MALLORY = 'mallory@example.com/x';
const JINGLE = 'xmlns="urn:xmpp:jingle:1"';

describe('hostile stanzas', () => {
  it('leave the call in progress untouched', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    scenario.sent();
    const events = scenario.events.length;
    const contents = scenario.jingle('session-initiate').contents;
    for (const action of [
      'session-terminate',
      'session-accept',
      'content-add',
      'transport-info',
      'session-info',
    ] as const) {
      const reply = await scenario.jingleFrom({ action, contents }, MALLORY);
      assert.equal(outcome(reply), 'item-not-found unknown-session');
      const sameAccount = await scenario.jingleFrom({ action, contents }, `${PEER_BARE}/other`);
      assert.equal(outcome(sameAccount), 'item-not-found unknown-session');
    }
    for (const kind of ['ringing', 'proceed', 'accept'] as const) await scenario.message({ kind, id: SID }, MALLORY);
    for (const kind of ['reject', 'retract', 'finish'] as const) {
      await scenario.message({ kind, id: SID, tieBreak: false }, MALLORY);
    }
    await scenario.message({ kind: 'propose', id: SID, media: ['audio'] }, MALLORY);
    await scenario.presence(MALLORY, 'unavailable');
    await scenario.pass(1_000);
    assert.equal(scenario.events.length, events);
    assert.deepEqual(scenario.sent(), []);
    assert.equal(scenario.last(), 'active');
  });

  it('malformed ones get their error', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    for (const [text, expected] of [
      [`<jingle ${JINGLE}/>`, 'bad-request'],
      [`<jingle ${JINGLE} action="session-info"/>`, 'bad-request'],
      [`<jingle ${JINGLE} action="explode" sid="${SID}"/>`, 'bad-request'],
      [`<jingle ${JINGLE} action="content-add" sid="${SID}"/>`, 'bad-request'],
      [`<jingle ${JINGLE} action="content-add" sid="${SID}"><content/></jingle>`, 'bad-request'],
      [
        `<jingle ${JINGLE} action="session-initiate" sid="x"><content name="a" disposition="early-session"/></jingle>`,
        'bad-request',
      ],
    ] as const) {
      assert.equal(outcome(await scenario.iq(xml(text))), expected, text);
    }
    assert.equal(scenario.last(), 'active');
  });

  it('45: a content that is no audio or video is refused, and the call goes on', async () => {
    const scenario = new Scenario();
    const peer = await scenario.callAndTalk();
    scenario.sent();
    const data = `<jingle ${JINGLE} action="content-add" sid="${SID}"><content creator="initiator" name="data"><description xmlns="urn:xmpp:jingle:transports:webrtc-datachannel:1"/><transport xmlns="urn:xmpp:jingle:transports:ice-udp:1"/></content></jingle>`;
    assert.equal(outcome(await scenario.iq(xml(data))), 'result');
    assert.match(scenario.sent().join(), /^content-reject /);
    assert.equal(scenario.descriptions().length, 1);
    assert.equal(peer.scenario.last(), 'active');
  });

  it('proposes from a room, from ourselves and without a device do not ring', async () => {
    const scenario = new Scenario();
    const room = xml(
      `<message xmlns="jabber:client" type="groupchat" from="room@muc.example.org/bob"><propose xmlns="urn:xmpp:jingle-message:0" id="${SID}"><description xmlns="urn:xmpp:jingle:apps:rtp:1" media="audio"/></propose></message>`,
    );
    scenario.stream.deliverMessage(room);
    await scenario.message({ kind: 'propose', id: 'a', media: ['audio'] }, OWN);
    await scenario.message({ kind: 'propose', id: 'b', media: ['audio'] }, `${OWN_BARE}/other`);
    await scenario.message({ kind: 'propose', id: 'c', media: ['audio'] }, PEER_BARE);
    await scenario.message({ kind: 'propose', id: 'd', media: ['audio'] }, '@@/');
    await scenario.pass(1_000);
    assert.equal(scenario.events.length, 0);
  });

  it('a fault of ours ends the call with an error, and a stream that fails does not keep it alive', async () => {
    const scenario = new Scenario();
    await scenario.ring();
    scenario.stream.send = () => {
      throw new Error('a bug');
    };
    scenario.calls.accept(SID);
    assert.equal(scenario.last(), 'ended: internal');
    scenario.assertClean();

    const broken = new Scenario();
    await broken.callAndTalk();
    broken.stream.send = () => {
      throw new Error('a bug');
    };
    broken.calls.hangUp(SID, false);
    assert.equal(broken.last(), 'ended: local-hang-up');
    broken.assertClean();
  });
});

/** What can happen to a scenario; each gives the command's outcome where it is one. */
type Step = (scenario: Scenario, peers: { initiator: Peer; responder: Peer }) => unknown;

const ids = fc.constantFrom(SID, SID, SID, 'other-call');
const froms = fc.constantFrom(PEER, PEER, PEER, `${PEER_BARE}/tablet`, MALLORY, `${OWN_BARE}/phone`, PEER_BARE);
const sections = fc.constantFrom(AUDIO, AUDIO_VIDEO);
const reasons = fc.constantFrom(undefined, { condition: 'success' as const }, { condition: 'busy' as const });

const message: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom<JmiMessage['kind']>(
      'propose',
      'ringing',
      'proceed',
      'proceed',
      'accept',
      'reject',
      'retract',
      'finish',
    ),
    ids,
    froms,
    fc.constantFrom<'none' | 'sent' | 'received'>('none', 'none', 'none', 'sent', 'received'),
    reasons,
    fc.boolean(),
  )
  .map(([kind, id, from, carbon, reason, tieBreak]): Step => (scenario) => {
    if (kind === 'propose') return scenario.message({ kind, id, media: ['audio'] }, from, { carbon });
    if (kind === 'ringing' || kind === 'proceed' || kind === 'accept')
      return scenario.message({ kind, id }, from, { carbon });
    return scenario.message({ kind, id, tieBreak, ...(reason && { reason }) }, from, { carbon });
  });

const action: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom<Jingle['action']>(
      'session-initiate',
      'session-initiate',
      'session-accept',
      'session-accept',
      'session-terminate',
      'session-info',
      'content-accept',
      'content-add',
      'content-modify',
      'content-reject',
      'content-remove',
      'description-info',
      'transport-info',
      'transport-replace',
      'transport-accept',
    ),
    ids,
    froms,
    sections,
    fc.constantFrom('peer', 'fresh'),
    reasons,
  )
  .map(([name, sid, from, some, ufrag, reason]): Step => async (scenario) => {
    const peer = new Peer(scenario, 'initiator');
    const reply = await scenario.jingleFrom(
      {
        action: name,
        sid,
        ...peer.offer(some, ufrag),
        ...(reason && { reason }),
        ...(name === 'session-info' && { info: { kind: 'hold' } }),
      },
      from,
    );
    assertReply(reply);
  });

const command: fc.Arbitrary<Step> = fc
  .tuple(
    fc.constantFrom(
      'start',
      'propose',
      'accept',
      'reject',
      'hangUp',
      'offer',
      'offer',
      'answer',
      'answer',
      'candidate',
      'connected',
      'disconnected',
      'failed',
      'failure',
      'mute',
    ),
    ids,
    sections,
    fc.constantFrom('abcd', 'fresh'),
  )
  .map(([name, id, some, ufrag]): Step => ({ calls }) => {
    const [CONNECTED, DISCONNECTED, FAILED] = ['connected', 'disconnected', 'failed'] as const;
    const commands: Record<typeof name, () => void> = {
      start: () => {
        calls.start(id, PEER_BARE, { audio: true, video: some === AUDIO_VIDEO });
      },
      propose: () => {
        calls.propose(id);
      },
      accept: () => {
        calls.accept(id);
      },
      reject: () => {
        calls.reject(id);
      },
      hangUp: () => {
        calls.hangUp(id, some === AUDIO);
      },
      offer: () => {
        calls.localDescription(id, 'offer', sdp({ sections: some, setup: 'actpass', ufrag }));
      },
      answer: () => {
        calls.localDescription(id, 'answer', sdp({ sections: some, setup: 'active', ufrag }));
      },
      candidate: () => {
        calls.localCandidate(id, { candidate: candidateLine(4000), mid: '0' });
      },
      connected: () => {
        calls.mediaConnection(id, CONNECTED, true);
      },
      disconnected: () => {
        calls.mediaConnection(id, DISCONNECTED, true);
      },
      failed: () => {
        calls.mediaConnection(id, FAILED, some === AUDIO);
      },
      failure: () => {
        calls.mediaFailure(id, 'internal', 'test');
      },
      mute: () => {
        calls.setMuted(id, some === AUDIO, true);
      },
    };
    try {
      commands[name]();
    } catch (error) {
      assert.ok(error instanceof CommandError, String(error));
    }
  });

const world: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom('time', 'time', 'rebind', 'state', 'errors', 'presence', 'bounce'), fc.nat(50_000), froms, ids)
  .map(([name, ms, from, id]): Step => (scenario) => {
    switch (name) {
      case 'time':
        return scenario.pass(ms);
      case 'rebind':
        scenario.stream.rebind(OWN);
        return scenario.turn();
      case 'state':
        scenario.stream.changeState(ms % 2 === 0 ? 'online' : 'reconnecting');
        return scenario.turn();
      case 'errors':
        scenario.stream.answer = () =>
          ms % 3 === 0 ? new IqError('conflict', 'tie-break') : ms % 3 === 1 ? new IqError('bad-request') : undefined;
        return scenario.turn();
      case 'presence':
        return scenario.presence(from, ms % 2 === 0 ? 'unavailable' : undefined);
      case 'bounce':
        return scenario.bounce(`jm-${ms % 2 === 0 ? 'propose' : 'proceed'}-${id}`, 'service-unavailable', from);
      default:
        throw new TypeError(name);
    }
  });

function assertReply(reply: IqReply): void {
  assert.ok('error' in reply ? reply.error.condition.length > 0 : reply.result === undefined);
}

describe('any sequence of stanzas and commands', () => {
  it('never throws, ends every call exactly once and leaves nothing behind', async () => {
    const steps = fc.array(
      fc.oneof(
        { arbitrary: message, weight: 3 },
        { arbitrary: action, weight: 3 },
        { arbitrary: command, weight: 5 },
        world,
      ),
      { minLength: 3, maxLength: 40 },
    );
    const stages = fc.constantFrom<(scenario: Scenario) => Promise<unknown>>(
      () => Promise.resolve(),
      (scenario) => scenario.call(),
      (scenario) => scenario.ring(),
      (scenario) => scenario.callAndTalk(AUDIO_VIDEO),
      (scenario) => scenario.ringAndTalk(),
    );
    await fc.assert(
      fc.asyncProperty(stages, steps, async (stage, sequence) => {
        const scenario = new Scenario();
        await stage(scenario);
        const peers = { initiator: new Peer(scenario, 'initiator'), responder: new Peer(scenario, 'responder') };
        for (const step of sequence) await step(scenario, peers);
        assert.ok(
          !scenario.environment.logs.some(({ level }) => level === 'error'),
          JSON.stringify(scenario.environment.logs),
        );
        scenario.calls.dispose();
        await scenario.turn();
        scenario.assertClean();
        for (const id of [SID, 'other-call']) {
          const states = scenario.states(id);
          const ends = states.filter((state) => state.startsWith('ended'));
          if (states.length > 0) assert.equal(ends.length, 1, states.join());
          if (states.length > 0) assert.ok(states.at(-1)?.startsWith('ended'), states.join());
        }
      }),
      { numRuns: 300 },
    );
  });
});
