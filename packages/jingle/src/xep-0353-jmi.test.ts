import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { buildReceipt, receiptReceived, receiptRequested } from './xep-0184-receipts.js';
import { delayedSince } from './xep-0203-delay.js';
import { unwrapCarbon } from './xep-0280-carbons.js';
import { buildJmi, parseJmi, parseJmiPayload, type JmiMessage } from './xep-0353-jmi.js';
import { transmitted, valueOf, xml } from './xml.testing.js';

const message = (inner: string, attributes = 'type="chat"') =>
  xml(`<message xmlns="jabber:client" ${attributes}>${inner}</message>`);
const propose = (inner: string) => message(`<propose xmlns="urn:xmpp:jingle-message:0" id="a">${inner}</propose>`);
const AUDIO = '<description xmlns="urn:xmpp:jingle:apps:rtp:1" media="audio"/>';
const VIDEO = '<description xmlns="urn:xmpp:jingle:apps:rtp:1" media="video"/>';

const id = fc.uuid();
const anyJmi: fc.Arbitrary<JmiMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('propose' as const),
    id,
    media: fc.constantFrom(['audio'] as const, ['video', 'audio'] as const),
  }),
  fc.record({ kind: fc.constantFrom('ringing' as const, 'proceed' as const, 'accept' as const), id }),
  fc.record({
    kind: fc.constantFrom('reject' as const, 'retract' as const, 'finish' as const),
    id,
    reason: fc.constantFrom({ condition: 'busy' } as const, { condition: 'expired', text: 'Tie-Break' } as const),
    tieBreak: fc.boolean(),
    migratedTo: fc.uuid(),
  }),
);

