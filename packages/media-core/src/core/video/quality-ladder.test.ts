import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { EncodeCost, type Speed, SPEEDS } from './encode-cost.js';
import { type Quality, QualityLadder } from './quality-ladder.js';
import type { Capture } from './quality-rungs.js';

const STEP_MS = 100;
const HD: Capture = { width: 1280, height: 720, frameRate: 30, content: 'motion' };
const SCREEN: Capture = { width: 1920, height: 1080, frameRate: 30, content: 'detail' };
const RELATIVE: Readonly<Record<Speed, number>> = { 4: 1.8, 6: 1.06, 8: 1, 12: 0.85, 16: 0.72 };

interface Trace {
  readonly capture?: (now: number) => Capture;
  readonly bitrate: (now: number) => number;
  /** Encoding time per megapixel at speed 8 [ms]. */
  readonly device?: (now: number) => number;
}

/** Updates every 100 ms while encoding at the chosen quality; returns each decision. */
function run(seconds: number, { capture = () => HD, bitrate, device = () => 4 }: Trace): Quality[] {
  const cost = new EncodeCost();
  const ladder = new QualityLadder(cost);
  const decisions: Quality[] = [];
  for (let now = 0; now < seconds * 1000; now += STEP_MS) {
    const quality = ladder.update(capture(now), bitrate(now), now);
    decisions.push(quality);
    const pixels = quality.width * quality.height;
    const ms = (device(now) * RELATIVE[quality.speed] * pixels) / 1e6;
    for (let frame = 0; frame < 3; frame++) cost.record(pixels, quality.speed, ms, now);
  }
  return decisions;
}

const sizeOf = ({ width, height, frameRate }: Quality) => `${width}x${height}@${frameRate}`;

/** Returns the consecutive frame sizes and rates. */
function stays(decisions: readonly Quality[]): string[] {
  return decisions.map(sizeOf).filter((size, i, all) => size !== all[i - 1]);
}

describe('QualityLadder', () => {
  it('climbs to the full size while the bitrate rises', () => {
    const decisions = run(10, { bitrate: (now) => Math.min(300_000 * 2 ** (now / 1000), 1_800_000) });
    assert.equal(stays(decisions)[0], '640x360@30');
    assert.equal(stays(decisions).at(-1), '1280x720@30');
    assert.ok(
      decisions.slice(50).every(({ width }) => width === 1280),
      'within 5 s',
    );
    assert.ok(stays(decisions).length <= 3);
  });

  it('descends at once with the bitrate and climbs again with it', () => {
    const decisions = run(50, { bitrate: (now) => (now >= 10_000 && now < 25_000 ? 450_000 : 1_800_000) });
    assert.deepEqual(stays(decisions), ['1280x720@30', '640x360@30', '1280x720@30']);
    assert.equal(decisions[100]?.height, 360);
    assert.ok(decisions.slice(295).every(({ height }) => height === 720));
  });

  it('tolerates a short drop of the bitrate', () => {
    const decisions = run(20, { bitrate: (now) => (now % 5000 < 800 && now > 4000 ? 600_000 : 1_500_000) });
    assert.deepEqual(stays(decisions), ['1280x720@30']);
  });

  it('does not oscillate at a bitrate between two sizes', () => {
    const decisions = run(120, { bitrate: (now) => 760_000 + 120_000 * Math.sin(now / 1500) });
    assert.ok(stays(decisions).length <= 3, stays(decisions).join(' '));
  });

  it('climbs less often after climbs that failed', () => {
    const decisions = run(300, { bitrate: (now) => (now % 10_000 < 5000 ? 1_500_000 : 300_000) });
    assert.ok(stays(decisions).length <= 12, `${stays(decisions).length}`);
  });

  it('reduces the size first, then the frame rate, as the bitrate approaches 0', () => {
    const at = (bitrate: number) => stays(run(1, { bitrate: () => bitrate })).join(' ');
    assert.deepEqual([2e6, 5e5, 2e5, 1.3e5, 9e4, 7e4, 5e4, 1e4, 0].map(at), [
      '1280x720@30',
      '960x540@30',
      '480x270@30',
      '480x270@20',
      '320x180@30',
      '320x180@20',
      '320x180@10',
      '320x180@10',
      '320x180@10',
    ]);
  });

  it('keeps the size of a screen and reduces the frame rate', () => {
    const decisions = run(60, { capture: () => SCREEN, bitrate: (now) => (now < 30_000 ? 2_000_000 : 200_000) });
    assert.ok(decisions.every(({ width, height }) => width === 1920 && height === 1080));
    assert.deepEqual(stays(decisions), ['1920x1080@30', '1920x1080@1']);
  });

  it('chooses a size, frame rate and speed that a slow device sustains', () => {
    const decisions = run(60, { bitrate: () => 2_000_000, device: () => 40 });
    const settled = decisions.slice(300);
    assert.deepEqual(new Set(settled.map(sizeOf)), new Set(['640x360@30']));
    assert.ok(stays(decisions).length <= 8, stays(decisions).join(' '));
  });

  it('descends while the device is busy and climbs afterwards, without oscillating', () => {
    const decisions = run(150, { bitrate: () => 2_000_000, device: (now) => (now >= 20_000 && now < 60_000 ? 34 : 4) });
    assert.equal(decisions[199]?.height, 720);
    assert.ok((decisions[599]?.height ?? 720) < 720);
    assert.equal(decisions.at(-1)?.height, 720);
    assert.ok(stays(decisions).length <= 6, stays(decisions).join(' '));
  });

  it('follows a rotated or replaced camera at once', () => {
    const upright: Capture = { ...HD, width: 720, height: 1280 };
    const decisions = run(4, { capture: (now) => (now < 2000 ? HD : upright), bitrate: () => 2_000_000 });
    assert.deepEqual(stays(decisions), ['1280x720@30', '720x1280@30']);
    assert.equal(decisions[20]?.width, 720);
  });

  it('returns even sizes within the captured size and a valid speed, for any trace', () => {
    const trace = fc.array(
      fc.record({
        bitrate: fc.integer({ min: 0, max: 3_000_000 }),
        width: fc.integer({ min: 16, max: 2000 }),
        height: fc.integer({ min: 16, max: 2000 }),
        device: fc.integer({ min: 1, max: 200 }),
        content: fc.constantFrom('motion' as const, 'detail' as const),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(trace, (steps) => {
        const step = (now: number) => steps[Math.floor(now / 1000)] ?? steps[0] ?? { bitrate: 0, device: 1, ...HD };
        const capture = (now: number) => {
          const { width, height, content } = step(now);
          return { width, height, content, frameRate: 30 };
        };
        const decisions = run(steps.length, {
          capture,
          bitrate: (now) => step(now).bitrate,
          device: (now) => step(now).device,
        });
        decisions.forEach(({ width, height, speed }, i) => {
          const captured = capture(i * STEP_MS);
          assert.ok(width % 2 === 0 && height % 2 === 0 && width <= captured.width && height <= captured.height);
          assert.ok(SPEEDS.includes(speed));
        });
      }),
      { numRuns: 40 },
    );
  });
});
