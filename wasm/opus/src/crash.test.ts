import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodecInstance } from '@xmpp-call/wasm-runtime';
import { init, Opus } from './index.js';
import type { OpusExports } from './opus-exports.js';
import { codeOf, encodeAll, speechFor } from './opus.testing.js';

const OUTSIDE = 0x7ffffff0;
const { module } = await init();

/** An instance whose codec reads outside of its memory as soon as `isBroken`. */
async function breakable(): Promise<{ opus: Opus; fault: { isBroken: boolean } }> {
  const instance = await CodecInstance.instantiate<OpusExports>(module);
  const fault = { isBroken: false };
  const broken = (address: number): number => (fault.isBroken ? OUTSIDE : address);
  const { encode_floats, decode_floats } = instance.exports;
  const exports: OpusExports = {
    ...instance.exports,
    encode_floats: (encoder, ...rest) => encode_floats(broken(encoder), ...rest),
    decode_floats: (decoder, ...rest) => decode_floats(broken(decoder), ...rest),
  };
  Object.defineProperty(instance, 'exports', { value: exports });
  return { opus: new Opus(module, instance), fault };
}

describe('a trap', () => {
  it('ends the instance with an error of its own, and a fresh one goes on', async () => {
    for (const isOfEncoder of [true, false]) {
      const { opus, fault } = await breakable();
      const encoder = opus.createEncoder({ sampleRate: 48000, channels: 1 });
      const decoder = opus.createDecoder({ sampleRate: 48000, channels: 1 });
      const repacketizer = opus.createRepacketizer();
      const [packet] = encodeAll(encoder, speechFor(encoder, 0.1)) as [Uint8Array];
      const room = new Float32Array(960);
      const encode = (): unknown => encoder.encode(room, new Uint8Array(1276));
      const decode = (): unknown => decoder.decode(packet, room);
      decode();

      fault.isBroken = true;
      assert.equal(codeOf(isOfEncoder ? encode : decode), 'crashed');
      fault.isBroken = false;
      const uses = [
        encode,
        decode,
        () => encoder.reconfigure({ bitrate: 10_000 }),
        () => encoder.lookahead,
        () => decoder.conceal(room),
        () => decoder.bandwidth,
        () => repacketizer.add(packet),
        () => opus.createEncoder({ sampleRate: 48000, channels: 1 }),
        () => opus.createDecoder({ sampleRate: 48000, channels: 1 }),
        () => opus.createRepacketizer(),
      ];
      for (const use of uses) assert.equal(codeOf(use), 'crashed');
      for (const each of [encoder, decoder, repacketizer]) each.dispose();
      assert.equal(codeOf(encode), 'closed');

      const fresh = (await init(opus.module)).createEncoder({ sampleRate: 48000, channels: 1 });
      assert.ok(fresh.encode(room, new Uint8Array(1276)) > 0);
    }
  });
});
