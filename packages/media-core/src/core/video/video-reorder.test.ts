import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { type SequencedFrame, VideoReorder } from './video-reorder.js';

const INTERVAL_MS = 33;

/** Frame `index` of a sender at 30 frames/s; `first` is the sequence number of frame 0. */
function frame(index: number, options: { key?: boolean; first?: number; byteLength?: number } = {}): SequencedFrame {
  const { key = index === 0, first = 0, byteLength = 1000 } = options;
  return { sequence: (first + index) >>> 0, captureTime: 5000 + index * INTERVAL_MS, keyFrame: key, byteLength };
}

let reorder: VideoReorder<SequencedFrame>;
let out: number[];
let requests: number[];

/** Pushes a frame; a number stands for the frame with that index. */
function push(given: number | SequencedFrame, now: number): void {
  note(reorder.push(typeof given === 'number' ? frame(given) : given, now), now);
}

function note({ frames, keyFrameNeeded }: ReturnType<typeof reorder.push>, now: number): void {
  out.push(...frames.map(({ sequence }) => sequence));
  if (keyFrameNeeded) requests.push(now);
}

/** Polls at each deadline until `end`. */
function runTo(end: number): void {
  let polls = 0;
  for (let due = reorder.nextDeadline; due !== undefined && due <= end; due = reorder.nextDeadline) {
    assert.ok(polls++ < 100, 'polling does not move the deadline');
    note(reorder.poll(due), due);
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

beforeEach(() => {
  reorder = new VideoReorder();
  reorder.setRoundTrip(40);
  out = [];
  requests = [];
});

describe('VideoReorder', () => {
  it('returns frames in order at once', () => {
    for (const i of range(0, 50)) push(i, i * INTERVAL_MS);
    assert.deepEqual(out, range(0, 50));
    assert.equal(reorder.nextDeadline, undefined);
    assert.deepEqual(requests, []);
  });

  it('waits for a retransmission and then returns all frames', () => {
    for (const i of [0, 1, 3, 4]) push(i, i * INTERVAL_MS);
    assert.deepEqual(out, [0, 1]);
    push(2, 150);
    assert.deepEqual(out, [0, 1, 2, 3, 4]);
    assert.equal(reorder.statistics.skipped, 0);
  });

  it('gives up a gap after two round trips and requests a key frame, repeatedly until one arrives', () => {
    push(0, 0);
    push(2, 66);
    runTo(165);
    assert.deepEqual(requests, []);
    runTo(166);
    assert.deepEqual(requests, [166]);
    for (const i of range(3, 35)) {
      runTo(i * INTERVAL_MS);
      push(i, i * INTERVAL_MS);
    }
    assert.deepEqual(requests, [166, 466, 766, 1066]);
    push(frame(35, { key: true }), 1155);
    push(36, 1188);
    assert.deepEqual(out, [0, 35, 36]);
    assert.equal(reorder.nextDeadline, undefined);
    const { skipped, undecodable, delivered } = reorder.statistics;
    assert.deepEqual({ skipped, undecodable, delivered }, { skipped: 34, undecodable: 33, delivered: 3 });
  });

  it('waits longer at a long round trip and with jitter, within bounds', () => {
    const timeout = () => reorder.statistics.gapTimeoutMs;
    reorder.setRoundTrip(120);
    push(0, 0);
    assert.equal(timeout(), 260);
    for (const i of range(1, 40)) push(i, i * INTERVAL_MS + (i % 2) * 30);
    assert.ok(reorder.statistics.jitterMs > 20);
    assert.ok(timeout() > 340);
    reorder.setRoundTrip(5000);
    assert.equal(timeout(), 400);
    reorder.setRoundTrip(undefined);
    assert.equal(timeout(), 400);
  });

  it('requests a key frame if the first frame is a delta frame, unless a key frame arrives soon', () => {
    push(10, 0);
    assert.deepEqual(requests, []);
    push(frame(9, { key: true }), 20);
    assert.deepEqual(out, [9, 10]);

    reorder = new VideoReorder();
    push(20, 1000);
    runTo(1300);
    assert.deepEqual(requests, [1220]);
  });

  it('continues at a key frame beyond a gap without a request', () => {
    for (const i of range(0, 4)) push(i, i * INTERVAL_MS);
    push(frame(5, { key: true }), 165);
    assert.deepEqual(out, [0, 1, 2, 3]);
    runTo(180);
    assert.deepEqual(out, [0, 1, 2, 3, 5]);
    push(4, 190);
    assert.equal(reorder.statistics.late, 1);
    assert.deepEqual(requests, []);
  });

  it('keeps the frames after a key frame that is being retransmitted', () => {
    push(0, 0);
    push(2, 66);
    runTo(200);
    push(11, 363);
    push(12, 396);
    push(frame(10, { key: true }), 420);
    assert.deepEqual(out, [0, 10, 11, 12]);
  });

  it('drops duplicate and late frames', () => {
    for (const i of [0, 1, 3, 3, 1]) push(i, i * INTERVAL_MS);
    const { duplicates, late } = reorder.statistics;
    assert.deepEqual({ duplicates, late }, { duplicates: 1, late: 1 });
  });

  it('continues across a wrap of the sequence number', () => {
    const first = 0xfffffffd;
    for (const i of [0, 1, 3, 2, 5, 4]) push(frame(i, { first }), 100);
    assert.deepEqual(out, [0xfffffffd, 0xfffffffe, 0xffffffff, 0, 1, 2]);
  });

  it('requests a key frame at once after a decoder error, and only once', () => {
    for (const i of range(0, 3)) push(i, i * INTERVAL_MS);
    note(reorder.requireKeyFrame(70), 70);
    note(reorder.requireKeyFrame(80), 80);
    push(3, 99);
    assert.deepEqual([out, requests], [[0, 1, 2], [70]]);
    push(frame(4, { key: true }), 132);
    assert.deepEqual(out, [0, 1, 2, 4]);
  });

  it('limits the rate of requests even if every key frame fails', () => {
    for (let i = 0; i < 60; i++) {
      push(frame(i, { key: true }), i * INTERVAL_MS);
      note(reorder.requireKeyFrame(i * INTERVAL_MS), i * INTERVAL_MS);
    }
    assert.ok(requests.length <= 7, `${requests.length} requests in 2 s`);
  });
});

describe('after a restart of the sender, VideoReorder continues', () => {
  for (const [name, first] of [
    ['from 0', 0],
    ['slightly behind', 35],
    ['just behind', 50],
    ['far ahead', 1_000_000],
    ['far behind', 0xf0000000],
  ] as const) {
    it(name, () => {
      for (const i of range(0, 50)) push(i, i * INTERVAL_MS);
      push(51, 51 * INTERVAL_MS);
      const fresh = (i: number) => ({ ...frame(i, { key: i === 52 }), sequence: (first + i - 52) >>> 0 });
      push(fresh(53), 53 * INTERVAL_MS);
      push(frame(50, { key: true }), 53 * INTERVAL_MS);
      push(fresh(52), 53 * INTERVAL_MS);
      push(fresh(54), 54 * INTERVAL_MS);
      assert.deepEqual(out.slice(50), [50, 51, first, (first + 1) >>> 0, (first + 2) >>> 0]);
      const { restarts, skipped, late, undecodable } = reorder.statistics;
      assert.deepEqual({ restarts, skipped, late, undecodable }, { restarts: 1, skipped: 0, late: 0, undecodable: 0 });
      assert.deepEqual(requests, []);
    });
  }
});

describe('a frame with an implausible sequence number or capture time', () => {
  const LATER = 2 ** 47;
  const at = (i: number) => i * INTERVAL_MS;
  const odd = (i: number, sequence: number, captureTime = 5000 + at(i)): SequencedFrame => ({
    ...{ sequence, captureTime, keyFrame: true, byteLength: 1000 },
  });

  for (const [name, strange] of [
    ['sequence number 2^31 ahead', odd(50, 2 ** 31 + 10)],
    ['the same, with a capture time in the future', odd(50, 2 ** 31 + 10, LATER)],
    ['far ahead, captured earlier', odd(50, 1_000_000, 0)],
    ['behind, captured later', odd(50, 20, LATER)],
    ['next, captured in the far future', odd(50, 50, LATER)],
  ] as const) {
    it(`changes nothing: ${name}`, () => {
      for (const i of range(0, 50)) push(i, at(i));
      push(strange, at(50));
      for (const i of range(50, 80)) push(i, at(i));
      assert.deepEqual(out, range(0, 80));
      assert.deepEqual(requests, []);
      assert.equal(reorder.statistics.restarts, 0);
    });
  }

  for (const [name, strange] of [
    ['two consecutive ones', [odd(50, 2 ** 31 + 10, LATER), odd(50, 2 ** 31 + 11, LATER + 1)]],
    ['one within the accepted jump', [odd(50, 3000)]],
    ['one within the accepted jump, captured in the near future', [odd(50, 3000, 5000 + at(50) + 9000)]],
  ] as const) {
    it(`interrupts video for at most one second and a key frame: ${name}`, () => {
      for (const i of range(0, 50)) push(i, at(i));
      for (const frame of strange) push(frame, at(50));
      const keyAt = () => (requests[0] === undefined ? Infinity : requests[0] + 50);
      let sentKey = false;
      for (const i of range(50, 140)) {
        runTo(at(i));
        const key: boolean = !sentKey && at(i) >= keyAt();
        sentKey ||= key;
        push(frame(i, { key }), at(i));
      }
      assert.deepEqual(out.slice(-45), range(95, 140));
    });
  }

  it('is dropped if it stays alone', () => {
    for (const i of range(0, 50)) push(i, at(i));
    push(odd(50, 2 ** 31), at(50));
    push(odd(51, 2 ** 30), at(51));
    const { held, undecodable } = reorder.statistics;
    assert.deepEqual({ held, undecodable }, { held: 1, undecodable: 1 });
  });
});

describe('for any network trace, VideoReorder', () => {
  const journey = fc.record({
    /** One-way delay [ms]; longer for a retransmitted frame. */
    delay: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 5, max: 25 }) }, fc.integer({ min: 60, max: 700 })),
    lost: fc.integer({ min: 0, max: 99 }).map((percent) => percent < 3),
    twice: fc.boolean(),
    key: fc.integer({ min: 0, max: 99 }).map((percent) => percent < 4),
  });

  it('returns decodable frames in order, with bounded memory and waiting time', () => {
    fc.assert(
      fc.property(fc.array(journey, { minLength: 1, maxLength: 120 }), fc.nat(0xffffffff), (journeys, first) => {
        reorder = new VideoReorder();
        reorder.setRoundTrip(40);
        const arrivals = journeys.flatMap(({ delay, lost, twice, key }, i) => {
          const arrival = { at: i * INTERVAL_MS + delay, frame: frame(i, { key, first }), i };
          return lost ? [] : twice ? [arrival, { ...arrival, at: arrival.at + 40 }] : [arrival];
        });
        arrivals.sort((a, b) => a.at - b.at);
        let last = -1;
        const take = ({ frames }: ReturnType<typeof reorder.push>) => {
          for (const { captureTime, keyFrame } of frames) {
            const index = (captureTime - 5000) / INTERVAL_MS;
            assert.ok(index > last, 'in order, without duplicates');
            assert.ok(keyFrame || (last >= 0 && index === last + 1), 'decodable');
            last = index;
          }
        };
        for (const arrival of arrivals) {
          for (let due = reorder.nextDeadline; due !== undefined && due < arrival.at; due = reorder.nextDeadline) {
            take(reorder.poll(due));
          }
          take(reorder.push(arrival.frame, arrival.at));
          const { held, gapTimeoutMs } = reorder.statistics;
          assert.ok(held <= Math.ceil(gapTimeoutMs / 4), `${held} held`);
        }
        const { delivered, late, duplicates, undecodable, held } = reorder.statistics;
        assert.equal(delivered + late + duplicates + undecodable + held, arrivals.length);
      }),
      { numRuns: 150 },
    );
  });

  it('holds at most 8 MB', () => {
    push(0, 0);
    for (const i of range(2, 100)) push(frame(i, { byteLength: 1_000_000 }), 10);
    assert.ok(reorder.statistics.held <= 8);
    assert.deepEqual(requests, [10]);
  });

  it('holds at most 128 frames and continues at a key frame among them', () => {
    push(0, 0);
    for (const i of range(2, 140)) push(frame(i, { key: i === 90 }), 1);
    assert.deepEqual(out, [0, ...range(90, 140)]);
    assert.deepEqual(requests, []);
  });
});
