import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RateController, type RateDecision, type RateSample } from './rate-controller.js';

const STEP_MS = 100;

/** Decides every 100 ms for `seconds`. */
function run(controller: RateController, seconds: number, sample: (now: number) => RateSample, start = 0) {
  const decisions: RateDecision[] = [];
  for (let now = start; now < start + seconds * 1000; now += STEP_MS)
    decisions.push(controller.decide(sample(now), now));
  return decisions;
}

const last = (decisions: readonly RateDecision[]) => decisions.at(-1)?.bitrate ?? NaN;
const near = (value: number, expected: number) => Math.abs(value - expected) <= 0.06 * expected;

describe('RateController with a target', () => {
  it('starts at 300 kbit/s and doubles each second, up to 90 % of the target', () => {
    const decisions = run(new RateController(), 5, () => ({ targetBitrate: 2_000_000 }));
    assert.equal(decisions[0]?.bitrate, 300_000);
    assert.ok(near(decisions[10]?.bitrate ?? NaN, 600_000));
    assert.ok(near(decisions[20]?.bitrate ?? NaN, 1_200_000));
    assert.equal(last(decisions), 1_800_000);
  });

  it('falls at once and rises slowly', () => {
    const controller = new RateController();
    run(controller, 5, () => ({ targetBitrate: 2_000_000 }));
    const [fallen] = run(controller, 0.1, () => ({ targetBitrate: 500_000 }), 5000);
    assert.equal(fallen?.bitrate, 450_000);
    const recovery = run(controller, 10, () => ({ targetBitrate: 2_000_000 }), 5100);
    assert.equal(recovery[5]?.bitrate, 450_000);
    assert.ok((recovery[30]?.bitrate ?? NaN) < 1_000_000);
    assert.equal(last(recovery), 1_800_000);
  });

  it('uses a smaller share of the target while packets wait in the pacer', () => {
    const controller = new RateController();
    const waiting = (ms: number) => (now: number) => ({
      targetBitrate: 1_000_000,
      packetsSent: now / 10,
      totalPacketSendDelay: ((now / 10) * ms) / 1000,
    });
    assert.ok(near(last(run(controller, 8, waiting(60))), 800_000));
    assert.equal(last(run(controller, 8, waiting(5), 8000)), 900_000);
  });

  it("compensates for the target that excludes the size of wasm frames above the carrier's", () => {
    const sample = () => ({ targetBitrate: 490_000, availableBitrate: 970_000 });
    assert.equal(last(run(new RateController(), 8, sample)), 0.9 * (970_000 - 110_000));
    const narrow = () => ({ targetBitrate: 60_000, availableBitrate: 200_000 });
    assert.equal(last(run(new RateController(), 8, narrow)), 0.9 * 150_000);
    const paused = run(new RateController(), 3, () => ({ targetBitrate: 0, availableBitrate: 900_000 }));
    assert.equal(last(paused), 0);
  });

  it('never exceeds the target and never jumps up, for any target', () => {
    const targets = fc.array(fc.option(fc.integer({ min: 0, max: 4_000_000 }), { nil: undefined }), { maxLength: 100 });
    fc.assert(
      fc.property(targets, (trace) => {
        const controller = new RateController();
        let before = 300_000;
        let target = Infinity;
        trace.forEach((targetBitrate, i) => {
          target = targetBitrate ?? target;
          const { bitrate } = controller.decide({ targetBitrate }, i * STEP_MS);
          assert.ok(bitrate <= Math.max(0.9 * target, 0) && bitrate <= 2_500_000);
          if (bitrate > 300_000) assert.ok(bitrate <= before * 1.3, `${before} -> ${bitrate}`);
          before = bitrate;
        });
      }),
    );
  });

  it("does not change the encoder's bitrate for small rises", () => {
    const controller = new RateController();
    run(controller, 6, () => ({ targetBitrate: 1_000_000 }));
    run(controller, 1, () => ({ targetBitrate: 500_000 }), 6000);
    const decisions = run(controller, 3, () => ({ targetBitrate: 1_000_000 }), 7000);
    const values = new Set(decisions.map(({ bitrate }) => bitrate));
    assert.ok(values.size <= 16, `${values.size} values`);
  });

  it('sends nothing while the browser sends nothing, and restarts low', () => {
    const controller = new RateController();
    run(controller, 5, () => ({ targetBitrate: 2_000_000 }));
    const [paused] = run(controller, 0.1, () => ({ targetBitrate: 0 }), 5000);
    assert.deepEqual(paused, { bitrate: 0, skipFrame: true, signal: 'target' });
    const resumed = run(controller, 3, () => ({ targetBitrate: 2_000_000 }), 5100);
    assert.equal(resumed[0]?.bitrate, 300_000);
    assert.ok(last(resumed) > 1_500_000);
  });

  it('follows a target below the minimum bitrate', () => {
    assert.equal(last(run(new RateController(), 1, () => ({ targetBitrate: 20_000 }))), 18_000);
  });

  it('keeps the last target for 2 s, then returns to the start bitrate', () => {
    const controller = new RateController();
    run(controller, 5, () => ({ targetBitrate: 2_000_000 }));
    const decisions = run(controller, 3, () => ({ targetBitrate: NaN }), 5000);
    assert.equal(decisions[18]?.bitrate, 1_800_000);
    assert.deepEqual(decisions.at(-1), { bitrate: 300_000, skipFrame: false, signal: 'none' });
  });

  it('starts low after a route change and ramps again', () => {
    const controller = new RateController();
    run(controller, 5, () => ({ targetBitrate: 2_000_000 }));
    run(controller, 1, () => ({ targetBitrate: 1_000_000 }), 5000);
    controller.routeChanged();
    const decisions = run(controller, 3, () => ({ targetBitrate: 2_000_000 }), 6000);
    assert.ok((decisions[0]?.bitrate ?? NaN) <= 330_000);
    assert.ok((decisions[20]?.bitrate ?? NaN) > 1_000_000);
  });
});

