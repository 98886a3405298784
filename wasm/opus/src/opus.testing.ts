import { speech } from '@xmpp-call/wasm-testing';
import { CodecError, type OpusDecoder, type OpusEncoder, type OpusSamples } from './index.js';

/** Room for any packet that these tests make. */
export const PACKET_ROOM = 4000;

/** The code of the codec's error that an action throws. */
export function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof CodecError ? error.code : String(error);
  }
  return 'none';
}

/** What only JavaScript callers can pass. */
export function wrong(value: unknown): never {
  return value as never;
}

/** Whole frames of speech, mono. */
export function speechFor(encoder: OpusEncoder, seconds: number): Float32Array<ArrayBuffer> {
  const samples = speech({ sampleRate: encoder.sampleRate, seconds });
  return samples.subarray(0, samples.length - (samples.length % encoder.samplesPerFrame));
}

/** Encodes interleaved samples frame by frame. */
export function encodeAll(encoder: OpusEncoder, samples: OpusSamples): Uint8Array[] {
  const length = encoder.samplesPerFrame * encoder.channels;
  const room = new Uint8Array(PACKET_ROOM);
  const packets: Uint8Array[] = [];
  for (let begin = 0; begin + length <= samples.length; begin += length) {
    packets.push(room.slice(0, encoder.encode(samples.subarray(begin, begin + length), room)));
  }
  return packets;
}

/** Decodes packets; a lost one is concealed. */
export function decodeAll(
  decoder: OpusDecoder,
  packets: readonly (Uint8Array | undefined)[],
): Float32Array<ArrayBuffer> {
  const room = new Float32Array(5760 * decoder.channels);
  const parts = packets.map((packet) => {
    const count = packet === undefined ? decoder.conceal(room) : decoder.decode(packet, room);
    return room.slice(0, count * decoder.channels);
  });
  return concatenate(parts);
}

export function concatenate(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

export function sine(frequency: number, sampleRate: number, samples: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: samples },
    (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * index) / sampleRate),
  );
}

/** Likeness of two sounds, the second `delay` samples late: 1 is equal but for loudness. */
export function correlation(first: Float32Array, second: Float32Array, delay = 0): number {
  let [cross, one, two] = [0, 0, 0];
  for (let index = 0; index + delay < Math.min(first.length + delay, second.length); index += 1) {
    const a = first[index] ?? 0;
    const b = second[index + delay] ?? 0;
    cross += a * b;
    one += a * a;
    two += b * b;
  }
  return one === 0 || two === 0 ? 0 : cross / Math.sqrt(one * two);
}

export function energy(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}
