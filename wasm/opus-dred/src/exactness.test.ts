import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { interleaved, music, speech, toInt16 } from '@xmpp-call/wasm-testing';
import { buildOpusLibrary, NativeOpus } from '@xmpp-call/wasm-testing/native';
import type { NativeOpusOptions, NativeOpusPacket, OpusStep, Samples } from '@xmpp-call/wasm-testing/native';
import { init } from './index.js';
import type { DredDecoder, DredEncoder, DredEncoderOptions } from './index.js';

/** What each stream is encoded with: all that the native program takes, in the terms of both. */
interface Stream extends NativeOpusOptions {
  readonly sampleRate: 16_000 | 24_000 | 48_000;
  readonly bitrate: number;
  readonly complexity: number;
  readonly decoderComplexity: number;
}

const SECONDS = 1.6;
const SAMPLE_RATES = [16_000, 24_000, 48_000] as const;
const CHANNELS = [1, 2] as const;
const COMPLEXITIES = [7, 9] as const;
/** In units of 10 ms. */
const REDUNDANCIES = [20, 50, 80, 100] as const;
const LOSSES = [20, 35, 50] as const;
const BITRATES = [48_000, 64_000, 80_000] as const;
const MAX_BYTES = 4000;
/** Packets lost in a row, by turns. */
const BURSTS = [1, 12, 4] as const;
const BETWEEN_BURSTS = 5;
/** The native program looks for a second of redundancy. `parseDred` adds 40 ms to what is asked of it. */
const WANTED_SECONDS = 0.96;

const native = new NativeOpus(buildOpusLibrary('1.5.2', ['--enable-dred', '--enable-deep-plc']));
const opus = await init();

describe(`packets equal those of ${native.version()} with deep redundancy`, () => {
  let turn = 0;
  for (const sampleRate of SAMPLE_RATES) {
    for (const channels of CHANNELS) {
      for (const complexity of COMPLEXITIES) {
        it(`${sampleRate} Hz, ${channels} channels, complexity ${complexity}`, () => {
          for (const deepRedundancy of REDUNDANCIES) {
            const stream = streamFor({ sampleRate, channels, complexity, deepRedundancy }, turn);
            turn += 1;
            const sound = soundFor(stream);
            assertEqualPackets(stream, turn % 3 === 0 ? toInt16(sound) : sound);
          }
        });
      }
    }
  }

  it('frames of 10, 40 and 60 ms', () => {
    for (const frameMs of [10, 40, 60] as const) {
      const stream: Stream = { ...streamFor({ sampleRate: 48_000, channels: 1 }, 2), frameMs };
      assertEqualPackets(stream, soundFor(stream));
    }
  });

  it('expected loss and bitrate changed while it runs, discontinuous transmission', () => {
    const stream: Stream = {
      ...streamFor({ sampleRate: 48_000, channels: 1 }, 1),
      dtx: true,
      bitrates: new Map([
        [20, 24_000],
        [50, 96_000],
      ]),
      losses: new Map([
        [30, 0],
        [45, 40],
      ]),
    };
    const samples = soundFor(stream);
    samples.fill(0, Math.floor(samples.length * 0.75));
    assertEqualPackets(stream, samples);
  });
});

describe(`packets equal those of ${native.version()} without deep redundancy`, () => {
  for (const sampleRate of SAMPLE_RATES) {
    it(`${sampleRate} Hz`, () => {
      for (const channels of CHANNELS) {
        for (const complexity of COMPLEXITIES) {
          for (const application of ['voip', 'audio', 'lowdelay'] as const) {
            const bitrate = complexity === 9 ? 24_000 : 64_000;
            const rest = { complexity, deepRedundancy: 0, loss: 0, fec: complexity === 9, bitrate };
            const stream: Stream = { ...streamFor({ sampleRate, channels }, 0), ...rest, application };
            assertEqualPackets(stream, soundFor(stream));
          }
        }
      }
    });
  }
});

