import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CAPTURE_BLOCK } from '../../messages/media-worker-messages.js';
import { CaptureBuffer } from './capture-buffer.js';

/** Writes and reads at their times, and collects the samples and capture times that were read. */
class Run {
  readonly capture = new CaptureBuffer();
  readonly samples: number[] = [];
  readonly times: number[] = [];
  #now = 1000;
  #frame = 0;
  /** Interval of the microphone's blocks [ms]. */
  readonly #perBlock: number;
  #due = 1000;

  /** Duration of a frame [ms]. */
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

  /** Writes delayed blocks at once. */
  burst(count: number): void {
    for (let i = 0; i < count; i++) this.#write(this.#now);
  }

  /** Reads all complete frames. */
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
    this.samples.push(...into);
    this.times.push(time);
  }
}

for (const frameMs of [10, 20]) {
  describe(`the capture buffer with frames of ${frameMs} ms`, () => {
    it('returns all audio without a click and with its capture times', () => {
      const run = new Run(1, frameMs);
      run.for(3000);
      assert.equal(run.capture.underruns, 0);
      assert.ok(largestStep(run.samples.slice(960)) < 0.042, 'a sine of 300 Hz moves by 0.04 at most');
      run.times
        .slice(1)
        .forEach((time, i) => assert.ok(Math.abs(time - (run.times[i] ?? 0) - frameMs) < 2.5, `step to ${time}`));
      assert.ok(run.capture.levelMs < 13 + 6, `${run.capture.levelMs} ms, 13 ms after a read`);
    });

    it('keeps its delay low with a microphone whose clock runs faster', () => {
      const run = new Run(1.002, frameMs);
      run.for(30_000);
      assert.ok(run.capture.levelMs < 60, `${run.capture.levelMs} ms`);
      assert.ok(largestStep(run.samples.slice(960)) < 0.042);
    });

    it('fades around a stall and removes the excess audio after it', () => {
      const run = new Run(1, frameMs);
      run.for(2000);
      run.for(60, { blocks: false });
      run.burst(11);
      run.for(2000);
      assert.ok(run.capture.underruns > 0);
      assert.ok(run.capture.levelMs < 80);
      assert.ok(largestStep(run.samples.slice(960)) < 0.2, 'faded');
    });

    it('returns nothing before capture starts and after it stops, and drops audio that was not read', () => {
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

    it('lowers its delay after a while without underruns', () => {
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

    it('continues without a click when the frame duration changes', () => {
      const run = new Run(1, frameMs);
      run.for(1000);
      run.frameMs = 30 - frameMs;
      run.for(1000);
      assert.ok(run.capture.underruns <= 1, 'a long frame may be read soon after a short one');
      assert.ok(largestStep(run.samples.slice(-480 * 20)) < 0.042);
      assert.ok(run.capture.levelMs < 25, `${run.capture.levelMs} ms`);
    });
  });
}

describe('the capture buffer with paired blocks', () => {
  /** Captures a tone that pauses for `pauseMs` of each second; one carrier is missing after the first second. */
  function withoutACarrier(pauseMs: number) {
    const capture = new CaptureBuffer();
    const samplesRead: number[] = [];
    const levels: number[] = [];
    const into = new Float32Array(480);
    for (let i = 0; i < 400; i++) {
      const isPause = (i * 10) % 1000 < pauseMs;
      const samples = Float32Array.from({ length: 480 }, (_, k) =>
        isPause ? 0 : Math.sin((2 * Math.PI * 300 * k) / 48_000),
      );
      capture.write({ samples, frame: i * 480 }, 1000 + i * 10);
      if (i === 120 || capture.read(into, 1001 + i * 10) === undefined) continue;
      samplesRead.push(...into);
      levels.push(capture.levelMs);
    }
    return { capture, samplesRead: samplesRead.slice(480), levels };
  }

  it('starts with the minimum level', () => {
    const { levels } = withoutACarrier(0);
    assert.ok((levels[0] ?? 10) < 0.5, `${levels[0]} ms`);
  });

  it('cuts excess audio from a pause', () => {
    const { capture, samplesRead, levels } = withoutACarrier(100);
    assert.ok(Math.max(...levels) > 9.5, 'the block of the missing carrier stays in the buffer');
    assert.ok(capture.levelMs < 1, `${capture.levelMs} ms`);
    assert.equal(capture.underruns, 0);
    assert.ok(largestStep(samplesRead) < 0.042);
  });

  it('removes excess audio by a splice if there is no pause', () => {
    const { capture, samplesRead } = withoutACarrier(0);
    assert.ok(capture.levelMs < 8, `${capture.levelMs} ms`);
    assert.equal(capture.underruns, 0);
    assert.ok(largestStep(samplesRead) < 0.042);
  });
});

describe('the time that a read waits', () => {
  const block = { samples: new Float32Array(480), frame: 0 };

  it('is 6 ms if the next block is nearer than the last one', () => {
    const capture = new CaptureBuffer();
    assert.equal(capture.waitMs(1000, 1000), 0, 'nothing is captured');
    capture.write(block, 1000);
    assert.equal(capture.waitMs(1004, 1004), 0);
    assert.equal(capture.waitMs(1006, 1006), 6);
    assert.equal(capture.waitMs(1400, 1390), 6, 'late');
    assert.equal(capture.waitMs(1600, 1600), 0, 'capture has stopped');
  });

  it('is 0 right after a short block', () => {
    const capture = new CaptureBuffer();
    capture.write({ samples: new Float32Array(128), frame: 0 }, 1000);
    assert.equal(capture.waitMs(1000, 1000), 0);
    assert.equal(capture.waitMs(1001, 1001), 0);
    assert.equal(capture.waitMs(1002, 1002), 6);
  });

  it('is 40 ms from the arrival of the carrier if its paired block is missing', () => {
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
    assert.equal(capture.waitMs(end + 50, end), 6, 'a block that has arrived may not be handled yet');
    capture.read(into, end + 50);
    assert.equal(capture.waitMs(end + 51, end + 51), 6, 'after an underrun the buffer refills');
  });

  it('is 6 ms if blocks and carriers are not paired', () => {
    const run = new Run(1, 10);
    run.for(1000);
    run.drain();
    assert.equal(run.capture.waitMs(2001, 2000), 6);
  });
});

function largestStep(samples: readonly number[]): number {
  return samples.reduce((most, sample, i) => Math.max(most, i === 0 ? 0 : Math.abs(sample - (samples[i - 1] ?? 0))), 0);
}
