/**
 * The media core in real browsers. Not part of the suite yet: of a dozen runs one stood still in Firefox, and why is not known.
 * By hand, after `npm run build`: `npx web-test-runner --files packages/media/src/media-core.trial.testing.ts`.
 */
import { expect } from '@esm-bundle/chai';
import { connect, eventually, Sources, TestPeer } from './core-call.testing.js';

const CALLER = { toneHz: 440, sender: 17 } as const;
const CALLEE = { toneHz: 880, sender: 42 } as const;
const OWN = { 'audio.send': 'wasm', 'audio.receive': 'wasm', 'video.send': 'wasm', 'video.receive': 'wasm' };
const CRASHED = 'worker-crashed';
/** Of the tone: where clocks differ, sound is resampled by up to half a percent. */
const TOLERANCE = 0.008;

type Call = Awaited<ReturnType<typeof connect>>;

describe('MediaCore', function () {
  this.timeout(60_000);
  const contexts: AudioContext[] = [];
  const clones: MediaStreamTrack[] = [];
  const { AudioContext: NativeContext } = globalThis;
  const clone = Reflect.get<MediaStreamTrack, 'clone'>(MediaStreamTrack.prototype, 'clone');
  let sources: Sources;

  before(() => {
    sources = new Sources();
    globalThis.AudioContext = class extends NativeContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        contexts.push(this);
      }
    };
    MediaStreamTrack.prototype.clone = function () {
      const track = clone.call(this);
      clones.push(track);
      return track;
    };
  });

  after(async () => {
    globalThis.AudioContext = NativeContext;
    MediaStreamTrack.prototype.clone = clone;
    await sources.close();
  });

  const state = (peer: TestPeer) => ({ paths: peer.paths, log: peer.log, core: peer.core?.statistics });

  async function takes(peer: TestPeer, paths: Readonly<Record<string, string>>): Promise<void> {
    await eventually(
      () => JSON.stringify(peer.paths) === JSON.stringify(paths),
      () => state(peer),
    );
  }

  async function reports(peer: TestPeer, what: string): Promise<void> {
    await eventually(
      () => peer.log.some((line) => line.includes(what)),
      () => ({ what, ...state(peer) }),
    );
  }

  async function hears(peer: TestPeer, from: TestPeer): Promise<void> {
    let heard: Awaited<ReturnType<TestPeer['hears']>> | undefined;
    await eventually(
      async () => {
        heard = await peer.hears();
        return (
          Math.abs(heard.frequencyHz / from.options.toneHz - 1) < TOLERANCE && heard.snrDb > 12 && heard.levelDb > -20
        );
      },
      () => ({ heard, ...state(peer), from: state(from) }),
    );
  }

  async function hearsNothing(peer: TestPeer): Promise<void> {
    let heard: Awaited<ReturnType<TestPeer['hears']>> | undefined;
    await eventually(
      async () => {
        heard = await peer.hears();
        return heard.levelDb < -60;
      },
      () => ({ heard, ...state(peer) }),
    );
  }

  async function sees(peer: TestPeer, from: TestPeer): Promise<void> {
    const counters = new Set<number>();
    let seen: Awaited<ReturnType<TestPeer['sees']>>;
    await eventually(
      async () => {
        seen = await peer.sees();
        if (seen?.sender === from.options.sender && seen.colours === 8) counters.add(seen.counter);
        return counters.size > 8;
      },
      () => ({ seen, counters: counters.size, ...state(peer), from: state(from) }),
    );
  }

  async function seesNothingNew(peer: TestPeer): Promise<void> {
    await eventually(
      async () => {
        // Firefox goes on to send the last picture, once a second.
        const seen = [await peer.sees(), await peer.sees(), await peer.sees()].map((code) => code?.counter);
        return new Set(seen.filter((counter) => counter !== undefined)).size < 2;
      },
      () => state(peer),
    );
  }

  describe('at both ends', () => {
    let call: Call;
    before(async () => {
      call = await connect({ ...CALLER, core: 'wasm' }, { ...CALLEE, core: 'wasm' }, sources);
    });
    after(() => {
      call.close();
    });

    it('takes all ways', async () => {
      const received = 'MediaStreamTrackGenerator' in globalThis ? ['audio', 'video'] : ['audio'];
      for (const peer of [call.caller, call.callee]) {
        await takes(peer, OWN);
        for (const kind of ['audio', 'video']) await reports(peer, `${kind} is sending by the own path`);
        for (const kind of received) await reports(peer, `${kind} is receiving by the own path`);
      }
    });

    it('brings sound and pictures over', async () => {
      const { caller, callee } = call;
      await Promise.all([hears(caller, callee), hears(callee, caller)]);
      await Promise.all([sees(caller, callee), sees(callee, caller)]);
      expect(caller.remoteStream.getTracks()).to.have.lengthOf(2);
    });

    it('is silent while muted', async () => {
      call.caller.session.setMuted(true);
      await hearsNothing(call.callee);
      call.caller.session.setMuted(false);
      await hears(call.callee, call.caller);
    });

    it('turns the camera off and on', async () => {
      const { caller, callee } = call;
      await caller.session.setCamera(false);
      await seesNothingNew(callee);
      expect(clones.filter((track) => track.readyState === 'live').length).to.be.below(2);
      const { negotiationNeeded } = await caller.withCamera(() => caller.session.setCamera(true));
      expect(negotiationNeeded).to.equal(false);
      await sees(callee, caller);
    });

    it('goes on with the codecs of the browser when a worker dies', async () => {
      const { caller, callee } = call;
      caller.workers[0]?.terminate();
      await eventually(
        () => caller.core?.statistics.crashes === 1,
        () => state(caller),
      );
      await Promise.all([hears(caller, callee), hears(callee, caller)]);
      await Promise.all([sees(caller, callee), sees(callee, caller)]);
      await takes(caller, {
        ...{ 'audio.send': CRASHED, 'audio.receive': CRASHED },
        ...{ 'video.send': CRASHED, 'video.receive': CRASHED },
      });
    });

    it('leaves nothing open', async () => {
      const workers = [...call.caller.workers, ...call.callee.workers];
      expect(workers).to.have.lengthOf(3);
      call.close();
      expect(workers.filter((worker) => !worker.isTerminated)).to.deep.equal([]);
      expect(clones.filter((track) => track.readyState === 'live')).to.deep.equal([]);
      expect(call.caller.remoteStream.getTracks()).to.deep.equal([]);
      await eventually(
        () => contexts.every((context) => context.state === 'closed'),
        () => contexts.map((context) => context.state),
      );
    });
  });

  describe('at one end', () => {
    let call: Call;
    before(async () => {
      call = await connect({ ...CALLER, core: 'wasm' }, CALLEE, sources);
    });
    after(() => {
      call.close();
    });

    it('sends by its own codecs and receives by those of the browser', async () => {
      const { caller } = call;
      await takes(caller, { ...OWN, 'audio.receive': 'foreign-peer', 'video.receive': 'foreign-peer' });
      for (const kind of ['audio', 'video']) await reports(caller, `${kind} is sending by the own path`);
    });

    it('brings sound and pictures over', async () => {
      const { caller, callee } = call;
      await Promise.all([hears(caller, callee), hears(callee, caller)]);
      await Promise.all([sees(caller, callee), sees(callee, caller)]);
    });
  });

  it('is not to be had where its worker cannot be loaded', async () => {
    const peer = new TestPeer({ ...CALLER, core: 'wasm', filesUrl: new URL('https://cdn.invalid/') }, sources);
    await peer.open('initiator', peer);
    expect(peer.core).to.equal(undefined);
    expect(peer.workers.filter((worker) => !worker.isTerminated)).to.deep.equal([]);
    peer.close();
  });
});
