import { expect } from '@esm-bundle/chai';
import { XmppCallError } from '@xmpp-call/client';
import {
  AGENT,
  cleanUp,
  find,
  has,
  mount,
  mountAgent,
  nextEvent,
  settled,
  textOf,
  until,
} from './testing/fixture.testing.js';
import type { XmppCallElement } from './xmpp-call.js';

async function fillIn(element: XmppCallElement, address: string, password: string): Promise<void> {
  await until(() => has(element, 'form'));
  find(element, '#username', HTMLInputElement).value = address;
  find(element, '#password', HTMLInputElement).value = password;
  find(element, '[type=submit]').click();
}

describe('<xmpp-call mode="agent">', () => {
  afterEach(cleanUp);

  describe('signing in', () => {
    it('asks for address and password in a form that password managers know', async () => {
      const { element } = mount(AGENT);
      await until(() => has(element, 'form'));
      const [username, password] = ['#username', '#password'].map((id) => find(element, id, HTMLInputElement));
      expect([username?.autocomplete, password?.autocomplete]).to.deep.equal(['username', 'current-password']);
      expect(has(element, '.launcher')).to.equal(false);
    });

    it('logs in to the domain of the address', async () => {
      const { element, client } = mount({ ...AGENT, service: 'wss://xmpp.example.org/ws' });
      await fillIn(element, ' anna@example.org/desk ', 'secret');
      await until(() => has(element, '.ready'));
      expect(client().options).to.deep.equal({
        domain: 'example.org',
        playSound: true,
        chat: 'on',
        devices: {},
        service: 'wss://xmpp.example.org/ws',
        credentials: { kind: 'password', username: 'anna', password: 'secret' },
      });
      expect(textOf(element)).to.contain('Ready for calls').and.contain('anna@example.org');
      expect(element.matches(':state(signed-in)')).to.equal(true);
    });

    it('completes a name alone by the domain attribute', async () => {
      const { element, client } = mount({ ...AGENT, domain: 'example.org' });
      await element.signIn('anna', 'secret');
      expect(client().options.domain).to.equal('example.org');
    });

    it('keeps no trace of the password in the page', async () => {
      const { element } = await mountAgent();
      expect(element.outerHTML).not.to.contain('secret');
      expect(element.shadowRoot?.innerHTML).not.to.contain('secret');
    });

    it('points at fields that are empty', async () => {
      const { element, clients } = mount(AGENT);
      await fillIn(element, '', '');
      expect(textOf(element)).to.contain('Enter your address');
      const username = find(element, '#username', HTMLInputElement);
      expect(username.ariaInvalid).to.equal('true');
      expect(element.shadowRoot?.activeElement).to.equal(username);
      expect(clients).to.have.length(0);
    });

    it('says why it was refused, keeps what was entered, and releases the client', async () => {
      const { element, client } = mount(AGENT, (created) => {
        created.login = () => Promise.reject(new XmppCallError('auth-failed'));
      });
      await fillIn(element, 'anna@example.org', 'wrong');
      await until(() => has(element, '[role=alert]'));
      expect(textOf(element)).to.contain('Sign-in was refused');
      expect(find(element, '#username', HTMLInputElement).value).to.equal('anna@example.org');
      expect(client().disposed).to.equal(true);
      expect(element.client).to.equal(undefined);
    });

    it('says which fields are wrong, and no more once they are changed', async () => {
      const { element } = mount(AGENT, (created) => {
        created.login = () => Promise.reject(new XmppCallError('auth-failed'));
      });
      await until(() => has(element, 'form'));
      const [username, password] = ['#username', '#password'].map((id) => find(element, id, HTMLInputElement));
      expect(username?.getAttribute('aria-describedby'), 'hidden words would be read').to.equal(null);
      await fillIn(element, '', 'wrong');
      expect([username?.ariaInvalid, password?.ariaInvalid]).to.deep.equal(['true', 'false']);
      expect(username?.getAttribute('aria-describedby')).to.equal('username-error');
      if (username) username.value = 'anna@example.org';
      username?.dispatchEvent(new InputEvent('input', { bubbles: true }));
      expect([username?.ariaInvalid, username?.hasAttribute('aria-describedby')]).to.deep.equal(['false', false]);
      await fillIn(element, 'anna@example.org', 'wrong');
      await until(() => has(element, '[role=alert]'));
      expect([username?.ariaInvalid, password?.ariaInvalid]).to.deep.equal(['true', 'true']);
      password?.dispatchEvent(new InputEvent('input', { bubbles: true }));
      expect(password?.ariaInvalid).to.equal('false');
    });

    for (const [code, text, target, name, value] of [
      ['browser-unsupported', 'This browser cannot make calls', globalThis, 'RTCPeerConnection', undefined],
      ['insecure-context', 'Calls need a secure page', globalThis, 'isSecureContext', false],
    ] as const) {
      it(`is refused where calls are impossible: ${code}`, async () => {
        const original = Object.getOwnPropertyDescriptor(target, name);
        Object.defineProperty(target, name, { configurable: true, value });
        try {
          const { element, clients } = mount(AGENT);
          await fillIn(element, 'anna@example.org', 'secret');
          await until(() => has(element, '[role=alert]'));
          expect(textOf(element)).to.contain(text).and.not.contain('Ready');
          expect(clients).to.have.length(0);
          expect(element.matches(':state(signed-in)')).to.equal(false);
        } finally {
          if (original) Object.defineProperty(target, name, original);
        }
      });
    }

    it('rejects for scripts with the error itself', async () => {
      const { element } = mount(AGENT, (created) => {
        created.login = () => Promise.reject(new XmppCallError('signaling-unreachable'));
      });
      const error: unknown = await element.signIn('anna@example.org', 'x').then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(XmppCallError);
      expect((error as XmppCallError).code).to.equal('signaling-unreachable');
    });

    it('takes an address that is none for what it is', async () => {
      const { element, clients } = mount(AGENT);
      await fillIn(element, 'a@b@c', 'x');
      await until(() => has(element, '[role=alert]'));
      expect(clients).to.have.length(0);
    });

    it('comes before calls of an agent’s own', async () => {
      const { element } = mount({ ...AGENT, to: 'sales@example.org' });
      const error: unknown = await element.startCall().catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'invalid-state');
      await element.signIn('anna@example.org', 'secret');
      expect((await element.startCall())?.peer).to.equal('sales@example.org');
    });

    it('belongs to the agent’s mode', async () => {
      const { element, clients } = mount();
      const error: unknown = await element.signIn('anna@example.org', 'x').catch((reason: unknown) => reason);
      expect(error).to.have.property('code', 'invalid-state');
      expect(clients).to.have.length(0);
    });

    it('ends with signing out', async () => {
      const { element, client } = await mountAgent();
      find(element, '[part~=sign-out]').click();
      await settled(element);
      expect(client().disposed).to.equal(true);
      expect(has(element, 'form')).to.equal(true);
    });

    it('survives being signed out while it is going on', async () => {
      let letIn: () => void = () => undefined;
      const { element, client } = mount(AGENT, (created) => {
        created.login = () => new Promise((resolve) => (letIn = resolve));
      });
      await fillIn(element, 'anna@example.org', 'x');
      await until(() => element.client !== undefined);
      element.signOut();
      letIn();
      await until(() => has(element, 'form') && !textOf(element).includes('Signing in'));
      expect(client().disposed).to.equal(true);
      expect(element.matches(':state(signed-in)')).to.equal(false);
    });
  });

  describe('between calls', () => {
    it('shows the connection and offers a way back when it is lost', async () => {
      const { element, client } = await mountAgent();
      client().reconnect();
      await settled(element);
      expect(textOf(element)).to.contain('Reconnecting…');
      client().disconnect('signaling-lost');
      await settled(element);
      expect(textOf(element)).to.contain('Not connected').and.contain('connection to the server was lost');
      find(element, '[part~=retry]').click();
      await until(() => textOf(element).includes('Ready for calls'));
      expect(has(element, '[role=alert]')).to.equal(false);
    });

    it('offers the way back also when the connection was lost during a call', async () => {
      const { element, client } = await mountAgent();
      const call = client().ring('maria@example.net');
      call.activate(1000);
      client().disconnect('signaling-lost');
      await settled(element);
      expect(has(element, '[part~=hang-up]')).to.equal(true);
      call.hangUp();
      await settled(element);
      find(element, '[part~=close]').click();
      await settled(element);
      expect(textOf(element)).to.contain('connection to the server was lost');
      find(element, '[part~=retry]').click();
      await until(() => textOf(element).includes('Ready for calls'));
    });

    it('notes calls that were missed or answered elsewhere', async () => {
      const { element, client } = await mountAgent();
      client().ring('maria@example.net').end('cancelled');
      client().ring('paul@example.net').end('answered-elsewhere');
      await settled(element);
      const notes = [...(element.shadowRoot?.querySelectorAll('li') ?? [])].map((item) => item.textContent);
      expect(notes).to.have.length(2);
      expect(notes[0]).to.contain('Call from paul answered on another device');
      expect(notes[1]).to.contain('Missed call from maria');
      find(element, 'li [part=dismiss]').click();
      await settled(element);
      expect(element.shadowRoot?.querySelectorAll('li')).to.have.length(1);
    });

    it('calls nobody a name that a server made up', async () => {
      const { element, client } = await mountAgent();
      client().ring('a9f8d2c1-77ae-4b0e-9c2f-0b61cf5f3c5e@guest.example.org');
      await settled(element);
      expect(textOf(element, '[part=peer]')).to.equal('Visitor');
      expect(textOf(element)).to.contain('a9f8d2c1-77ae-4b0e-9c2f-0b61cf5f3c5e@guest.example.org');
    });
  });

  describe('an incoming call', () => {
    it('shows and speaks the bare address of a caller, never what they call themselves', async () => {
      for (const [jid, name, address] of [
        ['maria@example.net/✔ Verified by your bank', 'maria', 'maria@example.net'],
        ['evil.example/Alice@bank.example', 'Visitor', 'evil.example'],
        ['ma\u202eria@example.net', 'Visitor', 'ma\ufffdria@example.net'],
      ] as const) {
        const { element, client } = await mountAgent();
        client().ring(jid);
        await settled(element);
        expect(textOf(element, '[part=peer]')).to.equal(name);
        const shown = find(element, '#incoming-address bdi');
        expect([shown.textContent, shown.dir]).to.deep.equal([address, 'ltr']);
        expect(find(element, '[role=alertdialog]').ariaLabel).to.equal(`Incoming call from ${name}`);
        expect(find(element, '.panel').ariaLabel).to.equal(`Incoming call from ${name}`);
        client().calls[0]?.end('cancelled');
        await settled(element);
        expect(textOf(element, 'li')).to.contain(`Missed call from ${name}`);
        expect(element.shadowRoot?.textContent).not.to.match(/Verified|Alice|\u202e/);
        cleanUp();
      }
    });

    it('is announced by an event and answered with sound', async () => {
      const { element, client } = await mountAgent();
      const announced = nextEvent(element, 'xmpp-call-incoming');
      const call = client().ring('maria@example.net');
      expect((await announced).call).to.equal(call);
      await settled(element);
      expect(has(element, '[part~=answer-video]')).to.equal(false);
      find(element, '#answer').click();
      await until(() => call.state === 'connecting');
      expect(call.accepted).to.deep.equal([{ audio: true, video: false }]);
    });

    it('is answered with video where it has video', async () => {
      const { element, client } = await mountAgent();
      const call = client().ring('maria@example.net', true);
      await settled(element);
      find(element, '[part~=answer-video]').click();
      await until(() => call.state === 'connecting');
      expect(call.accepted).to.deep.equal([{ audio: true, video: true }]);
    });

    it('is answered once', async () => {
      const { element, client } = await mountAgent();
      const call = client().ring('maria@example.net');
      call.devices = new Promise(() => undefined);
      await settled(element);
      find(element, '#answer').click();
      find(element, '#answer').click();
      await settled(element);
      expect(call.accepted).to.have.length(1);
      expect(textOf(element)).to.contain('Answering…');
    });

    it('is declined, and leaves no summary', async () => {
      const { element, client } = await mountAgent();
      const call = client().ring('maria@example.net');
      await settled(element);
      find(element, '[part~=decline]').click();
      await settled(element);
      expect(call.endReason).to.equal('rejected');
      expect(textOf(element)).to.contain('Ready for calls');
      expect(has(element, 'li')).to.equal(false);
    });

    it('shows why it could not be answered', async () => {
      const { element, client } = await mountAgent();
      const call = client().ring('maria@example.net');
      call.devices = Promise.reject(new XmppCallError('permission-denied'));
      await settled(element);
      find(element, '#answer').click();
      await until(() => has(element, '.outcome'));
      expect(textOf(element)).to.contain('microphone or camera is blocked');
      find(element, '[part~=close]').click();
      await settled(element);
      expect(textOf(element)).to.contain('Ready for calls');
    });

    it('takes the place of a summary', async () => {
      const { element, client } = await mountAgent();
      const first = client().ring('maria@example.net');
      first.activate(1000);
      first.end('remote-hang-up');
      await settled(element);
      expect(has(element, '.outcome')).to.equal(true);
      client().ring('paul@example.net');
      await settled(element);
      expect(textOf(element, '[part=peer]')).to.equal('paul');
    });
  });
});
