import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameSource } from './frame-source.js';
import { FakeFrame, VirtualClock } from '../simulation.testing.js';

const newFrame = () =>
  new FakeFrame(new Uint8Array(6), { format: 'I420', codedWidth: 2, codedHeight: 2, timestamp: 0 });

/** Index of the frame that is taken at `at` when frames are captured at these times, and when it is taken [ms]. */
async function taken({ captured, at, ms }: { readonly captured: number[]; readonly at: number; readonly ms: number }) {
  const clock = new VirtualClock();
  const source = new FrameSource(clock);
  const frames = captured.map(newFrame);
  const begin = clock.now();
  captured.forEach((time, i) => clock.after(time, () => source.offer((frames[i] ?? assert.fail()).asVideoFrame)));
  let found: { readonly index: number; readonly at: number } | undefined;
  clock.after(at, () => {
    void source.takeWithin(ms, 18).then((taken) => {
      const index = frames.findIndex((frame) => frame.asVideoFrame === taken?.frame);
      found = { index, at: clock.now() - begin };
    });
  });
  await clock.advance(200);
  source.clear();
  return found;
}

describe('the newest captured frame', () => {
  it('is taken at once if there is one', async () => {
    assert.deepEqual(await taken({ captured: [10], at: 20, ms: 15 }), { index: 0, at: 20 });
    assert.deepEqual(await taken({ captured: [30], at: 20, ms: 15 }), { index: 0, at: 30 });
    assert.deepEqual(await taken({ captured: [], at: 20, ms: 15 }), { index: -1, at: 35 });
  });

  it('is waited for if the present one is stale, which is taken if no other arrives', async () => {
    assert.deepEqual(await taken({ captured: [10, 43], at: 35, ms: 15 }), { index: 1, at: 43 });
    assert.deepEqual(await taken({ captured: [10], at: 35, ms: 15 }), { index: 0, at: 50 });
    assert.deepEqual(await taken({ captured: [10, 43], at: 35, ms: 0 }), { index: 0, at: 35 });
  });
});
