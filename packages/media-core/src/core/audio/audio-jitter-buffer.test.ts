import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AudioJitterBuffer } from './audio-jitter-buffer.js';
import { count, deliveries, playedPackets, indexOf, payloadOf, playOut, type NetworkTrace } from './playout.testing.js';
import { bursts, random } from '../dsp/signals.testing.js';

const run = (trace: NetworkTrace) => playOut(deliveries(trace));
const jitter = (ms: number, seed = 1) => {
  const next = random(seed);
  return () => 30 + ms * next();
};
/** For 2 % of the packets the receiving thread stalls for 15 to 60 ms, and the packets behind them are delayed too. */
function busyMachine(seed: number): (i: number) => number {
  const next = random(seed);
  let heldUntil = 0;
  return (i) => {
    if (next() < 0.02) heldUntil = i * 20 + 15 + 45 * next();
    return 30 + 2 * next() + Math.max(0, heldUntil - i * 20);
  };
}
const consecutive = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('AudioJitterBuffer with little jitter', () => {
  it('plays every packet once and in order, and reaches the minimum delay', () => {
    const { played, statistics } = run({ seconds: 30, delayOf: jitter(5) });
    const packets = playedPackets(played);
    assert.deepEqual(packets, consecutive(0, packets.length));
    assert.ok(packets.length >= 1498);
    assert.equal(statistics.concealedMs + statistics.lost + statistics.late + statistics.discarded, 0);
    assert.ok(statistics.delayMs <= 36, `${statistics.delayMs} ms`);
    assert.ok(count(played, ['accelerate']) <= 3);
    assert.equal(count(played, ['silence'], 1), 0);
  });

  it('supports render bursts of 20 ms', () => {
    const { played, statistics } = playOut(deliveries({ seconds: 30, delayOf: jitter(5) }), { tickMs: 20 });
    assert.deepEqual(playedPackets(played), consecutive(0, playedPackets(played).length));
    assert.equal(statistics.concealedMs + statistics.lost, 0);
    assert.ok(statistics.delayMs <= 46, `${statistics.delayMs} ms`);
  });

  it('keeps its delay during ten minutes of clock skew with few splices', () => {
    for (const skewPpm of [-200, 200]) {
      const { played, statistics } = run({ seconds: 600, skewPpm, delayOf: jitter(5) });
      assert.equal(statistics.lost, 0);
      // The drift is 120 ms in total. Packets and bursts have the same period, so each 10 ms of drift causes one
      // underrun.
      assert.ok(statistics.concealedMs <= 120);
      assert.ok(count(played, ['accelerate', 'expand']) < 40);
      assert.ok(played.every(({ time, delayMs }) => time < 20_000 || (delayMs > 0 && delayMs < 30)));
    }
  });

  it('trims silence when the delay is slightly above the target', () => {
    const { played } = run({ seconds: 120, skewPpm: -200, delayOf: jitter(5) });
    const trims = played.flatMap(({ decision, delayMs, targetMs }) =>
      decision.kind === 'trim' ? [{ ...decision, excess: delayMs - targetMs }] : [],
    );
    assert.ok(trims.length > 0);
    for (const { mostMs, excess } of trims) assert.ok(mostMs > 0 && mostMs <= 5 && mostMs <= excess);
  });

  it('keeps a minimum delay for lip sync', () => {
    const buffer = new AudioJitterBuffer();
    buffer.minimumDelayMs = 120;
    assert.equal(buffer.targetMs, 120);
    buffer.minimumDelayMs = 9000;
    assert.equal(buffer.targetMs, 500);
  });
});

describe('AudioJitterBuffer with render bursts', () => {
  for (const tickMs of [128 / 48, 256 / 48, 512 / 48]) {
    it(`limits the target to the jitter and a burst of ${tickMs.toFixed(1)} ms`, () => {
      for (const ms of [0, 5, 20]) {
        const { played, statistics } = playOut(deliveries({ seconds: 60, delayOf: jitter(ms) }), { tickMs });
        assert.ok(statistics.concealedMs <= 20);
        assert.ok(count(played, ['conceal', 'silence'], 3) <= 1, 'does not wait for one packet of 3000');
        const splices = count(played, ['accelerate', 'expand'], 3);
        assert.ok(splices <= 6, `what the target falls by: ${splices}`);
        assert.ok(statistics.targetMs <= Math.max(12, ms + tickMs + 2), `${ms} ms: ${statistics.targetMs} ms`);
        assert.ok(statistics.delayMs <= statistics.targetMs + 8, `${ms} ms: ${statistics.delayMs} ms`);
      }
    });
  }
});

