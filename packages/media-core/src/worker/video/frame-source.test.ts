import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FrameSource } from './frame-source.js';
import { FakeFrame, VirtualClock } from '../simulation.testing.js';

const picture = () => new FakeFrame(new Uint8Array(6), { format: 'I420', codedWidth: 2, codedHeight: 2, timestamp: 0 });

/** A picture at each of the times, and what is taken at `at` with `ms` of patience: its index and when, ms. */
async function taken({ pictures, at, ms }: { readonly pictures: number[]; readonly at: number; readonly ms: number }) {
  const clock = new VirtualClock();
  const source = new FrameSource(clock);
  const frames = pictures.map(picture);
  const begin = clock.now();
  pictures.forEach((time, i) => clock.after(time, () => source.offer((frames[i] ?? assert.fail()).asVideoFrame)));
  let found: { readonly index: number; readonly at: number } | undefined;
  clock.after(at, () => {
    void source.takeWithin(ms, 18).then((picture) => {
      const index = frames.findIndex((frame) => frame.asVideoFrame === picture?.frame);
      found = { index, at: clock.now() - begin };
    });
  });
  await clock.advance(200);
  source.clear();
  return found;
}

describe('the newest picture', () => {
  it('is taken at once, unless there is none', async () => {
    assert.deepEqual(await taken({ pictures: [10], at: 20, ms: 15 }), { index: 0, at: 20 });
    assert.deepEqual(await taken({ pictures: [30], at: 20, ms: 15 }), { index: 0, at: 30 });
    assert.deepEqual(await taken({ pictures: [], at: 20, ms: 15 }), { index: -1, at: 35 });
  });

  it('is waited for where the one before is stale, and does without it', async () => {
    assert.deepEqual(await taken({ pictures: [10, 43], at: 35, ms: 15 }), { index: 1, at: 43 });
    assert.deepEqual(await taken({ pictures: [10], at: 35, ms: 15 }), { index: 0, at: 50 });
    assert.deepEqual(await taken({ pictures: [10, 43], at: 35, ms: 0 }), { index: 0, at: 35 });
  });
});
