import { expect } from '@esm-bundle/chai';
import { audioTrack, videoTrack } from './testing/fake-client.testing.js';
import {
  VISITOR,
  cleanUp,
  find,
  has,
  mountCall,
  mountClocked,
  settled,
  textOf,
  until,
} from './testing/fixture.testing.js';

describe('what <xmpp-call> says in a call', () => {
  afterEach(cleanUp);

  it('says after a while that nobody has answered, and is heard from the beginning', async () => {
    const { element, clock, call } = mountClocked();
    await element.startCall();
    clock.advance(60_000);
    await settled(element);
    expect(textOf(element), 'while the browser asks').not.to.contain('Still calling');
    call().addTracks('local', audioTrack());
    await settled(element);
    expect(textOf(element)).to.contain('Calling…');
    clock.advance(9999);
    await settled(element);
    expect(textOf(element)).not.to.contain('Still calling');
    clock.advance(1);
    await settled(element);
    expect(textOf(element)).to.contain('Still calling… nobody has answered yet.');
    expect(find(element, '[role=status]').textContent).to.contain('nobody has answered yet');
    call().change('ringing');
    await settled(element);
    expect(textOf(element)).not.to.contain('Still calling');
  });

  it('says when it is connected and nothing arrives', async () => {
    const { element, clock, call } = mountClocked();
    await element.startCall();
    call().activate();
    call().receive(false);
    await settled(element);
    clock.advance(1999);
    await settled(element);
    expect(textOf(element)).not.to.contain('Nothing arrives');
    clock.advance(1);
    await settled(element);
    expect(textOf(element)).to.contain('Connected. Nothing arrives from the other side.');
    call().receive(true);
    await settled(element);
    expect(textOf(element)).not.to.contain('Nothing arrives');
    call().receive(false);
    call().changeRemote({ held: true });
    await settled(element);
    clock.advance(60_000);
    await settled(element);
    expect(textOf(element), 'on hold').not.to.contain('Nothing arrives');
  });

  it('says that a camera was turned off only of one that was on', async () => {
    const { element, placed } = await mountCall();
    placed.activate();
    const track = videoTrack();
    placed.addTracks('remote', audioTrack(), track);
    placed.changeRemote({ videoMuted: true });
    await settled(element);
    expect(textOf(element)).not.to.contain('camera off');
    placed.changeRemote({ videoMuted: false, videoSeen: true });
    await until(() => has(element, '.with-picture'));
    placed.changeRemote({ videoMuted: true });
    await settled(element);
    expect(textOf(element)).to.contain('turned the camera off.');
  });

  it('names the device that failed, and that the call goes on', async () => {
    const { element, placed } = await mountCall({ ...VISITOR, video: '' });
    placed.activate();
    placed.complain('permission-denied', 'camera');
    await settled(element);
    const alert = (): string => find(element, '[role=alert]').textContent.replace(/\s+/g, ' ').trim();
    expect(alert()).to.match(/^The camera is blocked The call goes on without your picture\. Allow it/);
    placed.complain('device-not-found', 'microphone');
    await settled(element);
    expect(alert()).to.match(/^No microphone found The call goes on, but nobody hears you\./);
    expect(placed.state).to.equal('active');
    placed.fail('permission-denied', 'microphone');
    await settled(element);
    expect(alert()).to.match(/^The microphone is blocked Allow it/);
  });

  it('is not called a call once it has ended', async () => {
    const { element, placed } = await mountCall({ ...VISITOR, 'callee-name': 'Anna' });
    placed.activate();
    await settled(element);
    expect(find(element, '.panel').ariaLabel).to.equal('Call with Anna');
    placed.end('remote-hang-up');
    await settled(element);
    expect(find(element, '.panel').ariaLabel).to.equal('Call ended');
    find(element, '[part~=call-again]').click();
    await until(() => element.call?.state === 'calling');
    (element.call as typeof placed).fail('busy');
    await settled(element);
    expect(find(element, '.panel').ariaLabel).to.equal('The line is busy');
  });

  it('shows whom it calls as an address, and a given name on one line', async () => {
    const { element } = await mountCall({ ...VISITOR, to: 'sup\u202eport@example.org/✔ Verified' });
    const shown = find(element, '[part=peer] bdi');
    expect([shown.textContent, shown.dir]).to.deep.equal(['sup\ufffdport@example.org', 'ltr']);
    element.calleeName = 'Anna\u202e\u2066 <b>Sales</b>';
    await settled(element);
    expect(textOf(element, '[part=peer]')).to.equal('Anna <b>Sales</b>');
    expect(find(element, '.panel').ariaLabel).to.equal('Call with Anna <b>Sales</b>');
  });
});
