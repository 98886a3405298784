import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FreezeDetector } from './freeze-detector.js';

/** Renders the first frame at once and one after each gap; returns the time of the last [ms]. */
function render(detector: FreezeDetector, gaps: readonly number[], start = 0): number {
  let now = start;
  detector.rendered(now);
  for (const gap of gaps) detector.rendered((now += gap));
  return now;
}

const steady = (frames: number, gap = 33) => Array.from({ length: frames }, () => gap);

describe('FreezeDetector', () => {
  it('reports no freeze for steady or slightly uneven frames', () => {
    const detector = new FreezeDetector();
    const now = render(detector, [...steady(60), 100, 20, 150, ...steady(30), 180]);
    assert.deepEqual([detector.freezes(now), detector.frozenMs(now)], [0, 0]);
  });

  it('counts a gap with its full length', () => {
    const detector = new FreezeDetector();
    const now = render(detector, [...steady(40), 500, ...steady(40)]);
    assert.deepEqual([detector.freezes(now), detector.frozenMs(now)], [1, 500]);
  });

  it('counts a freeze while it lasts, and once', () => {
    const detector = new FreezeDetector();
    const now = render(detector, steady(40));
    assert.equal(detector.frozenMs(now + 150), 0);
    assert.deepEqual([detector.freezes(now + 200), detector.frozenMs(now + 200)], [1, 200]);
    assert.deepEqual([detector.freezes(now + 900), detector.frozenMs(now + 900)], [1, 900]);
    detector.rendered(now + 1000);
    assert.deepEqual([detector.freezes(now + 1000), detector.frozenMs(now + 1000)], [1, 1000]);
  });

  it('adapts to a low frame rate', () => {
    const detector = new FreezeDetector();
    const now = render(detector, [...steady(40), ...steady(60, 1000)]);
    assert.ok(detector.freezes(now) <= 10);
    assert.equal(detector.freezes(now), detector.freezes(now + 900));
  });

  it('needs five gaps first, and does not count a pause', () => {
    const detector = new FreezeDetector();
    let now = render(detector, [33, 2000, 33, 33]);
    assert.equal(detector.freezes(now), 0);
    now = render(detector, steady(60), now + 33);
    detector.pause(now + 33);
    now = render(detector, steady(40), now + 60_000);
    assert.equal(detector.freezes(now), 0);
  });

  it('keeps a freeze that ends with a pause', () => {
    const detector = new FreezeDetector();
    const now = render(detector, steady(40));
    detector.pause(now + 700);
    assert.deepEqual([detector.freezes(now + 9000), detector.frozenMs(now + 9000)], [1, 700]);
  });

  it('never decreases, and never exceeds the elapsed time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 100 }), (gaps) => {
        const detector = new FreezeDetector();
        let now = 0;
        let before = 0;
        detector.rendered(now);
        for (const gap of gaps) {
          for (const at of [now + gap / 2, now + gap]) {
            const frozen = detector.frozenMs(at);
            assert.ok(frozen >= before && frozen <= at);
            before = frozen;
          }
          detector.rendered((now += gap));
        }
      }),
    );
  });
});