describe('RateController without a target', () => {
  it('stays at the start bitrate without statistics', () => {
    const decisions = run(new RateController(), 10, () => ({}));
    assert.ok(decisions.every(({ bitrate, skipFrame }) => bitrate === 300_000 && !skipFrame));
  });

  it('backs off on loss or a rising round trip', () => {
    for (const trouble of [{ lossFraction: 0.3, roundTripMs: 40 }, { roundTripMs: 400 }]) {
      const controller = new RateController();
      run(controller, 2, () => ({ roundTripMs: 40 }));
      const bitrate = last(run(controller, 5, () => trouble, 2000));
      assert.ok(bitrate < 130_000 && bitrate >= 30_000, `${bitrate}`);
    }
  });

  it('ignores carriers that are small because the video is simple', () => {
    const controller = new RateController();
    const simple = run(controller, 10, (now) => ({ carrierBytes: 12.5 * now, wasmBytes: 10 * now }));
    assert.equal(last(simple), 300_000);
    const from = 12.5 * 10_000;
    const sent = 10 * 10_000;
    const moving = (now: number) => ({
      carrierBytes: from + 100 * (now - 10_000),
      wasmBytes: sent + 37.5 * (now - 10_000),
    });
    assert.ok(last(run(controller, 6, moving, 10_000)) > 600_000, 'rises with more complex video');
  });

  it('follows carriers below the bitrate sent, even if the encoder does not use its bitrate', () => {
    const controller = new RateController();
    run(controller, 8, (now) => ({ carrierBytes: 150 * now, wasmBytes: 110 * now }));
    const less = (now: number) => ({
      carrierBytes: 150 * 8000 + 40 * (now - 8000),
      wasmBytes: 110 * 8000 + 75 * (now - 8000),
    });
    assert.ok(near(last(run(controller, 3, less, 8000)), 288_000));
  });

  it("follows 90 % of the carriers' bitrate", () => {
    const rates = [(now: number) => 125 * now, (now: number) => 125 * 8000 + 37.5 * (now - 8000)];
    const controller = new RateController();
    const up = run(controller, 8, (now) => ({ carrierBytes: rates[0]?.(now) }));
    assert.equal(up.at(-1)?.signal, 'carrier');
    assert.ok(near(last(up), 900_000), `${last(up)}`);
    const down = run(controller, 3, (now) => ({ carrierBytes: rates[1]?.(now) }), 8000);
    assert.ok(near(last(down), 270_000), `${last(down)}`);
  });
});

