import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { interleaved, mutate, Random, speech } from '@xmpp-call/wasm-testing';
import { CodecError, init, inspectPacket } from './index.js';
import type { OpusDecoder, OpusEncoderOptions } from './index.js';

const PACKETS = 100_000;
/** By then the memory has grown to what it takes. */
const WARM_UP = 2000;
const SECONDS = 1;

const opus = await init();
const streams = (
  [
    { sampleRate: 48_000, channels: 1, bitrate: 12_000 },
    { sampleRate: 48_000, channels: 1, bitrate: 24_000, inbandFec: true, expectedLoss: 20 },
    { sampleRate: 48_000, channels: 2, bitrate: 64_000, application: 'audio' },
    { sampleRate: 48_000, channels: 1, bitrate: 40_000, application: 'restricted-lowdelay', frameDuration: 10 },
    { sampleRate: 16_000, channels: 2, bitrate: 32_000, inbandFec: true, expectedLoss: 20, frameDuration: 60 },
    { sampleRate: 8000, channels: 1, bitrate: 10_000, frameDuration: 40 },
  ] as const
).map(encodeStream);
const packets = streams.flat();
const decoders = ([8000, 16_000, 24_000, 48_000] as const).flatMap((sampleRate) =>
  ([1, 2] as const).map((channels) => opus.createDecoder({ sampleRate, channels })),
);

describe('corrupt packets', () => {
  const floats = new Float32Array(5760 * 2);
  const shorts = new Int16Array(5760 * 2);

  it(`${PACKETS} give sound or a typed error, without growth`, () => {
    const random = new Random(2024);
    const expected = decoders.map((decoder) => soundOf(decoder));
    let memory = 0;
    let decoded = 0;
    for (let count = 0; count < PACKETS; count += 1) {
      const packet = mutate(packets, random);
      const decoder = decoders[count % decoders.length] ?? assert.fail();
      const sound = random.below(3) === 0 ? shorts : floats;
      if (decodesAs(decoder, packet, sound, random)) decoded += 1;
      if (count === WARM_UP) memory = opus.memoryBytes;
    }
    assert.equal(opus.memoryBytes, memory);
    assert.ok(decoded > PACKETS / 2 && decoded < PACKETS * 0.99, `${decoded} could be decoded`);
    decoders.forEach((decoder, index) => {
      decoder.reset();
      assert.deepEqual(soundOf(decoder), expected[index]);
      const { sampleRate, channels } = decoder;
      const fresh = opus.createDecoder({ sampleRate, channels });
      assert.deepEqual(soundOf(fresh), expected[index]);
      fresh.dispose();
    });
  });

  it('a packet decodes if, and only if, it can be inspected, and to as much sound', () => {
    const random = new Random(7);
    const decoder = opus.createDecoder({ sampleRate: 48_000, channels: 2 });
    for (let count = 0; count < 5000; count += 1) {
      const packet = mutate(packets, random);
      const samples = resultOf(() => inspectPacket(packet).samples);
      assert.deepEqual(
        resultOf(() => decoder.decode(packet, floats)),
        samples,
      );
    }
    decoder.dispose();
  });
});

after(() => decoders.forEach((decoder) => decoder.dispose()));

/** Decodes the packet, or its redundancy and then conceals; whether there was sound, which has to be numbers. */
function decodesAs(
  decoder: OpusDecoder,
  packet: Uint8Array,
  sound: Float32Array | Int16Array,
  random: Random,
): boolean {
  const result = resultOf(() => {
    if (random.below(8) > 0) return decoder.decode(packet, sound);
    decoder.conceal(sound);
    return decoder.decodeFec(packet, sound, (decoder.sampleRate / 50) * (1 + random.below(3)));
  });
  if (typeof result !== 'number') return false;
  let sum = 0;
  for (let index = 0; index < result * decoder.channels; index += 1) sum += sound[index] ?? 0;
  assert.ok(Number.isFinite(sum));
  return true;
}

/** What it returns, or the code of the error that says that the packet is corrupt: no other may come. */
function resultOf(action: () => number): number | 'corrupt-packet' {
  try {
    return action();
  } catch (error) {
    if (error instanceof CodecError && error.code === 'corrupt-packet') return error.code;
    throw error;
  }
}

/** The sound of a valid stream. */
function soundOf(decoder: OpusDecoder): Float32Array[] {
  const room = new Float32Array(5760 * 2);
  return (streams[1] ?? []).map((packet) => room.slice(0, decoder.decode(packet, room) * decoder.channels));
}

function encodeStream(options: OpusEncoderOptions): Uint8Array[] {
  const { sampleRate, channels } = options;
  const voice = speech({ sampleRate, seconds: SECONDS });
  const samples = channels === 1 ? voice : interleaved(voice, speech({ sampleRate, seconds: SECONDS, seed: 2 }));
  const encoder = opus.createEncoder(options);
  const length = encoder.samplesPerFrame * channels;
  const room = new Uint8Array(4000);
  const made = Array.from({ length: Math.floor(samples.length / length) }, (_, index) =>
    room.slice(0, encoder.encode(samples.subarray(index * length, (index + 1) * length), room)),
  );
  encoder.dispose();
  return made;
}
