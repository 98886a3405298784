/** Interval in which one event of a kind passes [ms]. */
const INTERVAL_MS = 1000;
/** Maximum number of kinds to remember; fewer occur often. */
const MAX_KINDS = 100;

/** Limits each kind of event to one per second, because the peer controls how often its errors occur. */
export class EventLimiter {
  readonly #kinds = new Map<string, { readonly toldAt: number; held: number }>();

  /**
   * @param now ms, monotonic
   * @returns how many events of the kind were withheld before this one; undefined to withhold it too
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

/** Adds the number of withheld events to the context of a message. */
export function withHeld<Context extends object>(context: Context, held: number): Context & { readonly more?: number } {
  return held > 0 ? { ...context, more: held } : context;
}