interface Link {
  /** Capacity at a time [bits/s]. */
  readonly capacity: (now: number) => number;
  /** What the sender measures on the link. */
  readonly learn: (link: LinkState, now: number) => RateSample;
}

interface LinkState {
  readonly queueMs: number;
  readonly deliveredBitrate: number;
  readonly packetsSent: number;
  readonly totalPacketSendDelay: number;
}

/**
 * Sends 30 frames/s through a queue before a link of changing capacity; returns the maximum delay and the bitrate per
 * second.
 */
function transmit(seconds: number, { capacity, learn }: Link) {
  const controller = new RateController();
  const second = Array.from({ length: seconds }, () => ({ worstMs: 0, frames: 0, bitrate: 0 }));
  let queue = 0;
  let packetsSent = 0;
  let totalPacketSendDelay = 0;
  let delivered = 0;
  let deliveredBefore = 0;
  let decision: RateDecision = { bitrate: 300_000, skipFrame: false, signal: 'none' };
  for (let step = 0; step < seconds * 100; step++) {
    const now = step * 10;
    const sent = Math.min(queue, capacity(now) / 100);
    const queueMs = (queue / capacity(now)) * 1000;
    queue -= sent;
    delivered += sent;
    packetsSent += sent / 8000;
    totalPacketSendDelay += ((sent / 8000) * queueMs) / 1000;
    const slot = second[Math.floor(now / 1000)];
    assert.ok(slot);
    if (step % 10 === 0) {
      const deliveredBitrate = (delivered - deliveredBefore) * 10;
      deliveredBefore = delivered;
      decision = controller.decide(learn({ queueMs, deliveredBitrate, packetsSent, totalPacketSendDelay }, now), now);
    }
    if (step % 3 === 0 && !decision.skipFrame) {
      queue += decision.bitrate * 0.03;
      slot.frames++;
      slot.worstMs = Math.max(slot.worstMs, (queue / capacity(now)) * 1000);
    }
    slot.bitrate = decision.bitrate;
  }
  return second;
}

