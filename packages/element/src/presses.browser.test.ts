import { expect } from '@esm-bundle/chai';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { AGENT, cleanUp, find, has, mountClocked, settled, textOf, until } from './testing/fixture.testing.js';
import type { FakeClock } from './testing/fake-clock.testing.js';
import type { FakeCall } from './testing/fake-client.testing.js';
import type { Fixture } from './testing/fixture.testing.js';
import type { XmppCallElement } from './xmpp-call.js';

interface Ringing extends Fixture {
  readonly clock: FakeClock;
  readonly ringing: FakeCall;
}

/** An agent whose page a call comes in to; `before` says where the focus is then. */
async function ring(before: (element: XmppCallElement) => void = () => undefined): Promise<Ringing> {
  const fixture = mountClocked(AGENT);
  await fixture.element.signIn('anna@example.org', 'secret');
  await settled(fixture.element);
  fixture.clock.advance(1000);
  await settled(fixture.element);
  before(fixture.element);
  const ringing = fixture.client().ring('maria@example.net');
  await settled(fixture.element);
  return { ...fixture, ringing };
}

function field(): HTMLInputElement {
  const input = document.createElement('input');
  input.dataset.fixture = '';
  input.setAttribute('aria-label', 'Search');
  document.body.append(input);
  return input;
}

function center(element: HTMLElement): [x: number, y: number] {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [Math.round(x + width / 2), Math.round(y + height / 2)];
}

const focusIn = (element: XmppCallElement): Element | null => element.shadowRoot?.activeElement ?? null;

