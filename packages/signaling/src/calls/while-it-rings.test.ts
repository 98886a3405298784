import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildJingle, el } from '@xmpp-call/jingle';
import type { Content, Jingle, JingleAction } from '@xmpp-call/jingle';
import { CommandError } from './command-error.js';
import { bare, candidate, content, transportOnly } from './jingle.testing.js';
import { PEER, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO, candidateLine, sdp } from './sdp.testing.js';

/** What a page could begin a connection with. */
const CONNECTION = new Set(['remoteDescription', 'remoteCandidate', 'offerWanted', 'offerVoid']);

const AUDIO_0 = content('0');
const VIDEO_1 = content('1', { media: 'video', ufrag: 'bbbb' });

/** A call without JMI that rings. */
async function ringing(contents: readonly Content[] = [AUDIO_0]): Promise<Scenario> {
  const scenario = new Scenario();
  assert.equal(outcome(await scenario.jingleFrom({ action: 'session-initiate', contents })), 'result');
  assert.deepEqual(scenario.states(), ['incoming']);
  scenario.sent();
  return scenario;
}

function told(scenario: Scenario): string[] {
  return scenario.events.map((event) => event.case).filter((kind) => CONNECTION.has(kind));
}

/** The offer that the page gets when the user accepts. */
function accepted(scenario: Scenario): string {
  assert.deepEqual(told(scenario), []);
  scenario.calls.accept(SID);
  const [offer, ...others] = scenario.descriptions();
  assert.equal(others.length, 0);
  assert.equal(offer?.type, 'offer');
  return offer.sdp;
}

const sections = (offer: string) => offer.match(/^m=\w+ \d+/gm);

