import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AudioStream } from './audio-stream.js';

const FRAMES = 480;
const BLOCK_US = 10_000;

/** What a browser gives, as far as it is used. */
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

async function heard(blocks: readonly Block[]) {
  const got: { readonly level: number; readonly frame: number }[] = [];
  const refusals: string[] = [];
  const frames = new ReadableStream<AudioData>({
    start(controller) {
      for (const block of blocks) controller.enqueue(block as unknown as AudioData);
      controller.close();
    },
  });
  new AudioStream(frames, {
    onBlock: ({ samples, frame }) => got.push({ level: samples[FRAMES - 1] ?? NaN, frame }),
    onRefused: (reason) => refusals.push(reason),
  });
  for (let i = 0; i <= 2 * blocks.length; i++) await new Promise((resolve) => setImmediate(resolve));
  return { got, refusals };
}

void test('blocks follow each other, whatever their times say within some ms', async () => {
  const blocks = [0, 1, 2, 3].map((i) => new Block(i * BLOCK_US + (i % 2) * 4000, [0.5]));
  const { got, refusals } = await heard(blocks);
  assert.deepEqual(
    got,
    [0, 1, 2, 3].map((i) => ({ level: 0.5, frame: i * FRAMES })),
  );
  assert.deepEqual(refusals, []);
  assert.equal(
    blocks.every(({ isClosed }) => isClosed),
    true,
  );
});

void test('a hole in time is one in the sound', async () => {
  const { got } = await heard([0, 1, 21, 22].map((i) => new Block(i * BLOCK_US, [1])));
  assert.deepEqual(
    got.map(({ frame }) => frame),
    [0, 1, 21, 22].map((i) => i * FRAMES),
  );
});

void test('channels are mixed', async () => {
  const { got } = await heard([new Block(0, [1, 0.5])]);
  assert.equal(got[0]?.level, 0.75);
});

void test('sound of another rate is refused, and the block is closed', async () => {
  const blocks = [new Block(0, [1], 44_100), new Block(BLOCK_US, [1], 44_100)];
  const { got, refusals } = await heard(blocks);
  assert.deepEqual([got.length, refusals], [0, ['44100 Hz']]);
  assert.equal(blocks[0]?.isClosed, true);
});