describe('presses that were not meant for <xmpp-call>', () => {
  afterEach(cleanUp);

  for (const [name, key] of [
    ['Space', ' '],
    ['Enter', 'Enter'],
  ] as const) {
    it(`${name} does not answer a call that has just come in, and does a little later`, async () => {
      const { element, clock, ringing } = await ring();
      expect(focusIn(element)).to.equal(find(element, '#answer'));
      await sendKeys({ press: key });
      expect(ringing.accepted).to.deep.equal([]);
      clock.advance(600);
      await settled(element);
      await sendKeys({ press: key });
      await until(() => ringing.accepted.length === 1);
    });
  }

  it('keys of somebody who goes on typing answer nothing, however long it takes', async () => {
    const { clock, ringing } = await ring();
    for (const key of ['h', 'e', ' ', 'l', 'o', 'Enter', ' ']) {
      await sendKeys({ press: key });
      clock.advance(400);
    }
    expect(ringing.accepted).to.deep.equal([]);
    clock.advance(200);
    await sendKeys({ press: 'Enter' });
    await until(() => ringing.accepted.length === 1);
  });

  it('a key that is held down answers nothing', async () => {
    const { element, clock, ringing } = await ring();
    await sendKeys({ down: 'Enter' });
    clock.advance(1000);
    await settled(element);
    await sendKeys({ down: 'Enter' });
    await sendKeys({ up: 'Enter' });
    expect(ringing.accepted).to.deep.equal([]);
    await sendKeys({ down: ' ' });
    clock.advance(1000);
    await sendKeys({ up: ' ' });
    await until(() => ringing.accepted.length === 1);
    expect(ringing.accepted, 'only the press that began late').to.have.length(1);
  });

  it('what is typed into the page goes on there: the call takes no focus', async () => {
    const input = field();
    const { element, clock, ringing } = await ring(() => input.focus());
    clock.advance(1000);
    await sendKeys({ type: 'a b' });
    await sendKeys({ press: 'Enter' });
    expect(document.activeElement).to.equal(input);
    expect(input.value).to.equal('a b');
    expect(ringing.accepted).to.deep.equal([]);
    expect(find(element, '[role=status]').textContent).to.contain('Incoming call from maria');
  });

  it('what is typed into a field of another shadow root goes on there', async () => {
    const host = document.createElement('div');
    host.dataset.fixture = '';
    document.body.append(host);
    const input = field();
    host.attachShadow({ mode: 'open' }).append(input);
    const { element } = await ring(() => input.focus());
    expect(document.activeElement).to.equal(host);
    expect(focusIn(element)).to.equal(null);
  });

  it('the focus returns to nothing when the caller gives up', async () => {
    const { element, ringing } = await ring();
    expect(focusIn(element)).to.equal(find(element, '#answer'));
    ringing.end('cancelled');
    await settled(element);
    expect(document.activeElement).to.equal(document.body);
  });

  it('the focus returns to the button of the element that had it', async () => {
    const { element, ringing } = await ring((agent) => find(agent, '[part~=sign-out]').focus());
    expect(focusIn(element)).to.equal(find(element, '#answer'));
    ringing.end('cancelled');
    await settled(element);
    expect(focusIn(element)).to.equal(find(element, '[part~=sign-out]'));
  });

  it('the focus returns to the field of the page that had it when the call came in', async () => {
    const input = field();
    const { element, clock, ringing } = await ring(() => input.focus());
    clock.advance(600);
    await settled(element);
    await sendMouse({ type: 'click', position: center(find(element, '#answer')) });
    await until(() => ringing.state === 'connecting');
    ringing.activate();
    ringing.end('remote-hang-up');
    await settled(element);
    clock.advance(600);
    await settled(element);
    await sendMouse({ type: 'click', position: center(find(element, '[part~=close]')) });
    await until(() => document.activeElement === input);
  });

  it('a script that starts a call takes no focus from a field', async () => {
    const input = field();
    const { element } = mountClocked();
    input.focus();
    await element.startCall();
    await settled(element);
    expect(document.activeElement).to.equal(input);
  });

  it('a double click calls, and does not hang up', async () => {
    const { element, clock, clients } = mountClocked();
    await settled(element);
    const spot = center(find(element, '.launcher'));
    await sendMouse({ type: 'click', position: spot });
    await until(() => has(element, '[part~=hang-up]'));
    await settled(element);
    // Wherever the panel stands, the second click meets the worst of its buttons.
    await sendMouse({ type: 'click', position: center(find(element, '[part~=hang-up]')) });
    await settled(element);
    expect(element.call?.state).to.equal('calling');
    clock.advance(600);
    await settled(element);
    await sendMouse({ type: 'click', position: center(find(element, '[part~=hang-up]')) });
    await until(() => element.call === undefined);
    expect(clients).to.have.length(1);
  });

  it('a double click closes a summary, and does not call, whatever the label is made of', async () => {
    const { element, clock, clients, call } = mountClocked();
    element.innerHTML = '<b>Call us</b>';
    await element.startCall();
    call().fail('busy');
    await settled(element);
    clock.advance(600);
    await settled(element);
    await sendMouse({ type: 'click', position: center(find(element, '[part~=close]')) });
    await until(() => !has(element, '.panel'));
    await sendMouse({ type: 'click', position: center(find(element, '.launcher')) });
    await settled(element);
    expect(clients).to.have.length(1);
    clock.advance(600);
    await settled(element);
    await sendMouse({ type: 'click', position: center(find(element, '.launcher')) });
    await until(() => clients.length === 2);
  });

  it('what is typed into the sign-in form does not reach the shortcuts of the page', async () => {
    const reached: string[] = [];
    const listener = ({ type, key }: KeyboardEvent): void => void reached.push(`${type} ${key}`);
    for (const type of ['keydown', 'keypress', 'keyup'] as const) document.addEventListener(type, listener);
    try {
      const { element } = mountClocked(AGENT);
      await until(() => has(element, 'form'));
      find(element, '#username').focus();
      await sendKeys({ type: 'j/k' });
      await sendKeys({ press: 'Escape' });
      await sendKeys({ press: 'Tab' });
      expect(find(element, '#username', HTMLInputElement).value).to.equal('j/k');
      expect(focusIn(element), 'Tab goes on').to.equal(find(element, '#password'));
      expect(reached.filter((text) => !/Escape|Tab/.test(text))).to.deep.equal([]);
      expect(reached).to.contain('keydown Escape');
      find(element, '#password').focus();
      await sendKeys({ press: 'Enter' });
      await until(() => textOf(element).includes('Enter your password'));
    } finally {
      for (const type of ['keydown', 'keypress', 'keyup'] as const) document.removeEventListener(type, listener);
    }
  });
});