describe(`sound equals that of ${native.version()}`, () => {
  for (const sampleRate of SAMPLE_RATES) {
    for (const channels of CHANNELS) {
      it(`${sampleRate} Hz, ${channels} channels: packets, deep redundancy and concealment`, () => {
        for (const [turn, deepRedundancy] of REDUNDANCIES.entries()) {
          const stream = streamFor({ sampleRate, channels, deepRedundancy }, turn);
          const packets = native.encode(soundFor(stream), stream);
          assertEqualSound(withLosses(packets, stream, 'deep'), stream);
        }
      });

      it(`${sampleRate} Hz, ${channels} channels: in-band FEC and concealment, by the neural net and without`, () => {
        for (const deepRedundancy of [0, 100]) {
          const stream = { ...streamFor({ sampleRate, channels, deepRedundancy }, 1), fec: true };
          const packets = native.encode(soundFor(stream), stream);
          for (const decoderComplexity of [0, 5, 10]) {
            assertEqualSound(withLosses(packets, stream, 'fec'), { ...stream, decoderComplexity });
          }
        }
      });
    }
  }

  it('frames of 10, 40 and 60 ms', () => {
    for (const frameMs of [10, 40, 60] as const) {
      const stream: Stream = { ...streamFor({ sampleRate: 48_000, channels: 1 }, 2), frameMs };
      assertEqualSound(withLosses(native.encode(soundFor(stream), stream), stream, 'deep'), stream);
    }
  });

  it('decoded at another rate and number of channels than it was encoded at', () => {
    const stream = streamFor({ sampleRate: 48_000, channels: 2 }, 2);
    const packets = native.encode(soundFor(stream), stream);
    for (const sampleRate of SAMPLE_RATES) {
      for (const channels of CHANNELS) {
        const target = { ...stream, sampleRate, channels };
        assertEqualSound(withLosses(packets, target, 'deep'), target);
      }
    }
  });
});

/** A stream with deep redundancy; what is not given takes turns. */
function streamFor(
  given: Pick<Stream, 'sampleRate' | 'channels'> & Partial<Pick<Stream, 'complexity' | 'deepRedundancy'>>,
  turn: number,
): Stream {
  return {
    complexity: pick(COMPLEXITIES, turn),
    deepRedundancy: 100,
    loss: pick(LOSSES, turn),
    bitrate: pick(BITRATES, turn >> 1) * given.channels,
    fec: turn % 4 === 3,
    application: turn % 5 === 4 ? 'audio' : 'voip',
    decoderComplexity: turn % 3 === 2 ? 10 : 5,
    ...given,
  };
}

/** Encodes by both; there has to be redundancy to read if, and only if, it was asked for. */
function assertEqualPackets(stream: Stream, samples: Samples): void {
  const expected = native.encode(samples, stream);
  const encoder = opus.createEncoder(encoderOptions(stream));
  const reader = opus.createDecoder({ sampleRate: stream.sampleRate, channels: stream.channels });
  const describedStream = JSON.stringify(stream);
  let redundant = 0;
  try {
    expected.forEach(({ data, finalRange }, index) => {
      const packet = encodeFrame(encoder, stream, samples, index);
      const where = `packet ${index} of ${describedStream}`;
      assert.equal(encoder.finalRange, finalRange, where);
      assert.ok(Buffer.from(data).equals(packet), where);
      if (reader.parseDred(packet, 0) > 0) redundant += 1;
    });
  } finally {
    reader.dispose();
    encoder.dispose();
  }
  const isWanted = (stream.deepRedundancy ?? 0) > 0;
  assert.ok(isWanted ? redundant > expected.length / 4 : redundant === 0, `${redundant} of ${describedStream}`);
}

function encodeFrame(encoder: DredEncoder, stream: Stream, samples: Samples, index: number): Uint8Array {
  const bitrate = stream.bitrates?.get(index);
  if (bitrate !== undefined) encoder.reconfigure({ bitrate });
  const expectedLoss = stream.losses?.get(index);
  if (expectedLoss !== undefined) encoder.reconfigure({ expectedLoss });
  const length = encoder.samplesPerFrame * stream.channels;
  const packet = new Uint8Array(MAX_BYTES);
  return packet.subarray(0, encoder.encode(samples.subarray(index * length, (index + 1) * length), packet));
}

