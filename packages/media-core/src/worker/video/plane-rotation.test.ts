import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameScaler } from './frame-scaler.js';
import { type Orientation, orientationOf, rotate, rotatedSize } from './plane-rotation.js';
import { FakeFrame } from '../simulation.testing.js';

const plane = (width: number, height: number, samples: readonly number[]) => ({
  ...{ data: Uint8Array.from(samples), offset: 0, stride: width, step: 1 },
  ...{ width, height },
});

describe('plane rotation', () => {
  it('turns clockwise, after it has mirrored', () => {
    const from = plane(3, 2, [1, 2, 3, 4, 5, 6]);
    const expected: readonly (readonly [Orientation, readonly number[]])[] = [
      [{ quarterTurns: 0, flip: false }, [1, 2, 3, 4, 5, 6]],
      [{ quarterTurns: 1, flip: false }, [4, 1, 5, 2, 6, 3]],
      [{ quarterTurns: 2, flip: false }, [6, 5, 4, 3, 2, 1]],
      [{ quarterTurns: 3, flip: false }, [3, 6, 2, 5, 1, 4]],
      [{ quarterTurns: 0, flip: true }, [3, 2, 1, 6, 5, 4]],
      [{ quarterTurns: 1, flip: true }, [6, 3, 5, 2, 4, 1]],
    ];
    for (const [orientation, samples] of expected) {
      const { width, height } = rotatedSize(orientation, from);
      const to = plane(width, height, new Array<number>(6).fill(0));
      rotate(from, orientation, to);
      assert.deepEqual([...to.data], samples, JSON.stringify(orientation));
    }
  });

  it('reads what browsers tell, and takes silence for upright', () => {
    const frame = (rotation?: number) => Object.assign(picture(), { rotation }).asVideoFrame;
    assert.equal(orientationOf(frame()).quarterTurns, 0);
    assert.equal(orientationOf(frame(90)).quarterTurns, 1);
    assert.equal(orientationOf(frame(-90)).quarterTurns, 3);
    assert.equal(orientationOf(frame(450)).quarterTurns, 1);
  });

  it('sets pictures of a turned camera upright, while it scales them', async () => {
    const frame = Object.assign(picture(), { rotation: 90 }).asVideoFrame;
    const { data, width, height } = await new FrameScaler().scale(frame, 4, 8);
    assert.deepEqual([width, height], [4, 8]);
    // What was at the bottom is left.
    const luma = Array.from({ length: 8 }, (_, y) => [...data.subarray(4 * y, 4 * y + 4)]);
    assert.ok(luma.every((row) => row.every((sample, x) => x === 0 || sample < (row[x - 1] ?? 0))));
  });
});

/** Of 16x8 pixels, brighter from row to row. */
function picture(): FakeFrame {
  const data = new Uint8Array(16 * 8 * 1.5).fill(128);
  for (let y = 0; y < 8; y++) data.fill(20 * y, 16 * y, 16 * (y + 1));
  return new FakeFrame(data, { format: 'I420', codedWidth: 16, codedHeight: 8, timestamp: 0 });
}
