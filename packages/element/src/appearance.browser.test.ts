import 'axe-core/axe.js';
import { expect } from '@esm-bundle/chai';
import type axe from 'axe-core';
import { cleanUp, until } from './testing/fixture.testing.js';
import { scenes } from './testing/scenes.testing.js';

const { axe: checker } = globalThis as unknown as { axe: typeof axe };

/** Every visible state, looked at in both colour schemes. */
describe('<xmpp-call> in every state', () => {
  let box: HTMLElement;

  beforeEach(() => {
    box = document.createElement('main');
    box.dataset.fixture = '';
    document.body.append(box);
    document.documentElement.lang = 'en';
  });

  afterEach(() => {
    cleanUp();
    document.documentElement.style.colorScheme = '';
    document.body.style.background = '';
  });

  for (const [name, scene] of Object.entries(scenes)) {
    it(`is accessible and free of style attributes: ${name}`, async function () {
      this.timeout(20_000);
      await scene(box, 'en');
      const element = box.querySelector('xmpp-call, xmpp-call-clocked');
      expect(element?.shadowRoot?.querySelector('[style], style')).to.equal(null);
      for (const scheme of ['light', 'dark']) {
        document.documentElement.style.colorScheme = scheme;
        document.body.style.background = scheme === 'dark' ? '#111' : '#fff';
        await until(() => element?.shadowRoot?.getAnimations().every(hasNoEnd) ?? false);
        const { violations } = await checker.run(box, { rules: { 'page-has-heading-one': { enabled: false } } });
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => node.failureSummary).join('; ')}`,
        );
        expect(found, `${name}, ${scheme}`).to.deep.equal([]);
      }
    });
  }
});

/** Waves go on for ever; whatever else moves has to come to rest before colours can be measured. */
function hasNoEnd(animation: Animation): boolean {
  return animation.effect?.getComputedTiming().endTime === Infinity || animation.playState === 'finished';
}
