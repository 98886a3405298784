import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Content, Jingle, JingleAction, Role } from '@xmpp-call/jingle';
import { bare, content, transportOnly } from './jingle.testing.js';
import { Scenario, SID, outcome } from './scenario.testing.js';
import { AUDIO, AUDIO_VIDEO, sdp } from './sdp.testing.js';

type State = 'none' | 'pending' | 'active' | 'ended';

/** `ok` a result, `unknown` unknown-session, `order` out-of-order, `tie` tie-break. */
type Answer = 'ok' | 'unknown' | 'order' | 'tie';
const ANSWERS: Readonly<Record<string, Answer>> = {
  result: 'ok',
  'item-not-found unknown-session': 'unknown',
  'unexpected-request out-of-order': 'order',
  'conflict tie-break': 'tie',
};

/**
 * XEP-0166 §6 and §12: what a received action is answered with in a session that has its offer (`pending`), its answer
 * (`active`) or its end, where we are the initiator and where we are the responder.
 */
const TABLE = `
                     initiator        responder
                     pending  active  pending  active  ended
session-initiate     order    order   order    order   order
session-accept       ok       order   order    order   unknown
session-info         ok       ok      ok       ok      unknown
session-terminate    ok       ok      ok       ok      unknown
content-accept       order    ok      order    ok      unknown
content-add          ok       ok      ok       ok      unknown
content-modify       ok       ok      ok       ok      unknown
content-reject       order    ok      order    ok      unknown
content-remove       ok       ok      ok       ok      unknown
description-info     ok       ok      ok       ok      unknown
security-info        ok       ok      ok       ok      unknown
transport-accept     order    order   order    order   unknown
transport-info       ok       ok      ok       ok      unknown
transport-reject     order    order   order    order   unknown
transport-replace    ok       ok      ok       ok      unknown`;

const ROWS = TABLE.trim()
  .split('\n')
  .slice(2)
  .map((line) => line.trim().split(/\s+/) as [JingleAction, Answer, Answer, Answer, Answer, Answer]);

/** A session in a state. */
async function sessionIn(role: Role, state: State): Promise<Scenario> {
  const scenario = new Scenario();
  if (state === 'none') return scenario;
  if (state === 'pending' && role === 'initiator') {
    await scenario.call();
    await scenario.message({ kind: 'proceed', id: SID });
  } else if (state === 'pending') {
    await scenario.jingleFrom({ action: 'session-initiate', contents: [content('0')] });
  } else {
    await (role === 'initiator' ? scenario.callAndTalk() : scenario.ringAndTalk());
  }
  if (state === 'ended') await scenario.jingleFrom({ action: 'session-terminate', reason: { condition: 'success' } });
  return scenario;
}

/** Contents with which the action is well formed. */
function contentsOf(action: JingleAction): Content[] {
  if (action === 'session-info' || action === 'session-terminate' || action === 'content-reject') return [];
  if (action === 'content-add') return [content('added', { media: 'video' })];
  return action.startsWith('session-') ? [content('0')] : [bare('0')];
}

/** Of the call; undefined where there is none, or none any more. */
function stateOf(scenario: Scenario): string | undefined {
  return scenario.calls.calls.find(({ sid }) => sid === SID)?.session.state;
}

/** XEP-0166 §6 and §7.2.6: the acceptance, the end and the removal of the only content change the state. */
function following(action: JingleAction, answer: Answer | undefined, before: string | undefined): string | undefined {
  if (answer !== 'ok') return before;
  if (action === 'session-terminate' || action === 'content-remove') return undefined;
  if (action === 'session-accept') return 'active';
  return action === 'session-initiate' ? 'invited' : before;
}

async function answerIn(role: Role, state: State, action: JingleAction): Promise<Answer | undefined> {
  const scenario = await sessionIn(role, state);
  const before = stateOf(scenario);
  const answer = ANSWERS[outcome(await scenario.jingleFrom({ action, contents: contentsOf(action) }))];
  assert.equal(stateOf(scenario), following(action, answer, before), `after ${action} in ${state} as ${role}`);
  return answer;
}

describe('each action of the peer in each state', () => {
  for (const [action, ...answers] of ROWS) {
    const [offered, talking, rung, answered, ended] = answers;
    it(`${action}, is answered as XEP-0166 says`, async () => {
      assert.equal(await answerIn('initiator', 'pending', action), offered, 'initiator, pending');
      assert.equal(await answerIn('initiator', 'active', action), talking, 'initiator, active');
      assert.equal(await answerIn('responder', 'pending', action), rung, 'responder, pending');
      assert.equal(await answerIn('responder', 'active', action), answered, 'responder, active');
      for (const role of ['initiator', 'responder'] as const)
        assert.equal(await answerIn(role, 'ended', action), ended, `${role}, ended`);
      const isFirst = action === 'session-initiate';
      assert.equal(await answerIn('responder', 'none', action), isFirst ? 'ok' : 'unknown', 'none');
    });
  }
});

type Change = 'content-add' | 'content-modify' | 'content-remove' | 'restart';

/**
 * XEP-0166 §7.2.16: of two actions of one kind at the same time that of the initiator wins, and it refuses the other with
 * a tie-break. content-add and restart collide with each other too: both are due an answer, and one would undo the other.
 * Columns are what we have sent without an answer to its IQ, with our role; content-modify and content-remove are never ours.
 */
const GLARE = `
                initiator               responder
                content-add  restart    content-add  restart
content-add     tie          tie        ok           ok
content-modify  ok           ok         ok           ok
content-remove  ok           ok         ok           ok
restart         tie          tie        ok           ok`;

/** The change of the peer: a restart has new credentials for each content. */
function changeOf(change: Change): Partial<Jingle> & { action: JingleAction } {
  if (change === 'restart') return { action: 'transport-info', contents: [transportOnly('0', { ufrag: 'renewed' })] };
  if (change === 'content-add') return { action: change, contents: [content('theirs', { media: 'video' })] };
  return { action: change, contents: [bare(change === 'content-remove' ? 'nothing' : '0')] };
}

async function answerToGlare(role: Role, ours: string, theirs: Change): Promise<Answer | undefined> {
  const scenario = await sessionIn(role, 'active');
  const [sections, ufrag] = ours === 'restart' ? [AUDIO, 'fresh'] : [AUDIO_VIDEO, undefined];
  scenario.sent();
  scenario.calls.localDescription(
    SID,
    'offer',
    sdp({ sections, setup: 'actpass', ...(ufrag !== undefined && { ufrag }) }),
  );
  assert.match(scenario.sent().join(), ours === 'restart' ? /transport-info/ : /content-add/);
  const answer = ANSWERS[outcome(await scenario.jingleFrom(changeOf(theirs)))];
  assert.equal(stateOf(scenario), 'active');
  return answer;
}

describe('an action of the peer that crosses one of ours', () => {
  const [, columns = [], ...rows] = GLARE.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  for (const [theirs, ...answers] of rows) {
    for (const [at, ours] of columns.entries()) {
      const role = at < 2 ? 'initiator' : 'responder';
      it(`${String(theirs)} against our ${ours} as ${role}`, async () => {
        assert.equal(await answerToGlare(role, ours, theirs as Change), answers[at]);
      });
    }
  }
});
