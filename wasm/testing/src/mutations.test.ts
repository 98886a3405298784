import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mutate, Random } from './index.js';

const PACKETS = [Uint8Array.from({ length: 40 }, (_, index) => index), Uint8Array.of(9)];

describe('mutate', () => {
  it('gives the same packets for the same seed, and leaves those it was given alone', () => {
    const before = PACKETS.map((packet) => [...packet]);
    const series = () => {
      const random = new Random(5);
      return Array.from({ length: 500 }, () => [...mutate(PACKETS, random)]);
    };
    assert.deepEqual(series(), series());
    assert.deepEqual(
      PACKETS.map((packet) => [...packet]),
      before,
    );
  });

  it('gives packets that are never empty, mostly new, of many sizes', () => {
    const random = new Random(6);
    const mutated = Array.from({ length: 2000 }, () => mutate(PACKETS, random));
    assert.ok(mutated.every((packet) => packet.length > 0));
    assert.ok(new Set(mutated.map((packet) => packet.join())).size > 1000);
    assert.ok(new Set(mutated.map((packet) => packet.length)).size > 200);
  });

  it('takes no empty packet', () => {
    const random = new Random(7);
    assert.throws(() => mutate([], random), RangeError);
    assert.throws(() => mutate([new Uint8Array()], random), RangeError);
  });
});
