import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Opus } from '@xmpp-call/opus';
import { OPUS } from './call.testing.js';
import type { Clock } from '../core/clock.js';
import { measureOpus } from './warm-up.js';

const ENCODE_MS = 0.23;
const DECODE_MS = 0.031;

describe('the warm-up', () => {
  it('measures codecs with a precise clock', async () => {
    const { opusEncode = NaN, opusDecode = NaN } = await measureBy(0.005);
    assert.ok(Math.abs(opusEncode - ENCODE_MS) < 0.01 && Math.abs(opusDecode - DECODE_MS) < 0.01);
  });

  it('measures codecs about as well with a clock of 1 ms', async () => {
    const { opusEncode = NaN, opusDecode = NaN } = await measureBy(1);
    assert.ok(opusEncode > 0.15 && opusEncode < 0.35, `${opusEncode} ms`);
    assert.ok(opusDecode > 0.008 && opusDecode < 0.1, `${opusDecode} ms`);
  });

  for (const tickMs of [16.7, 100, Infinity]) {
    it(`gives no figures with a clock of ${tickMs} ms, rather than 0`, async () => {
      assert.deepEqual(await measureBy(tickMs), { opusEncode: undefined, opusDecode: undefined });
    });
  }
});

/** Measures codecs of known speed with a clock of this resolution. */
function measureBy(tickMs: number) {
  let time = 1000;
  const clock: Clock = {
    now: () => (tickMs === Infinity ? 0 : Math.floor(time / tickMs) * tickMs),
    after(_ms, action) {
      time += 0.37;
      setImmediate(action);
      return () => undefined;
    },
  };
  const passing = <Coder extends object>(coder: Coder, ms: number): Coder =>
    new Proxy(coder, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]) => {
          if (name === 'encode' || name === 'decode') time += ms;
          return Reflect.apply(value, target, parameters) as unknown;
        };
      },
    });
  const opus = new Proxy(OPUS, {
    get: (target, name) => {
      if (name === 'createEncoder') {
        return (options: Parameters<Opus['createEncoder']>[0]) => passing(OPUS.createEncoder(options), ENCODE_MS);
      }
      if (name === 'createDecoder') {
        return (options: Parameters<Opus['createDecoder']>[0]) => passing(OPUS.createDecoder(options), DECODE_MS);
      }
      return Reflect.get(target, name, target) as unknown;
    },
  });
  return measureOpus(opus, clock);
}