describe('a call without JMI, while it rings', () => {
  it('a content-add tells the page nothing, and is part of the offer that is accepted', async () => {
    const scenario = await ringing();
    const added = content('1', { media: 'video', ufrag: 'bbbb', candidates: [candidate(5000)] });
    assert.equal(outcome(await scenario.jingleFrom({ action: 'content-add', contents: [added] })), 'result');
    assert.deepEqual(scenario.sent(), []);
    const offer = accepted(scenario);
    assert.deepEqual(sections(offer), ['m=audio 9', 'm=video 9']);
    assert.match(offer, / 5000 typ host/);
    scenario.calls.localDescription(SID, 'answer', sdp({ sections: AUDIO_VIDEO, setup: 'active' }));
    assert.deepEqual(
      scenario.jingle('session-accept').contents.map(({ name }) => name),
      ['0', '1'],
    );
    assert.equal(scenario.last(), 'connecting');
  });

  it('a content-add that cannot be taken is refused without a transport of ours', async () => {
    const scenario = await ringing();
    const insecure = content('1', { media: 'video', ufrag: 'bbbb', hash: 'md4', candidates: [candidate(5000)] });
    await scenario.jingleFrom({ action: 'content-add', contents: [insecure] });
    assert.deepEqual(scenario.sent(), [`content-reject security-error > ${PEER}`]);
    assert.doesNotMatch(String(scenario.stream.sent.at(-1)), /candidate|ufrag|fingerprint/);
    assert.deepEqual(sections(accepted(scenario)), ['m=audio 9']);
  });

  it('a content-add of a name that is there already is a bad request', async () => {
    const scenario = await ringing();
    const again = { action: 'content-add' as const, contents: [content('0', { media: 'video', ufrag: 'bbbb' })] };
    assert.equal(outcome(await scenario.jingleFrom(again)), 'bad-request');
    assert.deepEqual(sections(accepted(scenario)), ['m=audio 9']);
  });

  it('a content that is removed is not offered again, and candidates wait for the answer', async () => {
    const scenario = await ringing([AUDIO_0, VIDEO_1]);
    await scenario.jingleFrom({ action: 'content-remove', contents: [bare('1')] });
    const trickled = transportOnly('0', { candidates: [candidate(5000)] });
    await scenario.jingleFrom({ action: 'transport-info', contents: [trickled] });
    assert.deepEqual(sections(accepted(scenario)), ['m=audio 9']);
    assert.match(scenario.candidates().join(), / 5000 /);
  });

  it('removing all contents ends the call', async () => {
    const scenario = await ringing([AUDIO_0, VIDEO_1]);
    await scenario.jingleFrom({ action: 'content-remove', contents: [bare('1')] });
    assert.equal(scenario.last(), 'incoming');
    assert.equal(outcome(await scenario.jingleFrom({ action: 'content-remove', contents: [bare('0')] })), 'result');
    assert.equal(scenario.last(), 'ended: cancelled');
    assert.deepEqual(scenario.sent(), [`session-terminate cancel > ${PEER}`]);
    scenario.assertClean();
  });

  it('a content-modify changes the direction that is offered', async () => {
    const scenario = await ringing([AUDIO_0, VIDEO_1]);
    await scenario.jingleFrom({ action: 'content-modify', contents: [bare('1', 'none')] });
    assert.match(accepted(scenario), /m=video[^]*a=inactive/);
  });

  it('new credentials replace the old ones, with the candidates of those', async () => {
    const scenario = await ringing([content('0', { candidates: [candidate(4000)] })]);
    for (const [ufrag, port] of [
      ['aaaa', 4001],
      ['zzzz', 5000],
      ['aaaa-late', 4002],
      ['zzzz', 5001],
    ] as const) {
      const contents = [transportOnly('0', { ufrag, hash: 'none', candidates: [candidate(port)] })];
      if (ufrag === 'aaaa-late') for (const one of contents) Object.assign(one.transport ?? {}, { pwd: undefined });
      await scenario.jingleFrom({ action: 'transport-info', contents });
    }
    const offer = accepted(scenario);
    assert.match(offer, /a=ice-ufrag:zzzz\r/);
    assert.match(offer, /a=fingerprint:sha-256/);
    const ports = `${offer}${scenario.candidates().join()}`.match(/192\.0\.2\.66 \d+/g);
    assert.deepEqual(ports, ['192.0.2.66 5000', '192.0.2.66 5001']);
  });

  it('a content of another disposition than "session" is not part of the session', async () => {
    const early = content('early', { media: 'video', ufrag: 'eeee', disposition: 'early-session' });
    const scenario = await ringing([AUDIO_0, early]);
    const announced = scenario.events.find((event) => event.case === 'incomingCall');
    assert.ok(announced?.case === 'incomingCall');
    assert.deepEqual(announced.value.media, [{ kind: 'audio', source: 'microphone' }]);
    assert.deepEqual(sections(accepted(scenario)), ['m=audio 9']);
    scenario.calls.localDescription(SID, 'answer', sdp({ sections: AUDIO, setup: 'active' }));
    assert.deepEqual(
      scenario.jingle('session-accept').contents.map(({ name }) => name),
      ['0'],
    );
  });

  it('several changes in one batch are taken in their order', async () => {
    const scenario = await ringing();
    const actions: (Partial<Jingle> & { action: JingleAction })[] = [
      { action: 'content-add', contents: [VIDEO_1] },
      { action: 'content-remove', contents: [bare('0')] },
      { action: 'content-add', contents: [content('2', { ufrag: 'cccc' })] },
      { action: 'content-remove', contents: [bare('1')] },
    ];
    for (const [index, action] of actions.entries()) {
      const jingle = buildJingle({ sid: SID, contents: [], groups: [], ...action });
      scenario.stream.deliverIq(el('iq', { type: 'set', from: PEER, id: `batch-${String(index)}` }, [jingle]));
    }
    await scenario.turn();
    assert.deepEqual(sections(accepted(scenario)), ['m=audio 9']);
    assert.match(scenario.descriptions()[0]?.sdp ?? '', /a=ice-ufrag:cccc\r/);
  });
});

const ACTIONS: readonly JingleAction[] = [
  'content-accept',
  'content-add',
  'content-modify',
  'content-reject',
  'content-remove',
  'description-info',
  'security-info',
  'session-accept',
  'session-info',
  'session-initiate',
  'session-terminate',
  'transport-accept',
  'transport-info',
  'transport-reject',
  'transport-replace',
];

