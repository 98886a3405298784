import { expect } from '@esm-bundle/chai';
import { AGENT, cleanUp, find, has, mount, mountAgent, mountCall, settled, until } from './testing/fixture.testing.js';
import type { XmppCallElement } from './xmpp-call.js';

function focused(element: XmppCallElement): Element | null {
  return element.shadowRoot?.activeElement ?? null;
}

function pressEscape(element: XmppCallElement): void {
  const target = focused(element) ?? find(element, '.panel');
  target.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true, cancelable: true }),
  );
}

describe('<xmpp-call> by keyboard and screen reader', () => {
  afterEach(cleanUp);

  it('moves the focus into the panel, and back to the button', async () => {
    const { element, call } = mount();
    await settled(element);
    const launcher = find(element, '.launcher');
    launcher.focus();
    launcher.click();
    await until(() => has(element, '.panel'));
    await until(() => focused(element) === find(element, '.panel'));
    call().activate();
    call().hangUp();
    await settled(element);
    find(element, '[part~=close]').focus();
    find(element, '[part~=close]').click();
    await until(() => focused(element) === launcher);
  });

  it('keeps the focus in the panel when the focused control goes away', async () => {
    const { element, placed } = await mountCall();
    placed.activate();
    await settled(element);
    find(element, '[part~=hang-up]').focus();
    find(element, '[part~=hang-up]').click();
    await until(() => focused(element) === find(element, '.panel'));
  });

  it('minimizes a call on Escape and never hangs up', async () => {
    const { element, placed } = await mountCall();
    placed.activate();
    await settled(element);
    pressEscape(element);
    await until(() => has(element, '.launcher.minimized'));
    expect(find(element, '.panel').hidden).to.equal(true);
    expect(placed.state).to.equal('active');
    const pill = find(element, '.launcher.minimized');
    await until(() => focused(element) === pill);
    pill.click();
    await until(() => focused(element) === find(element, '.panel'));
    expect(find(element, '.panel').hidden).to.equal(false);
  });

  it('shows how a minimized call ended', async () => {
    const { element, placed } = await mountCall();
    placed.activate();
    await settled(element);
    pressEscape(element);
    await until(() => has(element, '.launcher.minimized'));
    placed.end('remote-hang-up');
    await settled(element);
    expect(has(element, '.launcher.minimized')).to.equal(false);
    expect(find(element, '.panel').hidden).to.equal(false);
  });

  it('closes a summary on Escape', async () => {
    const { element, placed } = await mountCall();
    placed.fail('busy');
    await settled(element);
    pressEscape(element);
    await settled(element);
    expect(has(element, '.panel')).to.equal(false);
  });

  it('puts the focus on Answer when a call comes in, and has Escape change nothing', async () => {
    const { element, client } = await mountAgent();
    const call = client().ring('maria@example.net');
    await settled(element);
    expect(focused(element)).to.equal(find(element, '#answer'));
    const dialog = find(element, '[role=alertdialog]');
    expect(dialog.ariaLabel).to.equal('Incoming call from maria');
    pressEscape(element);
    await settled(element);
    expect(call.state).to.equal('incoming');
    find(element, '#answer').click();
    await until(() => call.state === 'connecting');
    await settled(element);
    expect(focused(element)).to.equal(find(element, '.panel'));
  });

  it('announces states politely and failures at once', async () => {
    const { element, placed } = await mountCall();
    const status = find(element, '[role=status]');
    placed.change('ringing');
    await settled(element);
    expect(status.textContent.trim()).to.equal('Ringing…');
    placed.fail('no-answer');
    await settled(element);
    expect(status.textContent.trim()).to.equal('');
    expect(find(element, '[role=alert]').textContent).to.contain('No answer');
  });

  it('has targets of at least 24 px, and of 44 px for the main controls', async () => {
    const { element, placed } = await mountCall();
    placed.activate();
    placed.complain('device-in-use');
    await settled(element);
    for (const button of element.shadowRoot?.querySelectorAll('.panel button') ?? []) {
      const { width, height } = button.getBoundingClientRect();
      const least = button.matches('.round') ? 44 : 24;
      expect(Math.min(width, height), button.outerHTML).to.be.at.least(least);
    }
  });

  it('fits 320 px, also with long names', async () => {
    const box = document.createElement('div');
    box.dataset.fixture = '';
    box.style.inlineSize = '320px';
    document.body.append(box);
    const { element, client } = mount({ ...AGENT }, undefined, box);
    await element.signIn('a.very.long.name.of.an.agent@subdomain.of.a.long.domain.example.org', 'secret');
    client().ring('someone.with.a.name.that.does.not.want.to.end@guest.of.a.long.domain.example.org', true);
    await settled(element);
    expect(find(element, '.panel').scrollWidth).to.be.at.most(320);
    expect(element.getBoundingClientRect().width).to.be.at.most(320);
  });

  it('mirrors its layout in right-to-left pages', async () => {
    const box = document.createElement('div');
    box.dataset.fixture = '';
    box.dir = 'rtl';
    document.body.append(box);
    const { element, call } = mount(undefined, undefined, box);
    await element.startCall();
    call().activate();
    await settled(element);
    const left = (part: string): number => find(element, `[part~=${part}]`).getBoundingClientRect().left;
    expect(left('hang-up')).to.be.below(left('camera'));
    expect(left('camera')).to.be.below(left('mute'));
    expect(left('minimize')).to.be.below(left('mute'));
  });
});
