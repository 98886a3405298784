import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busy, talkingHead } from '@xmpp-call/wasm-testing';
import { init, type Vp8Decoder } from './index.js';
import { assertCodecError, encodeClip } from './streams.testing.js';

const SIZE = { width: 49, height: 35 };
const vp8 = await init();
const stream = encodeClip(vp8, busy({ ...SIZE, frames: 12 })).map(({ data }) => data);
const [key, delta, third] = stream as [Uint8Array, Uint8Array, Uint8Array];

function decode(decoder: Vp8Decoder, packet: Uint8Array): Uint8Array {
  const picture = decoder.decode(packet);
  assert.ok(picture);
  const data = new Uint8Array(picture.i420Bytes);
  picture.copyTo(data);
  return data;
}

describe('a picture', () => {
  it('is the same by copy, by strides and by view', () => {
    const decoder = vp8.createDecoder();
    for (const packet of stream) {
      const picture = decoder.decode(packet);
      assert.ok(picture);
      const { width, height, bytes, layout } = picture;
      const tight = new Uint8Array(picture.i420Bytes);
      picture.copyTo(tight);
      const chromaRows = (height + 1) >> 1;
      const strides = [
        { offset: 5, stride: 64 },
        { offset: 64 * height, stride: 32 },
        { offset: 64 * height + 32 * chromaRows, stride: 32 },
      ];
      const wide = new Uint8Array(64 * height + 64 * chromaRows);
      picture.copyTo(wide, strides);
      const rows = (data: Uint8Array, planes: readonly PlaneLayout[]): Uint8Array =>
        Uint8Array.from(
          planes.flatMap(({ offset, stride }, plane) =>
            Array.from({ length: plane === 0 ? height : chromaRows }, (_, row) => {
              const at = offset + row * stride;
              return [...data.subarray(at, at + (plane === 0 ? width : (width + 1) >> 1))];
            }).flat(),
          ),
        );
      assert.deepEqual(rows(wide, strides), tight);
      assert.deepEqual(rows(bytes, layout), tight);
    }
    decoder.dispose();
  });

  it('tells whether it is a key frame', () => {
    const decoder = vp8.createDecoder();
    assert.equal(decoder.decode(key)?.isKeyFrame, true);
    assert.equal(decoder.decode(delta)?.isKeyFrame, false);
    decoder.dispose();
  });

  it('goes with the next call', () => {
    const decoder = vp8.createDecoder();
    const picture = decoder.decode(key);
    assert.ok(picture);
    assertCodecError(() => decoder.decode(new Uint8Array()), 'corrupt-packet');
    for (const use of [() => picture.width, () => picture.bytes, () => picture.isCorrupt])
      assertCodecError(use, 'closed');
    assertCodecError(() => picture.copyTo(new Uint8Array(10_000)), 'closed');
    assert.equal(decoder.decode(delta), picture);
    assert.equal(picture.width, SIZE.width);
    decoder.dispose();
    assertCodecError(() => picture.height, 'closed');
  });

  it('does not fit into too small a buffer or a wrong layout', () => {
    const decoder = vp8.createDecoder();
    const picture = decoder.decode(key);
    assert.ok(picture);
    const data = new Uint8Array(picture.i420Bytes);
    assertCodecError(() => picture.copyTo(data.subarray(1)), 'buffer-too-small');
    assertCodecError(() => picture.copyTo(data, [{ offset: 0, stride: 49 }]), 'invalid-argument');
    const chroma = { offset: 0, stride: 25 };
    assertCodecError(() => picture.copyTo(data, [{ offset: 0, stride: 48 }, chroma, chroma]), 'invalid-argument');
    assertCodecError(() => picture.copyTo(data, [{ offset: -1, stride: 49 }, chroma, chroma]), 'invalid-argument');
    assertCodecError(
      () => picture.copyTo(data, [{ offset: Number.NaN, stride: 49 }, chroma, chroma]),
      'invalid-argument',
    );
    assertCodecError(() => picture.copyTo(data, [{ offset: 0, stride: 1e9 }, chroma, chroma]), 'buffer-too-small');
    decoder.dispose();
  });

  it('is not there for a frame that is not shown', () => {
    const decoder = vp8.createDecoder();
    decoder.decode(key);
    const hidden = delta.slice();
    hidden[0] = (hidden[0] ?? 0) & ~0x10;
    assert.equal(decoder.decode(hidden), undefined);
    const other = vp8.createDecoder();
    for (const packet of [key, delta]) other.decode(packet);
    assert.deepEqual(decode(decoder, third), decode(other, third));
    decoder.dispose();
    other.dispose();
  });
});