const contents = fc.uniqueArray(
  fc
    .record({
      name: fc.constantFrom('0', '1', '2', 'early'),
      kind: fc.constantFrom('whole', 'transport', 'bare'),
      media: fc.constantFrom('audio' as const, 'video' as const),
      ufrag: fc.constantFrom('aaaa', 'bbbb', 'zzzz'),
      hash: fc.constantFrom('sha-256', 'sha-256', 'md4', 'none'),
      disposition: fc.constantFrom('session', 'session', 'early-session'),
      senders: fc.constantFrom('both' as const, 'initiator' as const, 'responder' as const, 'none' as const),
      ports: fc.array(fc.integer({ min: 1024, max: 65_535 }), { maxLength: 2 }),
    })
    .map(({ name, kind, ports, ...init }): Content => {
      const all = { ...init, candidates: ports.map(candidate) };
      if (kind === 'whole') return content(name, all);
      return kind === 'transport' ? transportOnly(name, all) : bare(name, init.senders);
    }),
  { selector: ({ name }) => name, maxLength: 3 },
);

const actions = fc.record({
  // Whoever ends the call has no more of it.
  action: fc.constantFrom(...ACTIONS.filter((action) => action !== 'session-terminate')),
  contents,
  groups: fc.constantFrom([], [{ semantics: 'BUNDLE', contents: ['0', '1', '2'] }]),
  info: fc.constantFrom(undefined, { kind: 'ringing' as const }, { kind: 'hold' as const }),
});

type Step = (scenario: Scenario) => Promise<unknown> | undefined;

const said: fc.Arbitrary<Step> = actions.map(
  ({ info, ...jingle }): Step =>
    (scenario) =>
      scenario.jingleFrom({ ...jingle, ...(jingle.action === 'session-info' && info && { info }) }),
);
const batch: fc.Arbitrary<Step> = fc.array(actions, { minLength: 2, maxLength: 4 }).map((all): Step => (scenario) => {
  for (const [index, { info, ...jingle }] of all.entries()) {
    const payload = buildJingle({ sid: SID, ...jingle, ...(jingle.action === 'session-info' && info && { info }) });
    const id = `batch-${String(scenario.stream.sent.length)}-${String(index)}`;
    scenario.stream.deliverIq(el('iq', { type: 'set', from: PEER, id }, [payload]));
  }
  return scenario.turn();
});
/** A page that says what it should not. */
const page: fc.Arbitrary<Step> = fc
  .constantFrom('offer', 'answer', 'candidate', 'mute', 'refuse')
  .map((command): Step => ({ calls }) => {
    try {
      if (command === 'candidate') calls.localCandidate(SID, { candidate: candidateLine(4000), mid: '0' });
      else if (command === 'mute') calls.setMuted(SID, true, true);
      else if (command === 'refuse') calls.refuseOffer(SID, 'test');
      else
        calls.localDescription(
          SID,
          command === 'offer' ? 'offer' : 'answer',
          sdp({ sections: AUDIO, setup: 'actpass', candidates: [candidateLine(4001)] }),
        );
    } catch (error) {
      assert.ok(error instanceof CommandError, String(error));
    }
    return undefined;
  });
const time: fc.Arbitrary<Step> = fc.nat(20_000).map(
  (ms): Step =>
    (scenario) =>
      scenario.pass(ms),
);

describe('any sequence of Jingle actions, while it rings', () => {
  it('gives the page nothing to connect with and sends nothing of a transport, until the user has answered', async () => {
    const steps = fc.array(
      fc.oneof({ arbitrary: said, weight: 6 }, { arbitrary: batch, weight: 2 }, page, { arbitrary: time, weight: 1 }),
      { minLength: 1, maxLength: 12 },
    );
    const offers = fc.constantFrom([AUDIO_0], [AUDIO_0, VIDEO_1]);
    await fc.assert(
      fc.asyncProperty(offers, steps, async (offer, sequence) => {
        const scenario = await ringing(offer);
        const before = scenario.stream.sent.length;
        for (const step of sequence) await step(scenario);
        assert.deepEqual(told(scenario), []);
        for (const stanza of scenario.stream.sent.slice(before))
          assert.doesNotMatch(String(stanza), /<candidate|<fingerprint|ufrag=|pwd=/);
        if (scenario.last() !== 'incoming') return;
        scenario.calls.accept(SID);
        assert.deepEqual(told(scenario).slice(0, 1), ['remoteDescription']);
        assert.equal(scenario.descriptions().length, 1);
        scenario.calls.hangUp(SID, false);
        await scenario.turn();
        scenario.assertClean();
      }),
      { numRuns: 400, seed: 20_260 },
    );
  });
});
