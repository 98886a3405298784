import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NS } from './namespaces.js';
import { buildReason, parseReason } from './reason.js';
import { TRANSFER_SUCCESS, buildTransfer, isTransferred, parseTransfer, type Transfer } from './xep-0251-transfer.js';
import { el, type Element } from './xml.js';
import { transmitted, valueOf, xml } from './xml.testing.js';

const jingle = (action: string, ...children: Element[]) =>
  el('jingle', { xmlns: NS.jingle, action, sid: 's' }, children);
const transfer = (attributes: Record<string, string>) => el('transfer', { xmlns: NS.transfer, ...attributes });

/** The value, the text of the fault, or nothing. */
function read(element: Element): unknown {
  const result = parseTransfer(element);
  return result?.ok === false ? result.error.text : result?.value;
}

describe('XEP-0251', () => {
  it('reads what it builds, blind and attended, in both places', () => {
    const cases: readonly (readonly [action: string, transfer: Transfer])[] = [
      ['session-info', { kind: 'request', to: 'boss@example.com/phone' }],
      ['session-info', { kind: 'request', to: 'boss@example.com/phone', from: 'desk@example.com/desk', sid: '663e9f' }],
      ['session-initiate', { kind: 'transferred', from: 'desk@example.com/desk' }],
      [
        'session-initiate',
        { kind: 'transferred', from: 'desk@example.com/desk', to: 'boss@example.com/phone', sid: '663e9f' },
      ],
    ];
    for (const [action, one] of cases)
      assert.deepEqual(valueOf(parseTransfer(transmitted(jingle(action, buildTransfer(one))))), one);
  });

  it('reads a prefixed element, and none of another namespace or in another action', () => {
    const prefixed = xml(`<jingle xmlns="${NS.jingle}" xmlns:t="${NS.transfer}" action="session-info" sid="s">
      <t:transfer to="a@example.com"/></jingle>`);
    assert.deepEqual(read(prefixed), { kind: 'request', to: 'a@example.com' });
    const foreign = el('transfer', { xmlns: 'urn:xmpp:jingle:transfer:1', to: 'a@example.com' });
    assert.equal(parseTransfer(jingle('session-info', foreign)), undefined);
    assert.equal(parseTransfer(jingle('session-accept', transfer({ to: 'a@example.com' }))), undefined);
  });

  it('refuses what makes no sense', () => {
    const to = 'a@example.com';
    assert.equal(read(jingle('session-info', transfer({}))), 'no address to call');
    assert.equal(read(jingle('session-info', transfer({ from: to }))), 'no address to call');
    assert.equal(read(jingle('session-info', transfer({ to: '@' }))), 'no address to call');
    assert.equal(read(jingle('session-info', transfer({ to: `a@${'x'.repeat(5000)}` }))), 'no address to call');
    assert.equal(read(jingle('session-initiate', transfer({ to }))), 'no address that asked');
    assert.equal(read(jingle('session-info', transfer({ to, sid: 's'.repeat(257) }))), 'senseless sid');
    assert.equal(read(jingle('session-info', transfer({ to }), transfer({ to }))), 'two transfers');
  });

  it('tells a transfer from another end, over the wire', () => {
    const sent = el('jingle', { xmlns: NS.jingle }, [buildReason(TRANSFER_SUCCESS)]);
    assert.equal(isTransferred(parseReason(transmitted(sent))), true);
    assert.equal(isTransferred({ condition: 'success' }), false);
    assert.equal(isTransferred({ ...TRANSFER_SUCCESS, condition: 'decline' }), false);
    assert.equal(isTransferred(undefined), false);
  });
});
