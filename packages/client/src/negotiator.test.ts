import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PeerSession } from '@xmpp-call/media';
import { ErrorCode, SdpType } from '@xmpp-call/wire';
import { Negotiator } from './negotiator.js';
import type { NegotiationEvent } from './negotiator.js';

/** A session without a browser: what is done to it is written down, and fails where a test says so. */
class Session {
  established = false;
  cameraOn = false;
  sendsCamera = false;
  hasVideo = false;
  restarts = false;
  failing: string | undefined;
  constructor(private readonly log: string[]) {}

  addMedia = () => this.log.push('add media');
  createOffer = ({ iceRestart = false }) => this.#do(iceRestart ? 'create restart' : 'create offer', 'offer');
  answer = (sdp: string) => this.#do(`answer ${sdp}`, 'answer', true);
  applyAnswer = (sdp: string) => this.#do(`apply ${sdp}`, undefined, true);
  rollBack = () => this.#do('roll back', undefined);
  addCandidate = () => this.#do('candidate', undefined);
  claimVideo = () => Promise.resolve({ negotiationNeeded: false });
  restartsIce = () => this.restarts;

  #do<T>(what: string, result: T, establishes = false): Promise<T> {
    this.log.push(what);
    if (what === this.failing) return Promise.reject(new Error(`cannot ${what}`));
    if (establishes) this.established = true;
    return Promise.resolve(result);
  }
}

function open(set: Partial<Session> = {}) {
  const log: string[] = [];
  const session = Object.assign(new Session(log), set);
  const peer = session as unknown as PeerSession;
  const negotiator = new Negotiator({
    prepare: () => Promise.resolve(peer),
    joined: () => Promise.resolve(),
    refreshServers: () => Promise.resolve(void log.push('refresh')),
    describe: (type) => Promise.resolve(void log.push(type === SdpType.OFFER ? 'tell offer' : 'tell answer')),
    refuseOffer: () => log.push('refuse'),
    dropCamera: () => {
      session.cameraOn = false;
      return Promise.resolve(void log.push('camera off'));
    },
    onError: ({ code }) => log.push(`error ${code}`),
  });
  /** What follows from an event. */
  const take = async (event: unknown) => {
    log.length = 0;
    await negotiator.take(event as NegotiationEvent);
    return [...log];
  };
  /** What follows from a picture that is to be sent. */
  const show = async () => {
    log.length = 0;
    session.cameraOn = session.hasVideo = true;
    await negotiator.offerCamera(peer);
    return [...log];
  };
  return { session, negotiator, peer, take, show };
}

const description = (type: SdpType, sdp: string) => ({ case: 'remoteDescription', value: { type, sdp } });
const OFFER = description(SdpType.OFFER, 'theirs');
const ANSWER = description(SdpType.ANSWER, 'theirs');
const wanted = (iceRestart: boolean) => ({ case: 'offerWanted', value: { iceRestart } });
const VOID = { case: 'offerVoid', value: { failure: { code: ErrorCode.PEER_FAILED, detail: '' } } };
const established = { established: true };

describe('Negotiator', () => {
  it('makes one offer at a time: the next one when the first is answered', async () => {
    const { take, show } = open(established);
    assert.deepEqual(await take(wanted(true)), ['refresh', 'create restart', 'tell offer']);
    assert.deepEqual(await show(), []);
    assert.deepEqual(await take(wanted(true)), []);
    assert.deepEqual(await take(ANSWER), ['apply theirs', 'refresh', 'create restart', 'tell offer']);
  });

  it('does not offer a camera that is off again, or was in the offer before', async () => {
    for (const change of [{ cameraOn: false }, { sendsCamera: true }]) {
      const { session, take, show } = open(established);
      await take(wanted(false));
      await show();
      Object.assign(session, change);
      assert.deepEqual(await take(ANSWER), ['apply theirs']);
    }
  });

  it('waits with the camera for the first exchange', async () => {
    const { negotiator, peer, take, show } = open();
    await negotiator.offerFirst(peer, { video: false });
    assert.deepEqual(await show(), []);
    assert.deepEqual(await take(ANSWER), ['apply theirs', 'create offer', 'tell offer']);
  });

  it('answers an offer that crosses ours, and offers anew when the worker wants it', async () => {
    const { take, show } = open(established);
    await show();
    assert.deepEqual(await take(OFFER), ['answer theirs', 'tell answer']);
    assert.deepEqual(await take(wanted(false)), ['create offer', 'tell offer']);
  });

  it('cannot go on where the first exchange fails', async () => {
    await assert.rejects(open({ failing: 'answer theirs' }).take(OFFER), { message: 'cannot answer theirs' });
    const { negotiator, peer, take } = open({ failing: 'apply theirs' });
    await negotiator.offerFirst(peer, { video: false });
    await assert.rejects(take(ANSWER), { message: 'cannot apply theirs' });
    await assert.rejects(open().take(VOID), { code: 'peer-failed' });
  });

  it('refuses a later offer that cannot be answered', async () => {
    const { take } = open({ ...established, failing: 'answer theirs' });
    assert.deepEqual(await take(OFFER), ['answer theirs', 'refuse']);
  });

  it('takes back what gets no answer, or one that cannot be used, and goes on to what waits', async () => {
    for (const [event, first] of [
      [VOID, []],
      [ANSWER, ['apply theirs']],
    ] as const) {
      const { session, take, show } = open({ ...established, failing: 'apply theirs' });
      await show();
      await take(wanted(true));
      const code = event === VOID ? 'peer-failed' : 'internal';
      const next = ['refresh', 'create restart', 'tell offer'];
      assert.deepEqual(await take(event), [...first, 'roll back', 'camera off', `error ${code}`, ...next]);
      assert.equal(session.cameraOn, false);
    }
  });

  it('leaves the camera alone where another offer fails', async () => {
    const { take } = open({ ...established, cameraOn: true, hasVideo: true, sendsCamera: true });
    await take(wanted(true));
    assert.deepEqual(await take(VOID), ['roll back', 'error peer-failed']);
  });

  it('ignores an answer to what was taken back', async () => {
    const { take, show } = open(established);
    await show();
    await take(VOID);
    assert.deepEqual(await take(ANSWER), []);
  });

  it('turns the camera off that the answer does not take', async () => {
    const { take, show } = open(established);
    await show();
    assert.deepEqual(await take(ANSWER), ['apply theirs', 'camera off', 'error incompatible']);
  });

  it('turns the camera off when the peer removes its video, and keeps it while the peer holds', async () => {
    const camera = { ...established, cameraOn: true };
    assert.deepEqual(await open({ ...camera, hasVideo: false }).take(OFFER), [
      'answer theirs',
      'tell answer',
      'camera off',
    ]);
    assert.deepEqual(await open({ ...camera, hasVideo: true }).take(OFFER), ['answer theirs', 'tell answer']);
  });

  it('gets fresh servers before it answers a restart', async () => {
    const { take } = open({ ...established, restarts: true });
    assert.deepEqual(await take(OFFER), ['refresh', 'answer theirs', 'tell answer']);
  });
});
