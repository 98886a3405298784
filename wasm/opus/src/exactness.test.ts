import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { interleaved, music, speech, toInt16 } from '@xmpp-call/wasm-testing';
import { NativeOpus } from '@xmpp-call/wasm-testing/native';
import type { NativeOpusOptions, NativeOpusPacket, OpusStep, Samples } from '@xmpp-call/wasm-testing/native';
import { init } from './index.js';
import type { OpusEncoder, OpusEncoderOptions } from './index.js';

/** What each stream is encoded with: all that the native program takes, in the terms of both. */
interface Stream extends NativeOpusOptions {
  readonly sampleRate: 8000 | 16_000 | 24_000 | 48_000;
  readonly bitrate: number;
  readonly complexity: number;
}

const SECONDS = 1.2;
const SAMPLE_RATES = [8000, 16_000, 24_000, 48_000] as const;
const CHANNELS = [1, 2] as const;
const APPLICATIONS = ['voip', 'audio', 'lowdelay'] as const;
const FRAME_MS = [10, 20, 40, 60] as const;
const COMPLEXITIES = [0, 5, 10] as const;
const BITRATES = [12_000, 24_000, 40_000, 96_000] as const;
const MAX_BYTES = 4000;

const native = NativeOpus.withExactReciprocals();
const opus = await init();
const sounds = new Map<string, Float32Array<ArrayBuffer>>();

describe(`packets equal those of ${native.version()}`, () => {
  // Every pair of rate, channels, application and frame duration; the other options take turns.
  let turn = 0;
  for (const sampleRate of SAMPLE_RATES) {
    for (const channels of CHANNELS) {
      for (const application of APPLICATIONS) {
        it(`${sampleRate} Hz, ${channels} channels, ${application}`, () => {
          for (const frameMs of FRAME_MS) {
            turn += 1;
            const stream: Stream = {
              ...{ sampleRate, channels, application, frameMs },
              complexity: pick(COMPLEXITIES, turn),
              bitrate: pick(BITRATES, turn >> 1) * channels,
              fec: turn % 2 === 0,
              loss: turn % 4 === 0 ? 15 : 0,
              dtx: turn % 5 === 0,
            };
            assertEqualPackets(stream, turn % 3 === 0 ? toInt16(soundFor(stream)) : soundFor(stream));
          }
        });
      }
    }
  }

  for (const complexity of [1, 2, 3, 4, 6, 7, 8, 9]) {
    it(`complexity ${complexity}`, () => {
      const stream: Stream = { sampleRate: 48_000, channels: 1, bitrate: 32_000, complexity };
      assertEqualPackets(stream, soundFor(stream));
      assertEqualPackets({ ...stream, application: 'audio' }, soundFor({ ...stream, application: 'audio' }));
    });
  }

  it('discontinuous transmission', () => {
    const stream: Stream = { sampleRate: 16_000, channels: 1, bitrate: 20_000, complexity: 5, dtx: true };
    const samples = soundFor(stream);
    samples.fill(0, samples.length >> 1);
    const packets = assertEqualPackets(stream, samples);
    sounds.clear();
    assert.ok(
      packets.some(({ data }) => data.length <= 2),
      'silence is left out',
    );
  });

  it('bitrate and expected loss changed while it runs', () => {
    const stream: Stream = {
      ...{ sampleRate: 48_000, channels: 2, bitrate: 64_000, complexity: 5, fec: true },
      bitrates: new Map([
        [10, 16_000],
        [25, 128_000],
        [40, 28_000],
      ]),
      losses: new Map([
        [15, 25],
        [45, 0],
      ]),
    };
    assertEqualPackets(stream, soundFor(stream));
  });

  it('little room for packets', () => {
    const stream: Stream = { sampleRate: 48_000, channels: 1, bitrate: 64_000, complexity: 5, maxBytes: 40 };
    const packets = assertEqualPackets(stream, soundFor(stream));
    assert.ok(packets.every(({ data }) => data.length <= 40));
  });

  it('silence, full scale and clipping', () => {
    const stream: Stream = { sampleRate: 48_000, channels: 1, bitrate: 32_000, complexity: 10 };
    assertEqualPackets(stream, new Float32Array(48_000));
    assertEqualPackets(
      stream,
      soundFor(stream).map((sample) => sample * 3),
    );
    assertEqualPackets(
      stream,
      Int16Array.from({ length: 48_000 }, (_, index) => (index % 96 < 48 ? 32_767 : -32_768)),
    );
  });
});

describe(`sound equals that of ${native.version()}`, () => {
  for (const sampleRate of SAMPLE_RATES) {
    for (const channels of CHANNELS) {
      it(`${sampleRate} Hz, ${channels} channels: packets, redundancy and concealment`, () => {
        for (const [turn, application] of APPLICATIONS.entries()) {
          for (const frameMs of FRAME_MS) {
            const stream: Stream = {
              ...{ sampleRate, channels, application, frameMs, complexity: 5, fec: true, loss: 20 },
              bitrate: pick(BITRATES, turn + frameMs / 10) * channels,
            };
            const packets = native.encode(soundFor(stream), stream);
            assertEqualSound(withLosses(packets), stream);
          }
        }
      });
    }
  }

  it('decoded at another rate and number of channels than it was encoded at', () => {
    const stream: Stream = { sampleRate: 48_000, channels: 2, bitrate: 48_000, complexity: 5, fec: true, loss: 10 };
    const steps = withLosses(native.encode(soundFor(stream), stream));
    for (const sampleRate of SAMPLE_RATES) {
      for (const channels of CHANNELS) assertEqualSound(steps, { ...stream, sampleRate, channels });
    }
  });

  it('from one mode to another within a stream', () => {
    const parts: Stream[] = [
      { sampleRate: 48_000, channels: 1, bitrate: 12_000, complexity: 5 },
      { sampleRate: 48_000, channels: 2, bitrate: 96_000, complexity: 5, application: 'audio' },
      { sampleRate: 48_000, channels: 1, bitrate: 28_000, complexity: 5, fec: true, loss: 20 },
      { sampleRate: 48_000, channels: 2, bitrate: 64_000, complexity: 5, application: 'lowdelay' },
    ];
    const packets = parts.map((stream) => native.encode(soundFor(stream), stream));
    const mixed = Array.from({ length: 60 }, (_, index) => packets[(index >> 2) % parts.length]?.[index]);
    const steps = mixed.flatMap((packet): OpusStep[] => (packet === undefined ? [] : [{ kind: 'packet', ...packet }]));
    assertEqualSound(steps, { ...parts[0], sampleRate: 48_000, channels: 2, bitrate: 0, complexity: 0 });
  });
});

