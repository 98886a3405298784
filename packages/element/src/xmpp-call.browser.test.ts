import { expect } from '@esm-bundle/chai';
import { audioTrack, videoTrack } from './testing/fake-client.testing.js';
import {
  VISITOR,
  cleanUp,
  find,
  has,
  mount,
  mountCall,
  nextEvent,
  replaceMethod,
  settled,
  textOf,
  until,
} from './testing/fixture.testing.js';

describe('<xmpp-call> for visitors', () => {
  afterEach(cleanUp);

  describe('the launcher', () => {
    it('is a button with a name in the language of the page', async () => {
      const { element } = mount({ ...VISITOR, lang: 'de-AT' });
      await settled(element);
      const button = find(element, 'button');
      expect(button.textContent.trim()).to.equal('Jetzt anrufen');
      expect(button.getBoundingClientRect().height).to.be.at.least(44);
    });

    it('takes its label from the attribute, and its content before that', async () => {
      const { element } = mount({ ...VISITOR, label: 'Ring the bell' });
      await settled(element);
      expect(textOf(element, '.launcher')).to.equal('Ring the bell');
      element.textContent = 'Talk to us';
      const slot = find(element, '.launcher slot:not([name])', HTMLSlotElement);
      expect(slot.assignedNodes().map((node) => node.textContent)).to.deep.equal(['Talk to us']);
    });

    it('connects to nothing before it is pressed', async () => {
      const { element, clients } = mount();
      await settled(element);
      find(element, '.launcher').dispatchEvent(new PointerEvent('pointerenter'));
      await until(() => has(element, 'audio'));
      expect(clients).to.have.length(0);
    });
  });

  describe('attributes', () => {
    it('become the options of the client', async () => {
      const { client } = await mountCall({
        ...VISITOR,
        service: 'wss://xmpp.example.org/ws',
        'ring-timeout': '30',
        'ice-transport-policy': 'relay',
        'worker-src': '/workers/signaling.worker.js',
        'media-core': 'auto',
        'refuse-plain': '',
        chat: 'real-time',
      });
      expect(client().options).to.deep.equal({
        domain: 'guest.example.org',
        playSound: true,
        chat: 'real-time',
        devices: {},
        service: 'wss://xmpp.example.org/ws',
        credentials: { kind: 'anonymous' },
        ringTimeoutMs: 30_000,
        iceTransportPolicy: 'relay',
        workerUrl: '/workers/signaling.worker.js',
        mediaCore: 'auto',
        refusePlain: true,
      });
    });

    it('leave the client its defaults where they are absent or senseless', async () => {
      const { client } = await mountCall({ ...VISITOR, 'ring-timeout': 'soon', 'ice-transport-policy': 'some' });
      expect(client().options).to.deep.equal({
        domain: 'guest.example.org',
        credentials: { kind: 'anonymous' },
        playSound: true,
        chat: 'on',
        devices: {},
      });
    });

    it('decide whether the call starts with video', async () => {
      const sound = await mountCall();
      expect(sound.placed.media).to.deep.equal({ audio: true, video: false });
      const picture = await mountCall({ ...VISITOR, video: '', 'multiple-calls': '' });
      expect(picture.placed.media).to.deep.equal({ audio: true, video: true });
    });

    it('change during a call for the next one', async () => {
      const { element, placed, client, call } = await mountCall();
      element.to = 'sales@example.org';
      await settled(element);
      expect(placed.state).to.equal('calling');
      placed.fail('busy');
      await settled(element);
      find(element, '[part~=call-again]').click();
      await until(() => client().calls.length === 1 && call() !== placed);
      expect(call().peer).to.equal('sales@example.org');
    });

    it('change the codecs of a running call', async () => {
      const { element, placed } = await mountCall({ ...VISITOR, 'media-core': 'wasm' });
      expect(placed.mediaCore).to.deep.equal([]);
      element.setAttribute('media-core', 'native');
      await settled(element);
      element.removeAttribute('media-core');
      await settled(element);
      expect(placed.mediaCore).to.deep.equal(['native', 'auto']);
    });

    it('that are missing are an error with a text', async () => {
      const { element } = mount({ to: 'support@example.org', lang: 'en' });
      const failed = nextEvent(element, 'xmpp-call-error');
      expect(await element.startCall()).to.equal(undefined);
      expect((await failed).error.code).to.equal('invalid-address');
      await settled(element);
      expect(textOf(element)).to.contain('This address cannot be called');
      expect(has(element, '[part~=call-again]')).to.equal(false);
    });
  });

  describe('events', () => {
    it('tell the whole story of a call, beyond shadow roots', async () => {
      const host = document.createElement('div');
      host.dataset.fixture = '';
      document.body.append(host);
      const { element, call } = mount(VISITOR, undefined, host.attachShadow({ mode: 'open' }));
      const story: string[] = [];
      const { signal } = new AbortController();
      host.addEventListener('xmpp-call-request', ({ to, video }) => story.push(`request ${to} ${video}`), { signal });
      host.addEventListener('xmpp-call-state-change', (event) => story.push(`${event.previous}>${event.state}`));
      host.addEventListener('xmpp-call-ended', ({ reason }) => story.push(`ended ${reason}`));
      await element.startCall({ video: true });
      call().change('ringing');
      call().change('connecting');
      call().activate();
      call().end('remote-hang-up');
      await settled(element);
      find(element, '[part~=close]').click();
      expect(story).to.deep.equal([
        'request support@example.org true',
        'idle>calling',
        'calling>ringing',
        'ringing>connecting',
        'connecting>active',
        'active>ended',
        'ended remote-hang-up',
        'ended>idle',
      ]);
    });

    it('come in the same order when a call is given up', async () => {
      const { element, placed } = await mountCall();
      const story: string[] = [];
      element.addEventListener('xmpp-call-state-change', ({ state }) => story.push(state));
      element.addEventListener('xmpp-call-ended', ({ reason, duration }) => story.push(`${reason ?? ''} ${duration}`));
      placed.hangUp();
      expect(story).to.deep.equal(['ended', 'local-hang-up 0', 'idle']);
    });

    it('let a page refuse a call before it starts', async () => {
      const { element, clients } = mount();
      element.addEventListener('xmpp-call-request', (event) => event.preventDefault());
      expect(await element.startCall()).to.equal(undefined);
      await settled(element);
      expect(clients).to.have.length(0);
      expect(has(element, '.panel')).to.equal(false);
    });

    it('say how long both sides were connected', async () => {
      const { element, placed } = await mountCall();
      placed.activate(65_000);
      const ended = nextEvent(element, 'xmpp-call-ended');
      placed.hangUp();
      expect((await ended).duration).to.be.within(65_000, 70_000);
    });
  });

  describe('a call', () => {
    it('is placed once, however often the button is pressed', async () => {
      const { element, clients } = mount();
      await settled(element);
      find(element, '.launcher').click();
      find(element, '.launcher').click();
      await until(() => has(element, '.panel'));
      expect(await element.startCall()).to.equal(element.call);
      expect(clients).to.have.length(1);
      expect(clients[0]?.calls).to.have.length(1);
    });

    it('shows each of its states, to styles as well', async () => {
      const { element, placed } = await mountCall();
      expect(textOf(element)).to.contain('allow the microphone');
      placed.addTracks('local', audioTrack());
      for (const [state, text] of [
        ['calling', 'Calling…'],
        ['ringing', 'Ringing…'],
        ['connecting', 'Connecting…'],
        ['active', '0:00'],
        ['reconnecting', 'Reconnecting…'],
      ] as const) {
        placed.change(state);
        await settled(element);
        expect(textOf(element), state).to.contain(text);
        expect(element.matches(`:state(${state})`), state).to.equal(true);
      }
      expect(element.matches(':state(open)')).to.equal(true);
    });

    it('shows that the other side holds the call, to styles as well', async () => {
      const { element, placed } = await mountCall();
      placed.addTracks('local', audioTrack());
      placed.change('active');
      placed.changeRemote({ held: true });
      await settled(element);
      expect(textOf(element)).to.contain('On hold');
      expect(element.matches(':state(held)')).to.equal(true);
      expect(element.matches(':state(active)')).to.equal(true);
      placed.changeRemote({ held: false });
      await settled(element);
      expect(textOf(element)).not.to.contain('On hold');
      expect(element.matches(':state(held)')).to.equal(false);
    });

    it('counts its time', async () => {
      const { element, placed } = await mountCall();
      placed.activate(3_725_000);
      await settled(element);
      const shown = textOf(element, '[part=timer]');
      // On a busy machine seconds pass unseen.
      expect(shown)
        .to.match(/^1:02:\d\d$/)
        .and.satisfy((text: string) => text >= '1:02:05');
      await until(() => textOf(element, '[part=timer]') > shown);
      expect(find(element, '[part=timer]').closest('[role=status], [aria-live]')).to.equal(null);
    });

    it('is muted by a toggle whose name stays the same', async () => {
      const { element, placed } = await mountCall();
      placed.activate();
      await settled(element);
      const mute = find(element, '[part~=mute]');
      expect([mute.ariaPressed, mute.textContent.trim()]).to.deep.equal(['false', 'Mute']);
      mute.click();
      await settled(element);
      expect(placed.muted).to.equal(true);
      expect([mute.ariaPressed, mute.textContent.trim()]).to.deep.equal(['true', 'Mute']);
      expect(element.matches(':state(muted)')).to.equal(true);
    });

    it('shows the other side, and oneself mirrored while the camera is on', async () => {
      const { element, placed } = await mountCall();
      placed.activate();
      placed.addTracks('remote', audioTrack(), videoTrack());
      placed.addTracks('local', audioTrack(), videoTrack());
      await settled(element);
      const remote = find(element, '[part=remote-video]', HTMLVideoElement);
      const self = find(element, '[part=self-view]', HTMLVideoElement);
      expect(remote.srcObject).to.equal(placed.remoteStream);
      expect(self.srcObject).to.equal(placed.localStream);
      expect(getComputedStyle(self).scale).to.equal('-1 1');
      expect(remote.muted, 'sound comes from the audio element').to.equal(true);
      await placed.setCamera(false);
      placed.changeRemote({ videoMuted: true, videoSeen: true });
      await settled(element);
      expect([remote.hidden, self.hidden]).to.deep.equal([true, true]);
      expect([remote.srcObject, self.srcObject]).to.deep.equal([null, null]);
      expect(has(element, '.avatar')).to.equal(true);
    });

    it('is heard through one audio element, with and without video', async () => {
      const { element, placed } = await mountCall();
      placed.activate();
      placed.addTracks('remote', audioTrack());
      await settled(element);
      const audio = find(element, 'audio', HTMLAudioElement);
      expect(audio.srcObject).to.equal(placed.remoteStream);
      placed.hangUp();
      await settled(element);
      expect(audio.srcObject).to.equal(null);
    });

    it('is mute while the call plays what it receives itself', async () => {
      const { element, client, placed } = await mountCall();
      expect(client().options.playSound).to.equal(true);
      placed.activate();
      placed.addTracks('remote', audioTrack());
      await settled(element);
      const audio = find(element, 'audio', HTMLAudioElement);
      for (const playsSound of [false, true, false]) {
        placed.playsSound = playsSound;
        placed.dispatchEvent(new Event('streams-change'));
        await settled(element);
        expect(audio.muted).to.equal(playsSound);
      }
    });

    it('offers to start the sound where the browser holds it back', async () => {
      let refused = true;
      const restore = replaceMethod(HTMLMediaElement.prototype, 'play', () =>
        refused ? Promise.reject(new DOMException('no gesture', 'NotAllowedError')) : Promise.resolve(),
      );
      try {
        const { element, placed } = await mountCall();
        placed.activate();
        await until(() => has(element, '[part~=hear]'));
        find(element, '[part~=hear]').click();
        await settled(element);
        expect(has(element, '[part~=hear]'), 'still refused').to.equal(true);
        refused = false;
        find(element, '[part~=hear]').click();
        await until(() => !has(element, '[part~=hear]'));
      } finally {
        restore();
      }
    });

    it('says what the other side and the server do', async () => {
      const { element, placed, client } = await mountCall({ ...VISITOR, 'callee-name': 'Anna' });
      placed.activate();
      placed.changeRemote({ audioMuted: true });
      client().reconnect();
      await settled(element);
      expect(textOf(element)).to.contain('Anna is muted.').and.contain('The call goes on.');
      const live = find(element, '[role=status]').textContent;
      expect(live).to.contain('Anna is muted.').and.contain('Connected');
    });

    it('goes on when a device fails, and says so', async () => {
      const { element, placed } = await mountCall();
      placed.activate();
      placed.devices = Promise.reject(new (await import('@xmpp-call/client')).XmppCallError('device-in-use'));
      await settled(element);
      const failed = nextEvent(element, 'xmpp-call-error');
      find(element, '[part~=camera]').click();
      expect((await failed).call).to.equal(placed);
      await settled(element);
      expect(find(element, '[role=alert]').textContent).to.contain('in use');
      expect(placed.state).to.equal('active');
      find(element, '[part=dismiss]').click();
      await settled(element);
      expect(has(element, '[role=alert]')).to.equal(false);
    });

    it('is closed at once when it is given up before an answer', async () => {
      const { element, placed, client } = await mountCall();
      placed.change('ringing');
      await settled(element);
      find(element, '[part~=hang-up]').click();
      await settled(element);
      expect(placed.state).to.equal('ended');
      expect(has(element, '.panel')).to.equal(false);
      expect(client().disposed).to.equal(true);
    });

    it('leaves a summary, and can be placed again with the same media', async () => {
      const { element, placed, clients, call } = await mountCall({ ...VISITOR, 'callee-name': 'Anna' });
      placed.activate(125_000);
      placed.end('remote-hang-up');
      await settled(element);
      expect(textOf(element)).to.contain('Anna hung up.').and.contain('2 minutes, 5 seconds');
      find(element, '[part~=call-again]').click();
      await until(() => clients.length === 2);
      expect(call().media.video).to.equal(false);
      expect(clients[0]?.disposed).to.equal(true);
    });
  });

  describe('words', () => {
    it('follow the nearest language, and its changes', async () => {
      const section = document.createElement('section');
      section.dataset.fixture = '';
      section.lang = 'de';
      document.body.append(section);
      const { domain, to, silent } = VISITOR;
      const { element, call } = mount({ domain, to, silent }, undefined, section);
      await element.startCall();
      call().change('ringing');
      await until(() => textOf(element).includes('Es klingelt'));
      expect(find(element, '.panel').lang).to.equal('de');
      element.setAttribute('lang', 'en');
      await until(() => textOf(element).includes('Ringing…'));
    });

    it('are English where the language is not offered', async () => {
      const { element, placed } = await mountCall({ ...VISITOR, lang: 'tlh' });
      placed.change('ringing');
      await settled(element);
      expect(textOf(element)).to.contain('Ringing…');
    });

    it('can be the integrator’s own', async () => {
      const { element, placed } = await mountCall();
      element.strings = { hangUp: 'Good bye', states: { ringing: 'Waking them up' } };
      placed.change('ringing');
      await settled(element);
      expect(textOf(element)).to.contain('Waking them up').and.contain('Good bye').and.contain('Mute');
    });
  });
});
