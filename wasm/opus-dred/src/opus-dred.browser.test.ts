import { expect } from '@esm-bundle/chai';
import { speech } from '@xmpp-call/wasm-testing';
import { init, type OpusDred } from './index.js';

const FRAME = 320;

/** Packets of 20 ms at 16 kHz that carry redundancy. */
function encodeSpeech(opus: OpusDred): Uint8Array<ArrayBuffer>[] {
  const encoder = opus.createEncoder({
    ...{ sampleRate: 16000, channels: 1, bitrate: 64_000 },
    ...{ complexity: 7, expectedLoss: 30, dredDuration: 500 },
  });
  const samples = speech({ sampleRate: 16000, seconds: 1 });
  const room = new Uint8Array(1276);
  return Array.from({ length: samples.length / FRAME }, (_, index) =>
    room.slice(0, encoder.encode(samples.subarray(index * FRAME, (index + 1) * FRAME), room)),
  );
}

describe('deep redundancy in a browser', () => {
  it('gives lost speech back', async () => {
    const opus = await init();
    const packets = encodeSpeech(opus);
    const decoder = opus.createDecoder({ sampleRate: 16000, channels: 1 });
    const sound = new Float32Array(FRAME);
    for (const packet of packets.slice(0, 30)) decoder.decode(packet, sound);
    expect(decoder.parseDred(packets[40] ?? new Uint8Array())).to.be.greaterThan(10 * FRAME);
    for (let lost = 10; lost > 0; lost -= 1) expect(decoder.decodeDred(lost * FRAME, sound)).to.equal(FRAME);
    expect(sound.some((sample) => Math.abs(sample) > 0.01)).to.equal(true);
    expect(sound.every((sample) => Math.abs(sample) < 2)).to.equal(true);
  });

  it("does not disturb the browser's decoder", async () => {
    const packets = encodeSpeech(await init());
    const errors: DOMException[] = [];
    let samples = 0;
    const decoder = new AudioDecoder({
      output: (data) => {
        samples += data.numberOfFrames;
        data.close();
      },
      error: (error) => errors.push(error),
    });
    decoder.configure({ codec: 'opus', sampleRate: 48_000, numberOfChannels: 1 });
    for (const [index, data] of packets.entries()) {
      decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: index * 20_000, data }));
    }
    await decoder.flush();
    decoder.close();
    expect(errors).to.deep.equal([]);
    expect(samples).to.be.greaterThan(40 * 960);
  });
});
