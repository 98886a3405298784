import { expect } from '@esm-bundle/chai';
import { XmppCallElement } from './xmpp-call.js';
import { defineXmppCall } from './register.js';
import { audioTrack, videoTrack } from './testing/fake-client.testing.js';
import {
  AGENT,
  VISITOR,
  cleanUp,
  find,
  has,
  mount,
  mountAgent,
  mountCall,
  mountClocked,
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

  it('keeps its call for 5 s when it is removed, and shows it when it comes back', async () => {
    const { element, clock, call, client } = mountClocked();
    await element.startCall();
    call().activate();
    call().addTracks('remote', audioTrack());
    await settled(element);
    element.remove();
    await microtasks();
    clock.advance(4999);
    expect(call().state).to.equal('active');
    document.body.append(element);
    clock.advance(60_000);
    await settled(element);
    expect(call().state).to.equal('active');
    expect(client().disposed).to.equal(false);
    expect(find(element, '.panel').hidden).to.equal(false);
    expect(find(element, 'audio', HTMLAudioElement).srcObject).to.equal(call().remoteStream);
  });

  it('keeps an agent signed in while a page is rebuilt', async () => {
    const { element, clock, client } = mountClocked(AGENT);
    await element.signIn('anna@example.org', 'secret');
    element.remove();
    await microtasks();
    const ringing = client().ring('maria@example.net');
    document.body.append(element);
    clock.advance(60_000);
    await settled(element);
    expect(client().disposed).to.equal(false);
    expect(ringing.state).to.equal('incoming');
    expect(has(element, '#answer')).to.equal(true);
    element.remove();
    clock.advance(5000);
    expect(client().disposed).to.equal(true);
  });

  it('hangs up and lets go of everything when it stays removed', async () => {
    const { element, clock, client, call } = mountClocked();
    await element.startCall();
    await settled(element);
    const placed = call();
    placed.activate();
    placed.addTracks('remote', audioTrack(), videoTrack());
    placed.addTracks('local', audioTrack(), videoTrack());
    await settled(element);
    const media = [...(element.shadowRoot?.querySelectorAll<HTMLMediaElement>('audio, video') ?? [])];
    expect(media).to.have.length(3);
    element.remove();
    clock.advance(5000);
    expect(placed.state).to.equal('ended');
    expect(client().disposed).to.equal(true);
    expect(placed.listeners, 'listeners of the call').to.equal(0);
    expect(client().listeners, 'listeners of the client').to.equal(0);
    expect(media.map(({ srcObject }) => srcObject)).to.deep.equal([null, null, null]);
    expect(element.client).to.equal(undefined);
  });

  it('can be used again after it was removed', async () => {
    const { element, clients, clock } = mountClocked();
    await element.startCall();
    element.remove();
    clock.advance(5000);
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
    const two = await mountCall({ ...VISITOR, to: 'sales@example.org', 'multiple-calls': '' });
    expect(one.client()).not.to.equal(two.client());
    one.placed.hangUp();
    expect(two.placed.state).to.equal('calling');
    expect(two.placed.peer).to.equal('sales@example.org');
  });

  it('brings the call of another element into view instead of placing a second one', async () => {
    const one = await mountCall();
    one.placed.activate();
    await settled(one.element);
    find(one.element, '[part=minimize]').click();
    await settled(one.element);
    const two = mount({ ...VISITOR, to: 'sales@example.org' });
    const requests: string[] = [];
    two.element.addEventListener('xmpp-call-request', ({ to }) => requests.push(to));
    await settled(two.element);
    find(two.element, '.launcher').click();
    expect(await two.element.startCall()).to.equal(undefined);
    await settled(one.element);
    expect(two.clients).to.have.length(0);
    expect(requests).to.deep.equal([]);
    expect(find(one.element, '.panel').hidden).to.equal(false);
    await until(() => one.element.shadowRoot?.activeElement === find(one.element, '.panel'));
    one.placed.hangUp();
    await two.element.startCall();
    expect(two.clients).to.have.length(1);
  });

  it('places one call where two buttons are pressed before either is ready', async () => {
    const [one, two] = [mount(), mount({ ...VISITOR, to: 'sales@example.org' })];
    const calls = await Promise.all([one.element.startCall(), two.element.startCall()]);
    expect(calls.map((call) => call?.peer)).to.deep.equal(['support@example.org', undefined]);
    expect(two.clients).to.have.length(0);
  });

  it('answers no call while another element of the page is in one', async () => {
    const one = await mountCall();
    one.placed.activate();
    const two = await mountAgent();
    const ringing = two.client().ring('maria@example.net');
    await settled(two.element);
    find(two.element, '#answer').click();
    await settled(two.element);
    expect([ringing.state, ringing.accepted.length]).to.deep.equal(['incoming', 0]);
    one.placed.hangUp();
    find(two.element, '#answer').click();
    await until(() => ringing.state === 'connecting');
  });

  it('does not wait for the call of an element that has left the page', async () => {
    const one = await mountCall();
    one.element.remove();
    const two = mount({ ...VISITOR, to: 'sales@example.org' });
    await two.element.startCall();
    expect(one.placed.state).to.equal('ended');
    expect(two.call().state).to.equal('calling');
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
      protected override importPanel(): Promise<never> {
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
