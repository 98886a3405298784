import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busy, Random, talkingHead, type I420Frame } from '@xmpp-call/wasm-testing';
import { init, type Vp8Image, type Vp8ImageFormat } from './index.js';
import { assertCodecError } from './streams.testing.js';

const SIZES = [
  [64, 48],
  [33, 21],
  [1, 1],
  [7, 2],
  [50, 19],
] as const;
const vp8 = await init();

/** The packet of a key frame. */
function encode(image: Vp8Image): Uint8Array {
  const { width, height } = image;
  const encoder = vp8.createEncoder({ width, height, framesPerSecond: 30, bitrate: 1_000_000, maxQuantizer: 2 });
  const packet = new Uint8Array(encoder.maxPacketBytes);
  try {
    return packet.slice(0, encoder.encode(image, packet));
  } finally {
    encoder.dispose();
  }
}

/** Copies planes into a larger buffer with room around, and between the rows. */
function spread(
  planes: readonly { rows: number; data: Uint8Array }[],
  padding: readonly number[],
): Pick<Vp8Image, 'data' | 'layout'> {
  const data = new Uint8Array(20_000).fill(255);
  let next = 100;
  const layout = planes.map(({ rows, data: plane }, index) => {
    const rowBytes = plane.length / rows;
    const [offset, stride] = [next, rowBytes + (padding[index] ?? 0)];
    for (let row = 0; row < rows; row += 1) {
      data.set(plane.subarray(row * rowBytes, (row + 1) * rowBytes), offset + row * stride);
    }
    next = offset + stride * rows + 13;
    return { offset, stride };
  });
  return { data: data.subarray(0, next), layout };
}

function interleave({ u, v }: I420Frame): Uint8Array {
  return Uint8Array.from({ length: 2 * u.length }, (_, index) => (index % 2 === 0 ? u : v)[index >> 1] ?? 0);
}

describe('pictures of the same content', () => {
  for (const [width, height] of SIZES) {
    it(`give the same packet at ${width}x${height}: NV12, alpha, strides`, () => {
      const frame = busy({ width, height, frames: 1 }).frame(0);
      const size = { width, height };
      const expected = encode({ format: 'I420', ...size, data: frame.data });
      const chromaRows = (height + 1) >> 1;
      const chroma = interleave(frame);
      assert.deepEqual(encode({ format: 'NV12', ...size, data: new Uint8Array([...frame.y, ...chroma]) }), expected);
      const withAlpha = new Uint8Array([...frame.data, ...new Uint8Array(width * height)]);
      assert.deepEqual(encode({ format: 'I420A', ...size, data: withAlpha }), expected);
      const luma = { rows: height, data: frame.y };
      const [u, v] = [frame.u, frame.v].map((data) => ({ rows: chromaRows, data }));
      assert.ok(u && v);
      assert.deepEqual(encode({ format: 'I420', ...size, ...spread([luma, u, v], [5, 3, 3]) }), expected);
      const uv = { rows: chromaRows, data: chroma };
      assert.deepEqual(encode({ format: 'NV12', ...size, ...spread([luma, uv], [1, 32]) }), expected);
      // Planes in another order, as YV12 has them, without a last row's padding.
      const data = new Uint8Array([...frame.v, ...frame.u, ...frame.y]);
      const chromaWidth = (width + 1) >> 1;
      const layout = [
        { offset: 2 * u.data.length, stride: width },
        { offset: u.data.length, stride: chromaWidth },
        { offset: 0, stride: chromaWidth },
      ];
      assert.deepEqual(encode({ format: 'I420', ...size, data, layout }), expected);
    });
  }
});

