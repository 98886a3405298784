/** What calls through the media core leave behind in a page. */
import { expect } from '@esm-bundle/chai';
import { connect, type CountedWorker, eventually, Sources, type TestPeer } from './core-call.testing.js';

const CALLS = 3;
/** Constructors whose objects are counted, of those that calls make. */
const COUNTED = ['RTCPeerConnection', 'AudioContext', 'AudioWorkletNode', 'Worker'] as const;

type CountLiveObjects = (names: readonly string[]) => Promise<Readonly<Record<string, number>>>;

/** In Chromium only. */
const { countLiveObjects } = globalThis as { readonly countLiveObjects?: CountLiveObjects };

describe('calls through the media core', function () {
  this.timeout(90_000);
  const { AudioContext: NativeContext, AudioWorkletNode: NativeNode } = globalThis;
  let sources: Sources;

  before(() => {
    sources = new Sources();
  });

  after(async () => {
    await sources.close();
  });

  /** What it returned would be held by whoever has awaited it. */
  async function callAndEnd(onWorkers: (workers: readonly CountedWorker[]) => void = () => undefined): Promise<void> {
    const options = { core: 'wasm', playSound: true } as const;
    const call = await connect({ ...options, toneHz: 440, sender: 1 }, { ...options, toneHz: 880, sender: 2 }, sources);
    await Promise.all([call.caller, call.callee].map(playsOwnSound));
    call.close();
    onWorkers([...call.caller.workers, ...call.callee.workers]);
  }

  async function playsOwnSound(peer: TestPeer): Promise<void> {
    await eventually(
      () => peer.log.some((line) => line.includes('audio is receiving by the wasm path')),
      () => ({ paths: peer.paths, log: peer.log }),
    );
  }

  it('end their processors, close their contexts and end their workers', async () => {
    const contexts: { readonly state: string }[] = [];
    const nodes = { made: 0, ended: 0, early: 0 };
    globalThis.AudioContext = class extends NativeContext {
      constructor(options?: AudioContextOptions) {
        super(options);
        contexts.push(this);
      }
    };
    globalThis.AudioWorkletNode = class extends NativeNode {
      constructor(context: BaseAudioContext, name: string, options?: AudioWorkletNodeOptions) {
        super(context, name, options);
        nodes.made += 1;
        if (context.state !== 'running') nodes.early += 1;
        this.port.addEventListener('message', ({ data }) => {
          if (data === 'ended') nodes.ended += 1;
        });
      }
    };
    try {
      const workers: CountedWorker[] = [];
      await callAndEnd((ended) => workers.push(...ended));
      await eventually(
        () => contexts.every(({ state }) => state === 'closed'),
        () => contexts.map(({ state }) => state),
      );
      expect(contexts).to.have.lengthOf(2);
      expect(nodes).to.deep.equal({ made: 4, ended: 4, early: 0 });
      expect(workers.filter(({ isTerminated }) => !isTerminated)).to.deep.equal([]);
    } finally {
      globalThis.AudioContext = NativeContext;
      globalThis.AudioWorkletNode = NativeNode;
    }
  });

  if (countLiveObjects) {
    it('leave no connection, context, node or worker behind', async () => {
      await callAndEnd();
      const before = await settled({});
      for (let call = 0; call < CALLS; call += 1) await callAndEnd();
      expect(await settled(before)).to.deep.equal(before);
    });
  }

  /** Counts until they are those expected, or no longer change. */
  async function settled(expected: Readonly<Record<string, number>>): Promise<Readonly<Record<string, number>>> {
    let counts: Readonly<Record<string, number>> = {};
    let last = '';
    await eventually(
      async () => {
        counts = (await countLiveObjects?.(COUNTED)) ?? {};
        const text = JSON.stringify(counts);
        const isSame = text === last && Object.keys(expected).length === 0;
        last = text;
        return isSame || text === JSON.stringify(expected);
      },
      () => ({ counts, expected }),
    );
    return counts;
  }
});
