import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { init as initOpus, type OpusSampleRate } from '@xmpp-call/opus';
import { mutate, Random, speech } from '@xmpp-call/wasm-testing';
import { CodecError, init, inspectPacket, type DredDecoderOptions, type DredEncoderOptions } from './index.js';
import { spectralDistance } from './spectrum.testing.js';

const opus = await init();
const FRAMES_PER_SECOND = 50;
const OPTIONS: DredEncoderOptions = {
  ...{ sampleRate: 48000, channels: 1, bitrate: 80_000, complexity: 9 },
  ...{ expectedLoss: 50, dredDuration: 1000 },
};
const MONO: DredDecoderOptions = { sampleRate: 48000, channels: 1 };

function encodeSpeech(
  options: DredEncoderOptions,
  seconds: number,
  seed = 1,
): { samples: Float32Array; packets: Uint8Array[]; lookahead: number } {
  const encoder = opus.createEncoder(options);
  const samples = speech({ sampleRate: options.sampleRate, seconds, seed });
  const room = new Uint8Array(4000);
  const packets: Uint8Array[] = [];
  for (let begin = 0; begin < samples.length; begin += encoder.samplesPerFrame) {
    packets.push(room.slice(0, encoder.encode(samples.subarray(begin, begin + encoder.samplesPerFrame), room)));
  }
  const { lookahead } = encoder;
  encoder.dispose();
  return { samples, packets, lookahead };
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof CodecError ? error.code : String(error);
  }
  return 'none';
}

/** Decodes packets of 20 ms of which a burst was lost, by the redundancy in the packet after it or without. */
function decodeWithBurst(
  packets: Uint8Array[],
  burst: { first: number; count: number },
  sampleRate: OpusSampleRate,
  how: 'dred' | 'conceal',
): Float32Array {
  const decoder = opus.createDecoder({ sampleRate, channels: 1 });
  const frame = sampleRate / FRAMES_PER_SECOND;
  const sound = new Float32Array(packets.length * frame);
  const end = burst.first + burst.count;
  packets.forEach((packet, index) => {
    const target = sound.subarray(index * frame, (index + 1) * frame);
    if (index < burst.first || index >= end) {
      decoder.decode(packet, target);
    } else if (how === 'conceal') {
      decoder.conceal(target);
    } else {
      if (index === burst.first) decoder.parseDred(packets[end] ?? new Uint8Array());
      decoder.decodeDred((end - index) * frame, target);
    }
  });
  decoder.dispose();
  return sound;
}