describe('XEP-0353', () => {
  it('reads what it built', () => {
    fc.assert(
      fc.property(anyJmi, (jmi) => {
        assert.deepEqual(valueOf(parseJmi(transmitted(buildJmi(jmi, 'a@example.org')))), structuredClone(jmi));
      }),
    );
  });

  it('proposes with type chat, hint, receipt request and a telling id', () => {
    assert.equal(
      buildJmi({ kind: 'propose', id: 'S', media: ['audio', 'video'] }, 'a@example.org').toString(),
      '<message type="chat" to="a@example.org" id="jm-propose-S"><propose xmlns="urn:xmpp:jingle-message:0" id="S">' +
        `${AUDIO}${VIDEO}</propose><request xmlns="urn:xmpp:receipts"/><store xmlns="urn:xmpp:hints"/></message>`,
    );
    const proceed = buildJmi({ kind: 'proceed', id: 'S' }, 'a@example.org/x').toString();
    assert.match(proceed, /type="chat" to="a@example\.org\/x" id="jm-proceed-S"/);
    assert.doesNotMatch(proceed, /receipts/);
  });

  it('case 70: refuses a propose with other media or none, and takes one with only video', () => {
    assert.equal(parseJmi(propose(''))?.ok, false);
    assert.equal(parseJmi(propose('<description xmlns="urn:example"/>'))?.ok, false);
    assert.equal(
      parseJmi(propose(AUDIO + '<description xmlns="urn:xmpp:jingle:apps:rtp:1" media="data"/>'))?.ok,
      false,
    );
    assert.deepEqual(valueOf(parseJmi(propose(VIDEO))), { kind: 'propose', id: 'a', media: ['video'] });
    assert.deepEqual(valueOf(parseJmi(propose(VIDEO + VIDEO + AUDIO))), {
      kind: 'propose',
      id: 'a',
      media: ['video', 'audio'],
    });
  });

  it('case 52: reads a reject to the bare JID, and a proceed with or without device', () => {
    const reject = message(
      '<reject xmlns="urn:xmpp:jingle-message:0" id="a"><reason xmlns="urn:xmpp:jingle:1"><busy/></reason></reject>',
      'to="a@b"',
    );
    assert.deepEqual(valueOf(parseJmi(reject)), {
      kind: 'reject',
      id: 'a',
      reason: { condition: 'busy' },
      tieBreak: false,
    });
    const device = '<device xmlns="http://gultsch.de/xmpp/drafts/omemo/dlts-srtp-verification" id="1"/>';
    const proceed = message(`<proceed xmlns="urn:xmpp:jingle-message:0" id="a">${device}</proceed>`);
    assert.deepEqual(valueOf(parseJmi(proceed)), { kind: 'proceed', id: 'a' });
  });

  it('reads messages without type, and none from a room or out of an error', () => {
    const inner = '<ringing xmlns="urn:xmpp:jingle-message:0" id="a"/>';
    assert.equal(parseJmi(message(inner, ''))?.ok, true);
    assert.equal(parseJmi(message(inner, 'type="groupchat"')), undefined);
    assert.equal(parseJmi(message(inner, 'type="error"')), undefined);
    assert.equal(parseJmi(message('<body>hello</body>')), undefined);
    assert.equal(parseJmi(message('<ringing xmlns="urn:xmpp:jingle-message:0"/>'))?.ok, false);
    assert.equal(parseJmi(message('<dance xmlns="urn:xmpp:jingle-message:0" id="a"/>'))?.ok, false);
  });

  it('case 73: reads the payload that a bounce echoes', () => {
    const bounced = message(
      `<propose xmlns="urn:xmpp:jingle-message:0" id="a">${AUDIO}</propose><error type="cancel"/>`,
      'type="error"',
    );
    assert.deepEqual(valueOf(parseJmiPayload(bounced)), { kind: 'propose', id: 'a', media: ['audio'] });
  });

  it('case 71: tells since when a message was delayed', () => {
    const at = (stamp: string) => delayedSince(message(`<delay xmlns="urn:xmpp:delay" stamp="${stamp}"/>`));
    assert.equal(at('2026-11-20T09:00:00Z'), Date.UTC(2026, 10, 20, 9));
    assert.equal(at('2026-11-20T09:00:00.5+01:00'), Date.UTC(2026, 10, 20, 8, 0, 0, 500));
    assert.equal(at('yesterday'), undefined);
    assert.equal(at('2026-13-45T99:00:00Z'), undefined);
    assert.equal(delayedSince(message('')), undefined);
  });

  it('case 53: tells receipts that are asked for from those that arrive', () => {
    assert.equal(
      receiptRequested(message('<request xmlns="urn:xmpp:receipts"/>', 'id="jm-propose-a"')),
      'jm-propose-a',
    );
    assert.equal(receiptRequested(message('<request xmlns="urn:xmpp:receipts"/>', '')), undefined);
    assert.equal(receiptReceived(buildReceipt('a@b/c', 'jm-propose-a')), 'jm-propose-a');
  });
});

describe('XEP-0280', () => {
  const carbon = (from: string, direction = 'sent') =>
    message(
      `<${direction} xmlns="urn:xmpp:carbons:2"><forwarded xmlns="urn:xmpp:forward:0"><message xmlns="jabber:client"
        from="me@example.org/phone" to="a@example.org"><propose xmlns="urn:xmpp:jingle-message:0" id="a">${AUDIO}</propose></message>
      </forwarded></${direction}>`,
      from,
    );

  it('case 55: unwraps carbons of our own account', () => {
    for (const direction of ['sent', 'received']) {
      const unwrapped = unwrapCarbon(carbon('from="Me@Example.org"', direction), 'me@example.org');
      assert.ok(typeof unwrapped === 'object');
      assert.equal(unwrapped.direction, direction);
      assert.equal(parseJmi(unwrapped.message)?.ok, true);
    }
    assert.equal(typeof unwrapCarbon(carbon(''), 'me@example.org'), 'object');
    assert.equal(unwrapCarbon(message('<body/>'), 'me@example.org'), undefined);
  });

  it('case 55: knows forged carbons', () => {
    for (const from of ['mallory@example.org', 'me@example.org/phone', 'example.org', 'nonsense@@']) {
      assert.equal(unwrapCarbon(carbon(`from="${from}"`), 'me@example.org'), 'forged');
    }
    assert.equal(
      unwrapCarbon(message('<sent xmlns="urn:xmpp:carbons:2"/>', 'from="me@example.org"'), 'me@example.org'),
      'forged',
    );
  });
});
