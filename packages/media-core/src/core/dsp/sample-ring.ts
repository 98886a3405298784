/**
 * Ring buffer of mono PCM samples between a producer and a consumer on one thread. When full it drops the oldest
 * samples, because in a call the newest matter most; when empty it returns zeros. Allocates nothing after construction.
 */
export class SampleRing {
  readonly capacity: number;
  readonly #samples: Float32Array;
  #start = 0;
  #level = 0;
  #overflow = 0;
  #underflow = 0;

  /**
   * @param capacity maximum number of samples
   * @throws RangeError unless it is a positive integer
   */
  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity <= 0) throw new RangeError(`capacity of a ring: ${capacity}`);
    this.capacity = capacity;
    this.#samples = new Float32Array(capacity);
  }

  /** Samples available to read. */
  get level(): number {
    return this.#level;
  }

  /** Samples dropped so far because the ring was full. */
  get overflow(): number {
    return this.#overflow;
  }

  /** Samples requested so far that were missing. */
  get underflow(): number {
    return this.#underflow;
  }

  /** Appends the first `count` samples and drops the oldest ones if there is no room. */
  write(samples: Float32Array, count: number = samples.length): void {
    const skipped = Math.max(0, count - this.capacity);
    const excess = Math.max(0, this.#level + count - this.capacity);
    this.#overflow += excess;
    this.#drop(excess - skipped);
    let position = this.#start + this.#level;
    if (position >= this.capacity) position -= this.capacity;
    for (let i = skipped; i < count; i++) {
      this.#samples[position] = samples[i] ?? 0;
      if (++position === this.capacity) position = 0;
    }
    this.#level += count - skipped;
  }

  /**
   * Reads `count` samples into `into` and fills the rest with zeros.
   * @returns the number of samples read
   */
  read(into: Float32Array, count: number = into.length): number {
    const available = Math.min(count, this.#level);
    let position = this.#start;
    for (let i = 0; i < available; i++) {
      into[i] = this.#samples[position] ?? 0;
      if (++position === this.capacity) position = 0;
    }
    if (available < count) into.fill(0, available, count);
    this.#underflow += count - available;
    this.#drop(available);
    return available;
  }

  /**
   * Drops up to `count` of the oldest samples, without counting an overflow.
   * @returns the number of samples dropped
   */
  discard(count: number): number {
    const dropped = Math.min(count, this.#level);
    this.#drop(dropped);
    return dropped;
  }

  /** Drops all samples and keeps the counters. */
  clear(): void {
    this.#start = 0;
    this.#level = 0;
  }

  #drop(count: number): void {
    this.#start = (this.#start + count) % this.capacity;
    this.#level -= count;
  }
}
