import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Vp8Decoder } from '@xmpp-call/vp8';
import { talkingHead } from '@xmpp-call/wasm-testing';
import { VP8 } from '../call.testing.js';
import { repeatFrame } from './repeat-frame.js';

const SIZES = [
  [16, 16],
  [90, 50],
  [320, 180],
  [640, 360],
] as const;
const FRAMES = 12;

describe('repeatFrame', () => {
  it('repeats the last frame and does not change the decoder', () => {
    for (const [width, height] of SIZES) {
      const clip = talkingHead({ width, height, frames: FRAMES });
      const encoder = VP8.createEncoder({ width, height, framesPerSecond: 30, bitrate: 300_000 });
      const packet = new Uint8Array(encoder.maxPacketBytes);
      const [plain, repeating] = [VP8.createDecoder(), VP8.createDecoder()];
      const repeat = repeatFrame(width, height);
      for (let index = 0; index < FRAMES; index++) {
        const image = { format: 'I420', width, height, data: clip.frame(index).data } as const;
        const encoded = packet.slice(0, encoder.encode(image, packet));
        const expected = shown(plain, encoded);
        assert.deepEqual(shown(repeating, encoded), expected, `${width}x${height}, frame ${index}`);
        for (let times = 0; times <= index % 3; times++) {
          assert.deepEqual(shown(repeating, repeat), expected, `${width}x${height}, frame ${index} again`);
        }
      }
      for (const codec of [encoder, plain, repeating]) codec.dispose();
    }
  });

  it('has less than 60 bytes for 640x360 and less than 150 for 1280x720', () => {
    assert.ok(repeatFrame(640, 360).length < 60, `${repeatFrame(640, 360).length} bytes`);
    assert.ok(repeatFrame(1280, 720).length < 150, `${repeatFrame(1280, 720).length} bytes`);
  });
});

function shown(decoder: Vp8Decoder, packet: Uint8Array): Uint8Array {
  const decoded = decoder.decode(packet) ?? assert.fail('no frame');
  assert.ok(!decoded.isCorrupt);
  const bytes = new Uint8Array(decoded.i420Bytes);
  decoded.copyTo(bytes);
  return bytes;
}
