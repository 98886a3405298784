import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PeerReport } from './peer-report.js';
import { type FrameTrailer, parseTrailer, TOKEN_BYTES, trailerSize, writeTrailer } from './frame-trailer.js';

const TOKEN = Uint8Array.from([0xc0, 0xff, 0xee, 1, 2, 3, 4, 5]);

const TRAILER: FrameTrailer = {
  sequence: 0xfffffffe,
  captureTime: 0x0123_4567_89ab,
  sentAt: 0x0123_4567_8abd,
  keyFrame: true,
  wasmCodec: true,
  discontinuous: false,
  layer: 1,
  redundancy: [],
};

const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

const redundantPackets = fc.record(
  { distance: fc.integer({ min: 1, max: 255 }), payload: bytes(300) },
  { noNullPrototype: true },
);

const times = fc.integer({ min: 1, max: 2 ** 48 - 1 });

const reports: fc.Arbitrary<PeerReport> = fc.record(
  {
    videoBitrate: fc.integer({ min: 0, max: 0xffffffff }),
    queueDelayMs: fc.integer({ min: 0, max: 0xffff }),
    videoLoss: fc.integer({ min: 0, max: 255 }).map((steps) => steps / 255),
    audioLoss: fc.integer({ min: 0, max: 255 }).map((steps) => steps / 255),
    meanBurst: fc.integer({ min: 0, max: 255 }).map((steps) => 1 + steps / 8),
    sentAt: times,
    echo: fc.record({ sentAt: times, heldMs: fc.integer({ min: 0, max: 0xffff }) }, { noNullPrototype: true }),
  },
  {
    noNullPrototype: true,
    requiredKeys: ['videoBitrate', 'queueDelayMs', 'videoLoss', 'audioLoss', 'meanBurst', 'sentAt'],
  },
);

const REQUIRED: Exclude<keyof FrameTrailer, 'report'>[] = [
  'sequence',
  'captureTime',
  'sentAt',
  'keyFrame',
  'wasmCodec',
  'discontinuous',
  'layer',
  'redundancy',
];

const trailers: fc.Arbitrary<FrameTrailer> = fc
  .record(
    {
      sequence: fc.integer({ min: 0, max: 0xffffffff }),
      captureTime: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      sentAt: fc.integer({ min: 0, max: 0xffff }),
      keyFrame: fc.boolean(),
      wasmCodec: fc.boolean(),
      discontinuous: fc.boolean(),
      layer: fc.integer({ min: 0, max: 3 }),
      redundancy: fc.array(redundantPackets, { maxLength: 15 }),
      report: reports,
    },
    { noNullPrototype: true, requiredKeys: REQUIRED },
  )
  .map((trailer) => ({ ...trailer, sentAt: trailer.captureTime + trailer.sentAt }));

/** The payload and its trailer in a buffer of exactly their size. */
function frameOf(payload: Uint8Array, trailer: FrameTrailer, token = TOKEN): Uint8Array {
  const frame = new Uint8Array(payload.length + trailerSize(trailer.redundancy, trailer.report));
  frame.set(payload);
  assert.equal(writeTrailer(frame, payload.length, trailer, token), frame.length);
  return frame;
}

describe('frame trailer', () => {
  it('carries a report before the fixed fields', () => {
    const report = {
      videoBitrate: 1_000_000,
      queueDelayMs: 300,
      videoLoss: 0,
      audioLoss: 1,
      meanBurst: 2.5,
      sentAt: 0x0102_0304_0506,
      echo: { sentAt: 0x0a0b_0c0d_0e0f, heldMs: 7 },
    };
    const frame = frameOf(Uint8Array.of(0x77), { ...TRAILER, report });
    assert.equal(
      Buffer.from(frame).subarray(1, 24).toString('hex'),
      ['000f4240', '012c', '00', 'ff', '0c', '010203040506', '0a0b0c0d0e0f', '0007'].join(''),
    );
    assert.equal(frame[25], 0x1b);
  });

  it('has the documented layout', () => {
    const redundancy = [
      { distance: 1, payload: Uint8Array.of(0xa1, 0xa2) },
      { distance: 3, payload: Uint8Array.of(0xb1) },
    ];
    const frame = frameOf(Uint8Array.of(0x77), { ...TRAILER, redundancy });
    assert.equal(
      Buffer.from(frame).toString('hex'),
      [
        ...['77', 'a1a2', 'b1', '010002', '030001', '22', '13', 'fffffffe'],
        ...['0123456789ab', '0112', '0021', 'c0ffee0102030405'],
      ].join(''),
    );
  });

  it('takes 24 bytes without redundancy', () => assert.equal(trailerSize(), 24));

  it('survives the round trip for any fields', () => {
    fc.assert(
      fc.property(bytes(2000), trailers, (payload, trailer) => {
        const parsed = parseTrailer(frameOf(payload, trailer), TOKEN);
        assert.ok(parsed.ok);
        assert.deepEqual(parsed.trailer, trailer);
        assert.deepEqual(parsed.payload, payload);
      }),
    );
  });

  it('is read from a frame inside a larger buffer, without access beyond it', () => {
    fc.assert(
      fc.property(bytes(50), trailers, bytes(40), (payload, trailer, around) => {
        const frame = frameOf(payload, trailer);
        const buffer = new Uint8Array(frame.length + 2 * around.length).fill(0x5a);
        buffer.set(frame, around.length);
        const parsed = parseTrailer(buffer.subarray(around.length, around.length + frame.length), TOKEN);
        assert.ok(parsed.ok);
        assert.deepEqual(parsed.payload, payload);
        assert.deepEqual(parsed.trailer, trailer);
      }),
    );
  });

  it('rounds the capture time to whole ms', () => {
    const parsed = parseTrailer(frameOf(new Uint8Array(), { ...TRAILER, captureTime: 12.5 }), TOKEN);
    assert.ok(parsed.ok);
    assert.equal(parsed.trailer.captureTime, 13);
  });
});