function encoderOptions(stream: Stream): DredEncoderOptions {
  const { sampleRate, channels, bitrate, complexity, application = 'voip', frameMs = 20 } = stream;
  return {
    ...{ sampleRate, channels, bitrate, complexity },
    application: application === 'lowdelay' ? 'restricted-lowdelay' : application,
    frameDuration: frameMs,
    inbandFec: stream.fec ?? false,
    expectedLoss: stream.loss ?? 0,
    dtx: stream.dtx ?? false,
    dredDuration: (stream.deepRedundancy ?? 0) * 10,
  };
}

/** Bursts of losses: recovered from the packet after them, or concealed and the last frame taken from in-band FEC. */
function withLosses(
  packets: readonly NativeOpusPacket[],
  { sampleRate, frameMs = 20 }: Stream,
  how: 'deep' | 'fec',
): OpusStep[] {
  const frame = (sampleRate * frameMs) / 1000;
  const steps: OpusStep[] = [];
  for (let turn = 0; steps.length < packets.length; turn += 1) {
    const received = packets.slice(steps.length, steps.length + BETWEEN_BURSTS);
    steps.push(...received.map(({ data }): OpusStep => ({ kind: 'packet', data })));
    const end = steps.length + pick(BURSTS, turn);
    const data = packets[end]?.data;
    if (data === undefined) continue;
    while (steps.length < end) {
      const before = (end - steps.length) * frame;
      if (how === 'deep') steps.push({ kind: 'deep', data, before });
      else steps.push(before === frame ? { kind: 'fec', data } : { kind: 'concealment' });
    }
  }
  return steps;
}

/** Decodes by both, to floats and to integers. */
function assertEqualSound(steps: readonly OpusStep[], stream: Stream): void {
  const { sampleRate, channels, frameMs = 20, decoderComplexity: complexity } = stream;
  const lost = (sampleRate * frameMs) / 1000;
  const kinds = [
    [native.decodeFloat(steps, stream), new Float32Array(sampleRate * 0.12 * channels)],
    [native.decodeInt16(steps, stream), new Int16Array(sampleRate * 0.12 * channels)],
  ] as const;
  for (const [expected, room] of kinds) {
    const decoder = opus.createDecoder({ sampleRate, channels, complexity });
    try {
      for (const [index, step] of steps.entries()) {
        const where = `${step.kind} ${index} to ${room.constructor.name} of ${JSON.stringify(stream)}`;
        const count = decodeStep(decoder, step, room, lost);
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

function decodeStep(decoder: DredDecoder, step: OpusStep, room: Float32Array | Int16Array, lost: number): number {
  switch (step.kind) {
    case 'packet':
      return decoder.decode(step.data, room);
    case 'fec':
      return decoder.decodeFec(step.data, room, lost);
    case 'deep':
      assert.ok(decoder.parseDred(step.data, decoder.sampleRate * WANTED_SECONDS) > 0);
      return decoder.decodeDred(step.before, room, lost);
    case 'concealment':
      return decoder.conceal(room, lost);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Samples): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Speech, or music for the application `audio`; in stereo, two voices. */
function soundFor({ sampleRate, channels, application }: Stream): Float32Array<ArrayBuffer> {
  const options = { sampleRate, seconds: SECONDS };
  if (application === 'audio') {
    const stereo = music(options);
    return channels === 2 ? stereo : stereo.filter((_, index) => index % 2 === 0);
  }
  const voice = speech(options);
  return channels === 1 ? voice : interleaved(voice, speech({ ...options, seed: 2 }));
}

function pick<Value>(values: readonly [Value, ...Value[]], turn: number): Value {
  return values[turn % values.length] ?? values[0];
}
