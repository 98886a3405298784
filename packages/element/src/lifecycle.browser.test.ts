import { expect } from '@esm-bundle/chai';
import { XmppCallElement } from './xmpp-call.js';
import { defineXmppCall } from './register.js';
import { audioTrack, videoTrack } from './testing/fake-client.testing.js';
import {
  VISITOR,
  cleanUp,
  find,
  has,
  mount,
  mountAgent,
  mountCall,
  settled,
  until,
} from './testing/fixture.testing.js';

const microtasks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the life of <xmpp-call>', () => {
  afterEach(cleanUp);

  it('survives being moved during a call', async () => {
    const { element, placed, client } = await mountCall();
    placed.activate();
    placed.addTracks('remote', audioTrack(), videoTrack());
    await settled(element);
    const other = document.createElement('div');
    other.dataset.fixture = '';
    document.body.append(other);
    other.append(element);
    await microtasks();
    await settled(element);
    expect(placed.state).to.equal('active');
    expect(client().disposed).to.equal(false);
    expect(find(element, 'audio', HTMLAudioElement).srcObject).to.equal(placed.remoteStream);
    await until(() => !find(element, '[part=remote-video]', HTMLVideoElement).paused);
  });

  it('survives the double mount of React’s strict mode', async () => {
    const { element, client } = await mountAgent();
    element.remove();
    document.body.append(element);
    await microtasks();
    expect(client().disposed).to.equal(false);
    expect(has(element, '.ready')).to.equal(true);
  });

  it('hangs up and lets go of everything when it is removed', async () => {
    const { element, placed, client } = await mountCall();
    placed.activate();
    placed.addTracks('remote', audioTrack(), videoTrack());
    placed.addTracks('local', audioTrack(), videoTrack());
    await settled(element);
    const media = [...(element.shadowRoot?.querySelectorAll<HTMLMediaElement>('audio, video') ?? [])];
    expect(media).to.have.length(3);
    element.remove();
    await microtasks();
    expect(placed.state).to.equal('ended');
    expect(client().disposed).to.equal(true);
    expect(placed.listeners, 'listeners of the call').to.equal(0);
    expect(client().listeners, 'listeners of the client').to.equal(0);
    expect(media.map(({ srcObject }) => srcObject)).to.deep.equal([null, null, null]);
    expect(element.client).to.equal(undefined);
  });

  it('can be used again after it was removed', async () => {
    const { element, clients } = await mountCall();
    element.remove();
    await microtasks();
    document.body.append(element);
    await settled(element);
    expect(has(element, '.panel')).to.equal(false);
    expect(find(element, '.launcher').hidden).to.equal(false);
    await element.startCall();
    expect(clients).to.have.length(2);
  });

  it('starts no call when it is removed while its code loads', async () => {
    const { element, clients } = mount();
    const started = element.startCall();
    element.remove();
    expect(await started).to.equal(undefined);
    expect(clients).to.have.length(0);
  });

  it('leaves no listeners behind over many calls', async () => {
    const { element, clients } = mount();
    for (let i = 0; i < 20; i++) {
      await element.startCall();
      const call = clients.at(-1)?.calls.at(-1);
      call?.activate();
      element.hangUp();
      await settled(element);
      find(element, '[part~=close]').click();
      await settled(element);
    }
    expect(clients).to.have.length(20);
    expect(clients.every(({ disposed }) => disposed)).to.equal(true);
    const left = clients.flatMap((client) => [client, ...client.calls]).map(({ listeners }) => listeners);
    expect(Math.max(...left)).to.equal(0);
  });

  it('keeps several elements of a page apart', async () => {
    const one = await mountCall();
    const two = await mountCall({ ...VISITOR, to: 'sales@example.org' });
    expect(one.client()).not.to.equal(two.client());
    one.placed.hangUp();
    expect(two.placed.state).to.equal('calling');
    expect(two.placed.peer).to.equal('sales@example.org');
  });

  it('ends what it does when its mode changes', async () => {
    const { element, placed } = await mountCall();
    element.mode = 'agent';
    await until(() => has(element, 'form'));
    expect(placed.state).to.equal('ended');
  });

  it('refuses to call without a document', async () => {
    const element = document.createElement('xmpp-call');
    const error: unknown = await element.startCall().catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'invalid-state');
  });

  it('says on the page and by an event when its code does not load', async () => {
    class Unloadable extends XmppCallElement {
      protected override importFace(): Promise<never> {
        return Promise.reject(new TypeError('Failed to fetch dynamically imported module'));
      }
    }
    customElements.define('xmpp-call-unloadable', Unloadable);
    const element = new Unloadable();
    element.dataset.fixture = '';
    element.lang = 'en';
    document.body.append(element);
    const codes: string[] = [];
    element.addEventListener('xmpp-call-error', ({ error }) => codes.push(error.code));
    await settled(element);
    find(element, '.launcher').click();
    await until(() => has(element, '[role=alert]'));
    expect(find(element, '[role=alert]').textContent).to.contain('reload');
    expect(codes).to.deep.equal(['internal']);
  });
});

describe('registering <xmpp-call>', () => {
  it('does nothing when it is repeated', () => {
    defineXmppCall();
    expect(customElements.get('xmpp-call')).to.equal(XmppCallElement);
  });

  it('can use further names', () => {
    defineXmppCall('xmpp-call-again');
    expect(document.createElement('xmpp-call-again')).to.be.instanceOf(XmppCallElement);
  });

  it('warns when another class has the name', () => {
    customElements.define('xmpp-call-taken', class extends HTMLElement {});
    const warn = console.warn;
    const warnings: unknown[] = [];
    console.warn = (text: unknown) => warnings.push(text);
    defineXmppCall('xmpp-call-taken');
    console.warn = warn;
    expect(warnings).to.have.length(1);
  });
});
