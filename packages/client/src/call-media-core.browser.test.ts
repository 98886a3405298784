import { expect } from '@esm-bundle/chai';
import type { Call } from './api.js';
import { WorkerCallClient } from './call-client.js';
import { FakeClock } from './fake-clock.testing.js';
import { Loopback } from './loopback.testing.js';
import { VIDEO, client, establish, incoming, reaches, showsPicture, until } from './scenario.testing.js';

const FILES = { workerUrl: '/packages/element/dist/cdn/signaling.worker.js', mediaCore: 'auto' } as const;

/** Waits for statistics, of which no event tells. */
async function sendsAudioBy(call: Call, path: 'native' | 'wasm'): Promise<void> {
  for (;;) {
    const { core } = await call.getStatistics();
    if (core?.sample?.audio.send.path === path) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function hasCore(call: Call): Promise<boolean> {
  return (await call.getStatistics()).core !== undefined;
}

/** AudioContexts and workers that are started, and workers that end; `change` with each. */
class Starts extends EventTarget {
  contexts = 0;
  workers = 0;
  ended = 0;
  readonly #native = { AudioContext, Worker };

  constructor() {
    super();
    const note = (what: 'contexts' | 'workers' | 'ended') => {
      this[what] += 1;
      this.dispatchEvent(new Event('change'));
    };
    globalThis.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        note('contexts');
      }
    };
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        note('workers');
      }

      override terminate(): void {
        super.terminate();
        note('ended');
      }
    };
  }

  restore(): void {
    Object.assign(globalThis, this.#native);
  }
}

function fetchedFiles(): number {
  return performance
    .getEntriesByType('resource')
    .filter(({ name }) => /open-media-core|media\.work|_bg\.wasm/.test(name)).length;
}

