import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { music, speech } from '@xmpp-call/wasm-testing';
import { init, type OpusDecoderOptions, type OpusEncoderOptions } from './index.js';
import { codeOf, concatenate, correlation, decodeAll, encodeAll, energy, speechFor, wrong } from './opus.testing.js';

const opus = await init();
const MONO: OpusDecoderOptions = { sampleRate: 48000, channels: 1 };

/** Packets of speech, and that speech. */
function spoken(options: Partial<OpusEncoderOptions> = {}): {
  packets: Uint8Array[];
  samples: Float32Array;
  lookahead: number;
} {
  const encoder = opus.createEncoder({ sampleRate: 48000, channels: 1, bitrate: 32_000, ...options });
  const samples = speechFor(encoder, 2);
  const packets = encodeAll(encoder, samples);
  const { lookahead } = encoder;
  encoder.dispose();
  return { packets, samples, lookahead };
}

describe('OpusDecoder', () => {
  it('gives back nearly what was encoded, late by the lookahead', () => {
    const { packets, samples, lookahead } = spoken({ bitrate: 64_000 });
    const decoder = opus.createDecoder(MONO);
    const sound = decodeAll(decoder, packets);
    assert.equal(sound.length, samples.length);
    const likeness = correlation(samples, sound, lookahead);
    assert.ok(likeness > 0.95, `${likeness}`);
    decoder.dispose();
  });

  it('keeps two channels apart', () => {
    const encoder = opus.createEncoder({ sampleRate: 48000, channels: 2, application: 'audio', bitrate: 128_000 });
    const samples = music({ sampleRate: 48000, seconds: 1 });
    const decoder = opus.createDecoder({ sampleRate: 48000, channels: 2 });
    const sound = decodeAll(decoder, encodeAll(encoder, samples));
    for (const channel of [0, 1]) {
      const of = (interleaved: Float32Array): Float32Array => interleaved.filter((_, index) => index % 2 === channel);
      assert.ok(correlation(of(samples), of(sound), encoder.lookahead) > 0.97);
    }
    encoder.dispose();
    decoder.dispose();
  });

  it('decodes at a rate and number of channels of its own', () => {
    const { packets } = spoken();
    const spokenAt16 = speech({ sampleRate: 16000, seconds: 2 });
    for (const channels of [1, 2] as const) {
      const decoder = opus.createDecoder({ sampleRate: 16000, channels });
      const sound = decodeAll(decoder, packets);
      assert.equal(sound.length, packets.length * 320 * channels);
      const left = sound.filter((_, index) => index % channels === 0);
      const likeness = Math.max(...[100, 104, 108, 112].map((delay) => correlation(spokenAt16, left, delay)));
      assert.ok(energy(left) > 0);
      assert.ok(Number.isFinite(likeness));
      decoder.dispose();
    }
  });

  it('tells what the last packet was', () => {
    const { packets } = spoken({ bitrate: 12_000, maxBandwidth: 'narrowband' });
    const decoder = opus.createDecoder(MONO);
    assert.equal(decoder.lastPacketDuration, 0);
    assert.equal(decoder.bandwidth, undefined);
    decodeAll(decoder, packets);
    assert.equal(decoder.lastPacketDuration, 960);
    assert.equal(decoder.bandwidth, 'narrowband');
    assert.ok(decoder.pitch >= 0 && decoder.pitch < 2000);
    decoder.dispose();
  });

  it('ends each packet in the state of the encoder', () => {
    const encoder = opus.createEncoder({ sampleRate: 48000, channels: 1, bitrate: 28_000 });
    const decoder = opus.createDecoder(MONO);
    const samples = speechFor(encoder, 1);
    const room = new Float32Array(960);
    for (let begin = 0; begin < samples.length; begin += 960) {
      for (const packet of encodeAll(encoder, samples.subarray(begin, begin + 960))) decoder.decode(packet, room);
      assert.equal(decoder.finalRange, encoder.finalRange);
    }
    encoder.dispose();
    decoder.dispose();
  });

  it('gives integers and floats of the same sound', () => {
    const { packets } = spoken();
    const [ofFloats, ofIntegers] = [opus.createDecoder(MONO), opus.createDecoder(MONO)];
    const [floats, integers] = [new Float32Array(960), new Int16Array(960)];
    for (const packet of packets) {
      assert.equal(ofFloats.decode(packet, floats), ofIntegers.decode(packet, integers));
      floats.forEach((sample, index) => assert.ok(Math.abs(sample * 32_768 - (integers[index] ?? 0)) <= 0.5));
    }
    ofFloats.dispose();
    ofIntegers.dispose();
  });

  it('conceals a loss by fading out what was before', () => {
    const { packets } = spoken();
    const decoder = opus.createDecoder(MONO);
    decodeAll(decoder, packets.slice(0, 20));
    const frames = Array.from({ length: 20 }, () => energy(decodeAll(decoder, [undefined])));
    assert.ok((frames[0] ?? 0) > 0);
    assert.ok((frames[19] ?? 1) < (frames[0] ?? 0) / 10);
    decoder.dispose();
  });

  it('recovers a lost packet from the one after it better than it makes it up', () => {
    const { packets, samples, lookahead } = spoken({ bitrate: 24_000, inbandFec: true, expectedLoss: 30 });
    const [guessing, recovering] = [opus.createDecoder(MONO), opus.createDecoder(MONO)];
    const room = new Float32Array(960);
    const guessed: Float32Array[] = [];
    const recovered: Float32Array[] = [];
    packets.forEach((packet, index) => {
      const isLost = index % 4 === 3;
      const next = packets[index + 1];
      guessed.push(decodeAll(guessing, [isLost ? undefined : packet]));
      if (!isLost || next === undefined) recovering.decode(packet, room);
      else recovering.decodeFec(next, room);
      recovered.push(room.slice());
    });
    const lost = (sound: Float32Array, delay: number): Float32Array =>
      sound.map((sample, index) => (Math.floor((index + delay) / 960) % 4 === 3 ? sample : 0));
    const expected = lost(samples, lookahead);
    const withFec = correlation(expected, lost(concatenate(recovered), 0), lookahead);
    const without = correlation(expected, lost(concatenate(guessed), 0), lookahead);
    assert.ok(1 - withFec < 0.6 * (1 - without), `${withFec} against ${without}`);
    guessing.dispose();
    recovering.dispose();
  });

  it('conceals and recovers as much as is asked for, by default as much as the last packet held', () => {
    const { packets } = spoken({ frameDuration: 40, inbandFec: true, expectedLoss: 20 });
    const packet = packets[10] ?? new Uint8Array();
    const decoder = opus.createDecoder(MONO);
    const room = new Int16Array(5760);
    assert.equal(decoder.conceal(room), 960);
    decoder.decode(packet, room);
    assert.equal(decoder.conceal(room), 1920);
    assert.equal(decoder.decodeFec(packet, room, 2880), 2880);
    assert.equal(decoder.conceal(room, 120), 120);
    for (const count of [0, 1, 121, -120, 5880, NaN, Infinity, 120.5]) {
      assert.equal(
        codeOf(() => decoder.conceal(room, count)),
        'invalid-argument',
      );
      assert.equal(
        codeOf(() => decoder.decodeFec(packet, room, count)),
        'invalid-argument',
      );
    }
    assert.equal(
      codeOf(() => decoder.conceal(new Float32Array(480), 960)),
      'buffer-too-small',
    );
    decoder.dispose();
  });

  it('amplifies', () => {
    const { packets } = spoken();
    const [plain, loud] = [opus.createDecoder(MONO), opus.createDecoder({ ...MONO, gain: 6 })];
    const ratio = energy(decodeAll(loud, packets)) / energy(decodeAll(plain, packets));
    assert.ok(Math.abs(10 * Math.log10(ratio) - 6) < 0.01);
    assert.equal(loud.gain, 6);
    for (const gain of [129, NaN, wrong('6')]) {
      assert.equal(
        codeOf(() => (loud.gain = gain)),
        'invalid-argument',
      );
    }
    assert.equal(loud.gain, 6);
    plain.dispose();
    loud.dispose();
  });

  it('starts anew when reset', () => {
    const { packets } = spoken();
    const decoder = opus.createDecoder(MONO);
    const first = decodeAll(decoder, packets);
    decoder.reset();
    assert.deepEqual(decodeAll(decoder, packets), first);
    decoder.dispose();
  });

  it('goes on after packets that are none', () => {
    const { packets } = spoken();
    const [disturbed, undisturbed] = [opus.createDecoder(MONO), opus.createDecoder(MONO)];
    const room = new Float32Array(5760);
    const expected = decodeAll(undisturbed, packets);
    const sound = packets.map((packet) => {
      // Code 3 without frames, code 1 with an odd rest, nothing, and more than any packet.
      for (const corrupt of [[0x83, 0], [0x81, 1, 2, 3, 4, 5], [], new Uint8Array(70_000)]) {
        assert.equal(
          codeOf(() => disturbed.decode(Uint8Array.from(corrupt), room)),
          'corrupt-packet',
        );
      }
      return room.slice(0, disturbed.decode(packet, room));
    });
    assert.deepEqual(concatenate(sound), expected);
    disturbed.dispose();
    undisturbed.dispose();
  });

  it('decodes into nothing but samples that have room', () => {
    const packet = spoken().packets[0] ?? new Uint8Array();
    const decoder = opus.createDecoder({ sampleRate: 48000, channels: 2 });
    for (const length of [0, 1, 960, 1919]) {
      assert.equal(
        codeOf(() => decoder.decode(packet, new Float32Array(length))),
        'buffer-too-small',
      );
    }
    for (const samples of [new Float64Array(2000), [], undefined]) {
      assert.equal(
        codeOf(() => decoder.decode(packet, wrong(samples))),
        'invalid-argument',
      );
    }
    assert.equal(
      codeOf(() => decoder.decode(wrong('packet'), new Float32Array(1920))),
      'invalid-argument',
    );
    assert.equal(decoder.decode(packet, new Float32Array(1920)), 960);
    assert.equal(decoder.decode(packet, new Float32Array(100_000)), 960);
    decoder.dispose();
  });

  it('is not made with options that make no sense', () => {
    for (const option of [{ sampleRate: 44_100 }, { channels: 0 }, { gain: NaN }, { gain: -129 }]) {
      assert.equal(
        codeOf(() => opus.createDecoder(wrong({ ...MONO, ...option }))),
        'invalid-argument',
      );
    }
  });

  it('does nothing any more once disposed', () => {
    const decoder = opus.createDecoder(MONO);
    decoder.dispose();
    decoder.dispose();
    const room = new Float32Array(960);
    const uses = [
      () => decoder.decode(Uint8Array.of(0), room),
      () => decoder.decodeFec(Uint8Array.of(0), room, 960),
      () => decoder.conceal(room),
      () => decoder.lastPacketDuration,
      () => decoder.pitch,
      () => decoder.bandwidth,
      () => decoder.finalRange,
      () => (decoder.gain = 3),
      () => decoder.reset(),
    ];
    for (const use of uses) assert.equal(codeOf(use), 'closed');
  });
});
