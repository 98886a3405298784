import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { TestContext } from 'node:test';
import { XmppCallError } from '@xmpp-call/client/errors.js';
import type { ErrorCode } from '@xmpp-call/client/errors.js';
import { logForOwner } from './owner-hints.js';
import type { Asked } from './owner-hints.js';

const ASKED: Asked = { agent: false, to: 'suport@example.org', domain: 'gest.example.org', service: undefined };

function hint(t: TestContext, code: ErrorCode, asked: Partial<Asked> = {}): string {
  const warn = t.mock.method(console, 'warn', () => undefined);
  logForOwner(new XmppCallError(code), { ...ASKED, ...asked });
  const text = String(warn.mock.calls[0]?.arguments[0] ?? '');
  warn.mock.restore();
  return text;
}

it('shows the owner what was asked for where it may be misspelt', (t) => {
  assert.match(hint(t, 'callee-unknown'), /"to" "suport@example\.org" does not exist/);
  assert.match(hint(t, 'invalid-address'), /"suport@example\.org".*"gest\.example\.org"/);
  assert.match(hint(t, 'signaling-unreachable'), /"domain" "gest\.example\.org": is it spelt right/);
  assert.match(
    hint(t, 'signaling-unreachable', { service: 'wss://x.example/ws' }),
    /WebSocket "wss:\/\/x\.example\/ws"/,
  );
});

it('tells an agent’s password from a server without visitors', (t) => {
  assert.match(hint(t, 'auth-failed'), /SASL ANONYMOUS/);
  const ofAgent = hint(t, 'auth-failed', { agent: true });
  assert.match(ofAgent, /address or the password/);
  assert.doesNotMatch(ofAgent, /ANONYMOUS/);
});

it('names the policy that forbids a device', (t) => {
  assert.match(hint(t, 'forbidden-by-page'), /Permissions-Policy: microphone=\(self\), camera=\(self\)/);
  assert.match(hint(t, 'permission-denied'), /refused by the visitor/);
});

it('is silent on the everyday of calling', (t) => {
  for (const code of ['busy', 'declined', 'no-answer', 'callee-being-called', 'connection-lost'] as const) {
    assert.equal(hint(t, code), '', code);
  }
});