describe('deep redundancy', () => {
  it('recovers a burst of nearly a second better than concealment does', () => {
    const burst = { first: 100, count: 48 };
    for (const sampleRate of [16000, 48000] as const) {
      for (const seed of [1, 2]) {
        const { samples, packets, lookahead } = encodeSpeech({ ...OPTIONS, sampleRate }, 4, seed);
        const frame = sampleRate / FRAMES_PER_SECOND;
        const distances = (['dred', 'conceal'] as const).map((how) => {
          const sound = decodeWithBurst(packets, burst, sampleRate, how);
          const [begin, end] = [burst.first * frame, (burst.first + burst.count) * frame];
          const expected = samples.subarray(begin - lookahead, end - lookahead);
          return spectralDistance(expected, sound.subarray(begin, end), sampleRate);
        });
        const [recovered, concealed] = distances as [number, number];
        assert.ok(
          recovered < 6 && recovered < concealed / 3,
          `${recovered} dB against ${concealed} dB at ${sampleRate} Hz`,
        );
      }
    }
  });

  it('goes as far back as was asked for and the bitrate allows', () => {
    const reach = (options: Partial<DredEncoderOptions>): number => {
      const { packets } = encodeSpeech({ ...OPTIONS, ...options }, 2.5);
      const decoder = opus.createDecoder(MONO);
      const reaches = packets.map((packet) => decoder.parseDred(packet));
      decoder.dispose();
      return Math.max(...reaches) / OPTIONS.sampleRate;
    };
    assert.ok(reach({}) > 0.95);
    assert.ok(reach({ dredDuration: 1040, bitrate: 120_000 }) > 1);
    const short = reach({ dredDuration: 200 });
    assert.ok(short > 0.1 && short < 0.3, `${short}`);
    const cheap = reach({ bitrate: 32_000 });
    assert.ok(cheap > 0.1 && cheap < 0.6, `${cheap}`);
    assert.equal(reach({ dredDuration: 0 }), 0);
    assert.equal(reach({ expectedLoss: 0 }), 0);
  });

  it('is switched on and off while the encoder runs', () => {
    const encoder = opus.createEncoder({ ...OPTIONS, dredDuration: 0 });
    const decoder = opus.createDecoder(MONO);
    const samples = speech({ sampleRate: 48000, seconds: 1 });
    const room = new Uint8Array(4000);
    const longest = (): number => {
      let reach = 0;
      for (let begin = 0; begin < samples.length; begin += 960) {
        const size = encoder.encode(samples.subarray(begin, begin + 960), room);
        reach = Math.max(reach, decoder.parseDred(room.subarray(0, size)));
      }
      return reach;
    };
    assert.equal(longest(), 0);
    encoder.reconfigure({ dredDuration: 500 });
    assert.ok(longest() > 0);
    encoder.reconfigure({ dredDuration: 0 });
    longest();
    assert.equal(longest(), 0);
    encoder.dispose();
    decoder.dispose();
  });

  it('is refused with a complexity that would silently give none, at first and later', () => {
    assert.equal(
      codeOf(() => opus.createEncoder({ ...OPTIONS, complexity: 6 })),
      'invalid-argument',
    );
    const encoder = opus.createEncoder({ ...OPTIONS, complexity: 6, dredDuration: 0 });
    assert.equal(
      codeOf(() => encoder.reconfigure({ dredDuration: 500 })),
      'invalid-argument',
    );
    encoder.reconfigure({ complexity: 7, dredDuration: 500 });
    assert.equal(
      codeOf(() => encoder.reconfigure({ complexity: 5 })),
      'invalid-argument',
    );
    encoder.reconfigure({ complexity: 5, dredDuration: 0 });
    encoder.dispose();
  });

  it('travels in packets that decoders without it take as any other', async () => {
    const { packets } = encodeSpeech(OPTIONS, 1);
    const old = (await initOpus()).createDecoder(MONO);
    const decoder = opus.createDecoder({ ...MONO, complexity: 0 });
    const [expected, sound] = [new Float32Array(960), new Float32Array(960)];
    for (const packet of packets) {
      assert.equal(inspectPacket(packet).duration, 20);
      assert.equal(decoder.decode(packet, expected), old.decode(packet, sound));
      assert.equal(decoder.finalRange, old.finalRange);
    }
    decoder.dispose();
  });

  it('reads no more than is wanted', () => {
    const packet = encodeSpeech(OPTIONS, 2).packets.at(-1) ?? new Uint8Array();
    const decoder = opus.createDecoder(MONO);
    const all = decoder.parseDred(packet);
    const some = decoder.parseDred(packet, 4800);
    assert.ok(some >= 4800 && some < all / 2, `${some} of ${all}`);
    decoder.dispose();
  });

  it('conceals what is further back than it goes, and where there is none', () => {
    const { packets } = encodeSpeech(OPTIONS, 2);
    const [reading, concealing] = [opus.createDecoder(MONO), opus.createDecoder(MONO)];
    const [sound, expected] = [new Float32Array(960), new Float32Array(960)];
    for (const packet of packets.slice(0, 50)) {
      reading.decode(packet, sound);
      concealing.decode(packet, expected);
    }
    assert.equal(reading.decodeDred(960, sound), concealing.conceal(expected));
    assert.deepEqual(sound, expected, 'before anything was read');
    assert.equal(reading.parseDred(Uint8Array.of(0x78, 1, 2, 3)), 0);
    assert.equal(reading.decodeDred(960, sound), concealing.conceal(expected));
    assert.deepEqual(sound, expected, 'after a packet without redundancy');
    reading.parseDred(packets[80] ?? new Uint8Array());
    assert.equal(reading.decodeDred(480_000, sound), 960);
    reading.dispose();
    concealing.dispose();
  });

  it('takes no arguments that make no sense', () => {
    for (const dredDuration of [-1, 1041, NaN, Infinity]) {
      assert.equal(
        codeOf(() => opus.createEncoder({ ...OPTIONS, dredDuration })),
        'invalid-argument',
      );
    }
    for (const complexity of [-1, 11, NaN]) {
      assert.equal(
        codeOf(() => opus.createDecoder({ ...MONO, complexity })),
        'invalid-argument',
      );
    }
    const decoder = opus.createDecoder(MONO);
    const packet = encodeSpeech(OPTIONS, 0.5).packets.at(-1) ?? new Uint8Array();
    for (const wanted of [-1, 1e6, NaN])
      assert.equal(
        codeOf(() => decoder.parseDred(packet, wanted)),
        'invalid-argument',
      );
    for (const offset of [-1, 1e6, NaN]) {
      assert.equal(
        codeOf(() => decoder.decodeDred(offset, new Float32Array(960))),
        'invalid-argument',
      );
    }
    assert.equal(
      codeOf(() => decoder.decodeDred(960, new Float32Array(960), 961)),
      'invalid-argument',
    );
    assert.equal(
      codeOf(() => decoder.decodeDred(960, new Float32Array(100))),
      'buffer-too-small',
    );
    assert.equal(
      codeOf(() => decoder.parseDred(new Uint8Array())),
      'corrupt-packet',
    );
    assert.equal(
      codeOf(() => decoder.parseDred(Uint8Array.of(0x83, 0))),
      'corrupt-packet',
    );
    decoder.dispose();
    decoder.dispose();
    assert.equal(
      codeOf(() => decoder.parseDred(packet)),
      'closed',
    );
    assert.equal(
      codeOf(() => decoder.decodeDred(960, new Float32Array(960))),
      'closed',
    );
  });

  it('survives any bytes', () => {
    const { packets } = encodeSpeech(OPTIONS, 2);
    const random = new Random(7);
    const decoder = opus.createDecoder(MONO);
    const room = new Int16Array(5760);
    const { memoryBytes } = opus;
    let read = 0;
    for (let count = 0; count < 3000; count += 1) {
      const packet = mutate(packets, random);
      const code = codeOf(() => (read += decoder.parseDred(packet) > 0 ? 1 : 0));
      assert.ok(code === 'none' || code === 'corrupt-packet', code);
      if (count % 10 === 0) decoder.decodeDred(960 * (count % 50), room);
    }
    assert.ok(read > 100);
    assert.equal(opus.memoryBytes, memoryBytes);
    assert.equal(decoder.decode(packets[0] ?? new Uint8Array(), room), 960);
    decoder.dispose();
  });
});

describe('the memory of an instance with deep redundancy', () => {
  it('stays the same while a thousand encoders and decoders come and go', async () => {
    const instance = await init(opus.module);
    const cycle = (): void => {
      for (const each of [instance.createEncoder(OPTIONS), instance.createDecoder(MONO)]) each.dispose();
    };
    cycle();
    const { memoryBytes } = instance;
    for (let count = 0; count < 1000; count += 1) cycle();
    assert.equal(instance.memoryBytes, memoryBytes);
  });

  it('runs out without leaving halves behind', async () => {
    const instance = await init(opus.module);
    const decoders = [instance.createDecoder(MONO)];
    let code = 'none';
    while (code === 'none') code = codeOf(() => decoders.push(instance.createDecoder(MONO)));
    assert.equal(code, 'out-of-memory');
    const { memoryBytes } = instance;
    const made = decoders.length;
    for (const decoder of decoders.splice(0)) decoder.dispose();
    while (codeOf(() => decoders.push(instance.createDecoder(MONO))) === 'none');
    assert.equal(decoders.length, made);
    assert.equal(instance.memoryBytes, memoryBytes);
  });
});