describe('a link that falls from 2 Mbit/s to 500 kbit/s for 15 s', () => {
  const capacity = (now: number) => (now >= 10_000 && now < 25_000 ? 500_000 : 2_000_000);
  const latest = (now: number, delay: number) => capacity(Math.max(now - delay, 0));

  it("is followed by the browser's target, 500 ms late", () => {
    const seconds = transmit(45, {
      capacity,
      learn: ({ packetsSent, totalPacketSendDelay }, now) => ({
        targetBitrate: latest(now, 500),
        packetsSent,
        totalPacketSendDelay,
      }),
    });
    assert.ok((seconds[9]?.bitrate ?? NaN) === 1_800_000);
    assert.ok(seconds.slice(12, 25).every(({ bitrate }) => bitrate === 450_000));
    assert.ok(
      seconds.every(({ worstMs }) => worstMs < 700),
      'the pacer guard bounds the queue',
    );
    assert.ok(seconds.slice(12, 25).every(({ worstMs, frames }) => worstMs < 100 && frames >= 30));
    assert.equal(seconds.at(-1)?.bitrate, 1_800_000);
  });

  it("is followed by the peer's reports, 100 ms late", () => {
    const history: LinkState[] = [];
    const seconds = transmit(60, {
      capacity,
      learn: (state, now) => {
        history.push(state);
        const seen = history.at(-2);
        return seen && now % 200 === 0
          ? { report: { bitrate: seen.deliveredBitrate, queueDelayMs: seen.queueMs, lossFraction: 0 } }
          : {};
      },
    });
    assert.ok((seconds[9]?.bitrate ?? NaN) > 1_200_000, `${seconds[9]?.bitrate}`);
    const low = seconds.slice(13, 25);
    assert.ok(
      low.every(({ bitrate }) => bitrate > 250_000 && bitrate < 700_000),
      JSON.stringify(low),
    );
    assert.ok(
      low.every(({ worstMs }) => worstMs < 400),
      JSON.stringify(low),
    );
    assert.ok((seconds.at(-1)?.bitrate ?? NaN) > 1_200_000);
  });

  it('does not raise the bitrate while the pacer guard is active', () => {
    const controller = new RateController();
    const stuck = (now: number) => ({
      targetBitrate: 2_000_000,
      packetsSent: now / 10,
      totalPacketSendDelay: (now / 10) * 0.3,
    });
    const decisions = run(controller, 2, stuck);
    assert.ok(decisions.slice(1).every(({ bitrate, skipFrame }) => skipFrame && bitrate === 300_000));
  });

  it('keeps the delay bounded by the pacer guard alone', () => {
    const seconds = transmit(25, {
      capacity,
      learn: ({ packetsSent, totalPacketSendDelay }) => ({
        targetBitrate: 2_000_000,
        packetsSent,
        totalPacketSendDelay,
      }),
    });
    assert.ok(
      seconds.every(({ worstMs }) => worstMs < 1000),
      JSON.stringify(seconds),
    );
    assert.ok(seconds.every(({ frames }) => frames > 5));
  });
});

describe('a queue reported by the peer', () => {
  const queue = (queueDelayMs: number, bitrate = 1_500_000) => ({ bitrate, queueDelayMs, lossFraction: 0 });
  const settled = (standingMs = 20) => {
    const controller = new RateController();
    run(controller, 5, () => ({ targetBitrate: 2_000_000 }));
    assert.equal(controller.react(queue(standingMs), 5000), undefined);
    return controller;
  };

  it('is drained before the estimate falls, and the capacity is used afterwards', () => {
    const controller = settled();
    assert.equal(controller.react(queue(50), 5000), undefined);
    assert.equal(controller.react(queue(110), 5000)?.bitrate, 525_000);
    assert.equal(controller.decide({ targetBitrate: 2_000_000 }, 5050).bitrate, 525_000);
    assert.equal(controller.react(queue(90, 900_000), 5100)?.bitrate, 315_000);
    assert.equal(controller.react(queue(30, 400_000), 5200)?.bitrate, 720_000);
    assert.equal(controller.decide({ targetBitrate: 600_000 }, 5250).bitrate, 540_000, 'the estimate');
  });

  it('makes the bitrate rise slowly near the capacity', () => {
    const drained = () => {
      const controller = settled();
      controller.react(queue(110, 500_000), 5000);
      controller.react(queue(30, 500_000), 5200);
      return controller;
    };
    const decisions = run(drained(), 20, () => ({ targetBitrate: 2_000_000 }), 5200);
    assert.equal(decisions[0]?.bitrate, 400_000);
    assert.ok((decisions[80]?.bitrate ?? NaN) < 520_000, `${decisions[80]?.bitrate}`);
    assert.ok(last(decisions) > 560_000, `${last(decisions)}`);
    const wider = run(drained(), 8, () => ({ targetBitrate: 800_000, availableBitrate: 1_500_000 }), 5200);
    assert.ok(last(wider) > 1_000_000, `${last(wider)}`);
  });

  it('is left to the estimate if it does not drain', () => {
    const controller = settled();
    for (let now = 5000; now <= 6100; now += 100) controller.react(queue(200), now);
    assert.equal(controller.decide({ targetBitrate: 2_000_000 }, 6100).bitrate, 1_200_000);
    for (let now = 6200; now < 7000; now += 100) assert.equal(controller.react(queue(220), now), undefined);
    const old = settled(200);
    for (let now = 5100; now < 9000; now += 100) assert.equal(old.react(queue(220), now), undefined);
  });

  it('does not reduce the bitrate far below the estimate', () => {
    const controller = settled();
    assert.equal(controller.react(queue(60_000, 1000), 5000)?.bitrate, 300_000);
    assert.equal(settled().react(queue(300, 0), 5000), undefined, 'no frame arrived');
  });

  it('is forgotten after a route change', () => {
    const controller = settled();
    controller.react(queue(110), 5000);
    controller.routeChanged();
    assert.equal(controller.react(queue(300), 5100), undefined);
  });
});