describe('AudioJitterBuffer that knows when the next packets can arrive', () => {
  it('conceals up to that time in one decision, in whole steps', () => {
    const buffer = new AudioJitterBuffer();
    const [first] = deliveries({ seconds: 1, packetMs: 10, delayOf: () => 30 });
    assert.ok(first);
    buffer.insert(first.packet, first.arrival);
    assert.equal(buffer.next(80).kind, 'decode');
    for (const [ms, madeUp] of [
      [0.2, 2.5],
      [5, 5],
      [7.4, 7.5],
      [10.7, 12.5],
      [500, 20],
      [0, 5],
      [-3, 5],
      [undefined, 5],
    ] as const) {
      const decision = buffer.next(90, ms === undefined ? undefined : 90 + ms);
      assert.deepEqual(decision, { kind: 'conceal', durationMs: madeUp }, `${ms} ms`);
    }
  });
});

describe('AudioJitterBuffer with jitter', () => {
  it('raises the target within 2 s and lowers it slowly', () => {
    const shaken = jitter(80);
    const { played, statistics } = run({ seconds: 60, delayOf: (i) => (i > 500 && i < 1000 ? shaken() : 30) });
    const targetAt = (seconds: number) => played.find(({ time }) => time >= seconds * 1000)?.targetMs ?? 0;
    assert.ok(targetAt(9.9) < 30);
    assert.ok(targetAt(12.5) > 65, `${targetAt(12.5)} ms`);
    assert.ok(targetAt(25) > 50);
    assert.ok(targetAt(58) < 30);
    assert.ok(statistics.concealedMs < 500, `${statistics.concealedMs} ms concealed`);
    assert.equal(count(played, ['conceal'], 13), 0);
  });

  it('waits for most of a long-tailed delay distribution', () => {
    const next = random(5);
    const { statistics } = run({ seconds: 60, delayOf: () => 30 - 15 * Math.log(1 - next()) });
    assert.ok(statistics.lost < 30, `${statistics.lost} of 3000`);
    assert.ok(statistics.targetMs < 100, `${statistics.targetMs} ms`);
  });

  it('raises the target after stalls of the receiving thread', () => {
    const { played, statistics } = run({ seconds: 60, delayOf: busyMachine(7) });
    const concealed = count(played, ['conceal'], 10) * 10;
    assert.ok(concealed / 50 < 6, `${concealed / 50} ms/s concealed`);
    assert.ok(statistics.targetMs < 90, `${statistics.targetMs} ms`);
  });

  it('settles within 2 s without jitter', () => {
    const { played } = run({ seconds: 10, delayOf: () => 30 });
    const settled = played.filter(({ time }) => time > 2000).map(({ delayMs }) => delayMs);
    assert.ok(Math.max(...settled) - Math.min(...settled) < 8, `${Math.min(...settled)} to ${Math.max(...settled)} ms`);
    assert.ok(Math.max(...settled) < 20, `${Math.max(...settled)} ms`);
  });

  it('plays all packets after a stall of 300 ms and restores its delay within 6 s', () => {
    const { played, statistics } = run({
      seconds: 30,
      delayOf: (i) => 30 + (i > 500 && i <= 515 ? (515 - i) * 20 : 0),
    });
    assert.deepEqual(playedPackets(played), consecutive(0, playedPackets(played).length));
    assert.equal(statistics.concealmentEvents, 1);
    assert.ok(statistics.concealedMs < 300);
    assert.ok(count(played, ['accelerate'], 10, 16) > 10);
    assert.ok(played.every(({ time, delayMs }) => time < 16_500 || delayMs < 40));
  });

  it('discards packets above the maximum delay after a stall of 2 s', () => {
    const { played, statistics } = run({
      seconds: 45,
      delayOf: (i) => 30 + (i > 500 && i <= 600 ? (600 - i) * 20 : 0),
    });
    assert.ok(statistics.discarded > 50);
    assert.equal(statistics.concealmentEvents, 1);
    assert.ok(played.every(({ time, delayMs }) => time < 13_500 || delayMs < 500));
    assert.ok(statistics.delayMs < 40);
  });

  it('follows a change of the one-way delay in both directions', () => {
    for (const [before, after] of [
      [30, 130],
      [130, 30],
      [30, 800],
    ] as const) {
      const next = random(2);
      const { statistics } = run({ seconds: 60, delayOf: (i) => (i < 500 ? before : after) + 5 * next() });
      assert.ok(statistics.delayMs < 45, `${before} -> ${after}: ${statistics.delayMs} ms`);
      assert.ok(statistics.lost <= 2);
      assert.ok(statistics.concealedMs <= after + 30, `${before} -> ${after}: ${statistics.concealedMs} ms concealed`);
    }
  });
});

