import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatJid, isSameJid, parseJid } from './jid.js';
import { valueOf } from './xml.testing.js';

const isJid = (text: string): boolean => parseJid(text).ok;
/** The text in each part of an address. */
const inEachPart = (text: string): string[] => [
  `a${text}b@example.org`,
  `a@ex${text}ample.org`,
  `a@example.org/a${text}b`,
];
const named = (text: string): string => `U+${(text.codePointAt(0) ?? 0).toString(16)}`;

describe('addresses', () => {
  it('hold nothing invisible and nothing that turns the direction of writing', () => {
    for (const odd of [
      ...['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\u200e', '\u200f'],
      ...['\u061c', '\u200b', '\u200c', '\u200d', '\u2060', '\u2063', '\u2064', '\ufeff', '\u00ad', '\u034f', '\u180e'],
      ...['\ufe0e', '\ufe0f', '\u{e0001}', '\u{e0041}', '\u{e0100}', '\u115f', '\u1160', '\u3164', '\uffa0', '\u17b4'],
      ...['\u2800', '\ufffc', '\ufff9', '\u206a'],
    ]) {
      for (const text of inEachPart(odd)) assert.equal(isJid(text), false, named(odd));
    }
  });

  it('hold no controls, line ends, private or unassigned characters, and no white space but the space', () => {
    for (const odd of [
      ...[
        '\u0000',
        '\t',
        '\n',
        '\r',
        '\u0085',
        '\u009b',
        '\u2028',
        '\u2029',
        '\ue000',
        '\u{f0000}',
        '\u{10fffd}',
        '\ufdd0',
      ],
      ...['\uffff', '\u0378', '\ud800', '\u00a0', '\u1680', '\u2003', '\u202f', '\u205f', '\u3000'],
    ]) {
      for (const text of inEachPart(odd)) assert.equal(isJid(text), false, named(odd));
    }
    assert.deepEqual(
      [isJid('a b@example.org'), isJid('a@exa mple.org'), isJid('a@example.org/a b')],
      [false, false, true],
    );
  });

  it('have domains of labels, in any script', () => {
    for (const domain of [
      ...[
        'example.org',
        'EXAMPLE.org.',
        'localhost',
        '192.0.2.1',
        '[2001:db8::1]',
        'xn--mnchen-3ya.example',
        'a_b.local',
      ],
      ...[
        'münchen.example',
        'bücher.example',
        'пример.испытание',
        '例え.テスト',
        'مثال.إختبار',
        'उदाहरण.परीक्षा',
        `${'a'.repeat(63)}.org`,
      ],
    ])
      assert.equal(isJid(`a@${domain}`), true, domain);
    for (const domain of [
      ...[
        '',
        '.',
        'a..b',
        '.a',
        'a..',
        '-a.org',
        'a-.org',
        'a:5222',
        'a]',
        '[a]',
        '[::1',
        'a[b]',
        `${'a'.repeat(64)}.org`,
      ],
      ...['\u0301a.org', 'a。b', 'a@b', 'a*b', 'exa\u2713mple.org', 'a!b', '%00.org', `${'ab.'.repeat(400)}org`],
    ])
      assert.equal(isJid(`a@${domain}`), false, domain);
  });

  it('have parts of 1023 bytes at most', () => {
    assert.equal(isJid(`${'a'.repeat(1023)}@b/${'c'.repeat(1023)}`), true);
    assert.equal(isJid(`${'a'.repeat(1024)}@b`), false);
    assert.equal(isJid(`a@b/${'ü'.repeat(512)}`), false);
  });

  it('are the same however their letters are composed', () => {
    assert.equal(isSameJid('mu\u0308ller@mu\u0308nchen.example/u\u0308', 'Müller@MÜNCHEN.example/ü'), true);
  });

  it('take a name in a resource for no part of the address', () => {
    assert.deepEqual(valueOf(parseJid('evil.example/Alice@bank.example')), {
      local: '',
      domain: 'evil.example',
      resource: 'Alice@bank.example',
    });
  });

  it('are the same when they are read again', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.emailAddress());
    fc.assert(
      fc.property(text, (one) => {
        const jid = parseJid(one);
        if (jid.ok) assert.deepEqual(valueOf(parseJid(formatJid(jid.value))), jid.value);
        else assert.equal(jid.error.condition, 'bad-request');
      }),
      { numRuns: 2000 },
    );
  });
});
