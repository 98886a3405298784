import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CalmWay } from './calm-way.js';

const BROWSERS = 1_500_000;
/** What has to go without a queue after that. */
const ROOM = 1.5 * BROWSERS;
const MOST = 2_500_000;

describe('a calm way', () => {
  it('is calm until a queue grows', () => {
    const way = new CalmWay();
    assert.notEqual(way.calmSince, undefined);
    way.update({ bitrate: 300_000, most: MOST }, 100);
    assert.notEqual(way.calmSince, undefined);
    way.queueGrew(BROWSERS, 200);
    assert.equal(way.calmSince, undefined);
  });

  it('is calm again when it has taken half as much again as the browser sent, five seconds after the last queue', () => {
    const way = new CalmWay();
    way.queueGrew(BROWSERS, 0);
    way.queueGrew(200_000, 1000);
    assert.equal(
      calmAt(way, 0, () => ROOM),
      6000,
    );
  });

  it('is not calm while less goes than that, however long', () => {
    const way = new CalmWay();
    way.queueGrew(BROWSERS, 0);
    assert.equal(
      calmAt(way, 0, () => ROOM - 1),
      undefined,
    );
  });

  it('is calm when ours takes all that it can use', () => {
    const way = new CalmWay();
    way.queueGrew(5_000_000, 0);
    assert.equal(
      calmAt(way, 0, (now) => (now < 9000 ? MOST - 1 : MOST)),
      9000,
    );
  });

  it('is calm by the most alone if it was not known what the browser sent', () => {
    const way = new CalmWay();
    way.queueGrew(undefined, 0);
    assert.equal(
      calmAt(way, 0, () => MOST - 1),
      undefined,
    );
    assert.equal(
      calmAt(way, 60_000, () => MOST),
      60_000,
    );
  });

  it('takes twice as long with each queue soon after a calm, up to some minutes, and forgets after a long one', () => {
    const way = new CalmWay();
    const waits: number[] = [];
    let now = 0;
    for (let relapse = 0; relapse < 9; relapse += 1) {
      way.queueGrew(BROWSERS, now);
      const calm = calmAt(way, now, () => ROOM) ?? assert.fail();
      waits.push(calm - now);
      now = calm + 1000;
    }
    assert.deepEqual(
      waits.map((ms) => ms / 1000),
      [5, 10, 20, 40, 80, 160, 320, 320, 320],
    );
    now += 60_000;
    way.queueGrew(BROWSERS, now);
    assert.equal(
      calmAt(way, now, () => ROOM),
      now + 5000,
    );
  });

  it('is calm on another way', () => {
    const way = new CalmWay();
    way.queueGrew(BROWSERS, 0);
    way.reset();
    assert.notEqual(way.calmSince, undefined);
  });
});

/** When it becomes calm from `start` on, within ten minutes. */
function calmAt(way: CalmWay, start: number, bitrateAt: (now: number) => number): number | undefined {
  for (let now = start; now < start + 600_000; now += 100) {
    way.update({ bitrate: bitrateAt(now), most: MOST }, now);
    if (way.calmSince !== undefined) return way.calmSince;
  }
  return undefined;
}
