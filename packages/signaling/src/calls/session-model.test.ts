import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { attribute, childOf, elementsOf } from '@xmpp-call/jingle';
import type { Content, Jingle, JingleAction } from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import { bare, candidate, content, transportOnly } from './jingle.testing.js';
import { LIMITS_MS } from './limits.js';
import { ModelPage } from './model-page.testing.js';
import { OWN, SID, Scenario, outcome } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO } from './sdp.testing.js';

/** Nothing may be under way for longer, once both sides are quiet. */
const LONGEST_MS = Math.max(LIMITS_MS.contentAnswer, LIMITS_MS.transportAnswer, LIMITS_MS.description);

interface World {
  readonly scenario: Scenario;
  readonly page: ModelPage;
}

interface Step {
  readonly label: string;
  readonly run: (world: World) => unknown;
}

async function say({ scenario }: World, jingle: Partial<Jingle> & { action: JingleAction }): Promise<void> {
  const reply = await scenario.jingleFrom(jingle);
  const known = /^(result|bad-request|conflict tie-break|unexpected-request out-of-order|feature-not-implemented .*)$/;
  // A call that somebody has ended is not known any more.
  if (scenario.last() === 'active') assert.match(outcome(reply), known);
}

/** The contents of our last action of this name, as the peer would answer them. */
function lastOf({ scenario }: World, action: JingleAction): Content[] {
  const sent = [...scenario.stream.sent].reverse().find((stanza) => {
    const jingle = childOf(stanza, 'jingle', 'urn:xmpp:jingle:1');
    return jingle !== undefined && attribute(jingle, 'action') === action;
  });
  const jingle = sent && childOf(sent, 'jingle', 'urn:xmpp:jingle:1');
  const contents = jingle ? elementsOf(jingle).filter(({ name }) => name === 'content') : [];
  return contents.map((one) => content(attribute(one, 'name') ?? '', { media: 'video', ufrag: 'vvvv' }));
}

/** A step by the words that a counterexample shows. */
function step(label: string, run: Step['run']): Step {
  return { label, run };
}

function saying(jingle: Partial<Jingle> & { action: JingleAction }): Step {
  const contents = jingle.contents?.map(({ name, transport }) => `${name} ${JSON.stringify(transport ?? {})}`);
  return step(`${jingle.action} ${(contents ?? []).join()}`, (world) => say(world, jingle));
}

// The first content stays: without any there would be no session.
const names = fc.constantFrom('1', 'm1', 'm2', 'c0', 'p1', 'p2', 'strange');
const ufrags = fc.constantFrom('peer', 'aaaa', 'bbbb', 'cccc');
const hashes = fc.constantFrom('sha-256', 'sha-256', 'sha-256', 'md4');
const senders = fc.constantFrom('both' as const, 'initiator' as const, 'responder' as const, 'none' as const);

const accepting = step('accepts', (world) => {
  const contents = lastOf(world, 'content-add');
  return contents.length > 0 && say(world, { action: 'content-accept', contents });
});
const rejecting = step('rejects', (world) => {
  const contents = lastOf(world, 'content-add');
  return contents.length > 0 && say(world, { action: 'content-reject', contents, reason: { condition: 'decline' } });
});

/** What a peer says that keeps to the XEPs. */
const legal: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(fc.constantFrom('p1', 'p2', 'p3'), ufrags)
    .map(([name, ufrag]) => saying({ action: 'content-add', contents: [content(name, { media: 'video', ufrag })] })),
  fc.constantFrom(accepting, rejecting),
  fc
    .tuple(ufrags, fc.array(fc.integer({ min: 5000, max: 5010 }), { maxLength: 2 }))
    .map(([ufrag, ports]) => transportOnly('0', { ufrag, candidates: ports.map(candidate) }))
    .map((one) => saying({ action: 'transport-info', contents: [one] })),
);

/** Anything at all, but for the end of the session. */
const any: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      action: fc.constantFrom<JingleAction>('content-add', 'content-add', 'content-accept', 'session-accept'),
      name: names,
      ufrag: ufrags,
      hash: hashes,
    })
    .map(({ action, name, ...init }) => saying({ action, contents: [content(name, { media: 'video', ...init })] })),
  fc.constant(saying({ action: 'content-reject' })),
  fc
    .tuple(names, fc.constantFrom<JingleAction>('content-reject', 'content-remove'))
    .map(([name, action]) => saying({ action, contents: [bare(name)] })),
  fc
    .tuple(fc.oneof(names, fc.constant('0')), senders)
    .map(([name, direction]) => saying({ action: 'content-modify', contents: [bare(name, direction)] })),
  fc
    .tuple(
      fc.constantFrom<JingleAction>('transport-replace', 'transport-accept', 'description-info', 'transport-info'),
      names,
      ufrags,
    )
    .map(([action, name, ufrag]) => saying({ action, contents: [transportOnly(name, { ufrag })] })),
);

