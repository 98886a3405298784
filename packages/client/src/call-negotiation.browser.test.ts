/** Exchanges after the first one, between two real connections: whatever fails is rolled back, and the call goes on. */
import { expect } from '@esm-bundle/chai';
import { ErrorCode, SdpType } from '@xmpp-call/wire';
import { FakeClock } from './fake-clock.testing.js';
import { Loopback } from './loopback.testing.js';
import { callError, client, establish, incoming, showsPicture } from './scenario.testing.js';

const AUDIO = { audio: true, video: false } as const;
const TURN = { url: 'turn:127.0.0.1:9?transport=udp', username: 'fresh', credential: 'secret' };

/** No browser takes it. */
const spoilt = (sdp: string) => sdp.replace(/^a=fingerprint:.*$/gm, 'a=fingerprint:md4 00');

type SetConfiguration = RTCPeerConnection['setConfiguration'];
const prototype: { setConfiguration: SetConfiguration } = RTCPeerConnection.prototype;
const original = Reflect.get<typeof prototype, 'setConfiguration'>(prototype, 'setConfiguration');

/** What connections are given after their making. */
function spyOnConfiguration(): RTCConfiguration[] {
  const given: RTCConfiguration[] = [];
  prototype.setConfiguration = function (this: RTCPeerConnection, configuration = {}) {
    given.push(configuration);
    original.call(this, configuration);
  };
  return given;
}