describe('reports of the peer', () => {
  const report = (bitrate: number, queueDelayMs = 5, lossFraction = 0) => ({
    report: { bitrate, queueDelayMs, lossFraction },
  });

  it('raise the bitrate only while it is used', () => {
    const idle = run(new RateController(), 10, () => report(30_000));
    assert.equal(last(idle), 300_000);
  });

  it('do not raise it by more than was sent', () => {
    const sent = (now: number) => ({ carrierBytes: 25 * now, wasmBytes: 25 * now });
    const decisions = run(new RateController(), 10, (now) => ({ ...report(4e9), ...sent(now) }));
    assert.ok(last(decisions) < 600_000, `${last(decisions)} bits/s of 200,000 sent`);
  });

  it('without congestion are ignored after seconds of contradicting RTCP', () => {
    const trouble = { lossFraction: 0.4, roundTripMs: 600 };
    const controller = new RateController();
    run(controller, 2, () => ({ ...report(2_000_000), roundTripMs: 40, lossFraction: 0 }));
    const decisions = run(controller, 15, () => ({ ...report(2_000_000), ...trouble }), 2000);
    assert.ok(last(decisions) < 200_000, `${last(decisions)} bits/s`);
  });

  it('of a queue that nothing else shows are ignored after seconds', () => {
    const calm = { lossFraction: 0, roundTripMs: 40 };
    const queue = { bitrate: 1, queueDelayMs: 65_535, lossFraction: 1 };
    const carriers = (now: number) => ({ ...calm, carrierBytes: 200 * now });
    const firefox = new RateController();
    run(firefox, 3, carriers);
    const held = run(firefox, 6, (now) => ({ ...carriers(now), report: queue }), 3000);
    assert.ok(last(held) < 50_000, `${last(held)} bits/s`);
    const freed = run(firefox, 8, (now) => ({ ...carriers(now), report: queue }), 9000);
    assert.ok(last(freed) > 500_000, `${last(freed)} bits/s`);

    const chromium = new RateController();
    const target = () => ({ ...calm, targetBitrate: 2_000_000 });
    run(chromium, 5, target);
    const decisions: number[] = [];
    for (let now = 5000; now < 25_000; now += STEP_MS) {
      chromium.react({ ...queue, queueDelayMs: now % 2000 < 1000 ? 65_535 : 0, bitrate: 1 }, now);
      decisions.push(chromium.decide(target(), now).bitrate);
    }
    assert.ok((decisions.at(-1) ?? 0) > 1_000_000, `${decisions.at(-1)} bits/s`);
  });

  it('of high loss reduce the bitrate in steps, of low loss hold it', () => {
    const controller = new RateController();
    let bitrate = 300_000;
    const used = () => report(bitrate);
    for (let now = 0; now < 4000; now += STEP_MS) bitrate = controller.decide(used(), now).bitrate;
    const top = bitrate;
    assert.ok(top > 1_000_000);
    assert.ok(near(last(run(controller, 2, () => report(top, 5, 0.05), 4000)), top));
    const fallen = last(run(controller, 3, () => report(top, 5, 0.3), 6000));
    assert.ok(fallen < 0.6 * top && fallen > 0.3 * top, `${fallen}`);
  });
});