describe('AudioJitterBuffer with a queue on the network path', () => {
  /** Within 0.5 s after `from` [s] the queue fills to 250 ms, and it drains within another 0.5 s. */
  const queue = (from: number, packetMs: number) => (i: number) => {
    const since = (i * packetMs) / 1000 - from;
    return since < 0 || since > 1 ? 0 : 500 * Math.min(since, 1 - since);
  };

  for (const packetMs of [10, 20] as const) {
    it(`restores its delay within 2 s after a single queue, with packets of ${packetMs} ms`, () => {
      const shaken = jitter(5);
      const once = queue(20, packetMs);
      const { played, statistics } = run({ seconds: 40, packetMs, delayOf: (i) => shaken() + once(i) });
      assert.equal(statistics.lost + statistics.discarded, 0);
      assert.ok(statistics.concealedMs < 300, `${statistics.concealedMs} ms concealed`);
      assert.ok(played.every(({ time, delayMs }) => time < 23_000 || delayMs < 60));
    });

    it(`waits for a queue that builds up repeatedly, with packets of ${packetMs} ms`, () => {
      const shaken = jitter(5);
      const queues = [20, 24, 28, 32, 36, 40, 44, 48].map((from) => queue(from, packetMs));
      const delayOf = (i: number) => shaken() + queues.reduce((sum, one) => sum + one(i), 0);
      const { played, statistics } = run({ seconds: 52, packetMs, delayOf });
      assert.equal(statistics.lost, 0);
      assert.ok(count(played, ['conceal'], 30) * 10 < 100, 'few packets are late any more');
    });
  }
});

describe('AudioJitterBuffer with packets of 10 ms', () => {
  it('plays every packet once and in order at a low delay', () => {
    const { played, statistics } = run({ seconds: 30, packetMs: 10, delayOf: jitter(5) });
    const packets = playedPackets(played);
    assert.deepEqual(packets, consecutive(0, packets.length));
    assert.equal(statistics.lost + statistics.late + statistics.discarded, 0);
    assert.ok(statistics.concealedMs <= 10, 'only one packet at the start');
    assert.ok(statistics.delayMs <= 26, `${statistics.delayMs} ms`);
  });

  it('follows positive and negative clock skew', () => {
    for (const skewPpm of [-200, 200]) {
      const { played, statistics } = run({ seconds: 300, packetMs: 10, skewPpm, delayOf: jitter(5) });
      assert.equal(statistics.lost, 0);
      assert.ok(statistics.concealedMs <= 120, `of 60 ms of drift: ${statistics.concealedMs} ms concealed`);
      assert.ok(played.every(({ time, delayMs }) => time < 20_000 || (delayMs > 0 && delayMs < 30)));
    }
  });

  it('reduces the delay after a stall by splices of two packets, without loss', () => {
    const delayOf = (i: number) => 30 + (i > 1000 && i <= 1030 ? (1030 - i) * 10 : 0);
    const { played } = run({ seconds: 30, packetMs: 10, delayOf });
    assert.deepEqual(playedPackets(played), consecutive(0, playedPackets(played).length));
    assert.equal(count(played, ['conceal'], 10.4, 29), 0);
    assert.ok(played.every(({ time, delayMs }) => time < 13_000 || delayMs < 20));
  });

  it('recovers single losses and bursts', () => {
    const next = random(3);
    const isLost = bursts(0.2, 2, 4);
    const delayOf = () => (isLost() ? undefined : 30 + 5 * next());
    const concealed = (distances: readonly number[]) =>
      run({ seconds: 60, packetMs: 10, distances, delayOf }).statistics.concealedMs;
    assert.ok(concealed([1, 3]) < 0.3 * concealed([]));
  });

  it('restarts when the packet duration changes, and drops late packets of the old duration', () => {
    const buffer = new AudioJitterBuffer();
    const [old, late] = deliveries({ seconds: 1, delayOf: () => 30 });
    const [first] = deliveries({ seconds: 1, packetMs: 10, firstSequence: 5, clockOffset: 12_445, delayOf: () => 30 });
    if (!old || !late || !first) return assert.fail();
    buffer.insert(old.packet, 50);
    buffer.insert(first.packet, 150);
    buffer.insert(late.packet, 152);
    assert.equal(buffer.packetMs, 10);
    assert.equal(buffer.statistics.discarded, 1);
    const decision = [170, 180, 190].map((at) => buffer.next(at)).find(({ kind }) => kind === 'decode');
    assert.deepEqual(decision && 'payload' in decision && decision.payload, first.packet.payload);
  });
});