describe('the media core by default', () => {
  it('is in the call where both sides announce it', async function () {
    this.timeout(20_000);
    const { loopback, outgoing, answered, dispose } = await establish(FILES);
    expect(loopback.announces).to.deep.equal({ caller: true, callee: true });
    await Promise.all([sendsAudioBy(outgoing, 'wasm'), sendsAudioBy(answered, 'wasm')]);
    await dispose();
  });

  it('is neither fetched nor started where the other side does not announce it', async () => {
    const loopback = new Loopback();
    loopback.mediaCoreOf = () => false;
    performance.clearResourceTimings();
    const starts = new Starts();
    try {
      const { outgoing, answered, dispose } = await establish(FILES, { loopback });
      await Promise.all([showsPicture(outgoing.remoteStream), showsPicture(answered.remoteStream)]);
      expect(await hasCore(outgoing)).to.equal(false);
      expect(await hasCore(answered)).to.equal(false);
      expect(fetchedFiles()).to.equal(0);
      expect(answered.setMediaCore('wasm')).to.equal(false);
      expect(starts).to.include({ contexts: 0, workers: 0 });
      await dispose();
    } finally {
      starts.restore();
    }
  });

  it('has a worker while the call rings, but no AudioContext, and ends when the call is not taken', async () => {
    const loopback = new Loopback();
    // The caller learns nothing, and starts nothing.
    loopback.mediaCoreOf = (side) => (side === 'caller' ? true : undefined);
    const caller = client(loopback.caller, FILES);
    const callee = client(loopback.callee, FILES);
    await callee.connect();
    const starts = new Starts();
    try {
      const rung = incoming(callee);
      caller.call('callee@example.org');
      const call = await rung;
      await until(starts, 'change', () => starts.workers > 0);
      call.reject();
      await until(starts, 'change', () => starts.ended === starts.workers);
      expect(starts.contexts).to.equal(0);
    } finally {
      starts.restore();
    }
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('is let go where its script does not come, and the call says so', async function () {
    this.timeout(20_000);
    const loopback = new Loopback();
    const clock = new FakeClock();
    const log: string[] = [];
    const options = { ...FILES, domain: 'example.org', log: (_: unknown, message: string) => log.push(message) };
    const never = () => new Promise<never>(() => undefined);
    const caller = new WorkerCallClient(options, () => loopback.caller, clock, never);
    const callee = client(loopback.callee, FILES);
    await callee.connect();
    const rung = incoming(callee);
    const outgoing = caller.call('callee@example.org');
    const answered = await rung;
    const accepted = answered.accept();
    await reaches(outgoing, 'connecting');
    expect(loopback.caller.names).not.to.include('localDescription');
    clock.pass(3000);
    await accepted;
    await Promise.all([reaches(outgoing, 'active'), reaches(answered, 'active')]);
    const { core } = await outgoing.getStatistics();
    expect(core?.decisions?.audio.send.reason).to.equal('not-loaded');
    expect(log.join()).to.contain('the media core was not loaded in time');
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('does as the browser would where the device announces it and the offer has no token', async function () {
    this.timeout(20_000);
    const loopback = new Loopback();
    loopback.onDescription = (_, { type, sdp }) => ({ type, sdp: sdp.replace(/;?xmpp-call-core=[^;\r\n]*/g, '') });
    const { outgoing, answered, dispose } = await establish(FILES, { loopback });
    await Promise.all([showsPicture(outgoing.remoteStream), showsPicture(answered.remoteStream)]);
    const { core } = await answered.getStatistics();
    expect(core?.decisions?.audio.send.reason).to.equal('foreign-peer');
    await dispose();
  });

  it('is left out by a caller 300 ms after the answer of a device that has said nothing, and by its callee', async () => {
    const loopback = new Loopback();
    loopback.mediaCoreOf = () => undefined;
    const clock = new FakeClock();
    const caller = client(loopback.caller, FILES, clock);
    const callee = client(loopback.callee, FILES);
    await callee.connect();
    const rung = incoming(callee);
    const outgoing = caller.call('callee@example.org');
    const answered = await rung;
    const accepted = answered.accept();
    await reaches(outgoing, 'connecting');
    expect(loopback.caller.names).not.to.include('localDescription');
    clock.pass(300);
    await accepted;
    await Promise.all([reaches(outgoing, 'active'), reaches(answered, 'active')]);
    expect(await hasCore(outgoing)).to.equal(false);
    expect(await hasCore(answered)).to.equal(false);
    await Promise.all([caller.dispose(), callee.dispose()]);
  });

  it('is taken by a callee that finds the token of the caller in the first offer', async function () {
    this.timeout(20_000);
    const loopback = new Loopback();
    loopback.mediaCoreOf = (side) => (side === 'callee' ? true : undefined);
    const { outgoing, answered, dispose } = await establish(FILES, { loopback });
    await Promise.all([sendsAudioBy(outgoing, 'wasm'), sendsAudioBy(answered, 'wasm')]);
    await dispose();
  });

  it('is not announced by a client that is not to use it', async () => {
    const { loopback, outgoing, dispose } = await establish({ ...FILES, mediaCore: 'native' });
    expect(loopback.announces).to.deep.equal({ caller: false, callee: false });
    expect(await hasCore(outgoing)).to.equal(false);
    await dispose();
  });
});

describe('the devices of a call whose connection waits for what the peer announces', () => {
  it('are shown, and go off with the camera and with the call', async () => {
    const loopback = new Loopback();
    loopback.mediaCoreOf = () => undefined;
    const caller = client(loopback.caller, FILES);
    const call = caller.call('callee@example.org', VIDEO);
    await until(call, 'media-change', () => call.cameraOn);
    const [camera] = call.localStream?.getVideoTracks() ?? [];
    expect(camera?.readyState).to.equal('live');
    await call.setCamera(false);
    expect(camera?.readyState).to.equal('ended');
    expect(call.cameraOn).to.equal(false);
    const [microphone] = call.localStream?.getAudioTracks() ?? [];
    expect(microphone?.readyState).to.equal('live');
    call.hangUp();
    expect(microphone?.readyState).to.equal('ended');
    await caller.dispose();
  });
});
