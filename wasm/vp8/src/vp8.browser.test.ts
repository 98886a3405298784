import { expect } from '@esm-bundle/chai';
import { busy, i420Frame, lumaPsnr, talkingHead } from '@xmpp-call/wasm-testing';
import { codeOf } from './errors.testing.js';
import { CodecError, init, type Vp8 } from './index.js';

const SIZE = { width: 160, height: 120 };
const OPTIONS = { ...SIZE, framesPerSecond: 30, bitrate: 500_000, speed: 8 };
const LEAST_DB = 28;
const clip = talkingHead({ ...SIZE, frames: 20 });

function encodeClip(vp8: Vp8): { data: Uint8Array<ArrayBuffer>; isKeyFrame: boolean }[] {
  const encoder = vp8.createEncoder(OPTIONS);
  const packet = new Uint8Array(encoder.maxPacketBytes);
  return Array.from({ length: clip.frames }, (_, index) => {
    const bytes = encoder.encode({ format: 'I420', ...SIZE, data: clip.frame(index).data }, packet);
    return { data: packet.slice(0, bytes), isKeyFrame: encoder.isKeyFrame };
  });
}

describe('interchange with WebCodecs', () => {
  it('decodes our packets there', async () => {
    const pictures: Promise<Uint8Array>[] = [];
    const errors: DOMException[] = [];
    const decoder = new VideoDecoder({
      output: (frame) => pictures.push(lumaOf(frame)),
      error: (error) => errors.push(error),
    });
    decoder.configure({ codec: 'vp8', codedWidth: SIZE.width, codedHeight: SIZE.height });
    for (const [index, { data, isKeyFrame }] of encodeClip(await init()).entries()) {
      decoder.decode(new EncodedVideoChunk({ type: isKeyFrame ? 'key' : 'delta', timestamp: index * 33_333, data }));
    }
    await decoder.flush();
    decoder.close();
    expect(errors).to.deep.equal([]);
    expect(pictures).to.have.length(clip.frames);
    for (const [index, luma] of (await Promise.all(pictures)).entries()) {
      expect(psnr(luma, index)).to.be.greaterThan(LEAST_DB);
    }
  });

  it('decodes the packets from there', async () => {
    const decoder = (await init()).createDecoder();
    const results: number[] = [];
    const encoder = new VideoEncoder({
      output: (chunk) => {
        const packet = new Uint8Array(chunk.byteLength);
        chunk.copyTo(packet);
        const picture = decoder.decode(packet);
        if (picture === undefined) return;
        const data = new Uint8Array(picture.i420Bytes);
        picture.copyTo(data);
        results.push(psnr(data.subarray(0, SIZE.width * SIZE.height), Math.round(chunk.timestamp / 33_333)));
      },
      error: (error) => {
        throw error;
      },
    });
    encoder.configure({ codec: 'vp8', ...SIZE, bitrate: 500_000, framerate: 30, latencyMode: 'realtime' });
    for (let index = 0; index < clip.frames; index += 1) {
      const frame = videoFrame('I420', clip.frame(index).data, index * 33_333);
      encoder.encode(frame);
      frame.close();
    }
    await encoder.flush();
    encoder.close();
    expect(results.length).to.be.greaterThan(clip.frames / 2);
    for (const result of results) expect(result).to.be.greaterThan(LEAST_DB);
  });

  it('shows a decoded picture as a VideoFrame', async () => {
    const vp8 = await init();
    const decoder = vp8.createDecoder();
    for (const { data: packet } of encodeClip(vp8)) {
      const picture = decoder.decode(packet);
      if (picture === undefined) throw new Error('no picture');
      const expected = new Uint8Array(picture.i420Bytes);
      picture.copyTo(expected);
      const frame = videoFrame('I420', expected, 0);
      const result = new Uint8Array(frame.allocationSize());
      await frame.copyTo(result);
      frame.close();
      expectSame(result, expected);
    }
  });
});

