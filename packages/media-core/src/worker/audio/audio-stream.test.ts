import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioStream } from './audio-stream.js';

const FRAMES = 480;
const BLOCK_US = 10_000;

/** The used part of AudioData. */
class Block {
  readonly numberOfFrames = FRAMES;
  isClosed = false;

  constructor(
    readonly timestamp: number,
    readonly levels: readonly number[],
    readonly sampleRate = 48_000,
  ) {}

  get numberOfChannels(): number {
    return this.levels.length;
  }

  copyTo(into: Float32Array, { planeIndex }: { readonly planeIndex: number }): void {
    into.fill(this.levels[planeIndex] ?? 0);
  }

  close(): void {
    this.isClosed = true;
  }
}

async function read(blocks: readonly Block[]) {
  const received: { readonly level: number; readonly frame: number }[] = [];
  const refusals: string[] = [];
  const frames = new ReadableStream<AudioData>({
    start(controller) {
      for (const block of blocks) controller.enqueue(block as unknown as AudioData);
      controller.close();
    },
  });
  new AudioStream(frames, {
    onBlock: ({ samples, frame }) => received.push({ level: samples[FRAMES - 1] ?? NaN, frame }),
    onRefused: (reason) => refusals.push(reason),
  });
  for (let i = 0; i <= 2 * blocks.length; i++) await new Promise((resolve) => setImmediate(resolve));
  return { received, refusals };
}

void test('blocks are consecutive although their timestamps deviate by some milliseconds', async () => {
  const blocks = [0, 1, 2, 3].map((i) => new Block(i * BLOCK_US + (i % 2) * 4000, [0.5]));
  const { received, refusals } = await read(blocks);
  assert.deepEqual(
    received,
    [0, 1, 2, 3].map((i) => ({ level: 0.5, frame: i * FRAMES })),
  );
  assert.deepEqual(refusals, []);
  assert.equal(
    blocks.every(({ isClosed }) => isClosed),
    true,
  );
});

void test('a gap between timestamps is a gap between positions', async () => {
  const { received } = await read([0, 1, 21, 22].map((i) => new Block(i * BLOCK_US, [1])));
  assert.deepEqual(
    received.map(({ frame }) => frame),
    [0, 1, 21, 22].map((i) => i * FRAMES),
  );
});

void test('channels are mixed to mono', async () => {
  const { received } = await read([new Block(0, [1, 0.5])]);
  assert.equal(received[0]?.level, 0.75);
});

void test('a stream with another sample rate is refused, and its block is closed', async () => {
  const blocks = [new Block(0, [1], 44_100), new Block(BLOCK_US, [1], 44_100)];
  const { received, refusals } = await read(blocks);
  assert.deepEqual([received.length, refusals], [0, ['44100 Hz']]);
  assert.equal(blocks[0]?.isClosed, true);
});
