import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS, childOf, textOf } from '@xmpp-call/jingle';
import type { ReasonCondition } from '@xmpp-call/jingle';
import type { ErrorCode } from './page-events.js';
import { PEER, SID, Scenario } from './scenario.testing.js';

/** Each reason of XEP-0166 §7.4: what the end is before an answer of the peer, and in a call. */
const RECEIVED: readonly (readonly [ReasonCondition, asked: string, agreed: string])[] = [
  ['alternative-session', 'declined', 'remote-hang-up'],
  ['busy', 'busy', 'remote-hang-up'],
  ['cancel', 'declined', 'remote-hang-up'],
  ['connectivity-error', 'connectivity-failed', 'connection-lost'],
  ['decline', 'declined', 'remote-hang-up'],
  ['expired', 'no-answer', 'remote-hang-up'],
  ['failed-application', 'incompatible', 'incompatible'],
  ['failed-transport', 'connectivity-failed', 'connection-lost'],
  ['general-error', 'peer-failed', 'peer-failed'],
  ['gone', 'callee-unavailable', 'remote-hang-up'],
  ['incompatible-parameters', 'incompatible', 'incompatible'],
  ['media-error', 'peer-failed', 'peer-failed'],
  ['security-error', 'security-failed', 'security-failed'],
  ['success', 'declined', 'remote-hang-up'],
  ['timeout', 'no-answer', 'remote-hang-up'],
  ['unsupported-applications', 'incompatible', 'incompatible'],
  ['unsupported-transports', 'incompatible', 'incompatible'],
];
/** Each failure of the page's, as the peer is told. */
const SENT: readonly (readonly [ErrorCode, ReasonCondition])[] = [
  ['security-failed', 'security-error'],
  ['incompatible', 'failed-application'],
  ['connectivity-failed', 'connectivity-error'],
  ['turn-missing', 'connectivity-error'],
  ['permission-denied', 'media-error'],
  ['device-not-found', 'media-error'],
  ['device-in-use', 'media-error'],
  ['media-failed', 'media-error'],
  ['browser-unsupported', 'media-error'],
  ['insecure-context', 'media-error'],
  ['peer-failed', 'general-error'],
  ['internal', 'general-error'],
];

/** What the peer said, as the page is told. */
function peerText({ events }: Scenario): string | undefined {
  const event = events.at(-1);
  return event?.case === 'callChanged' ? event.value.peerText : undefined;
}

/** The text of the reason in the last stanza that was sent. */
function textSent({ stream }: Scenario): string | undefined {
  for (const stanza of stream.sent.slice(-1)) {
    for (const parent of [childOf(stanza, 'jingle', NS.jingle), childOf(stanza, 'reject', NS.jmi)]) {
      const reason = parent && (childOf(parent, 'reason', NS.jingle) ?? childOf(parent, 'reason', NS.jmi));
      const text = reason && childOf(reason, 'text', reason.getNS() ?? NS.jingle);
      if (text) return textOf(text);
    }
  }
  return undefined;
}

describe('the reasons of an end', () => {
  for (const [condition, asked, agreed] of RECEIVED) {
    it(`${condition} of the peer's, with its words, in each phase`, async () => {
      const reason = { condition, text: ' As I said. ' };
      const outgoing = new Scenario();
      await outgoing.call();
      await outgoing.message({ kind: 'reject', id: SID, reason, tieBreak: false });
      assert.equal(outgoing.last(), `ended: ${asked}`);
      assert.equal(peerText(outgoing), 'As I said.');

      const incoming = new Scenario();
      await incoming.ring();
      await incoming.message({ kind: 'retract', id: SID, reason, tieBreak: false });
      assert.equal(incoming.last(), 'ended: cancelled');

      const talking = new Scenario();
      await talking.callAndTalk();
      await talking.jingleFrom({ action: 'session-terminate', reason });
      assert.equal(talking.last(), `ended: ${agreed}`);
      assert.equal(peerText(talking), 'As I said.');
    });
  }

  for (const [code, condition] of SENT) {
    it(`${condition} to the peer, for ${code}`, async () => {
      const scenario = new Scenario();
      await scenario.callAndTalk();
      scenario.calls.mediaFailure(SID, code, 'why');
      assert.equal(scenario.jingle('session-terminate').reason?.condition, condition);
    });
  }

  it('go with words of the user, bounded, in a session and before it', async () => {
    const talking = new Scenario();
    await talking.callAndTalk();
    talking.calls.hangUp(SID, false, ` <b>Bye</b> & thanks ${'x'.repeat(1_000_000)}`);
    const { reason } = talking.jingle('session-terminate');
    assert.equal(reason?.condition, 'success');
    assert.match(reason.text ?? '', /^<b>Bye<\/b> & thanks x+$/);
    assert.ok((reason.text ?? '').length <= 300);

    const ringing = new Scenario();
    await ringing.ring();
    ringing.calls.reject(SID, 'Call me at five.');
    assert.equal(textSent(ringing), 'Call me at five.');
  });

  it('of a peer with a megabyte of words are cut, and with none have none', async () => {
    const scenario = new Scenario();
    await scenario.callAndTalk();
    const text = `<img src=x onerror=alert(1)>${'\u{1f600}'.repeat(500_000)}`;
    await scenario.jingleFrom({ action: 'session-terminate', reason: { condition: 'success', text } }, PEER);
    const told = peerText(scenario) ?? '';
    assert.ok(told.startsWith('<img') && told.length <= 300 && !/[\ud800-\udbff]$/.test(told));
    const other = new Scenario();
    await other.callAndTalk();
    await other.jingleFrom({ action: 'session-terminate', reason: { condition: 'success', text: '  ' } });
    assert.equal(peerText(other), undefined);
  });
});
