import { expect } from '@esm-bundle/chai';
import { VISITOR, cleanUp, find, has, mount, settled, textOf, until } from './testing/fixture.testing.js';

describe('the label of <xmpp-call>', () => {
  afterEach(cleanUp);

  for (const [what, content] of Object.entries({
    'white space': '\n   \n',
    'a comment': '<!-- the button -->',
    both: '\n  <!-- the button -->\n',
    'an avatar only': '\n <img slot="avatar" alt="" />\n',
    'a style sheet': '<style>xmpp-call { margin: 0 }</style>',
  })) {
    it(`keeps its label with ${what} inside`, async () => {
      const { element } = mount({ ...VISITOR, label: 'Ring the bell' });
      element.innerHTML = content;
      await settled(element);
      await until(() => textOf(element, '.launcher') === 'Ring the bell');
      const label = find(element, '.launcher span:not(.spinner)');
      expect(label.getBoundingClientRect().width).to.be.above(20);
      expect(find(element, '.launcher').ariaLabel).to.equal(null);
    });
  }

  it('follows text that comes and goes', async () => {
    const { element } = mount({ ...VISITOR, label: 'Ring the bell' });
    const text = document.createTextNode(' ');
    element.append(text);
    await until(() => has(element, '.launcher slot:not([name])[hidden]'));
    text.data = 'Talk to us';
    await until(() => !has(element, '.launcher slot:not([name])[hidden]'));
    expect(find(element, '.launcher').ariaLabel).to.equal(null);
  });

  it('has a name also with nothing but a picture inside', async () => {
    const { element } = mount({ ...VISITOR, label: 'Ring the bell' });
    await settled(element);
    element.innerHTML = '<svg width="20" height="20"></svg>';
    await until(() => find(element, '.launcher').ariaLabel === 'Ring the bell');
    element.innerHTML = '<img alt="Ring">';
    await until(() => find(element, '.launcher').ariaLabel === null);
  });
});
