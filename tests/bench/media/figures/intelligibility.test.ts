import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Random, speech } from '@xmpp-call/wasm-testing';
import { LossModel } from '../../../tools/network/loss.js';
import { intelligibility } from './intelligibility.js';

const RATE = 48_000;
const PACKET = 960;
const said = speech({ sampleRate: RATE, seconds: 10, seed: 4 });

/** 14 s of the loop from that second on. */
function recordingFrom(second: number): Float32Array {
  const start = Math.round(second * RATE);
  return Float32Array.from({ length: 14 * RATE }, (_, index) => said[(start + index) % said.length] ?? 0);
}

/** Silence in the place of lost packets. */
function withLoss(samples: Float32Array, fraction: number, meanBurst: number): Float32Array {
  const model = new LossModel({ fraction, meanBurst }, 9);
  const damaged = samples.slice();
  for (let start = 0; start < damaged.length; start += PACKET) {
    if (model.next()) damaged.fill(0, start, start + PACKET);
  }
  return damaged;
}

describe('intelligibility', () => {
  it('is perfect for what was said, wherever the recording begins', () => {
    for (const second of [0, 3.217]) {
      const { score, lost, stretches } = intelligibility(said, recordingFrom(second));
      assert.ok(score > 0.99, `${score}`);
      assert.equal(lost, 0);
      assert.ok(stretches > 20);
    }
  });

  it('falls with loss', () => {
    const clean = recordingFrom(2);
    const [little, much] = [0.05, 0.3].map((fraction) => intelligibility(said, withLoss(clean, fraction, 2.5)).score);
    assert.ok(little !== undefined && much !== undefined);
    assert.ok(little < 0.98 && little > 0.85, `${little}`);
    assert.ok(much < little - 0.1, `${little} ${much}`);
  });

  it('falls with noise', () => {
    const random = new Random(3);
    const scores = [0.01, 0.1].map(
      (level) =>
        intelligibility(
          said,
          recordingFrom(2).map((sample) => sample + random.between(-level, level)),
        ).score,
    );
    assert.ok((scores[0] ?? 0) > (scores[1] ?? 1) + 0.1, scores.join());
  });

  it('does not mind loudness, and follows a delay that changes', () => {
    const clean = recordingFrom(1).map((sample) => sample * 0.3);
    const shifted = new Float32Array(clean.length);
    shifted.set(clean.subarray(0, 7 * RATE));
    shifted.set(clean.subarray(7 * RATE, clean.length - 0.04 * RATE), 7.04 * RATE);
    const { score } = intelligibility(said, shifted);
    assert.ok(score > 0.97, `${score}`);
  });

  it('is nothing for another speaker', () => {
    const other = speech({ sampleRate: RATE, seconds: 14, seed: 77 });
    const { score, lost } = intelligibility(said, other);
    assert.ok(score < 0.5, `${score}`);
    assert.ok(lost > 0.5);
  });
});
