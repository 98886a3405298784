import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { interleaved, mutate, Random, speech } from '@xmpp-call/wasm-testing';
import { CodecError, init } from './index.js';
import type { DredDecoder, DredEncoderOptions } from './index.js';
import { spectralDistance } from './spectrum.testing.js';

const PACKETS = 20_000;
/** By then the memory has grown to what it takes. */
const WARM_UP = 1000;
const SECONDS = 1;
/** Of packets, those of which the neural nets, which take most of the time, make sound. */
const RECOVERED_OF = 16;
/** Packets of 20 ms in the valid stream: received, and then lost. */
const RECEIVED = 20;
const LOST = 10;
/** How far sound of the neural vocoder may be, in dB, from what it is in a new decoder. */
const VOCODER_TOLERANCE = 3;
/** The furthest back that is asked for is beyond what redundancy holds. */
const MAX_OFFSET_SECONDS = 1.2;

const opus = await init();
const streams = (
  [
    { sampleRate: 48_000, channels: 1, bitrate: 80_000, expectedLoss: 50, dredDuration: 1000 },
    { sampleRate: 16_000, channels: 1, bitrate: 48_000, expectedLoss: 20, dredDuration: 500, inbandFec: true },
    { sampleRate: 24_000, channels: 2, bitrate: 96_000, expectedLoss: 35, dredDuration: 200, frameDuration: 40 },
    { sampleRate: 48_000, channels: 1, bitrate: 24_000 },
  ] as const
).map(encodeStream);
const packets = streams.flat();
const decoders = ([8000, 16_000, 24_000, 48_000] as const).flatMap((sampleRate) =>
  ([1, 2] as const).map((channels) => opus.createDecoder({ sampleRate, channels })),
);

describe('corrupt packets with deep redundancy', () => {
  const floats = new Float32Array(5760 * 2);
  const shorts = new Int16Array(5760 * 2);

  it(`${PACKETS} give sound, redundancy or a typed error, without growth`, () => {
    const random = new Random(2025);
    const expected = decoders.map((decoder) => soundOf(decoder));
    let memory = 0;
    let [decoded, redundant] = [0, 0];
    for (let count = 0; count < PACKETS; count += 1) {
      const packet = mutate(packets, random);
      const decoder = decoders[count % decoders.length] ?? assert.fail();
      const sound = random.below(3) === 0 ? shorts : floats;
      const reach = resultOf(() => decoder.parseDred(packet, random.below(decoder.sampleRate)));
      if (typeof reach === 'number' && reach > 0) redundant += 1;
      if (random.below(RECOVERED_OF) === 0) assertSound(recover(decoder, sound, random), decoder, sound);
      const result = resultOf(() => decoder.decode(packet, sound));
      if (typeof result === 'number') {
        decoded += 1;
        assertSound(result, decoder, sound);
      }
      if (count === WARM_UP) memory = opus.memoryBytes;
    }
    assert.equal(opus.memoryBytes, memory);
    assert.ok(decoded > PACKETS / 2 && decoded < PACKETS * 0.99, `${decoded} could be decoded`);
    assert.ok(redundant > PACKETS / 4 && redundant < PACKETS * 0.9, `${redundant} had redundancy`);
    decoders.forEach((decoder, index) => {
      const [received, recovered] = expected[index] ?? assert.fail();
      const { sampleRate, channels } = decoder;
      decoder.reset();
      const [receivedAgain, recoveredAgain] = soundOf(decoder);
      assert.deepEqual(receivedAgain, received);
      // libopus leaves the state of its vocoder (FARGAN) as it was when it resets a decoder: alike, but not the same.
      const distance = spectralDistance(left(recovered, channels), left(recoveredAgain, channels), sampleRate);
      assert.ok(distance < VOCODER_TOLERANCE, `${distance} dB at ${sampleRate} Hz, ${channels} channels`);
      const fresh = opus.createDecoder({ sampleRate, channels });
      assert.deepEqual(soundOf(fresh), expected[index]);
      fresh.dispose();
    });
  });
});

after(() => decoders.forEach((decoder) => decoder.dispose()));

/** Makes 10 to 30 ms of sound of the redundancy that was read last, from anywhere, or conceals as much. */
function recover(decoder: DredDecoder, sound: Float32Array | Int16Array, random: Random): number {
  const lost = (decoder.sampleRate / 100) * (1 + random.below(3));
  if (random.below(4) === 0) return decoder.conceal(sound, lost);
  return decoder.decodeDred(random.below(decoder.sampleRate * MAX_OFFSET_SECONDS), sound, lost);
}

/** What sounds has to be numbers. */
function assertSound(count: number, { channels }: DredDecoder, sound: Float32Array | Int16Array): void {
  let sum = 0;
  for (let index = 0; index < count * channels; index += 1) sum += sound[index] ?? 0;
  assert.ok(Number.isFinite(sum));
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

/** The sound of a valid stream: of what is received, and of a burst of losses that is recovered. */
function soundOf(decoder: DredDecoder): [received: Float32Array, recovered: Float32Array] {
  const frame = decoder.sampleRate / 50;
  const length = frame * decoder.channels;
  const received = new Float32Array(RECEIVED * length);
  const recovered = new Float32Array(LOST * length);
  const stream = streams[0] ?? [];
  stream.slice(0, RECEIVED).forEach((packet, index) => {
    decoder.decode(packet, received.subarray(index * length));
  });
  assert.ok(decoder.parseDred(stream[RECEIVED + LOST] ?? new Uint8Array()) >= LOST * frame);
  for (let index = 0; index < LOST; index += 1) {
    decoder.decodeDred((LOST - index) * frame, recovered.subarray(index * length), frame);
  }
  return [received, recovered];
}

function left(sound: Float32Array, channels: number): Float32Array {
  return sound.filter((_, index) => index % channels === 0);
}

function encodeStream(options: DredEncoderOptions): Uint8Array[] {
  const { sampleRate, channels } = options;
  const voice = speech({ sampleRate, seconds: SECONDS });
  const samples = channels === 1 ? voice : interleaved(voice, speech({ sampleRate, seconds: SECONDS, seed: 2 }));
  const encoder = opus.createEncoder({ complexity: 7, ...options });
  const length = encoder.samplesPerFrame * channels;
  const room = new Uint8Array(4000);
  const made = Array.from({ length: Math.floor(samples.length / length) }, (_, index) =>
    room.slice(0, encoder.encode(samples.subarray(index * length, (index + 1) * length), room)),
  );
  encoder.dispose();
  return made;
}
