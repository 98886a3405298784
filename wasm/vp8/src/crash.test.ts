import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { busy } from '@xmpp-call/wasm-testing';
import { CodecInstance } from '@xmpp-call/wasm-runtime';
import type { Vp8Exports } from './exports.js';
import { init, Vp8 } from './index.js';
import { assertCodecError, encodeClip, encodeFrame } from './streams.testing.js';

const SIZE = { width: 64, height: 48 };
const OPTIONS = { ...SIZE, framesPerSecond: 30, bitrate: 100_000 };
const OUTSIDE = 0x7ffffff0;
const { module } = await init();
const clip = busy({ ...SIZE, frames: 2 });

/** An instance that reads outside of its memory as soon as `isBroken`. */
async function breakable(): Promise<{ vp8: Vp8; fault: { isBroken: boolean } }> {
  const instance = await CodecInstance.instantiate<Vp8Exports>(module);
  const fault = { isBroken: false };
  const { encoder_encode, decoder_decode } = instance.exports;
  const exports: Vp8Exports = {
    ...instance.exports,
    encoder_encode: (encoder, ...rest) => encoder_encode(fault.isBroken ? OUTSIDE : encoder, ...rest),
    decoder_decode: (decoder, ...rest) => decoder_decode(fault.isBroken ? OUTSIDE : decoder, ...rest),
  };
  Object.defineProperty(instance, 'exports', { value: exports });
  return { vp8: new Vp8(module, instance), fault };
}

describe('a trap', () => {
  it('ends the instance with an error of its own, and a fresh one goes on', async () => {
    const { vp8, fault } = await breakable();
    const encoder = vp8.createEncoder(OPTIONS);
    const decoder = vp8.createDecoder();
    const { data } = encodeFrame(encoder, clip, 0);
    const picture = decoder.decode(data);
    assert.ok(picture);
    fault.isBroken = true;
    assertCodecError(() => encodeFrame(encoder, clip, 1), 'crashed');
    fault.isBroken = false;
    assertCodecError(() => encodeFrame(encoder, clip, 1), 'crashed');
    assertCodecError(() => encoder.reconfigure({ bitrate: 50_000 }), 'crashed');
    assertCodecError(() => encoder.isKeyFrame, 'crashed');
    assertCodecError(() => decoder.decode(data), 'crashed');
    assertCodecError(() => vp8.createEncoder(OPTIONS), 'crashed');
    assertCodecError(() => vp8.createDecoder(), 'crashed');
    encoder.dispose();
    decoder.dispose();
    assertCodecError(() => encodeFrame(encoder, clip, 1), 'closed');
    assert.equal(encodeClip(await init(vp8.module), clip).length, 2);
  });

  it('of a decoder is one too', async () => {
    const { vp8, fault } = await breakable();
    const decoder = vp8.createDecoder();
    const [frame] = encodeClip(vp8, clip);
    assert.ok(frame);
    fault.isBroken = true;
    assertCodecError(() => decoder.decode(frame.data), 'crashed');
    decoder.dispose();
  });
});