describe('frames without a valid trailer', () => {
  const reason = (frame: Uint8Array, token = TOKEN) => {
    const parsed = parseTrailer(frame, token);
    return parsed.ok ? 'ok' : parsed.reason;
  };

  it('are detected if empty, as for silence and padding', () => assert.equal(reason(new Uint8Array()), 'too-short'));

  it('are detected for a native payload and for the token of another call', () => {
    assert.equal(reason(new Uint8Array(1200).fill(7)), 'no-token');
    assert.equal(reason(frameOf(new Uint8Array(9), TRAILER), Uint8Array.from(TOKEN).reverse()), 'no-token');
    assert.equal(reason(frameOf(new Uint8Array(9), TRAILER), TOKEN.subarray(1)), 'no-token');
  });

  it('are detected by any bit of the token', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: TOKEN_BYTES * 8 - 1 }), (bit) => {
        const other = Uint8Array.from(TOKEN);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(reason(frameOf(new Uint8Array(4), TRAILER), other), 'no-token');
      }),
    );
  });

  it('are detected by an unknown version or unknown flags', () => {
    const later = frameOf(new Uint8Array(4), TRAILER);
    later[4] = 0x30;
    assert.equal(reason(later), 'unknown-version');
    const flagged = frameOf(new Uint8Array(4), TRAILER);
    flagged[5] = 0x80;
    assert.equal(reason(flagged), 'malformed');
  });

  it('cause no error if a frame is truncated at either end', () => {
    fc.assert(
      fc.property(bytes(60), trailers, fc.nat(200), fc.nat(200), (payload, trailer, front, back) => {
        const frame = frameOf(payload, trailer);
        const cut = frame.subarray(Math.min(front, frame.length), Math.max(front, frame.length - back));
        const parsed = parseTrailer(cut, TOKEN);
        if (front > payload.length) assert.equal(parsed.ok, false);
        if (parsed.ok) assert.deepEqual(parsed.payload, payload.subarray(front));
      }),
    );
  });

  it('cause no error for random bytes before a valid token, and no access beyond the frame', () => {
    fc.assert(
      fc.property(bytes(80), fc.option(fc.integer({ min: 0x10, max: 0x1f })), (noise, head) => {
        const frame = new Uint8Array(noise.length + TOKEN_BYTES);
        frame.set(noise);
        frame.set(TOKEN, noise.length);
        if (head !== null && noise.length >= 14) frame[noise.length - 14] = head;
        const parsed = parseTrailer(frame, TOKEN);
        if (!parsed.ok) return;
        const size = parsed.payload.length + trailerSize(parsed.trailer.redundancy, parsed.trailer.report);
        assert.equal(size, frame.length);
        assert.deepEqual(frameOf(parsed.payload, parsed.trailer), frame);
      }),
      { numRuns: 2000 },
    );
  });

  it('cause no error if any byte changes; what still parses is a valid trailer', () => {
    fc.assert(
      fc.property(bytes(40), trailers, fc.nat(), fc.integer({ min: 1, max: 255 }), (payload, trailer, at, change) => {
        const frame = frameOf(payload, trailer);
        const index = at % frame.length;
        frame[index] = (frame[index] ?? 0) ^ change;
        const parsed = parseTrailer(frame, TOKEN);
        if (parsed.ok) assert.deepEqual(frameOf(parsed.payload, parsed.trailer), frame);
      }),
      { numRuns: 500 },
    );
  });
});

describe('writeTrailer', () => {
  const write = (changes: Partial<FrameTrailer>, room = 4000, token = TOKEN, offset = 0) =>
    writeTrailer(new Uint8Array(room), offset, { ...TRAILER, ...changes }, token);
  const packet = (distance: number, length = 1) => ({ distance, payload: new Uint8Array(length) });

  const cases: readonly (readonly [string, () => number])[] = [
    ['too little room', () => write({}, 21)],
    ['a negative offset', () => write({}, 100, TOKEN, -1)],
    ['a short token', () => write({}, 100, TOKEN.subarray(1))],
    ['a sequence of 33 bits', () => write({ sequence: 2 ** 32 })],
    ['a negative sequence', () => write({ sequence: -1 })],
    ['a capture time that is no number', () => write({ captureTime: Number.NaN })],
    ['a capture time of 49 bits', () => write({ captureTime: 2 ** 48 })],
    ['a fifth temporal layer', () => write({ layer: 4 })],
    ['redundancy of the frame itself', () => write({ redundancy: [packet(0)] })],
    ['redundancy from too far back', () => write({ redundancy: [packet(256)] })],
    ['sixteen redundant packets', () => write({ redundancy: Array.from({ length: 16 }, () => packet(1)) })],
    ['more bytes than the length field allows', () => write({ redundancy: [packet(1, 65_520)] }, 70_000)],
  ];
  for (const [name, misuse] of cases) it(`refuses ${name}`, () => assert.throws(misuse, RangeError));
});
