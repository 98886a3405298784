import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CAPTURE_BLOCK } from '../../messages/media-worker-messages.js';
import { CaptureBuffer } from './capture-buffer.js';

/** Blocks and reads at their times; gives the frames that were read and when they say they were recorded. */
class Run {
  readonly capture = new CaptureBuffer();
  readonly sound: number[] = [];
  readonly times: number[] = [];
  #now = 1000;
  #frame = 0;
  /** ms of our time in which the microphone gives a block. */
  readonly #perBlock: number;
  #due = 1000;

  /** ms of a frame. */
  frameMs: number;

  constructor(rate = 1, frameMs = 20) {
    this.frameMs = frameMs;
    this.#perBlock = CAPTURE_BLOCK / 48 / rate;
  }

  for(ms: number, { blocks = true, reads = true } = {}): void {
    for (const end = this.#now + ms; this.#now < end; this.#now++) {
      for (; this.#due <= this.#now; this.#due += this.#perBlock) {
        if (blocks) this.#write(this.#now + (this.#now % 3));
      }
      if (reads && this.#now % this.frameMs === 7) this.#read();
    }
  }

  /** Blocks that were held up come all at once. */
  burst(count: number): void {
    for (let i = 0; i < count; i++) this.#write(this.#now);
  }

  /** All sound that there is is read. */
  drain(): void {
    while (this.capture.levelMs >= this.frameMs) this.#read();
  }

  #write(now: number): void {
    const samples = Float32Array.from({ length: CAPTURE_BLOCK }, (_, i) =>
      Math.sin((2 * Math.PI * 300 * (this.#frame + i)) / 48_000),
    );
    this.capture.write({ samples, frame: this.#frame }, now);
    this.#frame += CAPTURE_BLOCK;
  }

  #read(): void {
    const into = new Float32Array(48 * this.frameMs);
    const time = this.capture.read(into, this.#now);
    if (time === undefined) return;
    this.sound.push(...into);
    this.times.push(time);
  }
}

for (const frameMs of [10, 20]) {
  describe(`audio capture for frames of ${frameMs} ms`, () => {
    it('gives all sound without a click, and tells when it was recorded', () => {
      const run = new Run(1, frameMs);
      run.for(3000);
      assert.equal(run.capture.underruns, 0);
      assert.ok(largestStep(run.sound.slice(960)) < 0.042, 'a sine of 300 Hz moves by 0.04 at most');
      run.times
        .slice(1)
        .forEach((time, i) => assert.ok(Math.abs(time - (run.times[i] ?? 0) - frameMs) < 2.5, `step to ${time}`));
      assert.ok(run.capture.levelMs < 13 + 6, `${run.capture.levelMs} ms, 13 ms after a read`);
    });

    it('follows a microphone whose clock runs faster, and stays close behind it', () => {
      const run = new Run(1.002, frameMs);
      run.for(30_000);
      assert.ok(run.capture.levelMs < 60, `${run.capture.levelMs} ms`);
      assert.ok(largestStep(run.sound.slice(960)) < 0.042);
    });

    it('keeps a stall short and gets rid of what piled up', () => {
      const run = new Run(1, frameMs);
      run.for(2000);
      run.for(60, { blocks: false });
      run.burst(11);
      run.for(2000);
      assert.ok(run.capture.underruns > 0);
      assert.ok(run.capture.levelMs < 80);
      assert.ok(largestStep(run.sound.slice(960)) < 0.2, 'faded');
    });

    it('is empty before it begins and when the microphone is gone, and does not hoard while nobody reads', () => {
      const run = new Run(1, frameMs);
      run.for(20);
      assert.equal(run.times.length, 0);
      run.for(1000);
      const { length } = run.times;
      run.for(1000, { blocks: false });
      assert.ok(run.times.length - length < 600 / frameMs);
      run.for(1000, { reads: false });
      run.for(100);
      assert.ok(run.capture.levelMs < 60, `${run.capture.levelMs} ms`);
    });

    it('lets less sound wait once it has not been missing for a while', () => {
      const run = new Run(1, frameMs);
      run.for(2000);
      const usual = run.capture.levelMs;
      for (let stall = 0; stall < 5; stall++) {
        run.for(40, { blocks: false });
        run.for(500);
      }
      assert.ok(run.capture.levelMs > usual + 8, `${run.capture.levelMs} ms after stalls`);
      run.for(90_000);
      assert.ok(run.capture.levelMs < usual + 6, `${run.capture.levelMs} ms instead of ${usual}`);
    });

    it('goes on where frames get another length', () => {
      const run = new Run(1, frameMs);
      run.for(1000);
      run.frameMs = 30 - frameMs;
      run.for(1000);
      assert.ok(run.capture.underruns <= 1, 'a long one may come soon after a short one');
      assert.ok(largestStep(run.sound.slice(-480 * 20)) < 0.042);
      assert.ok(run.capture.levelMs < 25, `${run.capture.levelMs} ms`);
    });
  });
}

describe('audio capture in blocks that come with their carriers', () => {
  /** Of a tone that pauses for so many ms of each second, with a carrier that is missing after the first second. */
  function withoutACarrier(pauseMs: number) {
    const capture = new CaptureBuffer();
    const sound: number[] = [];
    const levels: number[] = [];
    const into = new Float32Array(480);
    for (let i = 0; i < 400; i++) {
      const isPause = (i * 10) % 1000 < pauseMs;
      const samples = Float32Array.from({ length: 480 }, (_, k) =>
        isPause ? 0 : Math.sin((2 * Math.PI * 300 * k) / 48_000),
      );
      capture.write({ samples, frame: i * 480 }, 1000 + i * 10);
      if (i === 120 || capture.read(into, 1001 + i * 10) === undefined) continue;
      sound.push(...into);
      levels.push(capture.levelMs);
    }
    return { capture, sound: sound.slice(480), levels };
  }

  it('begins with no more than it needs', () => {
    const { levels } = withoutACarrier(0);
    assert.ok((levels[0] ?? 10) < 0.5, `${levels[0]} ms`);
  });

  it('takes what is too much out of a pause', () => {
    const { capture, sound, levels } = withoutACarrier(100);
    assert.ok(Math.max(...levels) > 9.5, 'the block of the missing one waits');
    assert.ok(capture.levelMs < 1, `${capture.levelMs} ms`);
    assert.equal(capture.underruns, 0);
    assert.ok(largestStep(sound) < 0.042);
  });

  it('splices what is like itself where there is no pause', () => {
    const { capture, sound } = withoutACarrier(0);
    assert.ok(capture.levelMs < 8, `${capture.levelMs} ms`);
    assert.equal(capture.underruns, 0);
    assert.ok(largestStep(sound) < 0.042);
  });
});

describe('the patience of a read', () => {
  const block = { samples: new Float32Array(480), frame: 0 };

  it('is for the next block where that is nearer than the last one', () => {
    const capture = new CaptureBuffer();
    assert.equal(capture.waitMs(1000, 1000), 0, 'nothing is captured');
    capture.write(block, 1000);
    assert.equal(capture.waitMs(1004, 1004), 0);
    assert.equal(capture.waitMs(1006, 1006), 6);
    assert.equal(capture.waitMs(1400, 1390), 6, 'late');
    assert.equal(capture.waitMs(1600, 1600), 0, 'the microphone is gone');
  });

  it('is not for each of many short blocks', () => {
    const capture = new CaptureBuffer();
    capture.write({ samples: new Float32Array(128), frame: 0 }, 1000);
    assert.equal(capture.waitMs(1000, 1000), 0);
    assert.equal(capture.waitMs(1001, 1001), 0);
    assert.equal(capture.waitMs(1002, 1002), 6);
  });

  it('is longer for its own block, from when the carrier came', () => {
    const capture = new CaptureBuffer();
    const into = new Float32Array(480);
    for (let i = 0; i < 2000; i++) {
      capture.write({ samples: new Float32Array(480), frame: i * 480 }, 1000 + i * 10);
      capture.read(into, 1001 + i * 10);
    }
    const end = 21_000;
    assert.equal(capture.underruns, 0);
    assert.ok(capture.levelMs < 1, `${capture.levelMs} ms`);
    assert.equal(capture.waitMs(end + 1, end), 39);
    assert.equal(capture.waitMs(end + 50, end), 6, 'what has come may wait to be handled');
    capture.read(into, end + 50);
    assert.equal(capture.waitMs(end + 51, end + 51), 6, 'silence stood in: sound begins anew');
  });

  it('is short where blocks and carriers come on clocks of their own', () => {
    const run = new Run(1, 10);
    run.for(1000);
    run.drain();
    assert.equal(run.capture.waitMs(2001, 2000), 6);
  });
});

function largestStep(samples: readonly number[]): number {
  return samples.reduce((most, sample, i) => Math.max(most, i === 0 ? 0 : Math.abs(sample - (samples[i - 1] ?? 0))), 0);
}
