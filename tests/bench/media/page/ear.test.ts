import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHIRP_SAMPLES, chirp } from './chirp.js';
import { Ear } from './ear.js';
import type { HearingMessage } from './sound-messages.js';

const BLOCK = 480;
const BEGIN = 1_700_000_000_000;

function soundOf(length: number, start: number): Float32Array {
  const samples = new Float32Array(length);
  samples.set(chirp(), start);
  return samples;
}

describe('Ear', () => {
  it('tells when it heard a chirp, though blocks come two at a time', () => {
    const messages: HearingMessage[] = [];
    const ear = new Ear((message) => messages.push(message));
    const samples = soundOf(240_000, 200_000);
    for (let start = 0; start < samples.length; start += BLOCK) {
      const due = BEGIN + (start - (start % (2 * BLOCK))) / 48;
      ear.hear(samples.subarray(start, start + BLOCK), due);
    }
    const [message] = messages;
    assert.ok(message?.type === 'onset' && messages.length === 1);
    // The mean of what comes at its time and what comes 10 ms early.
    const expected = BEGIN + (200_000 + CHIRP_SAMPLES / 2) / 48 - 5;
    assert.ok(Math.abs(message.at - expected) < 1.5, `${message.at - expected} ms`);
  });

  it('records from when it is told to until then, silence as well', () => {
    const messages: HearingMessage[] = [];
    const ear = new Ear((message) => messages.push(message));
    ear.hear(new Float32Array(2), BEGIN);
    ear.record(true);
    ear.hear(new Float32Array(5000).fill(0.001), BEGIN);
    ear.hear(5000, BEGIN);
    ear.record(false);
    ear.hear(new Float32Array(20_000), BEGIN);
    const [message] = messages;
    assert.ok(message?.type === 'recording' && messages.length === 1);
    assert.equal(message.samples.length, 9600);
    assert.ok(Math.abs((message.samples[4999] ?? 0) - 0.001) < 1e-6 && message.samples[5000] === 0);
  });
});
