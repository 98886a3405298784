import { expect } from '@esm-bundle/chai';
import { setViewport } from '@web/test-runner-commands';
import { audioTrack, videoTrack } from './testing/fake-client.testing.js';
import { AGENT, VISITOR, cleanUp, find, has, mount, mountCall, settled, until } from './testing/fixture.testing.js';
import type { XmppCallElement } from './xmpp-call.js';

/** Styles of the page for as long as a test takes. */
function pageStyles(css: string): void {
  const style = document.createElement('style');
  style.dataset.fixture = '';
  style.textContent = css;
  document.head.append(style);
}

const HANDED_DOWN = {
  'font-style': 'italic',
  'font-variant-caps': 'small-caps',
  'font-weight': '900',
  'letter-spacing': '9px',
  'word-spacing': '20px',
  'text-transform': 'uppercase',
  'text-indent': '40px',
  'text-shadow': 'red 2px 2px 0px',
  'text-align': 'right',
  'line-height': '60px',
  'white-space': 'pre',
  hyphens: 'auto',
  'word-break': 'break-all',
  cursor: 'crosshair',
  'list-style-type': 'upper-roman',
  'caret-color': 'rgb(255, 0, 0)',
  'tab-size': '40',
  'font-size': '40px',
  'pointer-events': 'none',
};
const IMPORTANT = Object.entries(HANDED_DOWN)
  .map(([name, value]) => `${name}: ${value} !important;`)
  .join(' ');

function textStyles(element: HTMLElement): Record<string, string> {
  const style = getComputedStyle(element);
  return Object.fromEntries(Object.keys(HANDED_DOWN).map((name) => [name, style.getPropertyValue(name)]));
}