/** How the peer answers the oldest request of ours that it has not answered. */
const reply: fc.Arbitrary<Step> = fc
  .constantFrom(undefined, undefined, undefined, new IqError('bad-request'), new IqError('conflict', 'tie-break'))
  .map((error) =>
    step(`answers ${error?.application ?? error?.condition ?? 'result'}`, ({ scenario }) => {
      const [request] = scenario.stream.waiting.splice(0, 1);
      request?.settle(error);
      return scenario.turn();
    }),
  );

const page: fc.Arbitrary<Step> = fc
  .constantFrom(
    'look',
    'look',
    'add',
    'restart',
    'add and restart',
    'answer',
    'answer',
    'reject',
    'refuse',
    'choke',
    'settle',
  )
  .map((what) =>
    step(`page: ${what}`, ({ page: one, scenario }) => {
      if (scenario.last() !== 'active') return;
      if (what === 'look') one.look();
      else if (what.includes('add') || what.includes('restart'))
        one.offer({ add: what.includes('add'), restart: what.includes('restart') });
      else if (what === 'refuse') one.refuse();
      else if (what === 'choke') one.chokeOnAnswer();
      else if (what === 'settle') one.settle();
      else one.answer(what === 'answer');
    }),
  );

const time: fc.Arbitrary<Step> = fc
  .nat(50_000)
  .map((ms) => step(`${String(ms)} ms`, ({ scenario }) => scenario.pass(ms)));

const end: fc.Arbitrary<Step> = fc.boolean().map((ours) =>
  step('ends', (world) => {
    if (!ours) return say(world, { action: 'session-terminate', reason: { condition: 'success' } });
    world.scenario.calls.hangUp(SID, false);
    return undefined;
  }),
);

const starts = fc.constantFrom('callAndTalk' as const, 'ringAndTalk' as const);

async function inCall(start: 'callAndTalk' | 'ringAndTalk', video: boolean): Promise<World> {
  const scenario = new Scenario({ own: OWN });
  const sections = video ? AUDIO_VIDEO : AUDIO;
  await scenario[start](sections);
  scenario.stream.answer = () => 'wait';
  return { scenario, page: new ModelPage(scenario, sections) };
}

/** Both sides are quiet; the page does what is left to do. */
async function rest({ scenario, page: one }: World): Promise<void> {
  for (let round = 0; round < 4; round++) {
    await scenario.pass(LONGEST_MS);
    one.settle();
  }
}

describe('any sequence of offers, answers, restarts and refusals of both sides', () => {
  it('ends with no exchange past its time limit, with a page that can offer, and the call goes on', async () => {
    const steps = fc.array(
      fc.oneof(
        { arbitrary: legal, weight: 5 },
        { arbitrary: any, weight: 4 },
        { arbitrary: reply, weight: 4 },
        { arbitrary: page, weight: 7 },
        { arbitrary: time, weight: 2 },
      ),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(starts, fc.boolean(), steps, async (start, video, sequence) => {
        const world = await inCall(start, video);
        for (const { run } of sequence) await run(world);
        const { scenario } = world;
        assert.equal(scenario.last(), 'active');
        assert.deepEqual(
          scenario.environment.logs.filter(({ level }) => level === 'error'),
          [],
        );
        await rest(world);
        assert.ok(world.page.isAtRest);
        assert.equal(scenario.environment.timerCount, 0);

        scenario.sent();
        world.page.offer({ add: true });
        assert.match(scenario.sent().join(), /(content-add|transport-info) > \S+$/);
        await rest(world);
        assert.ok(world.page.isAtRest);
        assert.equal(scenario.last(), 'active');
      }),
      { numRuns: 200, seed: 20_261 },
    );
  });

  it('ends the call once where one side ends it', async () => {
    const either = fc.oneof(legal, any, reply, page, time);
    const sequences = fc.tuple(fc.array(either, { maxLength: 15 }), end, fc.array(either, { maxLength: 8 }));
    await fc.assert(
      fc.asyncProperty(starts, fc.boolean(), sequences, async (start, video, [before, last, later]) => {
        const world = await inCall(start, video);
        const { scenario } = world;
        for (const { run } of [...before, last]) await run(world);
        assert.match(scenario.last() ?? '', /^ended/);
        const events = scenario.events.length;
        for (const { run } of later) await run(world);
        await scenario.pass(LONGEST_MS);
        assert.equal(scenario.events.length, events);
        scenario.assertClean();
      }),
      { numRuns: 150, seed: 20_262 },
    );
  });
});