describe('AudioJitterBuffer after a restart of the sender with another packet duration', () => {
  it('plays the new packets, whatever their first sequence number', () => {
    for (const firstSequence of [0, 9_000_000]) {
      const buffer = new AudioJitterBuffer();
      const before = deliveries({ seconds: 2, firstSequence: 5_000_000, delayOf: () => 30 });
      const after = deliveries({ seconds: 2, packetMs: 10, firstSequence, clockOffset: 900_000, delayOf: () => 30 });
      for (const { packet, arrival } of before) buffer.insert(packet, arrival);
      for (const { packet, arrival } of after) buffer.insert(packet, arrival + 3000);
      assert.equal(buffer.packetMs, 10);
      const { received, discarded } = buffer.statistics;
      assert.ok(received === 300 && discarded < 150, `${discarded} of ${received} discarded`);
      const { kind } = buffer.next(5100);
      assert.notEqual(kind, 'conceal');
    }
  });
});

describe('AudioJitterBuffer with packet loss', () => {
  it('conceals only what is lost', () => {
    const next = random(3);
    const { statistics } = run({ seconds: 60, delayOf: () => (next() < 0.05 ? undefined : 30 + 5 * next()) });
    assert.ok(statistics.lost > 100);
    assert.ok(Math.abs(statistics.concealedMs - statistics.lost * 20) <= 60);
  });

  it('recovers single losses by FEC', () => {
    const next = random(3);
    const delayOf = () => (next() < 0.05 ? undefined : 30 + 5 * next());
    const { played, statistics } = run({ seconds: 60, fec: true, delayOf });
    assert.ok(statistics.recoveredByFec > 120);
    assert.ok(statistics.lost < 15);
    const packets = playedPackets(played);
    assert.ok(packets.every((packet, i) => i === 0 || packet > (packets[i - 1] ?? -1)));
  });

  it('waits for redundancy that recovers bursts at 20 % loss', () => {
    const concealed = (distances: number[]) => {
      const isLost = bursts(0.2, 2, 4);
      const next = random(8);
      const { statistics } = run({
        seconds: 60,
        distances,
        delayOf: () => (isLost() ? undefined : 30 + 10 * next()),
      });
      assert.ok(statistics.delayMs < 100);
      return statistics.concealedMs;
    };
    const without = concealed([]);
    assert.ok(without > 9000);
    assert.ok(concealed([1]) < 0.6 * without);
    assert.ok(concealed([2]) < 0.4 * without);
    assert.ok(concealed([1, 3]) < 0.3 * without);
  });

  it('fades to silence in an outage and resumes at its delay', () => {
    const { played, statistics } = run({ seconds: 30, delayOf: (i) => (i >= 500 && i < 600 ? undefined : 30) });
    assert.equal(statistics.concealmentEvents, 1);
    assert.equal(count(played, ['silence'], 10.6, 11.9), 130);
    assert.ok(statistics.concealedMs >= 1900 && statistics.concealedMs <= 2040);
    assert.ok(statistics.delayMs < 40);
    assert.equal(statistics.lost, 100);
  });
});

