import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { init, type OpusDecoder, type OpusEncoder } from './index.js';
import { codeOf, PACKET_ROOM } from './opus.testing.js';

const { module } = await init();
const MEGABYTE = 2 ** 20;
const frame = Float32Array.from({ length: 1920 }, (_, index) => Math.sin(index / 10));
const packet = new Uint8Array(PACKET_ROOM);
const samples = new Float32Array(1920);

describe('the memory of an instance', () => {
  it('is small at first, and takes an encoder and a decoder without growing', async () => {
    const opus = await init(module);
    assert.ok(opus.memoryBytes <= MEGABYTE, `${opus.memoryBytes}`);
    const encoder = opus.createEncoder({ sampleRate: 48000, channels: 2, complexity: 10, application: 'audio' });
    const decoder = opus.createDecoder({ sampleRate: 48000, channels: 2 });
    for (let count = 0; count < 20; count += 1) {
      decoder.decode(packet.subarray(0, encoder.encode(frame, packet)), samples);
    }
    assert.ok(opus.memoryBytes <= MEGABYTE, `${opus.memoryBytes}`);
  });

  it('stays the same while a thousand encoders, decoders and repacketizers come and go', async () => {
    const opus = await init(module);
    const cycle = (): void => {
      const encoder = opus.createEncoder({ sampleRate: 48000, channels: 2, bitrate: 48_000 });
      const decoder = opus.createDecoder({ sampleRate: 48000, channels: 2 });
      const repacketizer = opus.createRepacketizer();
      const encoded = packet.subarray(0, encoder.encode(frame, packet));
      decoder.decode(encoded, samples);
      repacketizer.add(encoded);
      for (const each of [decoder, encoder, repacketizer]) each.dispose();
    };
    cycle();
    const { memoryBytes } = opus;
    for (let count = 0; count < 1000; count += 1) cycle();
    assert.equal(opus.memoryBytes, memoryBytes);
  });

  it('runs out without harm to what there is', async () => {
    const opus = await init(module);
    const encoder = opus.createEncoder({ sampleRate: 48000, channels: 2 });
    const made: (OpusEncoder | OpusDecoder)[] = [];
    const make = (): number => made.push(opus.createEncoder({ sampleRate: 48000, channels: 2 }));
    let code = 'none';
    while (code === 'none') code = codeOf(make);
    assert.equal(code, 'out-of-memory');
    assert.ok(made.length > 500 && opus.memoryBytes <= 64 * MEGABYTE);
    // Until nothing at all fits in any more.
    while (codeOf(() => made.push(opus.createDecoder({ sampleRate: 8000, channels: 1 }))) === 'none');
    while (codeOf(() => opus.createRepacketizer()) === 'none');
    assert.ok(encoder.encode(frame, packet) > 0);

    for (const each of made) each.dispose();
    const { memoryBytes } = opus;
    const again = opus.createEncoder({ sampleRate: 48000, channels: 2 });
    assert.ok(again.encode(frame, packet) > 0);
    assert.equal(opus.memoryBytes, memoryBytes);
  });
});