describe('encodeVideoFrame', () => {
  const formats = { I420: 1.5, I420A: 2.5, NV12: 1.5, RGBA: 4, RGBX: 4, BGRA: 4, BGRX: 4 } as const;
  for (const [name, bytesPerPixel] of Object.entries(formats)) {
    const format = name as keyof typeof formats;
    it(`gives the packets that encode gives: ${format}`, async () => {
      const vp8 = await init();
      const [encoder, expected] = [vp8.createEncoder(OPTIONS), vp8.createEncoder(OPTIONS)];
      const [room, expectedRoom] = [new Uint8Array(encoder.maxPacketBytes), new Uint8Array(encoder.maxPacketBytes)];
      const source = busy({ width: SIZE.width, height: SIZE.height * 3, frames: 3 });
      for (let index = 0; index < 3; index += 1) {
        const data = source.frame(index).data.slice(0, SIZE.width * SIZE.height * bytesPerPixel);
        if (bytesPerPixel === 4) for (let alpha = 3; alpha < data.length; alpha += 4) data[alpha] = 255;
        const frame = videoFrame(format, data, 0);
        expect(frame.format).to.equal(format);
        const keyFrame = index === 2;
        const bytes = await encoder.encodeVideoFrame(frame, room, { keyFrame });
        frame.close();
        const expectedBytes = expected.encode({ format, ...SIZE, data }, expectedRoom, { keyFrame });
        expectSame(room.slice(0, bytes), expectedRoom.slice(0, expectedBytes));
        expect(encoder.isKeyFrame).to.equal(index !== 1);
      }
    });
  }

  it('encodes what a canvas shows, whatever its format', async () => {
    const vp8 = await init();
    const [encoder, decoder] = [vp8.createEncoder({ ...OPTIONS, maxQuantizer: 10 }), vp8.createDecoder()];
    const canvas = new OffscreenCanvas(SIZE.width, SIZE.height);
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('no context');
    const room = new Uint8Array(encoder.maxPacketBytes);
    // Luma in the limited range by BT.601.
    for (const [color, luma] of [
      ['#f00', 82],
      ['#0f0', 144],
      ['#00f', 41],
      ['#fff', 235],
    ] as const) {
      context.fillStyle = color;
      context.fillRect(0, 0, SIZE.width, SIZE.height);
      const frame = new VideoFrame(canvas, { timestamp: 0 });
      const bytes = await encoder.encodeVideoFrame(frame, room);
      frame.close();
      const picture = decoder.decode(room.subarray(0, bytes));
      expect(picture?.bytes[SIZE.width / 2]).to.be.closeTo(luma, 3, color);
    }
  });

  it('has the browser convert a format that the encoder does not know, if the browser knows it', async () => {
    const data = new Uint8Array(SIZE.width * SIZE.height * 3).fill(128).fill(180, 0, SIZE.width * SIZE.height);
    let frame: VideoFrame;
    try {
      frame = videoFrame('I444', data, 0);
    } catch (error) {
      expect(error).to.have.property('name', 'NotSupportedError');
      return;
    }
    const vp8 = await init();
    const [encoder, decoder] = [vp8.createEncoder({ ...OPTIONS, maxQuantizer: 10 }), vp8.createDecoder()];
    const room = new Uint8Array(encoder.maxPacketBytes);
    const bytes = await encoder.encodeVideoFrame(frame, room);
    frame.close();
    expect(decoder.decode(room.subarray(0, bytes))?.bytes[SIZE.width / 2]).to.be.closeTo(180, 3);
  });

  it('takes the visible part', async () => {
    const vp8 = await init();
    const size = { width: 64, height: 48 };
    const whole = clip.frame(0);
    const frame = videoFrame('I420', whole.data, 0);
    const part = new VideoFrame(frame, { visibleRect: { x: 32, y: 16, ...size }, timestamp: 0 });
    const [encoder, expected] = [
      vp8.createEncoder({ ...OPTIONS, ...size }),
      vp8.createEncoder({ ...OPTIONS, ...size }),
    ];
    const room = new Uint8Array(encoder.maxPacketBytes);
    expect(await codeOf(encoder.encodeVideoFrame(frame, room))).to.equal('invalid-argument');
    const bytes = await encoder.encodeVideoFrame(part, room);
    const chroma = { offset: (16 / 2) * 80 + 32 / 2, stride: 80 };
    const layout = [
      { offset: 16 * SIZE.width + 32, stride: SIZE.width },
      { ...chroma, offset: whole.y.length + chroma.offset },
      { ...chroma, offset: whole.y.length + whole.u.length + chroma.offset },
    ];
    const expectedRoom = new Uint8Array(encoder.maxPacketBytes);
    const expectedBytes = expected.encode({ format: 'I420', ...size, data: whole.data, layout }, expectedRoom);
    expectSame(room.slice(0, bytes), expectedRoom.slice(0, expectedBytes));
    frame.close();
    part.close();
  });

  it('takes one frame at a time, and none that is closed', async () => {
    const vp8 = await init();
    const encoder = vp8.createEncoder(OPTIONS);
    const room = new Uint8Array(encoder.maxPacketBytes);
    const frame = videoFrame('NV12', clip.frame(0).data, 0);
    const first = encoder.encodeVideoFrame(frame, room);
    const image = { format: 'I420', ...SIZE, data: clip.frame(0).data } as const;
    expect(() => encoder.encode(image, room)).to.throw(CodecError);
    expect(() => encoder.reconfigure({ width: 64 })).to.throw(CodecError);
    encoder.bitrate = 300_000;
    expect(await codeOf(encoder.encodeVideoFrame(frame, room))).to.equal('invalid-argument');
    expect(await first).to.be.greaterThan(0);
    frame.close();
    expect(await codeOf(encoder.encodeVideoFrame(frame, room))).to.equal('invalid-argument');
    expect(encoder.encode(image, room)).to.be.greaterThan(0);
  });

  it('outlives growth of the memory, and being disposed, in the middle of a copy', async () => {
    const vp8 = await init();
    const [encoder, expected] = [vp8.createEncoder(OPTIONS), vp8.createEncoder(OPTIONS)];
    const room = new Uint8Array(encoder.maxPacketBytes);
    const { data } = clip.frame(0);
    const frame = videoFrame('I420', data, 0);
    const pending = encoder.encodeVideoFrame(frame, room);
    const before = vp8.memoryBytes;
    const large = vp8.createEncoder({ ...OPTIONS, width: 1280, height: 720 });
    expect(vp8.memoryBytes).to.be.greaterThan(before);
    const bytes = await pending;
    const expectedRoom = new Uint8Array(encoder.maxPacketBytes);
    const expectedBytes = expected.encode({ format: 'I420', ...SIZE, data }, expectedRoom);
    expectSame(room.slice(0, bytes), expectedRoom.slice(0, expectedBytes));
    const last = encoder.encodeVideoFrame(frame, room);
    encoder.dispose();
    expect(await codeOf(last)).to.equal('closed');
    large.dispose();
    frame.close();
  });
});

