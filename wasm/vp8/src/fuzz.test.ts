import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { busy, fnv1a, framesOf, mutate, Random, screen, talkingHead } from '@xmpp-call/wasm-testing';
import type { Clip } from '@xmpp-call/wasm-testing';
import { CodecError, init, inspectPacket } from './index.js';
import type { Vp8Decoder, Vp8EncoderOptions } from './index.js';

const PACKETS = 100_000;
/** By then the memory has grown to what it takes. */
const WARM_UP = 20_000;
const FRAMES = 12;
/** Largest picture that the decoders take; much more than those of the valid packets. */
const MAX_PIXELS = 320 * 240;
/** How often a decoder gets the key frame again, without which it would refuse all that follows. */
const KEY_FRAME_EVERY = 12;
const EXPECTED_ERRORS: readonly string[] = ['corrupt-packet', 'too-large'];

const vp8 = await init();
const streams = [
  encodeClip(talkingHead({ width: 64, height: 48, frames: FRAMES }), { speed: 4 }),
  encodeClip(busy({ width: 49, height: 35, frames: FRAMES }), { temporalLayers: 3 }),
  encodeClip(screen({ width: 80, height: 16, frames: FRAMES }), { screenContent: 1, errorResilient: false }),
  encodeClip(busy({ width: 16, height: 16, frames: FRAMES }), { bitrate: 400_000, keyFrameInterval: 4 }),
];
const decoders = streams.map(() => vp8.createDecoder({ maxPixels: MAX_PIXELS }));

describe('corrupt packets', () => {
  it(`${PACKETS} give pictures or a typed error, without growth`, () => {
    const random = new Random(2024);
    const expected = streams.map((stream) => picturesOf(vp8.createDecoder(), stream));
    const packets = streams.flat();
    const room = new Uint8Array((MAX_PIXELS * 3) / 2 + 4096);
    const outcomes = new Map<string, number>();
    let memory = 0;
    for (let count = 0; count < PACKETS; count += 1) {
      const index = count % decoders.length;
      const decoder = decoders[index] ?? assert.fail();
      const stream = streams[index] ?? assert.fail();
      if (random.below(KEY_FRAME_EVERY) === 0) decoder.decode(stream[0] ?? assert.fail());
      const outcome = outcomeOf(() => {
        // Mostly of the stream at hand, so that what is damaged refers to what it should.
        const picture = decoder.decode(mutate(random.below(4) === 0 ? packets : stream, random));
        if (picture === undefined) return 'nothing';
        picture.copyTo(room);
        return picture.isCorrupt ? 'marked' : 'picture';
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (count === WARM_UP) memory = vp8.memoryBytes;
    }
    assert.equal(vp8.memoryBytes, memory);
    for (const outcome of ['picture', 'nothing', ...EXPECTED_ERRORS]) {
      assert.ok((outcomes.get(outcome) ?? 0) > PACKETS / 1000, `${outcome} in ${JSON.stringify([...outcomes])}`);
    }
    decoders.forEach((decoder, index) => {
      const stream = streams[index] ?? assert.fail();
      assert.deepEqual(picturesOf(decoder, stream), expected[index]);
      assert.deepEqual(picturesOf(vp8.createDecoder(), stream), expected[index]);
    });
  });

  it('sizes of all kinds that a key frame claims', () => {
    const [keyFrame = assert.fail()] = streams[0] ?? [];
    const expected = picturesOf(vp8.createDecoder(), streams[0] ?? []);
    const decoder = vp8.createDecoder({ maxPixels: 64 * 64 });
    const sides = [0, 1, 2, 15, 16, 17, 63, 64, 65, 4096, 16_383];
    for (const width of sides) {
      for (const height of sides) {
        const claim = keyFrame.slice();
        // Two times fourteen bits, each below two bits of scaling (RFC 6386 §9.1).
        new DataView(claim.buffer).setUint16(6, width, true);
        new DataView(claim.buffer).setUint16(8, height | 0x8000, true);
        const outcome = outcomeOf(() => {
          const picture = decoder.decode(claim);
          return `${picture?.width}x${picture?.height}`;
        });
        if (width * height > 64 * 64) assert.equal(outcome, 'too-large');
        else if (width === 0 || height === 0) assert.equal(outcome, 'corrupt-packet');
        else assert.ok([`${width}x${height}`, 'corrupt-packet'].includes(outcome), `${outcome} of ${width}x${height}`);
      }
    }
    assert.deepEqual(picturesOf(decoder, streams[0] ?? []), expected);
    decoder.dispose();
  });

  it('the head of any packet can be inspected, or is corrupt', () => {
    const random = new Random(7);
    for (let count = 0; count < 20_000; count += 1) {
      const packet = mutate(streams.flat(), random);
      const outcome = outcomeOf(() => (inspectPacket(packet).keyFrame ? 'key' : 'delta'));
      assert.ok(['key', 'delta', 'corrupt-packet'].includes(outcome));
    }
  });
});

after(() => decoders.forEach((decoder) => decoder.dispose()));

/** What it returns, or the code of the error: none but those that a packet may cause. */
function outcomeOf(action: () => string): string {
  try {
    return action();
  } catch (error) {
    if (error instanceof CodecError && EXPECTED_ERRORS.includes(error.code)) return error.code;
    throw error;
  }
}

/** Hashes of the pictures of a valid stream. */
function picturesOf(decoder: Vp8Decoder, stream: readonly Uint8Array[]): (number | undefined)[] {
  return stream.map((packet) => {
    const picture = decoder.decode(packet);
    if (picture === undefined) return undefined;
    const room = new Uint8Array(picture.i420Bytes);
    picture.copyTo(room);
    return fnv1a(room);
  });
}

function encodeClip(clip: Clip, options: Partial<Vp8EncoderOptions>): Uint8Array[] {
  const { width, height } = clip;
  const encoder = vp8.createEncoder({ width, height, framesPerSecond: 30, bitrate: 100_000, ...options });
  const room = new Uint8Array(encoder.maxPacketBytes);
  const packets = Array.from(framesOf(clip), ({ data }) =>
    room.slice(0, encoder.encode({ format: 'I420', width, height, data }, room)),
  );
  encoder.dispose();
  return packets;
}