after(() => sounds.clear());

/** Encodes by both; returns the packets. */
function assertEqualPackets(stream: Stream, samples: Samples): NativeOpusPacket[] {
  const expected = native.encode(samples, { ...stream, maxBytes: stream.maxBytes ?? MAX_BYTES });
  const encoder = opus.createEncoder(encoderOptions(stream));
  try {
    expected.forEach(({ data, finalRange }, index) => {
      const packet = encodeFrame(encoder, stream, samples, index);
      const where = `packet ${index} of ${JSON.stringify(stream)}`;
      assert.equal(encoder.finalRange, finalRange, where);
      assert.ok(Buffer.from(data).equals(packet), where);
    });
  } finally {
    encoder.dispose();
  }
  return expected;
}

function encodeFrame(encoder: OpusEncoder, stream: Stream, samples: Samples, index: number): Uint8Array {
  const bitrate = stream.bitrates?.get(index);
  if (bitrate !== undefined) encoder.reconfigure({ bitrate });
  const expectedLoss = stream.losses?.get(index);
  if (expectedLoss !== undefined) encoder.reconfigure({ expectedLoss });
  const length = encoder.samplesPerFrame * stream.channels;
  const packet = new Uint8Array(stream.maxBytes ?? MAX_BYTES);
  return packet.subarray(0, encoder.encode(samples.subarray(index * length, (index + 1) * length), packet));
}

function encoderOptions(stream: Stream): OpusEncoderOptions {
  const { sampleRate, channels, bitrate, complexity, application = 'voip', frameMs = 20 } = stream;
  return {
    ...{ sampleRate, channels, bitrate, complexity },
    application: application === 'lowdelay' ? 'restricted-lowdelay' : application,
    frameDuration: frameMs,
    inbandFec: stream.fec ?? false,
    expectedLoss: stream.loss ?? 0,
    dtx: stream.dtx ?? false,
  };
}

/** Every seventh packet recovered from the one after it, every eleventh and its follower concealed. */
function withLosses(packets: readonly NativeOpusPacket[]): OpusStep[] {
  return packets.map(({ data }, index): OpusStep => {
    const next = packets[index + 1];
    if (index % 7 === 5 && next !== undefined) return { kind: 'fec', data: next.data };
    if (index % 11 === 8 || index % 11 === 9) return { kind: 'concealment' };
    return { kind: 'packet', data };
  });
}

/** Decodes by both, to floats and to integers. */
function assertEqualSound(steps: readonly OpusStep[], stream: Stream): void {
  const { sampleRate, channels, frameMs = 20 } = stream;
  const lost = (sampleRate * frameMs) / 1000;
  const kinds = [
    [native.decodeFloat(steps, stream), new Float32Array(sampleRate * 0.12 * channels)],
    [native.decodeInt16(steps, stream), new Int16Array(sampleRate * 0.12 * channels)],
  ] as const;
  for (const [expected, room] of kinds) {
    const decoder = opus.createDecoder({ sampleRate, channels });
    try {
      for (const [index, step] of steps.entries()) {
        const where = `${step.kind} ${index} to ${room.constructor.name} of ${JSON.stringify(stream)}`;
        const count =
          step.kind === 'packet'
            ? decoder.decode(step.data, room)
            : step.kind === 'fec'
              ? decoder.decodeFec(step.data, room, lost)
              : decoder.conceal(room, lost);
        const { count: expectedCount, finalRange, samples } = expected[index] ?? assert.fail(where);
        assert.equal(count, expectedCount, where);
        assert.equal(decoder.finalRange, finalRange, where);
        assert.ok(bytesOf(samples).equals(bytesOf(room.subarray(0, count * channels))), where);
      }
    } finally {
      decoder.dispose();
    }
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Samples): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Speech, or music for the application `audio`; in stereo, two voices. */
function soundFor({ sampleRate, channels, application }: Stream): Float32Array<ArrayBuffer> {
  const key = `${sampleRate} ${channels} ${application === 'audio'}`;
  const sound = sounds.get(key) ?? makeSound(sampleRate, channels, application === 'audio');
  sounds.set(key, sound);
  return sound;
}

function makeSound(sampleRate: number, channels: 1 | 2, isMusic: boolean): Float32Array<ArrayBuffer> {
  const options = { sampleRate, seconds: SECONDS };
  if (isMusic) {
    const stereo = music(options);
    return channels === 2 ? stereo : stereo.filter((_, index) => index % 2 === 0);
  }
  const voice = speech(options);
  return channels === 1 ? voice : interleaved(voice, speech({ ...options, seed: 2 }));
}

function pick<Value>(values: readonly [Value, ...Value[]], turn: number): Value {
  return values[turn % values.length] ?? values[0];
}
