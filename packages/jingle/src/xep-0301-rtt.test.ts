import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MAX_BODY } from './message-body.js';
import { NS } from './namespaces.js';
import { applyRtt, buildRtt, parseRtt, RealTimeText, rttBetween, type Rtt } from './xep-0301-rtt.js';
import { el, type Element } from './xml.js';
import { transmitted, xml } from './xml.testing.js';

const message = (rtt: Element) => el('message', { xmlns: NS.client }, [rtt]);
const rtt = (inner: string, attributes = 'seq="0" event="new"') =>
  parseRtt(xml(`<message><rtt xmlns="${NS.realTimeText}" ${attributes}>${inner}</rtt></message>`));
const textAfter = (inner: string, before = '') => applyRtt(before, rtt(inner)?.actions ?? []);

describe('XEP-0301', () => {
  it('reads what it builds', () => {
    const one: Rtt = {
      seq: 7,
      event: 'edit',
      actions: [
        { kind: 'insert', text: ' a<b ', at: 3 },
        { kind: 'erase', count: 2, at: 1 },
        { kind: 'erase', count: 1 },
        { kind: 'wait', ms: 100 },
      ],
    };
    assert.deepEqual(parseRtt(transmitted(message(buildRtt(one)))), one);
    for (const event of ['init', 'cancel'] as const)
      assert.deepEqual(parseRtt(message(buildRtt({ seq: 0, event, actions: [] })))?.event, event);
  });

  it('changes a text as the examples of the XEP do', () => {
    assert.equal(textAfter('<t>HLL</t><e/><e/><t>ELLO</t>'), 'HELLO');
    assert.equal(textAfter('<t>Hello Bob, this is Alice!</t><e n="4" p="9"/><t p="5">,</t>'), 'Hello,, this is Alice!');
    assert.equal(textAfter('<t p="99">!</t><e p="1" n="50"/>', 'ab'), 'b!');
    assert.equal(textAfter('<t p="20000">!</t><e p="1" n="20000"/>', 'ab'), 'b!');
  });

  it('counts in code points', () => {
    assert.equal(textAfter('<e p="2"/>', 'a👍b'), 'ab');
    assert.equal(textAfter('<t p="2">-</t>', 'a👍b'), 'a👍-b');
  });

  it('passes over what makes no sense, and takes nothing without a number or of an unknown event', () => {
    assert.equal(textAfter('<x/><e n="-1"/><w n="z"/><t>a</t>'), 'a');
    assert.equal(rtt('<t>a</t>', 'event="new"'), undefined);
    assert.equal(rtt('<t>a</t>', 'seq="0" event="old"'), undefined);
    assert.equal(rtt('<t>a</t>', 'seq="4294967296"'), undefined);
    assert.equal(rtt('<e/>'.repeat(1000)), undefined);
  });

  it('stops where an element is missing, until the text is sent anew', () => {
    const draft = new RealTimeText();
    const type = (seq: number, text: string, event: Rtt['event'] = 'edit') => {
      draft.take({ seq, event, actions: [{ kind: 'insert', text }] });
      return draft.text;
    };
    assert.equal(type(5, 'lost'), undefined);
    assert.equal(type(9, 'a', 'new'), 'a');
    assert.equal(type(10, 'b'), 'ab');
    assert.equal(type(12, 'd'), undefined);
    assert.equal(type(13, 'e'), undefined);
    assert.equal(type(99, 'abc', 'reset'), 'abc');
    draft.take({ seq: 0, event: 'cancel', actions: [] });
    assert.equal(draft.text, undefined);
  });

  it('keeps a text within its limit', () => {
    assert.equal(Array.from(applyRtt('', [{ kind: 'insert', text: '👍'.repeat(3 * MAX_BODY) }])).length, MAX_BODY);
  });

  it('makes any text of any other one', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(fc.property(text, text, (before, after) => applyRtt(before, rttBetween(before, after)) === after));
  });
});