describe('<xmpp-call> in a page with styles of its own', () => {
  afterEach(async () => {
    cleanUp();
    await setViewport({ width: 800, height: 600 });
  });

  it('is not touched by what the page hands down, however hard', async () => {
    const calm = await mountCall({ ...VISITOR, 'multiple-calls': '' });
    const [expected, line] = [textStyles(find(calm.element, '.panel')), textStyles(find(calm.element, '.status'))];
    pageStyles(`* { ${IMPORTANT} } html { font-size: 62.5% !important }`);
    const { element } = await mountCall({ ...VISITOR, 'multiple-calls': '' });
    expect(textStyles(find(element, '.panel'))).to.deep.equal(expected);
    expect(textStyles(find(element, '.status'))).to.deep.equal(line);
    const launcher = textStyles(find(element, '.launcher'));
    expect(launcher['letter-spacing']).to.equal('normal');
    expect(launcher['text-transform']).to.equal('none');
    expect(launcher['font-style']).to.equal('normal');
  });

  it('keeps the direction, the colour scheme and the visibility of the page', async () => {
    const box = document.createElement('div');
    box.dataset.fixture = '';
    box.dir = 'rtl';
    box.style.colorScheme = 'dark';
    box.style.visibility = 'hidden';
    document.body.append(box);
    const { element } = mount(VISITOR, undefined, box);
    await element.startCall();
    await settled(element);
    const { direction, colorScheme, visibility } = getComputedStyle(find(element, '.panel'));
    expect([direction, colorScheme, visibility]).to.deep.equal(['rtl', 'dark', 'hidden']);
  });

  it('has the same size whatever the page makes of rem', async () => {
    const { element } = await mountCall();
    const width = (): number => find(element, '.panel').getBoundingClientRect().width;
    const usual = width();
    expect(usual).to.equal(352);
    pageStyles('html { font-size: 62.5% }');
    expect(width()).to.equal(usual);
    pageStyles('html { font-size: 40px !important }');
    expect(width()).to.equal(usual);
    element.style.setProperty('--xmpp-call-font-size', '20px');
    expect(width()).to.equal(440);
  });

  for (const [width, height] of [
    [360, 640],
    [320, 256],
  ] as const) {
    it(`stays within ${width} x ${height} px in a fixed corner, with every button in reach`, async () => {
      await setViewport({ width, height });
      const corner = document.createElement('div');
      corner.dataset.fixture = '';
      Object.assign(corner.style, { position: 'fixed', right: '16px', bottom: '16px' });
      document.body.append(corner);
      const visitor = mount({ ...VISITOR, 'multiple-calls': '' }, undefined, corner);
      await visitor.element.startCall();
      const call = visitor.call();
      await settled(visitor.element);
      expectWithin(visitor.element, width, height);
      call.activate();
      call.addTracks('remote', audioTrack(), videoTrack());
      call.changeRemote({ audioMuted: true });
      call.complain('device-in-use', 'camera');
      visitor.client().reconnect();
      await until(() => has(visitor.element, '.with-picture'));
      await settled(visitor.element);
      expectWithin(visitor.element, width, height);
      call.end('error');
      await settled(visitor.element);
      expectWithin(visitor.element, width, height);
      visitor.element.remove();
      const { element, client } = mount(AGENT, undefined, corner);
      await until(() => has(element, 'form'));
      expectWithin(element, width, height);
      await element.signIn('anna@example.org', 'secret');
      client().ring('someone.with.a.name.that.does.not.want.to.end@guest.of.a.long.domain.example.org', true);
      await settled(element);
      expectWithin(element, width, height);
    });
  }

  /** Whether the panel is within the viewport, and its buttons are or can be scrolled to; controls are never scrolled away. */
  function expectWithin(element: XmppCallElement, width: number, height: number): void {
    const panel = find(element, '.panel').getBoundingClientRect();
    expect(panel.left, 'left').to.be.at.least(0);
    expect(panel.top, 'top').to.be.at.least(0);
    expect(panel.right, 'right').to.be.at.most(width);
    expect(panel.bottom, 'bottom').to.be.at.most(height);
    for (const button of element.shadowRoot?.querySelectorAll<HTMLElement>('.panel button, .panel input') ?? []) {
      if (!button.closest('.controls')) button.scrollIntoView({ block: 'nearest' });
      const box = button.getBoundingClientRect();
      expect(Math.min(box.height, box.width), button.outerHTML).to.be.above(20);
      expect(box.top, button.outerHTML).to.be.at.least(panel.top);
      expect(box.bottom, button.outerHTML).to.be.at.most(panel.bottom + 1);
    }
  }

  it('shows the icons of pressed buttons on a translucent background', async () => {
    const { element, placed } = await mountCall();
    element.style.setProperty('--xmpp-call-background', 'rgb(255 255 255 / 10%)');
    placed.activate();
    placed.setMuted(true);
    await settled(element);
    const disc = find(element, '[part~=mute] .disc');
    const canvas = document.createElement('canvas').getContext('2d');
    if (canvas === null) throw new Error('no 2d context');
    canvas.fillStyle = getComputedStyle(disc).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, , , alpha] = canvas.getImageData(0, 0, 1, 1).data;
    expect(alpha).to.equal(255);
    expect(red, 'light on the dark colour of the text').to.be.above(200);
  });

  describe('in another document', () => {
    async function openFrame(): Promise<Document> {
      const frame = document.createElement('iframe');
      frame.dataset.fixture = '';
      frame.srcdoc = '<!doctype html><body></body>';
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      document.body.append(frame);
      await loaded;
      if (frame.contentDocument === null) throw new Error('no document');
      return frame.contentDocument;
    }

    it('keeps its styles, its call and its words, there and back', async () => {
      const page = await openFrame();
      const { element, placed } = await mountCall();
      placed.activate();
      await settled(element);
      const display = (): string | undefined =>
        element.ownerDocument.defaultView?.getComputedStyle(find(element, '.round')).display;
      expect(display()).to.equal('grid');
      page.body.append(element);
      await settled(element);
      expect(element.ownerDocument).to.equal(page);
      expect(display()).to.equal('grid');
      expect(placed.state).to.equal('active');
      document.body.append(element);
      await settled(element);
      expect(display()).to.equal('grid');
      expect(element.shadowRoot?.adoptedStyleSheets).to.have.length(3);
    });

    it('gets the styles of what it loads there', async () => {
      const page = await openFrame();
      const { element } = mount();
      page.body.append(element);
      await element.startCall();
      await settled(element);
      expect(page.defaultView?.getComputedStyle(find(element, '.panel')).display).to.equal('flex');
    });
  });
});
