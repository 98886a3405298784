/** Randomness and functions that give the same bits on every engine: `Math.sin` and its like may differ in the last one. */

/** xorshift32; the seed may be any integer. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = scramble(seed) || 1;
  }

  /** A whole number from 0 to 2^32 - 1. */
  word(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** From 0 up to but without 1. */
  unit(): number {
    return this.word() / 4294967296;
  }

  /** From `low` up to but without `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }
}

/** A well mixed 32-bit number for each `value`; 0 stays 0. */
export function scramble(value: number): number {
  let word = value | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

/** sin(2 pi turns), to 1e-4. */
export function sine(turns: number): number {
  const phase = turns - Math.floor(turns);
  // Folded into a quarter turn around 0, in units of that quarter, for the Taylor polynomial of sin(pi x / 2).
  const x = phase < 0.25 ? phase * 4 : phase < 0.75 ? 2 - phase * 4 : phase * 4 - 4;
  const square = x * x;
  return x * (1.5707963268 + square * (-0.6459640976 + square * (0.0796926262 + square * -0.0046817541)));
}

export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** e^-x for x >= 0, to 1e-4. */
export function decay(x: number): number {
  let steps = 0;
  let part = x;
  while (part > 0.125) {
    part /= 2;
    steps += 1;
  }
  let value = (1 - part / 2 + (part * part) / 12) / (1 + part / 2 + (part * part) / 12);
  for (; steps > 0; steps -= 1) value *= value;
  return value;
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** 0 at or below `low`, 1 at or above `high`, smooth between. */
export function smoothStep(low: number, high: number, value: number): number {
  const x = clamp((value - low) / (high - low), 0, 1);
  return x * x * (3 - 2 * x);
}
