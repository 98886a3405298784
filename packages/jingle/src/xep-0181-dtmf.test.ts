import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DTMF_CODES, DTMF_LIMITS, dtmfDuration, dtmfEvent } from './dtmf.js';
import { NS } from './namespaces.js';
import { buildDtmf, parseDtmf, type Dtmf } from './xep-0181-dtmf.js';
import { el, type Element } from './xml.js';
import { transmitted, valueOf, xml } from './xml.testing.js';

const info = (...children: Element[]) => el('jingle', { xmlns: NS.jingle, action: 'session-info', sid: 's' }, children);
const dtmf = (attributes: Record<string, string>) => info(el('dtmf', { xmlns: NS.dtmf, ...attributes }));

function condition(jingle: Element): string | undefined {
  const result = parseDtmf(jingle);
  return result?.ok === false ? result.error.condition : undefined;
}

describe('XEP-0181', () => {
  it('reads what it builds', () => {
    const cases: readonly Dtmf[] = [
      ...Array.from(DTMF_CODES, (code): Dtmf => ({ kind: 'tone', code, durationMs: 400, volume: 42 })),
      { kind: 'tone', code: '7', action: 'button-down', durationMs: 100 },
      { kind: 'release' },
      { kind: 'release', code: '#' },
      { kind: 'method', method: 'rtp' },
      { kind: 'method', method: 'xmpp' },
    ];
    for (const one of cases) assert.deepEqual(valueOf(parseDtmf(transmitted(info(buildDtmf(one))))), one);
  });

  it('takes a prefixed element, and none of another namespace', () => {
    const prefixed = xml(`<jingle xmlns="${NS.jingle}" xmlns:d="${NS.dtmf}"><d:dtmf code="5"/></jingle>`);
    assert.deepEqual(valueOf(parseDtmf(prefixed)), { kind: 'tone', code: '5', durationMs: 100 });
    assert.equal(parseDtmf(info(el('dtmf', { xmlns: 'urn:xmpp:jingle:dtmf', code: '5' }))), undefined);
    assert.equal(parseDtmf(info()), undefined);
  });

  it('refuses codes and methods that are none', () => {
    for (const code of ['', 'E', 'a', '12', '٣', ','.repeat(5000)])
      assert.equal(condition(dtmf({ code })), 'bad-request');
    assert.equal(condition(dtmf({})), 'bad-request');
    assert.equal(condition(info(el('dtmf-method', { xmlns: NS.dtmf, method: 'sip' }))), 'feature-not-implemented');
    assert.equal(condition(info(el('other', { xmlns: NS.dtmf }))), 'feature-not-implemented');
  });

  it('keeps durations and volumes within RFC 4733', () => {
    const read = (attributes: Record<string, string>) => valueOf(parseDtmf(dtmf({ code: '1', ...attributes })));
    assert.deepEqual(read({ duration: '1' }), { kind: 'tone', code: '1', durationMs: 40 });
    assert.deepEqual(read({ duration: '65535' }), { kind: 'tone', code: '1', durationMs: 6000 });
    assert.deepEqual(read({ duration: '-1', volume: '64' }), { kind: 'tone', code: '1', durationMs: 100 });
    assert.equal(dtmfDuration(Number.NaN), DTMF_LIMITS.defaultDurationMs);
  });

  it('takes the first of too many', () => {
    const many = Array.from({ length: 5000 }, (_, at) => el('dtmf', { xmlns: NS.dtmf, code: at % 10 }));
    assert.deepEqual(valueOf(parseDtmf(info(...many))), { kind: 'tone', code: '0', durationMs: 100 });
  });
});

describe('DTMF codes', () => {
  it('have the event codes of RFC 4733 §3.2', () => {
    assert.deepEqual(['0', '9', '*', '#', 'A', 'D', 'x', ''].map(dtmfEvent), [
      0,
      9,
      10,
      11,
      12,
      15,
      undefined,
      undefined,
    ]);
  });
});
