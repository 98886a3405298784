import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fnv1a, framesOf, lumaPsnr, music, screen, speech, talkingHead, toInt16 } from '../index.js';
import { NATIVE_DIRECTORY, NativeOpus, NativeReferenceError, NativeVp8, writeFrames } from './index.js';
import type { OpusStep } from './index.js';

const SIZE = { width: 97, height: 65 };
const frames = [...framesOf(talkingHead({ ...SIZE, frames: 16 }))];

describe('NativeVp8', () => {
  const native = new NativeVp8();
  const options = { ...SIZE, kilobits: 150 };

  it('gives back nearly what it was given, at the frame size', () => {
    const results = native.decode(
      native.encode(frames, options).map(({ data }) => data),
      { pictures: true },
    );
    assert.equal(results.length, frames.length);
    results.forEach(({ status, width, height, hash, frame }, index) => {
      assert.deepEqual({ status, width, height }, { status: 0, ...SIZE });
      assert.ok(frame !== undefined);
      assert.equal(hash, fnv1a(frame.data));
      assert.ok(lumaPsnr(frame, frames[index] ?? frame) > 27);
    });
  });

  it('gives key frames where asked for, and the layers in their order', () => {
    const packets = native.encode(frames, { ...options, keyFrames: [6], layers: 3 });
    assert.deepEqual(
      packets.flatMap(({ keyFrame }, index) => (keyFrame ? [index] : [])),
      [0, 6],
    );
    assert.deepEqual(
      packets.map(({ layer }) => layer),
      [0, 2, 1, 2, 0, 2, 0, 2, 1, 2, 0, 2, 1, 2, 0, 2],
    );
  });

  for (const layers of [2, 3] as const) {
    it(`lets the upper of ${layers} layers be dropped`, () => {
      const packets = native.encode(frames, { ...options, layers });
      const all = native.decode(packets.map(({ data }) => data));
      for (let highest = 0; highest < layers; highest += 1) {
        const kept = packets.flatMap(({ layer }, index) => (layer <= highest ? [index] : []));
        const some = native.decode(kept.map((index) => packets[index]?.data ?? new Uint8Array()));
        assert.deepEqual(
          some.map(({ hash }) => hash),
          kept.map((index) => all[index]?.hash),
        );
      }
    });
  }

  it('changes bitrate and size while it runs', () => {
    const small = [...framesOf(talkingHead({ width: 48, height: 40, frames: 8 }))];
    const packets = native.encode([...frames, ...small], {
      ...options,
      kilobits: 600,
      bitrates: new Map([[8, 60]]),
      sizes: new Map([[16, { width: 48, height: 40 }]]),
    });
    const bytes = (from: number, to: number) =>
      packets.slice(from, to).reduce((sum, { data }) => sum + data.byteLength, 0);
    assert.ok(bytes(9, 16) * 2 < bytes(1, 8));
    assert.ok(packets[16]?.keyFrame);
    const results = native.decode(packets.map(({ data }) => data));
    assert.deepEqual(
      results.map(({ width }) => width),
      [...Array.from({ length: 16 }, () => 97), ...Array.from({ length: 8 }, () => 48)],
    );
  });

  it('sees the screen as a screen', () => {
    const text = [...framesOf(screen({ ...SIZE, frames: 8 }))];
    const plain = native.encode(text, { ...options, screenContent: 0 });
    const asScreen = native.encode(text, { ...options, screenContent: 1 });
    assert.notDeepEqual(
      plain.map(({ data }) => fnv1a(data)),
      asScreen.map(({ data }) => fnv1a(data)),
    );
  });

  it('reports a packet that is none', () => {
    const [result] = native.decode([Uint8Array.of(1, 2, 3, 4)]);
    assert.notEqual(result?.status, 0);
    assert.equal(result?.hash, undefined);
  });

  it('measures the CPU time of each frame', () => {
    const path = join(NATIVE_DIRECTORY, `native-test-${process.pid}.i420`);
    writeFrames(path, frames);
    try {
      const encoding = native.benchEncode(path, options, 2);
      assert.equal(encoding.frameMs.length, 32);
      assert.ok(encoding.totalMs > 0 && encoding.packetBytes > 0);
    } finally {
      rmSync(path);
    }
    const decoding = native.benchDecode(native.encode(frames, options).map(({ data }) => data));
    assert.equal(decoding.frameMs.length, 16);
    assert.ok(decoding.frameMs.every((milliseconds) => milliseconds > 0));
  });

  it('says why it failed', () => {
    assert.throws(
      () => native.encode(frames, { ...options, speed: 3, maxQuantizer: 99 }),
      (error) => error instanceof NativeReferenceError && error.message.includes('rc_max_quantizer'),
    );
  });
});