/** BT.601 in the limited range, as the encoder converts, without SIMD. */
function toI420(pixels: Uint8Array, width: number, height: number, isBgr: boolean): Uint8Array {
  const [red, blue] = isBgr ? [2, 0] : [0, 2];
  const channel = (x: number, y: number, byte: number): number =>
    pixels[(Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 4 + byte] ?? 0;
  const luma = Array.from({ length: width * height }, (_, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return ((66 * channel(x, y, red) + 129 * channel(x, y, 1) + 25 * channel(x, y, blue) + 128) >> 8) + 16;
  });
  const chromaWidth = (width + 1) >> 1;
  const chroma = (r: number, g: number, b: number): number[] =>
    Array.from({ length: chromaWidth * ((height + 1) >> 1) }, (_, index) => {
      const [x, y] = [2 * (index % chromaWidth), 2 * Math.floor(index / chromaWidth)];
      const sum = (byte: number): number =>
        channel(x, y, byte) + channel(x + 1, y, byte) + channel(x, y + 1, byte) + channel(x + 1, y + 1, byte);
      return ((r * sum(red) + g * sum(1) + b * sum(blue) + 512) >> 10) + 128;
    });
  return Uint8Array.from([...luma, ...chroma(-38, -74, 112), ...chroma(112, -94, -18)]);
}

describe('RGB', () => {
  const formats: Readonly<Record<string, boolean>> = { RGBA: false, RGBX: false, BGRA: true, BGRX: true };
  for (const [format, isBgr] of Object.entries(formats)) {
    it(`${format} is converted as BT.601 says`, () => {
      const random = new Random(1);
      for (const [width, height] of SIZES) {
        for (const extreme of [false, true]) {
          const data = Uint8Array.from({ length: width * height * 4 }, () =>
            extreme ? 255 * random.below(2) : random.below(256),
          );
          const expected = encode({ format: 'I420', width, height, data: toI420(data, width, height, isBgr) });
          const image = { format: format as Vp8ImageFormat, width, height };
          assert.deepEqual(encode({ ...image, data }), expected);
          assert.deepEqual(encode({ ...image, ...spread([{ rows: height, data }], [20]) }), expected);
        }
      }
    });
  }

  it('grey keeps its level, and white is white', () => {
    const picture = (level: number): Uint8Array => new Uint8Array(16 * 16 * 4).fill(level);
    const levels = [0, 128, 255].map((level) => toI420(picture(level), 16, 16, false));
    assert.deepEqual(
      levels.map((data) => [data[0], data[256], data[320]]),
      [
        [16, 128, 128],
        [126, 128, 128],
        [235, 128, 128],
      ],
    );
  });
});

describe('a picture that is not what it says', () => {
  const size = { width: 32, height: 16 };
  const { data } = talkingHead({ ...size, frames: 1 }).frame(0);
  const tight = [
    { offset: 0, stride: 32 },
    { offset: 512, stride: 16 },
    { offset: 640, stride: 16 },
  ];
  const cases: Readonly<Record<string, Partial<Vp8Image>>> = {
    'with an unknown format': { format: 'I444' as Vp8ImageFormat },
    'without a format': { format: null as unknown as Vp8ImageFormat },
    'with too little data': { data: data.subarray(1) },
    'with too little RGB': { format: 'RGBA' },
    'with a plane too few': { layout: tight.slice(0, 2) },
    'with a stride that is too short': { layout: [{ offset: 0, stride: 31 }, ...tight.slice(1)] },
    'with a stride that is no number': { layout: [{ offset: 0, stride: Number.NaN }, ...tight.slice(1)] },
    'with a negative offset': { layout: [{ offset: -1, stride: 32 }, ...tight.slice(1)] },
    'with a plane beyond its data': { layout: [...tight.slice(0, 2), { offset: 641, stride: 16 }] },
    'with chroma of two strides': { layout: [tight[0], { offset: 0, stride: 17 }, tight[2]] as PlaneLayout[] },
  };
  for (const [name, change] of Object.entries(cases)) {
    it(`is refused: ${name}`, () => {
      const encoder = vp8.createEncoder({ ...size, framesPerSecond: 30, bitrate: 100_000 });
      const packet = new Uint8Array(encoder.maxPacketBytes);
      const image: Vp8Image = { format: 'I420', ...size, data };
      assertCodecError(() => encoder.encode({ ...image, ...change }, packet), 'invalid-argument');
      assert.ok(encoder.encode(image, packet) > 0);
      assert.equal(encoder.isKeyFrame, true);
      encoder.dispose();
    });
  }
});
