import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toInt16 } from '@xmpp-call/wasm-testing';
import { init, inspectPacket, type OpusEncoderOptions, type OpusEncoderSettings } from './index.js';
import { codeOf, correlation, decodeAll, encodeAll, PACKET_ROOM, sine, speechFor, wrong } from './opus.testing.js';

const opus = await init();
const MONO: OpusEncoderOptions = { sampleRate: 48000, channels: 1 };

describe('OpusEncoder', () => {
  it('makes packets of every frame duration at every rate, for one channel and two', () => {
    for (const sampleRate of [8000, 12000, 16000, 24000, 48000] as const) {
      for (const frameDuration of [2.5, 5, 10, 20, 40, 60] as const) {
        for (const channels of [1, 2] as const) {
          const encoder = opus.createEncoder({ sampleRate, channels, frameDuration });
          assert.equal(encoder.samplesPerFrame, (sampleRate * frameDuration) / 1000);
          const packets = encodeAll(encoder, sine(300, sampleRate, encoder.samplesPerFrame * channels * 3));
          assert.equal(packets.length, 3);
          for (const packet of packets) assert.equal(inspectPacket(packet).duration, frameDuration);
          encoder.dispose();
        }
      }
    }
  });

  it('keeps near its bitrate, and changes it while it runs', () => {
    const encoder = opus.createEncoder({ ...MONO, bitrate: 24_000 });
    const speech = speechFor(encoder, 4);
    const slow = bitrateOf(encodeAll(encoder, speech));
    assert.equal(encoder.bitrate, 24_000);
    encoder.bitrate = 64_000;
    const fast = bitrateOf(encodeAll(encoder, speech));
    assert.ok(slow > 16_000 && slow < 28_000, `${slow}`);
    assert.equal(encoder.bitrate, 64_000);
    assert.ok(fast > 45_000 && fast < 72_000, `${fast}`);
    encoder.dispose();
  });

  it('makes packets of one size with a constant bitrate', () => {
    const encoder = opus.createEncoder({ ...MONO, bitrate: 32_000, constantBitrate: true });
    const sizes = new Set(encodeAll(encoder, speechFor(encoder, 1)).map(({ length }) => length));
    assert.deepEqual([...sizes], [80]);
    encoder.dispose();
  });

  it('keeps to a bandwidth', () => {
    const encoder = opus.createEncoder({ ...MONO, bitrate: 64_000, maxBandwidth: 'wideband' });
    for (const packet of encodeAll(encoder, speechFor(encoder, 1))) {
      assert.equal(inspectPacket(packet).bandwidth, 'wideband');
    }
    encoder.reconfigure({ maxBandwidth: 'fullband' });
    const last = encodeAll(encoder, speechFor(encoder, 1)).at(-1);
    assert.equal(last && inspectPacket(last).bandwidth, 'fullband');
    encoder.dispose();
  });

  it('uses no speech mode for low delay, and looks ahead less', () => {
    const voip = opus.createEncoder(MONO);
    const lowDelay = opus.createEncoder({ ...MONO, application: 'restricted-lowdelay' });
    assert.equal(voip.lookahead, 312);
    assert.equal(lowDelay.lookahead, 120);
    for (const packet of encodeAll(lowDelay, speechFor(lowDelay, 0.5)))
      assert.equal(inspectPacket(packet).mode, 'celt');
    voip.dispose();
    lowDelay.dispose();
  });

  it('shrinks silence to nothing with DTX', () => {
    const encoder = opus.createEncoder({ sampleRate: 16000, channels: 1, bitrate: 16_000, dtx: true });
    const packets = encodeAll(encoder, new Float32Array(16000 * 2));
    const gaps = packets.filter(({ length }) => length <= 2);
    assert.ok(gaps.length > packets.length / 2, `${gaps.length} of ${packets.length}`);
    assert.ok(gaps.every((packet) => inspectPacket(packet).isDtx));
    assert.equal(encoder.inDtx, true);
    encodeAll(encoder, speechFor(encoder, 1));
    assert.equal(encoder.inDtx, false);
    encoder.dispose();
  });

  it('repeats speech in the next packet with in-band FEC', () => {
    const encoder = opus.createEncoder({ ...MONO, bitrate: 24_000, inbandFec: true, expectedLoss: 20 });
    const packets = encodeAll(encoder, speechFor(encoder, 2));
    assert.ok(packets.filter((packet) => inspectPacket(packet).hasFec).length > packets.length / 3);
    encoder.reconfigure({ inbandFec: false });
    const without = encodeAll(encoder, speechFor(encoder, 2)).slice(2);
    assert.ok(without.every((packet) => !inspectPacket(packet).hasFec));
    encoder.dispose();
  });

  it('starts anew when reset', () => {
    const encoder = opus.createEncoder({ ...MONO, bitrate: 20_000 });
    const speech = speechFor(encoder, 0.5);
    const first = encodeAll(encoder, speech);
    assert.notDeepEqual(encodeAll(encoder, speech), first);
    encoder.reset();
    assert.deepEqual(encodeAll(encoder, speech), first);
    encoder.dispose();
  });

  it('takes integers and floats of the same sound', () => {
    const options: OpusEncoderOptions = { ...MONO, bitrate: 64_000 };
    const [ofFloats, ofIntegers] = [opus.createEncoder(options), opus.createEncoder(options)];
    const floats = speechFor(ofFloats, 1);
    const sounds = [encodeAll(ofFloats, floats), encodeAll(ofIntegers, toInt16(floats))].map((packets) => {
      const decoder = opus.createDecoder({ sampleRate: 48000, channels: 1 });
      const sound = decodeAll(decoder, packets);
      decoder.dispose();
      return sound;
    });
    assert.ok(correlation(sounds[0] ?? floats, sounds[1] ?? floats) > 0.99);
    ofFloats.dispose();
    ofIntegers.dispose();
  });

  it('makes silence of what is no number, and goes on as if nothing had been', () => {
    for (const complexity of [0, 5, 10]) {
      const options: OpusEncoderOptions = { ...MONO, complexity, bitrate: 64_000 };
      const [poisoned, silenced] = [opus.createEncoder(options), opus.createEncoder(options)];
      const tone = sine(500, 48_000, 960 * 10);
      encodeAll(poisoned, new Float32Array(960).fill(NaN));
      encodeAll(silenced, new Float32Array(960));
      assert.deepEqual(encodeAll(poisoned, tone), encodeAll(silenced, tone));
      poisoned.dispose();
      silenced.dispose();
    }
  });

  it('recovers from infinite and huge samples', () => {
    for (const complexity of [0, 5, 10]) {
      for (const sample of [Infinity, -Infinity, 3e38, -1e30]) {
        const encoder = opus.createEncoder({ ...MONO, complexity, bitrate: 64_000 });
        const decoder = opus.createDecoder({ sampleRate: 48000, channels: 1 });
        decodeAll(decoder, encodeAll(encoder, new Float32Array(960).fill(sample)));
        const tone = sine(500, 48_000, 960 * 50);
        const sound = decodeAll(decoder, encodeAll(encoder, tone));
        const half = tone.length / 2;
        const likeness = correlation(tone.subarray(half), sound.subarray(half), encoder.lookahead);
        assert.ok(likeness > 0.9, `${likeness} after ${sample} at complexity ${complexity}`);
        encoder.dispose();
        decoder.dispose();
      }
    }
  });

  it('fits packets into little room, but not into none', () => {
    const encoder = opus.createEncoder({ ...MONO, bitrate: 128_000, frameDuration: 60 });
    const frame = sine(300, 48_000, encoder.samplesPerFrame);
    for (const room of [20, 21, 100]) assert.ok(encoder.encode(frame, new Uint8Array(room)) <= room);
    for (const room of [0, 1, 19]) {
      assert.equal(
        codeOf(() => encoder.encode(frame, new Uint8Array(room))),
        'buffer-too-small',
      );
    }
    assert.ok(encoder.encode(frame, new Uint8Array(70_000)) > 100);
    encoder.dispose();
  });

  it('takes nothing but whole frames', () => {
    const encoder = opus.createEncoder({ ...MONO, channels: 2 });
    const packet = new Uint8Array(PACKET_ROOM);
    for (const length of [0, 1, 960, 1919, 1921, 5760]) {
      assert.equal(
        codeOf(() => encoder.encode(new Float32Array(length), packet)),
        'invalid-argument',
      );
    }
    const samples = new Float32Array(1920);
    for (const other of [new Float64Array(1920), [...samples], undefined, null]) {
      assert.equal(
        codeOf(() => encoder.encode(wrong(other), packet)),
        'invalid-argument',
      );
    }
    for (const other of [new Int8Array(4000), undefined]) {
      assert.equal(
        codeOf(() => encoder.encode(samples, wrong(other))),
        'invalid-argument',
      );
    }
    assert.ok(encoder.encode(samples, packet) > 0);
    encoder.dispose();
  });

  it('is not made with options that make no sense', () => {
    const { memoryBytes } = opus;
    const options: unknown[] = [
      ...[44_100, 0, NaN, '48000', undefined].map((sampleRate) => ({ ...MONO, sampleRate })),
      ...[0, 3, 1.5, undefined].map((channels) => ({ ...MONO, channels })),
      ...['music', 2048, 'toString', null].map((application) => ({ ...MONO, application })),
      ...[0, 3, 25, 120, Infinity].map((frameDuration) => ({ ...MONO, frameDuration })),
      ...WRONG_SETTINGS.map((settings) => ({ ...MONO, ...settings })),
    ];
    for (const option of options) {
      assert.equal(
        codeOf(() => opus.createEncoder(wrong(option))),
        'invalid-argument',
        JSON.stringify(option),
      );
    }
    assert.equal(opus.memoryBytes, memoryBytes);
  });

  it('keeps all its settings if one of the new ones makes no sense', () => {
    const [changed, untouched] = [opus.createEncoder(MONO), opus.createEncoder(MONO)];
    for (const settings of WRONG_SETTINGS) {
      assert.equal(
        codeOf(() => changed.reconfigure(wrong({ bitrate: 6000, complexity: 0, dtx: true, ...settings }))),
        'invalid-argument',
      );
    }
    assert.deepEqual(encodeAll(changed, speechFor(changed, 0.5)), encodeAll(untouched, speechFor(untouched, 0.5)));
    changed.dispose();
    untouched.dispose();
  });

  it('does nothing any more once disposed', () => {
    const encoder = opus.createEncoder(MONO);
    encoder.dispose();
    encoder.dispose();
    const uses = [
      () => encoder.encode(new Float32Array(960), new Uint8Array(PACKET_ROOM)),
      () => encoder.reconfigure({ bitrate: 10_000 }),
      () => encoder.reset(),
      () => encoder.bitrate,
      () => encoder.lookahead,
      () => encoder.inDtx,
      () => encoder.finalRange,
    ];
    for (const use of uses) assert.equal(codeOf(use), 'closed');
  });

  it('gives the same packets whatever else the instance does', () => {
    const alone = opus.createEncoder(MONO);
    const speech = speechFor(alone, 0.5);
    const expected = encodeAll(alone, speech);
    const encoder = opus.createEncoder(MONO);
    const other = opus.createEncoder({ sampleRate: 8000, channels: 2, application: 'audio' });
    const packets: Uint8Array[] = [];
    for (let begin = 0; begin < speech.length; begin += 960) {
      encodeAll(other, sine(200, 8000, 320));
      packets.push(...encodeAll(encoder, speech.subarray(begin, begin + 960)));
    }
    assert.deepEqual(packets, expected);
    for (const each of [alone, encoder, other]) each.dispose();
  });
});

const WRONG_SETTINGS: readonly Partial<Record<keyof OpusEncoderSettings, unknown>>[] = [
  ...[0, 499, 512_001, NaN, Infinity, '24000'].map((bitrate) => ({ bitrate })),
  ...[-1, 11, NaN].map((complexity) => ({ complexity })),
  ...[-1, 101, NaN, null].map((expectedLoss) => ({ expectedLoss })),
  ...[1, 'yes', null].map((inbandFec) => ({ inbandFec })),
  { dtx: 0 },
  { constantBitrate: 'no' },
  { maxBandwidth: 'ultraband' },
  { signal: 'noise' },
];

/** Bits per second of packets that last 20 ms. */
function bitrateOf(packets: readonly Uint8Array[]): number {
  return (packets.reduce((bytes, { length }) => bytes + length, 0) * 8) / (packets.length * 0.02);
}
