import { expect } from '@esm-bundle/chai';
import { XmppCallError } from '@xmpp-call/client';
import type { ErrorCode } from '@xmpp-call/client';
import de from './locales/de.js';
import en from './locales/en.js';
import { VISITOR, cleanUp, find, has, mountCall, settled, textOf, until } from './testing/fixture.testing.js';

const CODES = Object.keys(en.strings.errors) as ErrorCode[];

describe('the errors of <xmpp-call>', () => {
  afterEach(cleanUp);

  for (const locale of [en, de]) {
    for (const code of CODES) {
      it(`${code} has a text and a way out (${locale.code})`, async () => {
        const { element, placed } = await mountCall({ ...VISITOR, lang: locale.code });
        await until(() => find(element, '.panel').lang === locale.code);
        placed.fail(code);
        await settled(element);
        const { title, advice } =
          code === 'auth-failed' ? locale.strings.anonymousRefused : locale.strings.errors[code];
        expect(textOf(element, '[role=alert]')).to.equal(`${title} ${advice}`);
        expect(has(element, '[part~=call-again]')).to.equal(new XmppCallError(code).retry);
        expect(element.matches(':state(error)')).to.equal(true);
        find(element, '[part~=close]').click();
        await settled(element);
        expect(has(element, '.panel')).to.equal(false);
        expect(element.matches(':state(error)')).to.equal(false);
      });
    }
  }

  it('names TURN to the owner in the console', async () => {
    const warn = console.warn;
    const warnings: unknown[] = [];
    console.warn = (text: unknown) => warnings.push(text);
    try {
      const { placed } = await mountCall();
      placed.fail('turn-missing');
      await until(() => warnings.length > 0);
    } finally {
      console.warn = warn;
    }
    expect(warnings.join()).to.contain('TURN').and.contain('XEP-0215');
  });
});