describe('AudioJitterBuffer in pauses', () => {
  const isPause = (i: number) => i % 500 > 250;

  it('treats DTX as silence, not as loss', () => {
    const { played, statistics } = run({ seconds: 40, delayOf: jitter(10), isPause });
    assert.equal(statistics.concealedMs + statistics.lost, 0);
    assert.ok(played.every(({ decision }) => !('durationMs' in decision) || (decision.durationMs * 2) % 5 === 0));
    assert.ok(count(played, ['silence'], 5.5, 9.5) > 350);
    assert.ok(played.every(({ decision, time }) => time < 1000 || decision.kind !== 'silence' || decision.comfort));
  });

  it('lowers its delay in pauses rather than by splices', () => {
    const splices = (pauses: boolean) => {
      const shaken = jitter(100);
      const { played, statistics } = run({
        seconds: 90,
        delayOf: (i) => (i < 240 ? shaken() : 30),
        ...(pauses && { isPause: (i: number) => i > 250 && i % 100 > 50 }),
      });
      assert.ok(statistics.delayMs < 40);
      return count(played, ['accelerate'], 10);
    };
    assert.ok(splices(true) <= splices(false) / 2, `${splices(true)} of ${splices(false)}`);
  });

  it('discards packets of a pause to catch up, if packets keep arriving', () => {
    const buffer = new AudioJitterBuffer({ startMs: 20 });
    const packet = (i: number) => ({
      sequence: i,
      captureTime: i * 20,
      payload: payloadOf(i),
      durationMs: 20 as const,
      isDtx: i > 0,
      hasFec: false,
      redundancy: [],
    });
    for (let i = 0; i < 15; i++) buffer.insert(packet(i), 100 + i * 20);
    assert.equal(buffer.next(120).kind, 'decode');
    assert.equal(buffer.next(140).kind, 'decode');
    const late = buffer.next(340);
    assert.ok('payload' in late && indexOf(late.payload) >= 10);
    assert.ok(buffer.statistics.discarded >= 8);
  });
});

