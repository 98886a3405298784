/** The latest values of a measurement and their quantiles. Allocates no buffers after construction. */
export class SampleWindow {
  readonly #values: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;

  /** @param capacity maximum number of values; the oldest is replaced */
  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  add(value: number): void {
    this.#values[this.#count++ % this.#values.length] = value;
  }

  /** Number of values. */
  get size(): number {
    return Math.min(this.#count, this.#values.length);
  }

  /** Quantile by nearest rank, for example 0.95 for the 95th percentile; undefined without values. */
  quantile(share: number): number | undefined {
    const { size } = this;
    if (size === 0) return undefined;
    const sorted = this.#sorted.subarray(0, size);
    sorted.set(this.#values.subarray(0, size));
    sorted.sort();
    return sorted[Math.min(Math.max(Math.ceil(share * size) - 1, 0), size - 1)];
  }

  get median(): number | undefined {
    return this.quantile(0.5);
  }

  get mean(): number | undefined {
    const { size } = this;
    if (size === 0) return undefined;
    let sum = 0;
    for (let i = 0; i < size; i++) sum += this.#values[i] ?? 0;
    return sum / size;
  }

  clear(): void {
    this.#count = 0;
  }
}
