import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { init, inspectPacket, type OpusEncoderOptions, type OpusPacketInfo } from './index.js';
import { codeOf, encodeAll, speechFor, wrong } from './opus.testing.js';

const opus = await init();

/** Bytes of a packet: a table of contents, then the rest. */
function packetOf(configuration: number, code: number, ...rest: number[]): Uint8Array {
  return Uint8Array.of((configuration << 3) | code, ...rest);
}

describe('inspectPacket', () => {
  it('knows the 32 configurations of RFC 6716', () => {
    const expected = [
      ...['narrowband', 'mediumband', 'wideband'].flatMap((bandwidth) =>
        [10, 20, 40, 60].map((frameDuration) => ({ mode: 'silk', bandwidth, frameDuration })),
      ),
      ...['superwideband', 'fullband'].flatMap((bandwidth) =>
        [10, 20].map((frameDuration) => ({ mode: 'hybrid', bandwidth, frameDuration })),
      ),
      ...['narrowband', 'wideband', 'superwideband', 'fullband'].flatMap((bandwidth) =>
        [2.5, 5, 10, 20].map((frameDuration) => ({ mode: 'celt', bandwidth, frameDuration })),
      ),
    ];
    const actual = expected.map((_, configuration) => {
      const { mode, bandwidth, frameDuration } = inspectPacket(packetOf(configuration, 0, 1, 2, 3));
      return { mode, bandwidth, frameDuration };
    });
    assert.deepEqual(actual, expected);
  });

  it('counts frames, samples and channels', () => {
    const cases: [Uint8Array, Partial<OpusPacketInfo>][] = [
      [packetOf(1, 0), { frames: 1, duration: 20, samples: 960, channels: 1 }],
      [packetOf(1, 4), { frames: 1, channels: 2 }],
      [packetOf(3, 1, 1, 2), { frames: 2, duration: 120, samplesPerFrame: 2880, samples: 5760 }],
      [packetOf(16, 2, 1, 9, 8), { frames: 2, frameDuration: 2.5, duration: 5, samples: 240 }],
      [packetOf(19, 3, 6, 1, 2, 3, 4, 5, 6), { frames: 6, duration: 120 }],
      [packetOf(16, 3, 48), { frames: 48, duration: 120 }],
    ];
    for (const [packet, expected] of cases) {
      const info = inspectPacket(packet);
      assert.deepEqual({ ...info, ...expected }, info);
    }
    assert.equal(inspectPacket(packetOf(16, 0, 1, 2), 8000).samplesPerFrame, 20);
  });

  it('takes frames of nothing for a gap of DTX', () => {
    assert.equal(inspectPacket(packetOf(9, 0)).isDtx, true);
    assert.equal(inspectPacket(packetOf(9, 0, 7)).isDtx, true);
    assert.equal(inspectPacket(packetOf(9, 0, 7, 8)).isDtx, false);
    assert.equal(inspectPacket(packetOf(9, 3, 3)).isDtx, true);
    assert.equal(inspectPacket(packetOf(9, 3, 0x82, 0, 7, 8)).isDtx, false);
    assert.equal(inspectPacket(packetOf(9, 3, 0x82, 2, 7, 8)).isDtx, false);
  });

  it('finds the redundancy of every channel, behind the voice activity of every 20 ms', () => {
    const hasFec = (configuration: number, stereo: number, header: number): boolean =>
      inspectPacket(packetOf(configuration, stereo * 4, header, 0, 0)).hasFec;
    for (const configuration of [0, 1, 13, 15]) {
      assert.equal(hasFec(configuration, 0, 0b01000000), true);
      assert.equal(hasFec(configuration, 0, 0b10111111), false);
      assert.equal(hasFec(configuration, 1, 0b00010000), true);
      assert.equal(hasFec(configuration, 1, 0b10101111), false);
    }
    assert.equal(hasFec(2, 0, 0b00100000), true);
    assert.equal(hasFec(2, 1, 0b00000100), true);
    assert.equal(hasFec(3, 0, 0b00010000), true);
    assert.equal(hasFec(3, 0, 0b11101111), false);
    assert.equal(hasFec(3, 1, 0b00000001), true);
    assert.equal(hasFec(31, 0, 0b11111111), false);
  });

  it('throws what RFC 6716 calls invalid', () => {
    const packets = [
      Uint8Array.of(),
      packetOf(0, 0, ...new Array<number>(1276)),
      packetOf(0, 1, 1),
      packetOf(0, 2),
      packetOf(0, 2, 252),
      packetOf(0, 2, 5, 1, 2),
      packetOf(0, 3),
      packetOf(0, 3, 0),
      packetOf(1, 3, 7),
      packetOf(0, 3, 2, 1),
      packetOf(0, 3, 0x41, 2, 0),
      packetOf(0, 3, 0x41, 255),
      packetOf(0, 3, 0x82, 9, 1, 2),
    ];
    for (const packet of packets)
      assert.equal(
        codeOf(() => inspectPacket(packet)),
        'corrupt-packet',
        packet.join(),
      );
  });

  it('throws what is no packet and no sample rate', () => {
    assert.equal(
      codeOf(() => inspectPacket(wrong([8, 1, 2]))),
      'invalid-argument',
    );
    assert.equal(
      codeOf(() => inspectPacket(packetOf(1, 0), wrong(44_100))),
      'invalid-argument',
    );
  });

  it('agrees with libopus on any bytes', () => {
    const decoder = opus.createDecoder({ sampleRate: 48000, channels: 2 });
    const room = new Int16Array(5760 * 2);
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.uint8Array({ minLength: 240, maxLength: 1300 }),
      // Code 3, which has the most rules.
      fc
        .tuple(fc.nat(31), fc.nat(255), fc.uint8Array({ maxLength: 30 }))
        .map(([configuration, header, rest]) => packetOf(configuration, 3, header, ...rest)),
    );
    fc.assert(
      fc.property(bytes, (packet) => {
        const isCorrupt = codeOf(() => inspectPacket(packet)) === 'corrupt-packet';
        assert.equal(codeOf(() => decoder.decode(packet, room)) === 'corrupt-packet', isCorrupt);
        if (isCorrupt) return;
        const { samples, bandwidth } = inspectPacket(packet);
        assert.equal(decoder.lastPacketDuration, samples);
        assert.equal(decoder.bandwidth, bandwidth);
      }),
      { numRuns: 3000 },
    );
    decoder.dispose();
  });

  it('finds redundancy that decodes to something else than concealment', () => {
    for (const options of [
      {},
      { frameDuration: 10 },
      { frameDuration: 60 },
      { channels: 2, bitrate: 48_000 },
    ] as const) {
      const format: OpusEncoderOptions = { sampleRate: 16000, channels: 1, bitrate: 24_000, ...options };
      const encoder = opus.createEncoder({ ...format, inbandFec: true, expectedLoss: 20 });
      const mono = speechFor(encoder, 2);
      const isStereo = format.channels === 2;
      const samples = isStereo
        ? Float32Array.from({ length: mono.length * 2 }, (_, index) => mono[index >> 1] ?? 0)
        : mono;
      const packets = encodeAll(encoder, samples);
      const withFec = packets.flatMap((packet, index) => (index > 0 && inspectPacket(packet).hasFec ? [index] : []));
      assert.ok(withFec.length > 3 && withFec.length < packets.length);
      for (const index of withFec) assert.ok(isRecovered(packets.slice(0, index + 1), format), `packet ${index}`);
      encoder.dispose();
    }
  });
});

/** Whether the loss of the last packet but one sounds different if it is recovered from the last than if it is concealed. */
function isRecovered(packets: Uint8Array[], { sampleRate, channels }: OpusEncoderOptions): boolean {
  const [recovering, concealing] = [0, 1].map(() => opus.createDecoder({ sampleRate, channels }));
  const [recovered, concealed] = [new Int16Array(5760), new Int16Array(5760)];
  for (const packet of packets.slice(0, -2)) {
    recovering?.decode(packet, recovered);
    concealing?.decode(packet, concealed);
  }
  const last = packets.at(-1) ?? new Uint8Array();
  const { samplesPerFrame } = inspectPacket(last, sampleRate);
  recovering?.decodeFec(last, recovered, samplesPerFrame);
  concealing?.conceal(concealed, samplesPerFrame);
  recovering?.dispose();
  concealing?.dispose();
  return recovered.some((sample, index) => sample !== concealed[index]);
}
