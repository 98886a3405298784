import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MediaCore } from '@xmpp-call/media-core';
import type { CallDirection, FrameEncryptionState, MediaCorePreference } from './api.js';
import { CallCore } from './call-core.js';
import { FakeClock } from './fake-clock.testing.js';
import type { OpenedCore } from './open-media-core.js';

const PEER = 'peer@example.org/1';
const SECRET = new Uint8Array(16);

/** A call whose core opens when the test says so. */
class Scene {
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  readonly events: FrameEncryptionState[] = [];
  /** Signals that cores were opened with. */
  readonly opened: AbortSignal[] = [];
  readonly keys: number[] = [];
  mayOpenEarly = true;
  opens: (core: OpenedCore) => void = () => undefined;
  readonly core: CallCore;

  constructor(direction: CallDirection, mediaCore: MediaCorePreference = 'auto') {
    this.core = new CallCore({
      direction,
      mediaCore,
      clock: this.clock,
      openCore: (signal) => {
        this.opened.push(signal);
        return new Promise((resolve) => {
          this.opens = resolve;
        });
      },
      mayOpenEarly: () => this.mayOpenEarly,
      onFrameEncryption: (state) => this.events.push(state),
      log: (level, message) => this.log.push(`${level}: ${message}`),
    });
  }

  get mediaCore(): MediaCore {
    const core: Partial<MediaCore> = {
      setPreference: () => undefined,
      setFrameKey: (id) => {
        this.keys.push(id);
      },
    };
    return core as MediaCore;
  }

  /** Lets what has been decided be followed. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the core of a call that rings here', () => {
  it('starts while it rings where the peer has it too, once, and stands in the connection', async () => {
    const scene = new Scene('incoming');
    scene.core.learn(PEER, true);
    assert.equal(scene.opened.length, 1);
    const { mediaCore } = scene;
    scene.opens({ core: mediaCore, missing: undefined });
    assert.equal(await scene.core.forConnection(), mediaCore);
    assert.equal(scene.opened.length, 1);
    assert.equal(scene.clock.pending, 0);
  });

  it('ends when the call is not taken', () => {
    const scene = new Scene('incoming');
    scene.core.learn(PEER, true);
    scene.core.close();
    assert.equal(scene.opened[0]?.aborted, true);
  });

  it('ends when the browser’s codecs are preferred before the answer', async () => {
    const scene = new Scene('incoming');
    scene.core.learn(PEER, true);
    scene.core.prefer('native');
    assert.equal(await scene.core.forConnection(), undefined);
    assert.equal(scene.opened[0]?.aborted, true);
  });

  it('is not started for a peer that has none, whatever is preferred, nor beside that of another call', () => {
    for (const preference of ['native', 'auto', 'wasm'] as const) {
      const scene = new Scene('incoming', preference);
      scene.core.learn(PEER, false);
      assert.equal(scene.opened.length, 0);
    }
    const second = new Scene('incoming');
    second.mayOpenEarly = false;
    second.core.learn(PEER, true);
    assert.equal(second.opened.length, 0);
  });
});

describe('a core that does not come', () => {
  it('holds the connection for 3 s, and says so in the log and in the statistics', async () => {
    const scene = new Scene('outgoing');
    scene.core.learn(PEER, true);
    const connected = scene.core.forConnection();
    await scene.turn();
    scene.clock.pass(2999);
    assert.equal(scene.opened[0]?.aborted, false);
    scene.clock.pass(1);
    assert.equal(await connected, undefined);
    assert.equal(scene.opened[0].aborted, true, 'one that comes later ends');
    assert.deepEqual(scene.log, ["warn: the media core was not loaded in time: the browser's codecs are used"]);
    assert.equal(scene.core.statistics?.decisions?.audio.send.reason, 'not-loaded');
  });

  it('may take as long as it rings: the 3 s begin with the answer', async () => {
    const scene = new Scene('incoming');
    scene.core.learn(PEER, true);
    scene.clock.pass(20_000);
    const connected = scene.core.forConnection();
    await scene.turn();
    const { mediaCore } = scene;
    scene.opens({ core: mediaCore, missing: undefined });
    assert.equal(await connected, mediaCore);
  });
});

describe('frame encryption that was asked for', () => {
  it('is said to be missing in a call without a core, whether the key comes before or after the decision', async () => {
    for (const early of [true, false]) {
      const scene = new Scene('outgoing');
      if (early) scene.core.setFrameKey(1, SECRET);
      scene.core.learn(PEER, false);
      await scene.core.forConnection();
      if (!early) scene.core.setFrameKey(1, SECRET);
      scene.core.setFrameKey(2, SECRET);
      const failing = { flow: 'send', state: 'failing', reason: 'no-core' };
      assert.deepEqual(scene.events, [
        { kind: 'audio', ...failing },
        { kind: 'video', ...failing },
      ]);
      assert.deepEqual(scene.log, ['warn: frames are not encrypted: this call has no media core']);
      assert.equal(scene.core.frameEncryption, 'no-core');
      scene.core.setFrameKey(3, undefined);
      assert.equal(scene.core.frameEncryption, 'off');
    }
  });

  it('is left to the core where there is one, also with a key from before', async () => {
    const scene = new Scene('incoming');
    scene.core.setFrameKey(1, SECRET);
    scene.core.learn(PEER, true);
    scene.opens({ core: scene.mediaCore, missing: undefined });
    await scene.core.forConnection();
    assert.deepEqual(scene.keys, [1]);
    assert.deepEqual(scene.events, []);
    assert.equal(scene.core.frameEncryption, 'core');
  });
});