describe('NativeOpus', () => {
  const native = new NativeOpus();
  const mono = { sampleRate: 48_000, channels: 1 } as const;
  const voice = speech({ sampleRate: 48_000, seconds: 2 });
  const packetsOf = (samples: Float32Array | Int16Array) =>
    native.encode(samples, { ...mono, bitrate: 24_000, fec: true, loss: 20 });
  const steps = (packets: readonly { readonly data: Uint8Array }[]) =>
    packets.map(({ data }): OpusStep => ({ kind: 'packet', data }));

  it('decodes what it encoded, to floats and to integers', () => {
    for (const samples of [voice, toInt16(voice)]) {
      const packets = packetsOf(samples);
      assert.equal(packets.length, 100);
      const floats = native.decodeFloat(steps(packets), mono);
      const integers = native.decodeInt16(steps(packets), mono);
      const ranges = packets.map(({ finalRange }) => finalRange);
      for (const results of [floats, integers]) {
        assert.deepEqual(
          results.map(({ finalRange }) => finalRange),
          ranges,
        );
        assert.ok(results.every(({ count, samples }) => count === 960 && samples.length === 960));
      }
    }
  });

  it('recovers and conceals', () => {
    const packets = packetsOf(voice);
    const at = packets.findIndex(
      (_, index) => index > 20 && rms(voice.subarray(index * 960, (index + 1) * 960)) > 0.05,
    );
    const before = steps(packets.slice(0, at));
    const data = packets[at + 1]?.data ?? new Uint8Array();
    const recovered = native.decodeFloat([...before, { kind: 'fec', data }], mono).at(-1);
    const concealed = native.decodeFloat([...before, { kind: 'concealment' }], mono).at(-1);
    const whole = native.decodeFloat(steps(packets.slice(0, at + 1)), mono).at(-1);
    assert.equal(recovered?.count, 960);
    assert.equal(concealed?.count, 960);
    assert.ok(whole !== undefined);
    const error = (samples: Float32Array) => rms(samples.map((sample, index) => sample - (whole.samples[index] ?? 0)));
    assert.ok(error(recovered.samples) < error(concealed.samples));
  });

  it('takes stereo, other frame lengths and live changes', () => {
    const packets = native.encode(music({ sampleRate: 24_000, seconds: 1.2 }), {
      sampleRate: 24_000,
      channels: 2,
      frameMs: 60,
      application: 'audio',
      bitrate: 128_000,
      bitrates: new Map([[10, 16_000]]),
    });
    assert.equal(packets.length, 20);
    assert.ok((packets[15]?.data.length ?? 0) * 4 < (packets[5]?.data.length ?? 0));
  });

  it('reports a packet that is none', () => {
    const [result] = native.decodeInt16([{ kind: 'packet', data: Uint8Array.of(3) }], mono);
    assert.equal(result?.count, -4);
    assert.equal(result.samples.length, 0);
  });

  it('measures the CPU time of each frame', () => {
    assert.equal(native.benchEncode(voice, { ...mono, complexity: 10 }).frameMs.length, 100);
    assert.equal(native.benchDecode(steps(packetsOf(voice)), mono).frameMs.length, 100);
  });
});

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}