describe('AudioJitterBuffer and sequence numbers', () => {
  it('continues across a wrap', () => {
    const { played, statistics } = run({ seconds: 20, firstSequence: 2 ** 32 - 300, delayOf: jitter(30) });
    assert.deepEqual(playedPackets(played), consecutive(0, playedPackets(played).length));
    assert.equal(statistics.restarts, 0);
  });

  it('follows a restart of the sender with another clock', () => {
    for (const firstSequence of [0, 480, 123_456_789]) {
      const first = deliveries({ seconds: 10, delayOf: jitter(5) });
      const second = deliveries({ seconds: 10, delayOf: jitter(5), firstSequence, clockOffset: 9_000_000 });
      const moved = second.map(({ packet, arrival }) => ({ packet, arrival: arrival + 10_500 }));
      const { played, statistics } = playOut([...first, ...moved]);
      assert.equal(statistics.restarts, 1, `from ${firstSequence}`);
      const packets = playedPackets(played.filter(({ time }) => time > 10_540));
      assert.deepEqual(packets, consecutive(0, packets.length));
      assert.ok(packets.length > 490);
      assert.ok(statistics.delayMs < 45);
    }
  });

  it('ignores a single packet with an implausible sequence number', () => {
    const good = deliveries({ seconds: 10, delayOf: () => 30 });
    const [stray] = deliveries({ seconds: 1, delayOf: () => 30, firstSequence: 77_777_777 });
    assert.ok(stray);
    const { played, statistics } = playOut(
      [...good, { ...stray, arrival: 5000 }].sort((a, b) => a.arrival - b.arrival),
    );
    assert.deepEqual(playedPackets(played), consecutive(0, playedPackets(played).length));
    assert.equal(statistics.restarts, 0);
    assert.equal(statistics.discarded, 1);
  });

  it('holds at most 64 packets while none are played, and continues near its target', () => {
    const buffer = new AudioJitterBuffer();
    const sent = deliveries({ seconds: 20, delayOf: () => 30 });
    for (const { packet, arrival } of sent) buffer.insert(packet, arrival);
    assert.equal(buffer.statistics.discarded, 936);
    const decision = buffer.next(20_050);
    assert.ok('payload' in decision && indexOf(decision.payload) > 990);
  });

  for (const ahead of [1, 49, 99, 400, 2 ** 31 + 10]) {
    it(`continues soon after a packet whose sequence number jumps by ${ahead} while its capture time does not`, () => {
      const good = deliveries({ seconds: 10, delayOf: () => 30 });
      const { packet } = good[250] ?? assert.fail();
      const stray = { packet: { ...packet, sequence: (packet.sequence + ahead) >>> 0 }, arrival: 5051 };
      const { played } = playOut([...good, stray].sort((a, b) => a.arrival - b.arrival));
      const packets = playedPackets(played.filter(({ time }) => time > 6300));
      assert.deepEqual(packets, consecutive(500 - packets.length, 500));
      assert.ok(packets.length > 180, `${packets.length} of 187`);
    });
  }

  for (const captureTime of [0, 2 ** 47]) {
    it(`continues after a packet with the capture time ${captureTime}`, () => {
      const good = deliveries({ seconds: 10, delayOf: () => 30 });
      const sent = good.map(({ packet, arrival }, i) => ({
        packet: i === 250 ? { ...packet, captureTime } : packet,
        arrival,
      }));
      const { played } = playOut(sent);
      const packets = playedPackets(played.filter(({ time }) => time > 5200));
      assert.deepEqual(packets, consecutive(500 - packets.length, 500));
      assert.ok(packets.length > 235, `${packets.length} of 240`);
    });
  }

  it('continues within 1 s after a packet that makes all others late', () => {
    const good = deliveries({ seconds: 10, delayOf: () => 30 });
    const { packet } = good[250] ?? assert.fail();
    const { sequence, captureTime } = packet;
    const stray = { packet: { ...packet, sequence: sequence + 99, captureTime: captureTime + 1e6 }, arrival: 5051 };
    const { played, statistics } = playOut([...good, stray].sort((a, b) => a.arrival - b.arrival));
    const packets = playedPackets(played.filter(({ time }) => time > 6200));
    assert.deepEqual(packets, consecutive(500 - packets.length, 500));
    assert.ok(packets.length > 185, `${packets.length} of 191`);
    assert.equal(statistics.restarts, 1);
  });

  it('holds at most 64 packets at 500 packets/s with 15 copies each', () => {
    const buffer = new AudioJitterBuffer();
    const distances = Array.from({ length: 15 }, (_, i) => 1 + i * 17);
    for (let i = 0; i < 5000; i++) {
      const redundancy = distances.map((distance) => ({ distance, payload: payloadOf(i) }));
      const payload = payloadOf(i);
      const packet = {
        sequence: i * 16,
        captureTime: i * 320,
        payload,
        durationMs: 20,
        isDtx: false,
        hasFec: false,
      } as const;
      buffer.insert({ ...packet, redundancy }, i * 2);
    }
    assert.equal(buffer.statistics.held, 64);
  });

  it('holds at most 40 kB', () => {
    const buffer = new AudioJitterBuffer();
    const held: number[] = [];
    for (const { packet, arrival } of deliveries({ seconds: 1, delayOf: () => 30 })) {
      buffer.insert({ ...packet, payload: new Uint8Array(5000).fill(held.length) }, arrival);
      held.push(packet.sequence);
    }
    assert.equal(buffer.statistics.discarded, held.length - 8);
  });

  it('accounts for every packet under any network trace', () => {
    const fate = fc.record({
      delay: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 60 }) }, fc.integer({ min: 0, max: 1500 })),
      lost: fc.boolean(),
      copies: fc.integer({ min: 1, max: 3 }),
    });
    const trace = fc.record({
      fates: fc.array(fate, { minLength: 1, maxLength: 300 }),
      distances: fc.subarray([1, 2, 3, 9]),
      fec: fc.boolean(),
    });
    fc.assert(
      fc.property(trace, ({ fates, distances, fec }) => {
        const delayOf = (i: number) => (fates[i]?.lost ? undefined : fates[i]?.delay);
        const sent = deliveries({ seconds: fates.length / 50, delayOf, distances, fec });
        const copies = sent.flatMap((delivery) =>
          consecutive(0, fates[indexOf(delivery.packet.payload)]?.copies ?? 1).map(() => delivery),
        );
        const { played, statistics } = playOut(copies, { afterMs: 3000 });
        const packets = playedPackets(played);
        assert.ok(packets.every((packet, i) => i === 0 || packet > (packets[i - 1] ?? -1)));
        assert.equal(statistics.received, copies.length);
        const recovered = statistics.recoveredByFec + statistics.recoveredByRedundancy;
        const accounted = packets.length - recovered + statistics.discarded + statistics.late;
        const surplus = accounted - (statistics.received - statistics.duplicates);
        // Discarded entries may be copies.
        assert.ok(distances.length === 0 ? surplus === 0 : surplus >= 0, `${surplus}`);
        assert.ok(statistics.targetMs >= 6 && statistics.targetMs <= 500);
      }),
      { numRuns: 60 },
    );
  });
});
