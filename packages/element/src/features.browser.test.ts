import { expect } from '@esm-bundle/chai';
import { html } from 'lit';
import { FeatureLoader } from './panel/feature-loader.js';
import { createFeaturePanel, styles } from './panel/features/feature-panel.js';
import type { CallFeature, FeatureContext } from './panel/features/feature.js';
import { videoTrack } from './testing/fake-client.testing.js';
import { cleanUp, find, has, mountCall, settled, textOf, until } from './testing/fixture.testing.js';
import type { XmppCallElement } from './xmpp-call.js';

function press(element: XmppCallElement, key: string): void {
  const target = element.shadowRoot?.activeElement ?? find(element, '.panel');
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));
}

async function openMenu(): Promise<Awaited<ReturnType<typeof mountCall>>> {
  const fixture = await mountCall();
  const { element, placed } = fixture;
  placed.activate();
  placed.addTracks('remote', videoTrack());
  await settled(element);
  find(element, '[part~=more]').click();
  await until(() => has(element, '[part~=menu]'));
  return fixture;
}

describe('the menu of a call', () => {
  afterEach(cleanUp);

  it('opens by its button with the focus on the first entry, and closes by Escape with the focus on the button', async () => {
    const { element } = await openMenu();
    const more = find(element, '[part~=more]');
    expect(more.getAttribute('aria-haspopup')).to.equal('menu');
    expect(more.getAttribute('aria-expanded')).to.equal('true');
    await until(() => element.shadowRoot?.activeElement?.getAttribute('role')?.startsWith('menuitem') ?? false);
    press(element, 'Escape');
    await until(() => !has(element, '[part~=menu]'));
    await until(() => element.shadowRoot?.activeElement === more);
    expect(more.getAttribute('aria-expanded')).to.equal('false');
    expect(has(element, '.launcher.minimized')).to.equal(false);
  });

  it('closes by a press beside it and by a second press of the button', async () => {
    const { element } = await openMenu();
    find(element, '.backdrop').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    await until(() => !has(element, '[part~=menu]'));
    find(element, '[part~=more]').click();
    await until(() => has(element, '[part~=menu]'));
    find(element, '[part~=more]').click();
    await until(() => !has(element, '[part~=menu]'));
  });

  it('goes with its call', async () => {
    const { element, placed } = await openMenu();
    placed.hangUp();
    await settled(element);
    expect(has(element, '[part~=menu]')).to.equal(false);
    find(element, '[part~=call-again]').click();
    await until(() => has(element, '[part~=more]'));
    expect(has(element, '[part~=menu]')).to.equal(false);
  });

  it('speaks the language of the element, and an integrator’s own words', async () => {
    const { element } = await openMenu();
    element.lang = 'de';
    await until(() => textOf(element, '[part~=menu]').includes('Vollbild'));
    element.strings = { features: { fullScreen: 'Groß' } };
    await until(() => textOf(element, '[part~=menu]').includes('Groß'));
  });
});

describe('FeatureLoader', () => {
  afterEach(cleanUp);

  function feature(id: string, more: Partial<CallFeature>): CallFeature {
    return { id, icon: html``, label: () => id, isOffered: () => true, ...more };
  }

  async function loaderWith(features: readonly CallFeature[]) {
    const { element, placed } = await mountCall();
    placed.activate();
    const model = { language: 'en', strings: { more: 'More' } } as unknown as FeatureContext['model'];
    let adopted = 0;
    const loader: FeatureLoader = new FeatureLoader(
      {
        model,
        root: element.shadowRoot,
        override: undefined,
        requestUpdate: () => undefined,
        adoptStyles: () => adopted++,
        focus: () => Promise.resolve(),
        close: () => {
          loader.close();
        },
      },
      () =>
        Promise.resolve({
          styles,
          createFeaturePanel: (host, call) => createFeaturePanel(host, call, features),
        }),
    );
    return { loader, placed };
  }

  it('disposes a pane once: when it is closed, and when its call is over', async () => {
    let disposed = 0;
    const pane = feature('pane', {
      load: () => Promise.resolve({ createPane: () => ({ render: () => html`pane`, dispose: () => disposed++ }) }),
    });
    const { loader, placed } = await loaderWith([pane]);
    await loader.open(placed, 'pane');
    await Promise.resolve();
    loader.close();
    expect(disposed).to.equal(1);
    await loader.open(placed, 'pane');
    await Promise.resolve();
    loader.update(undefined);
    expect(disposed).to.equal(2);
    expect(loader.isOpen).to.equal(false);
  });

  it('is closed where its code does not load, and opens when it does', async () => {
    const { placed } = await loaderWith([]);
    let attempts = 0;
    const host = {
      model: { language: 'en', strings: { more: 'More' } } as unknown as FeatureContext['model'],
      root: null,
      override: undefined,
      requestUpdate: () => undefined,
      adoptStyles: () => undefined,
      focus: () => Promise.resolve(),
      close: () => undefined,
    };
    const loader = new FeatureLoader(host, () =>
      attempts++ === 0 ? Promise.reject(new Error('offline')) : Promise.resolve({ styles, createFeaturePanel }),
    );
    await loader.open(placed);
    expect(loader.isOpen).to.equal(false);
    await loader.open(placed);
    expect(loader.isOpen).to.equal(true);
  });
});

