import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busy } from '@xmpp-call/wasm-testing';
import { codeOf } from './errors.testing.js';
import { init, type Vp8Encoder } from './index.js';

const SIZE = { width: 64, height: 48 };
const OPTIONS = { ...SIZE, framesPerSecond: 30, bitrate: 500_000 };
const vp8 = await init();
const picture = busy({ ...SIZE, frames: 1 }).frame(0);

/** A frame whose copy the test completes, as browsers do when the pixels come from elsewhere. */
class SlowFrame {
  readonly visibleRect = SIZE;
  readonly asked: VideoFrameCopyToOptions[] = [];
  #complete: ((copy: (target: Uint8Array) => void) => void) | undefined;

  constructor(
    readonly format: string | null,
    readonly layout: PlaneLayout[],
  ) {}

  allocationSize(): number {
    return picture.data.length;
  }

  async copyTo(target: Uint8Array, options: VideoFrameCopyToOptions = {}): Promise<PlaneLayout[]> {
    this.asked.push(options);
    const copy = await new Promise<(target: Uint8Array) => void>((resolve) => (this.#complete = resolve));
    copy(target);
    return this.layout;
  }

  complete(copy: (target: Uint8Array) => void): void {
    this.#complete?.(copy);
  }

  asVideoFrame(): VideoFrame {
    return this as unknown as VideoFrame;
  }
}

const LAYOUT = [
  { offset: 0, stride: 64 },
  { offset: 64 * 48, stride: 32 },
  { offset: 64 * 48 + 32 * 24, stride: 32 },
];

function copyPicture(target: Uint8Array): void {
  if (target.length > 0) target.set(picture.data);
}

function expected(): Uint8Array {
  const encoder = vp8.createEncoder(OPTIONS);
  const packet = new Uint8Array(encoder.maxPacketBytes);
  const bytes = encoder.encode({ format: 'I420', ...SIZE, data: picture.data }, packet);
  encoder.dispose();
  return packet.slice(0, bytes);
}

function begin(encoder: Vp8Encoder, frame: SlowFrame, packet = new Uint8Array(100_000)): Promise<Uint8Array> {
  return encoder.encodeVideoFrame(frame.asVideoFrame(), packet).then((bytes) => packet.slice(0, bytes));
}

describe('a frame that is copied slowly', () => {
  it('is copied again if the memory has grown meanwhile', async () => {
    const fresh = await init(vp8.module);
    const encoder = fresh.createEncoder(OPTIONS);
    const frame = new SlowFrame('I420', LAYOUT);
    const pending = begin(encoder, frame);
    const before = fresh.memoryBytes;
    fresh.createEncoder({ ...OPTIONS, width: 640, height: 360 });
    assert.ok(fresh.memoryBytes > before);
    frame.complete(copyPicture);
    // The second copy is asked for after the first has ended.
    while (frame.asked.length < 2) await Promise.resolve();
    frame.complete(copyPicture);
    assert.deepEqual(await pending, expected());
    assert.equal(frame.asked.length, 2);
  });

  it('does not harm others when its encoder is disposed', async () => {
    const fresh = await init(vp8.module);
    // So that the memory has room for all that follows: growth would hide a write to what was given back.
    fresh.createEncoder({ ...OPTIONS, width: 320, height: 240 }).dispose();
    const encoder = fresh.createEncoder(OPTIONS);
    const frame = new SlowFrame('I420', LAYOUT);
    const pending = codeOf(begin(encoder, frame));
    encoder.dispose();
    const held = fresh.memoryBytes;
    const other = fresh.createEncoder(OPTIONS);
    frame.complete((target) => target.fill(255));
    assert.equal(await pending, 'closed');
    const packet = new Uint8Array(other.maxPacketBytes);
    const bytes = other.encode({ format: 'I420', ...SIZE, data: picture.data }, packet);
    assert.deepEqual(packet.slice(0, bytes), expected());
    other.dispose();
    for (let count = 0; count < 20; count += 1) fresh.createEncoder(OPTIONS).dispose();
    assert.equal(fresh.memoryBytes, held);
  });

  it('keeps out another frame, but not a new bitrate', async () => {
    const encoder = vp8.createEncoder(OPTIONS);
    const frame = new SlowFrame('I420', LAYOUT);
    const pending = begin(encoder, frame);
    assert.equal(await codeOf(begin(encoder, new SlowFrame('I420', LAYOUT))), 'invalid-argument');
    encoder.bitrate = 400_000;
    frame.complete(copyPicture);
    assert.ok((await pending).length > 0);
    encoder.dispose();
  });
});

describe('a frame that cannot be read', () => {
  it('is refused, and the next one encoded', async () => {
    const encoder = vp8.createEncoder(OPTIONS);
    const failing = new SlowFrame('NV12', LAYOUT);
    const refused = codeOf(begin(encoder, failing));
    failing.complete(() => {
      throw new DOMException('The frame is closed', 'InvalidStateError');
    });
    assert.equal(await refused, 'invalid-argument');
    for (const layout of [[], LAYOUT.map(({ offset, stride }) => ({ offset: offset + 1, stride }))]) {
      const wrong = new SlowFrame('I420', layout);
      const pending = codeOf(begin(encoder, wrong));
      wrong.complete(copyPicture);
      assert.equal(await pending, 'invalid-argument');
    }
    const frame = new SlowFrame('I420', LAYOUT);
    const pending = begin(encoder, frame);
    frame.complete(copyPicture);
    assert.deepEqual(await pending, expected());
    encoder.dispose();
  });

  it('is asked for in RGB, if its format is unknown or hidden', async () => {
    for (const format of ['I444P10', null]) {
      const encoder = vp8.createEncoder(OPTIONS);
      const frame = new SlowFrame(format, [{ offset: 0, stride: 256 }]);
      const pending = begin(encoder, frame);
      frame.complete((target) => target.fill(200));
      assert.ok((await pending).length > 0);
      assert.deepEqual(frame.asked, [{ format: 'RGBA', colorSpace: 'srgb' }]);
      encoder.dispose();
    }
  });
});