describe('Exchanges of a running call', () => {
  afterEach(() => {
    prototype.setConfiguration = original;
  });

  it('refuses an offer that the browser does not take; the camera of who offered goes off, and can be tried again', async () => {
    const { loopback, outgoing, answered, dispose } = await establish({}, { media: AUDIO });
    loopback.onDescription = (_, description) => ({ ...description, sdp: spoilt(description.sdp) });
    const failed = callError(outgoing);
    await outgoing.setCamera(true);
    const [track] = outgoing.localStream?.getVideoTracks() ?? [];
    await loopback.callee.received('refuseOffer');
    expect(await failed).to.include({ code: 'incompatible' });
    expect(track?.readyState).to.equal('ended');
    expect(outgoing.cameraOn).to.equal(false);
    expect([outgoing.state, answered.state]).to.deep.equal(['active', 'active']);

    loopback.onDescription = (_, description) => description;
    await outgoing.setCamera(true);
    await showsPicture(answered.remoteStream);
    await dispose();
  });

  it('rolls an answer back that the browser does not take', async () => {
    const { loopback, outgoing, answered, dispose } = await establish({}, { media: AUDIO });
    loopback.onDescription = (from, description) =>
      from === 'callee' ? { ...description, sdp: spoilt(description.sdp) } : description;
    const failed = callError(outgoing);
    await outgoing.setCamera(true);
    expect((await failed).code).to.equal('media-failed');
    expect(outgoing.cameraOn).to.equal(false);
    expect([outgoing.state, answered.state]).to.deep.equal(['active', 'active']);
    await dispose();
  });

  it('turns the camera off that the peer turns away, and says so', async () => {
    const { loopback, outgoing, dispose } = await establish({}, { media: AUDIO });
    loopback.onDescription = (from, { type, sdp }) =>
      from === 'callee' ? { type, sdp: sdp.replace(/^m=video \d+/m, 'm=video 0'), rejectedMids: ['1'] } : { type, sdp };
    const failed = callError(outgoing);
    await outgoing.setCamera(true);
    expect(await failed).to.include({ code: 'incompatible', device: 'camera' });
    expect(outgoing.cameraOn).to.equal(false);
    expect(outgoing.localStream?.getVideoTracks()).to.deep.equal([]);
    expect(outgoing.state).to.equal('active');
    await dispose();
  });

  it('turns the camera off where the first answer has no picture', async () => {
    const loopback = new Loopback();
    loopback.onDescription = (from, { type, sdp }) =>
      from === 'callee' ? { type, sdp: sdp.replace(/^m=video \d+/m, 'm=video 0'), rejectedMids: ['1'] } : { type, sdp };
    const caller = client(loopback.caller);
    const callee = client(loopback.callee);
    await callee.connect();
    const rung = incoming(callee);
    const outgoing = caller.call('callee@example.org', { audio: true, video: true });
    const failed = callError(outgoing);
    await (await rung).accept(AUDIO);
    expect(await failed).to.include({ code: 'incompatible', device: 'camera' });
    expect(outgoing.cameraOn).to.equal(false);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('takes an offer back that gets no answer', async () => {
    const { loopback, outgoing, answered, dispose } = await establish({}, { media: AUDIO });
    loopback.onCommand = (from, { case: name }) =>
      from === 'caller' && name === 'localDescription' ? { case: 'done', value: {} } : undefined;
    await outgoing.setCamera(true);
    expect(outgoing.cameraOn).to.equal(true);
    const failed = callError(outgoing);
    loopback.caller.emit({
      case: 'offerVoid',
      value: { callId: outgoing.id, failure: { code: ErrorCode.PEER_FAILED, detail: 'no answer' } },
    });
    expect((await failed).code).to.equal('peer-failed');
    expect(outgoing.cameraOn).to.equal(false);
    loopback.onCommand = () => undefined;
    await outgoing.setCamera(true);
    await showsPicture(answered.remoteStream);
    await dispose();
  });

  it('makes the next offer when the one before is answered', async () => {
    const { loopback, outgoing, answered, dispose } = await establish({}, { media: AUDIO });
    const offers = () =>
      loopback.caller.commands.filter(
        ({ body }) => body.case === 'localDescription' && body.value.type === SdpType.OFFER,
      ).length;
    let answer: () => void = () => undefined;
    loopback.onCommand = (from, { case: name }) => {
      if (from !== 'callee' || name !== 'localDescription') return undefined;
      const command = loopback.callee.commands.at(-1);
      answer = () => {
        loopback.onCommand = () => undefined;
        if (command)
          loopback.callee.reply(
            command.id,
            loopback.callee.handler(command.body, loopback.callee) ?? { case: 'done', value: {} },
          );
      };
      loopback.callee.dispatchEvent(new Event('answered'));
      return false;
    };
    const answeredFirst = new Promise((resolve) => {
      loopback.callee.addEventListener('answered', resolve, { once: true });
    });
    const before = offers();
    loopback.caller.emit({ case: 'offerWanted', value: { callId: outgoing.id, iceRestart: true } });
    await answeredFirst;
    await outgoing.setCamera(true);
    expect(offers()).to.equal(before + 1);
    answer();
    await showsPicture(answered.remoteStream);
    expect(offers()).to.equal(before + 2);
    await dispose();
  });

  it('fetches fresh TURN credentials on both sides before ICE restarts', async () => {
    const loopback = new Loopback();
    const { outgoing, dispose } = await establish({}, { loopback, media: AUDIO });
    const given = spyOnConfiguration();
    loopback.onCommand = (_, { case: name }) =>
      name === 'fetchIceServers' ? { case: 'iceServers', value: { servers: [TURN] } } : undefined;
    loopback.caller.emit({ case: 'offerWanted', value: { callId: outgoing.id, iceRestart: true } });
    await loopback.callee.received(
      'localDescription',
      (body) => body.case === 'localDescription' && given.length === 2,
    );
    expect(given.map(({ iceServers }) => iceServers?.[0])).to.deep.equal(
      [0, 1].map(() => ({ urls: TURN.url, username: TURN.username, credential: TURN.credential })),
    );
    await dispose();
  });

  it('restarts ICE without fresh credentials where they fail or do not come', async () => {
    const clock = new FakeClock();
    const loopback = new Loopback();
    const { outgoing, dispose } = await establish({}, { loopback, media: AUDIO, clock });
    const descriptions = () => loopback.callee.names.filter((name) => name === 'localDescription').length;
    const before = descriptions();
    const fetched = (worker: Loopback['caller']) =>
      worker.received('fetchIceServers', () => worker.names.filter((name) => name === 'fetchIceServers').length === 2);
    loopback.onCommand = (from, { case: name }) => {
      if (name !== 'fetchIceServers') return undefined;
      return from === 'caller' && false;
    };
    loopback.caller.emit({ case: 'offerWanted', value: { callId: outgoing.id, iceRestart: true } });
    await fetched(loopback.caller);
    expect(loopback.caller.names.filter((name) => name === 'localDescription')).to.have.length(1);
    clock.pass(2000);
    await fetched(loopback.callee);
    clock.pass(2000);
    await loopback.callee.received('localDescription', () => descriptions() === before + 1);
    expect(outgoing.state).to.equal('active');
    await dispose();
  });

  it('ends the call where the first offer cannot be taken', async () => {
    const loopback = new Loopback();
    loopback.onDescription = (_, { type }) => ({ type, sdp: 'nonsense' });
    const [caller, callee] = [client(loopback.caller), client(loopback.callee)];
    await callee.connect();
    const rung = incoming(callee);
    caller.call('callee@example.org');
    const answered = await rung;
    loopback.callee.emit({
      case: 'remoteDescription',
      value: { callId: answered.id, type: SdpType.OFFER, sdp: 'nonsense' },
    });
    await answered.accept(AUDIO).catch(() => undefined);
    await loopback.callee.received('mediaFailure');
    expect(answered.error?.code).to.equal('media-failed');
    expect(loopback.callee.names).not.to.include('refuseOffer');
    await Promise.all([caller.dispose(), callee.dispose()]);
  });
});
