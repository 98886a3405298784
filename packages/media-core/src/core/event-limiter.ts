/** ms in which one event of a kind is told. */
const INTERVAL_MS = 1000;
/** Kinds that are remembered: there are no more that come often. */
const MAX_KINDS = 100;

/** Lets one event of a kind pass in a second: a peer decides how often what it does goes wrong. */
export class EventLimiter {
  readonly #kinds = new Map<string, { readonly toldAt: number; held: number }>();

  /**
   * @param now ms, monotonic
   * @returns how many of its kind were held back before it; undefined to hold it back
   */
  pass(kind: string, now: number): number | undefined {
    const known = this.#kinds.get(kind);
    if (known && now - known.toldAt < INTERVAL_MS) {
      known.held++;
      return undefined;
    }
    if (this.#kinds.size >= MAX_KINDS) this.#kinds.clear();
    this.#kinds.set(kind, { toldAt: now, held: 0 });
    return known?.held ?? 0;
  }
}

/** What stands beside a message of which others were held back. */
export function withHeld<Context extends object>(context: Context, held: number): Context & { readonly more?: number } {
  return held > 0 ? { ...context, more: held } : context;
}
