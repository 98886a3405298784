import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UncongestedPath } from './uncongested-path.js';

const BROWSERS = 1_500_000;
/** Bitrate to sustain without a queue. */
const HEADROOM = 1.5 * BROWSERS;
const MAX = 2_500_000;

describe('UncongestedPath', () => {
  it('is uncongested until a queue grows', () => {
    const path = new UncongestedPath();
    assert.notEqual(path.uncongestedSince, undefined);
    path.update({ bitrate: 300_000, max: MAX }, 100);
    assert.notEqual(path.uncongestedSince, undefined);
    path.queueGrew(BROWSERS, 200);
    assert.equal(path.uncongestedSince, undefined);
  });

  it("is uncongested again after 5 s without a queue at 1.5 times the browser's bitrate", () => {
    const path = new UncongestedPath();
    path.queueGrew(BROWSERS, 0);
    path.queueGrew(200_000, 1000);
    assert.equal(
      uncongestedAt(path, 0, () => HEADROOM),
      6000,
    );
  });

  it('stays congested at a lower bitrate, for any time', () => {
    const path = new UncongestedPath();
    path.queueGrew(BROWSERS, 0);
    assert.equal(
      uncongestedAt(path, 0, () => HEADROOM - 1),
      undefined,
    );
  });

  it('is uncongested again at the maximum bitrate of our encoder', () => {
    const path = new UncongestedPath();
    path.queueGrew(5_000_000, 0);
    assert.equal(
      uncongestedAt(path, 0, (now) => (now < 9000 ? MAX - 1 : MAX)),
      9000,
    );
  });

  it("requires the maximum bitrate if the browser's bitrate is unknown", () => {
    const path = new UncongestedPath();
    path.queueGrew(undefined, 0);
    assert.equal(
      uncongestedAt(path, 0, () => MAX - 1),
      undefined,
    );
    assert.equal(
      uncongestedAt(path, 60_000, () => MAX),
      60_000,
    );
  });

  it('doubles the wait after each early queue, up to a maximum, and resets it after a minute without a queue', () => {
    const path = new UncongestedPath();
    const waits: number[] = [];
    let now = 0;
    for (let relapse = 0; relapse < 9; relapse += 1) {
      path.queueGrew(BROWSERS, now);
      const resumedAt = uncongestedAt(path, now, () => HEADROOM) ?? assert.fail();
      waits.push(resumedAt - now);
      now = resumedAt + 1000;
    }
    assert.deepEqual(
      waits.map((ms) => ms / 1000),
      [5, 10, 20, 40, 80, 160, 320, 320, 320],
    );
    now += 60_000;
    path.queueGrew(BROWSERS, now);
    assert.equal(
      uncongestedAt(path, now, () => HEADROOM),
      now + 5000,
    );
  });

  it('is uncongested after a route change', () => {
    const path = new UncongestedPath();
    path.queueGrew(BROWSERS, 0);
    path.reset();
    assert.notEqual(path.uncongestedSince, undefined);
  });
});

/** When the path counts as uncongested again, within ten minutes from `start` [ms]. */
function uncongestedAt(path: UncongestedPath, start: number, bitrateAt: (now: number) => number): number | undefined {
  for (let now = start; now < start + 600_000; now += 100) {
    path.update({ bitrate: bitrateAt(now), max: MAX }, now);
    if (path.uncongestedSince !== undefined) return path.uncongestedSince;
  }
  return undefined;
}