function videoFrame(format: VideoPixelFormat, data: Uint8Array<ArrayBuffer>, timestamp: number): VideoFrame {
  return new VideoFrame(data, { format, codedWidth: SIZE.width, codedHeight: SIZE.height, timestamp });
}

/** Without printing thousands of bytes. */
function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  expect(actual.length).to.equal(expected.length);
  expect(actual.findIndex((byte, index) => byte !== expected[index])).to.equal(-1);
}

/** The luma of a frame, whose format is the browser's choice (BT.601, limited range); closes the frame. */
async function lumaOf(frame: VideoFrame): Promise<Uint8Array> {
  const data = new Uint8Array(frame.allocationSize());
  await frame.copyTo(data);
  const { format } = frame;
  frame.close();
  const pixels = SIZE.width * SIZE.height;
  if (format === 'I420' || format === 'NV12') return data.subarray(0, pixels);
  const [red, blue] = format?.startsWith('BGR') === true ? [2, 0] : [0, 2];
  const channel = (pixel: number, byte: number): number => data[pixel * 4 + byte] ?? 0;
  return Uint8Array.from({ length: pixels }, (_, pixel) => {
    return 16 + (66 * channel(pixel, red) + 129 * channel(pixel, 1) + 25 * channel(pixel, blue)) / 256;
  });
}

function psnr(luma: Uint8Array, index: number): number {
  const picture = i420Frame(SIZE.width, SIZE.height);
  picture.y.set(luma);
  return lumaPsnr(clip.frame(index), picture);
}