describe('a packet that cannot be decoded', () => {
  const large = (width: number, height: number): Uint8Array => {
    const packet = key.slice();
    packet.set([width & 255, width >> 8, height & 255, height >> 8], 6);
    return packet;
  };
  const cases: Readonly<Record<string, Uint8Array>> = {
    'is empty': new Uint8Array(),
    'is short': key.subarray(0, 2),
    'has half a key frame header': key.subarray(0, 9),
    'has no start code': key.map((byte, index) => (index === 4 ? byte ^ 1 : byte)),
    'has no pixels': large(0, 16),
    'has a first partition beyond its end': key.subarray(0, 40),
  };
  for (const [name, packet] of Object.entries(cases)) {
    it(`is refused, and a key frame mends it: ${name}`, () => {
      const decoder = vp8.createDecoder();
      const expected = decode(decoder, key);
      for (const fresh of [decoder, vp8.createDecoder()]) {
        assertCodecError(() => fresh.decode(packet), 'corrupt-packet');
        assert.deepEqual(decode(fresh, key), expected);
        assert.equal(fresh.decode(delta)?.isCorrupt, false);
        fresh.dispose();
      }
    });
  }

  it("is told in libvpx' own words", () => {
    const decoder = vp8.createDecoder();
    assert.throws(() => decoder.decode(key.subarray(0, 40)), /: Truncated packet or corrupt partition 0 length$/);
    decoder.decode(key);
    // Eight partitions, of which the first claims to have 16 MB.
    const partitions = Uint8Array.of(...key.subarray(0, 10), ...new Uint8Array(40).fill(255));
    partitions.set([0x10 | ((16 << 5) & 255), 16 >> 3, 0]);
    assert.throws(() => decoder.decode(partitions), /: Truncated packet or corrupt partition 1 length$/);
    decoder.dispose();
  });

  it('marks the pictures that follow, until a key frame', () => {
    const decoder = vp8.createDecoder();
    decoder.decode(key);
    assertCodecError(() => decoder.decode(delta.subarray(0, 2)), 'corrupt-packet');
    assert.equal(decoder.needsKeyFrame, false);
    assert.equal(decoder.decode(third)?.isCorrupt, true);
    assert.equal(decoder.decode(key)?.isCorrupt, false);
    assert.equal(decoder.decode(delta)?.isCorrupt, false);
    decoder.dispose();
  });

  it('makes what refers to it undecodable, if it was a key frame', () => {
    const decoder = vp8.createDecoder();
    assert.equal(decoder.needsKeyFrame, true);
    assertCodecError(() => decoder.decode(delta), 'corrupt-packet');
    decoder.decode(key);
    assert.equal(decoder.needsKeyFrame, false);
    assertCodecError(() => decoder.decode(key.subarray(0, 40)), 'corrupt-packet');
    assert.equal(decoder.needsKeyFrame, true);
    assertCodecError(() => decoder.decode(delta), 'corrupt-packet');
    decoder.decode(key);
    assert.equal(decoder.decode(delta)?.isCorrupt, false);
    decoder.dispose();
  });

  it('takes no memory for a picture beyond the bound', async () => {
    const other = await init(vp8.module);
    const decoder = other.createDecoder();
    const bounded = other.createDecoder({ maxPixels: SIZE.width * SIZE.height });
    decoder.decode(key);
    const held = other.memoryBytes;
    assertCodecError(() => decoder.decode(large(16383, 16383)), 'too-large');
    assertCodecError(() => decoder.decode(large(4097, 2304)), 'too-large');
    assertCodecError(() => bounded.decode(large(SIZE.width, SIZE.height + 1)), 'too-large');
    assert.equal(other.memoryBytes, held);
    assertCodecError(() => decoder.decode(delta), 'corrupt-packet');
    assert.equal(decoder.decode(key)?.width, SIZE.width);
    assert.equal(bounded.decode(key)?.width, SIZE.width);
  });
});

describe('a decoder', () => {
  it('takes a bound that is a number of pixels', () => {
    for (const maxPixels of [0, -1, 0.5, Number.NaN, 'many' as unknown as number]) {
      assertCodecError(() => vp8.createDecoder({ maxPixels }), 'invalid-argument');
    }
  });

  it('follows the size of the stream', () => {
    const decoder = vp8.createDecoder();
    for (const [width, height] of [
      [64, 48],
      [640, 360],
      [16, 16],
      [333, 217],
    ] as const) {
      for (const { data } of encodeClip(vp8, talkingHead({ width, height, frames: 2 }))) {
        const picture = decoder.decode(data);
        assert.deepEqual([picture?.width, picture?.height], [width, height]);
      }
    }
    decoder.dispose();
  });

  it('refuses everything but dispose when it is disposed', () => {
    const decoder = vp8.createDecoder();
    decoder.decode(key);
    decoder.dispose();
    decoder.dispose();
    assertCodecError(() => decoder.decode(key), 'closed');
  });
});
