import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { XmppCallError } from '../errors.js';
import { sendTones } from './send-tones.js';
import { MAX_TEXT, MAX_TONES, parseTones } from './tones.js';

describe('tones of a text', () => {
  it('are read from what people paste and from tel: URIs', () => {
    const cases: readonly (readonly [text: string, tones: string | undefined])[] = [
      ['123', '123'],
      [' 1 2-3.4 (5)/6 ', '123456'],
      ['tel:+49-30-1234;ext=7', '49301234'],
      ['TEL:+1-555;postd=pp22', '1555,,22'],
      ['12,34#', '12,34#'],
      ['abcd*', 'ABCD*'],
      ['', undefined],
      [',,', undefined],
      ['12e', undefined],
      ['1+2', undefined],
      ['1'.repeat(MAX_TONES), '1'.repeat(MAX_TONES)],
      ['1'.repeat(MAX_TONES + 1), undefined],
      ['-'.repeat(MAX_TEXT + 1), undefined],
    ];
    for (const [text, tones] of cases) {
      assert.equal(parseTones(text), tones, text);
    }
  });
});

describe('sending tones', () => {
  function sender(toneBuffer = '') {
    const sent: unknown[][] = [];
    return { sent, toneBuffer, insertDTMF: (...given: unknown[]) => void sent.push(given) };
  }
  const isError = (code: string) => (error: unknown) => error instanceof XmppCallError && error.code === code;

  it('adds to what is still being sent', async () => {
    const one = sender('89');
    await sendTones('1 2p', one, undefined);
    assert.deepEqual(one.sent, [['8912,', 100, 70]]);
  });

  it('goes by XMPP where the media take none', async () => {
    const sent: string[] = [];
    await sendTones('1#', undefined, (tones) => Promise.resolve(void sent.push(tones)));
    assert.deepEqual(sent, ['1#']);
  });

  it('refuses a flood, other text and a peer without tones, and names no digit', async () => {
    await assert.rejects(sendTones('1', sender('1'.repeat(256)), undefined), isError('invalid-state'));
    await assert.rejects(sendTones('1', undefined, undefined), isError('invalid-state'));
    await assert.rejects(sendTones('4711e', sender(), undefined), (error: unknown) => {
      return isError('invalid-address')(error) && !String(error).includes('4711');
    });
  });
});
