import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from './simulation.testing.js';
import { type BlockPort, SoundWriter } from './sound-writer.js';

const QUANTUM = 128;
const QUANTUM_MS = QUANTUM / 48;

interface Written {
  readonly timestamp: number;
  readonly samples: Float32Array;
}

/** A writer, and the worklet that feeds it. */
function setUp() {
  const clock = new VirtualClock();
  const written: Written[] = [];
  let open = 0;
  let closed = false;
  let ended = false;
  const port: BlockPort = { onmessage: null, close: () => (closed = true) };
  const track = new WritableStream<AudioData>({
    write(data) {
      if (ended) throw new TypeError('the track has ended');
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: 0 });
      written.push({ timestamp: data.timestamp, samples });
    },
  });
  new SoundWriter(port, track, clock, (init) => {
    open += 1;
    const { data, numberOfFrames, timestamp } = init;
    return {
      numberOfFrames,
      timestamp,
      copyTo: (into: Float32Array) => into.set(data as Float32Array),
      close: () => (open -= 1),
    } as unknown as AudioData;
  });
  let quantum = 0;
  const render = (count: number) => {
    for (let i = 0; i < count; i += 1) {
      port.onmessage?.({ data: new Float32Array(QUANTUM).fill(quantum) } as MessageEvent<Float32Array<ArrayBuffer>>);
      quantum += 1;
    }
  };
  return {
    clock,
    written,
    render,
    endTrack: () => {
      ended = true;
    },
    get open() {
      return open;
    },
    get isClosed() {
      return closed;
    },
  };
}

describe('what writes sound into a track', () => {
  it('writes each quantum as it comes, and all of them', async () => {
    const setting = setUp();
    for (let i = 0; i < 3000; i += 1) {
      setting.render(1);
      await setting.clock.advance(QUANTUM_MS);
    }
    assert.deepEqual(
      setting.written.map(({ samples }) => samples[0]),
      Array.from({ length: 3000 }, (_, i) => i),
    );
    assert.equal(setting.open, 0);
    const [first, second] = setting.written;
    assert.ok(Math.abs((second?.timestamp ?? 0) - (first?.timestamp ?? 0) - QUANTUM_MS * 1000) <= 1);
  });

  it('loses nothing where a context renders in bursts, on a clock that is faster than ours', async () => {
    const setting = setUp();
    for (let i = 0; i < 1000; i += 1) {
      setting.render(16);
      await setting.clock.advance(16 * QUANTUM_MS * (1 - 500e-6));
    }
    assert.equal(setting.written.length, 16_000);
  });

  it('leaves out what stood in line while it stood still', async () => {
    const setting = setUp();
    setting.render(1);
    await setting.clock.advance(500);
    setting.render(Math.round(500 / QUANTUM_MS));
    await setting.clock.advance(1);
    const inLine = setting.written.length * QUANTUM_MS;
    assert.ok(inLine > 60 && inLine < 85, `${inLine} ms`);
    const before = setting.written.length;
    for (let i = 0; i < 100; i += 1) {
      await setting.clock.advance(QUANTUM_MS);
      setting.render(1);
    }
    await setting.clock.advance(1);
    assert.ok(setting.written.length - before >= 99, `${setting.written.length - before} of 100 after it`);
    assert.equal(setting.open, 0);
  });

  it('ends with its track', async () => {
    const setting = setUp();
    setting.render(1);
    await setting.clock.advance(QUANTUM_MS);
    setting.endTrack();
    setting.render(1);
    await setting.clock.advance(QUANTUM_MS);
    assert.equal(setting.isClosed, true);
    setting.render(5);
    await setting.clock.advance(QUANTUM_MS);
    assert.equal(setting.written.length, 1);
    assert.equal(setting.open, 0);
  });
});
