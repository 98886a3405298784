import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { CodecError, init, type Vp8 } from '@xmpp-call/vp8';
import type { EncoderCommand, EncodeTask } from '../../messages/encoder-messages.js';
import { EncoderHost } from './encoder-host.js';
import { EncoderLink } from './encoder-link.js';
import { Vp8FrameEncoder } from './vp8-frame-encoder.js';
import { FakeFrame, FakePort, settle, VirtualClock } from '../simulation.testing.js';

const VP8 = await init();
const WIDTH = 64;
const HEIGHT = 48;
const TASK: EncodeTask = {
  ...{ width: WIDTH, height: HEIGHT, frameRate: 30, speed: 8, bitrate: 200_000 },
  ...{ isScreen: false, keyFrame: false },
};

function picture(index: number): VideoFrame {
  const data = Uint8Array.from({ length: (WIDTH * HEIGHT * 3) / 2 }, (_, i) => (i * 7 + index * 5) % 256);
  return FakeFrame.create(data, { format: 'I420', codedWidth: WIDTH, codedHeight: HEIGHT, timestamp: index });
}

describe('the worker that encodes for another', () => {
  let clock: VirtualClock;
  let link: EncoderLink;
  let changes: number;

  beforeEach(() => {
    FakeFrame.open = 0;
    changes = 0;
    clock = new VirtualClock();
    link = new EncoderLink(clock, () => changes++);
  });

  function employ(load: (module: WebAssembly.Module) => Promise<Vp8>): FakePort {
    const [ours, theirs] = FakePort.pair();
    link.attach(ours);
    new EncoderHost(theirs, load, clock);
    return ours;
  }

  it('makes the same packets as an encoder here, and closes what it got', async () => {
    employ((module) => init(module));
    assert.equal(changes, 1, 'its life is told');
    const there = link.createEncoder(VP8, TASK);
    const here = new Vp8FrameEncoder(VP8, TASK);
    for (let index = 0; index < 5; index++) {
      const task = { ...TASK, keyFrame: index === 3 };
      const frame = picture(index);
      const [far, near] = [await there.encode(frame, task), await here.encode(frame, task)];
      frame.close();
      assert.deepEqual(Uint8Array.from(far.payload), Uint8Array.from(near.payload));
      assert.equal(far.keyFrame, index === 0 || index === 3);
    }
    here.dispose();
    there.dispose();
    assert.equal(FakeFrame.open, 0);
    assert.equal(clock.pendingTimers, 0);
  });

  it('begins anew with a key frame for the next encoder', async () => {
    employ((module) => init(module));
    const frame = picture(0);
    for (let round = 0; round < 2; round++) {
      const encoder = link.createEncoder(VP8, TASK);
      assert.equal((await encoder.encode(frame, TASK)).keyFrame, true);
      assert.equal((await encoder.encode(frame, TASK)).keyFrame, false);
      encoder.dispose();
    }
    frame.close();
  });

  it('is not used before it lives', async () => {
    const [ours, theirs] = FakePort.pair();
    const asked: EncoderCommand[] = [];
    theirs.onmessage = ({ data }: MessageEvent<EncoderCommand>) => void asked.push(data);
    link.attach(ours);
    const encoder = link.createEncoder(VP8, TASK);
    const frame = picture(0);
    assert.equal((await encoder.encode(frame, TASK)).keyFrame, true);
    frame.close();
    encoder.dispose();
    assert.deepEqual(asked, []);
  });

  it('is given up when it does not answer: the next encoder is here', async () => {
    const [ours, theirs] = FakePort.pair();
    link.attach(ours);
    theirs.postMessage({ type: 'ready' });
    const frame = picture(0);
    const lost = assert.rejects(link.createEncoder(VP8, TASK).encode(frame, TASK), /gone/u);
    await clock.advance(2000);
    await lost;
    const encoder = link.createEncoder(VP8, TASK);
    assert.equal((await encoder.encode(frame, TASK)).keyFrame, true);
    encoder.dispose();
    frame.close();
    assert.equal(ours.closed, true);
  });

  it('tells of a crash as one, and takes another instance for the next picture', async () => {
    let loads = 0;
    employ(async (module) => {
      const vp8 = await init(module);
      if (++loads > 1) return vp8;
      return Object.assign(Object.create(vp8) as Vp8, {
        createEncoder: () => {
          throw new CodecError('crashed', 'a trap');
        },
      });
    });
    const encoder = link.createEncoder(VP8, TASK);
    const frame = picture(0);
    await assert.rejects(
      encoder.encode(frame, TASK),
      (error) => error instanceof CodecError && error.code === 'crashed',
    );
    assert.equal((await encoder.encode(frame, TASK)).keyFrame, true);
    encoder.dispose();
    frame.close();
    await settle();
    assert.equal(FakeFrame.open, 0);
  });
});
