import { expect } from '@esm-bundle/chai';
import { speech } from '@xmpp-call/wasm-testing';
import { echo } from './echo.testing.js';
import { init } from './index.js';
import { concatenate, correlation, encodeAll, speechFor } from './opus.testing.js';
import { wasmUrl } from './wasm-url.js';

const RATE = 48_000;
const FRAME = 960;
const LIKE = 0.95;
const WORKER = new URL('./worker.testing.ts', import.meta.url);
const WORKLET = new URL('./worklet.testing.ts', import.meta.url);
const source = speech({ sampleRate: RATE, seconds: 0.5 });

/** Likeness of a sound with one that is late by some time up to 100 ms. */
function likeness(sound: Float32Array): number {
  const delays = Array.from({ length: RATE / 10 }, (_, delay) => delay);
  return Math.max(...delays.map((delay) => correlation(source, sound, delay)));
}

/** Until the target has a message. */
function message(target: EventTarget): Promise<unknown> {
  return new Promise((resolve) => {
    target.addEventListener('message', (event) => resolve((event as MessageEvent<unknown>).data), { once: true });
  });
}

function loadBytes(): Promise<ArrayBuffer> {
  return fetch(wasmUrl()).then((response) => response.arrayBuffer());
}

describe('Opus in a browser', () => {
  it('streams its module from its address', async () => {
    expect((await fetch(wasmUrl())).headers.get('content-type')).to.equal('application/wasm');
    expect(likeness(await echo(undefined, source))).to.be.greaterThan(LIKE);
  });

  it('does with a wrong media type', async () => {
    const address = URL.createObjectURL(new Blob([await loadBytes()], { type: 'text/plain' }));
    for (const input of [new URL(address), await fetch(address)]) {
      expect(likeness(await echo(input, source))).to.be.greaterThan(LIKE);
    }
    URL.revokeObjectURL(address);
  });

  it('works in a worker, from its address and from a posted module', async () => {
    const worker = new Worker(WORKER, { type: 'module' });
    for (const module of [undefined, (await init()).module]) {
      const answer = message(worker);
      worker.postMessage({ module, samples: source });
      expect(likeness((await answer) as Float32Array)).to.be.greaterThan(LIKE);
    }
    worker.terminate();
  });

  it('works in an audio worklet, from bytes', async () => {
    const context = new OfflineAudioContext({ length: source.length + 2 * FRAME, sampleRate: RATE });
    await context.audioWorklet.addModule(WORKLET);
    const node = new AudioWorkletNode(context, 'echo');
    const ready = message(node.port);
    node.port.start();
    node.port.postMessage(await loadBytes());
    expect(await ready).to.equal('ready');
    const buffer = context.createBuffer(1, source.length, RATE);
    buffer.copyToChannel(source, 0);
    const player = new AudioBufferSourceNode(context, { buffer });
    player.connect(node).connect(context.destination);
    player.start();
    const rendered = await context.startRendering();
    expect(likeness(rendered.getChannelData(0))).to.be.greaterThan(LIKE);
  });
});

describe('interchange with WebCodecs', () => {
  for (const bitrate of [16_000, 32_000, 96_000]) {
    it(`decodes our packets of ${bitrate} bit/s there`, async () => {
      const encoder = (await init()).createEncoder({ sampleRate: RATE, channels: 1, bitrate });
      const parts: Float32Array[] = [];
      const errors: DOMException[] = [];
      const decoder = new AudioDecoder({
        output: (data) => {
          const part = new Float32Array(data.numberOfFrames);
          data.copyTo(part, { planeIndex: 0, format: 'f32-planar' });
          data.close();
          parts.push(part);
        },
        error: (error) => errors.push(error),
      });
      decoder.configure({ codec: 'opus', sampleRate: RATE, numberOfChannels: 1 });
      for (const [index, data] of encodeAll(encoder, speechFor(encoder, 0.5)).entries()) {
        decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: index * 20_000, data }));
      }
      await decoder.flush();
      decoder.close();
      expect(errors).to.deep.equal([]);
      const sound = concatenate(parts);
      expect(sound.length).to.be.greaterThan(source.length - 3 * FRAME);
      expect(likeness(sound)).to.be.greaterThan(bitrate > 30_000 ? LIKE : 0.8);
    });
  }

  it('decodes the packets from there', async () => {
    const decoder = (await init()).createDecoder({ sampleRate: RATE, channels: 1 });
    const parts: Float32Array[] = [];
    const errors: DOMException[] = [];
    const room = new Float32Array(6 * FRAME);
    const encoder = new AudioEncoder({
      output: (chunk) => {
        const packet = new Uint8Array(chunk.byteLength);
        chunk.copyTo(packet);
        parts.push(room.slice(0, decoder.decode(packet, room)));
      },
      error: (error) => errors.push(error),
    });
    encoder.configure({ codec: 'opus', sampleRate: RATE, numberOfChannels: 1, bitrate: 64_000 });
    for (let begin = 0; begin + FRAME <= source.length; begin += FRAME) {
      const data = new AudioData({
        format: 'f32-planar',
        sampleRate: RATE,
        numberOfFrames: FRAME,
        numberOfChannels: 1,
        timestamp: (begin * 1_000_000) / RATE,
        data: source.slice(begin, begin + FRAME),
      });
      encoder.encode(data);
      data.close();
    }
    await encoder.flush();
    encoder.close();
    expect(errors).to.deep.equal([]);
    expect(likeness(concatenate(parts))).to.be.greaterThan(LIKE);
  });
});