describe('one’s own picture', () => {
  afterEach(cleanUp);

  async function withSelfView() {
    const { element, placed } = await mountCall();
    placed.activate();
    placed.addTracks('remote', videoTrack());
    placed.addTracks('local', videoTrack());
    await settled(element);
    return { element, picture: find(element, '.self-view') };
  }

  it('moves to a corner by arrow keys, also where text runs from right to left', async () => {
    const { element, picture } = await withSelfView();
    picture.focus();
    press(element, 'ArrowUp');
    await until(() => picture.classList.contains('at-top'));
    press(element, 'ArrowLeft');
    await until(() => picture.classList.contains('at-start'));
    element.dir = 'rtl';
    press(element, 'ArrowLeft');
    await until(() => !picture.classList.contains('at-start'));
    press(element, 'ArrowDown');
    await until(() => !picture.classList.contains('at-top'));
  });

  it('is dragged to the corner that it is let go at, and stays where a press did not move it', async () => {
    const { element, picture } = await withSelfView();
    const stage = find(element, '.stage').getBoundingClientRect();
    // Nothing is captured of a pointer that does not exist.
    picture.setPointerCapture = () => undefined;
    const pointer = (type: string, x: number, y: number): void => {
      picture.dispatchEvent(
        new PointerEvent(type, { clientX: x, clientY: y, isPrimary: true, button: 0, bubbles: true, composed: true }),
      );
    };
    const drag = async (toX: number, toY: number): Promise<void> => {
      const { x, y } = picture.getBoundingClientRect();
      pointer('pointerdown', x + 5, y + 5);
      await import('./panel/self-view-mover.js');
      await Promise.resolve();
      pointer('pointermove', toX, toY);
      pointer('pointerup', toX, toY);
    };
    await drag(stage.left + 10, stage.top + 10);
    expect([...picture.classList]).to.include.members(['at-top', 'at-start']);
    const { x, y } = picture.getBoundingClientRect();
    await drag(x + 6, y + 6);
    expect([...picture.classList]).to.include.members(['at-top', 'at-start']);
    await drag(stage.right - 10, stage.bottom - 10);
    expect([...picture.classList]).to.not.include.members(['at-top']);
    expect(picture.style.translate).to.equal('');
  });

  it('is hidden and shown, mirrored or not, from the menu', async () => {
    const { element, picture } = await withSelfView();
    find(element, '[part~=more]').click();
    await until(() => has(element, '[part~=hide-self-view]'));
    find(element, '[part~=hide-self-view]').click();
    await until(() => getComputedStyle(picture).display === 'none');
    await settled(element);
    expect(find(element, '[part~=hide-self-view]').getAttribute('aria-checked')).to.equal('true');
    find(element, '[part~=hide-self-view]').click();
    expect(getComputedStyle(picture).display).to.not.equal('none');
    find(element, '[part~=unmirror-self-view]').click();
    expect(getComputedStyle(picture).scale).to.equal('none');
  });
});
