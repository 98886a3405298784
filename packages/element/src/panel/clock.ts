/** Time as the panel sees it; tests bring their own. */
export interface Clock {
  /** ms, on the scale of `Event.timeStamp`. */
  now(): number;
  /** When an event happened, on the same scale. */
  timeOf(event: Event): number;
  /** Calls `action` once, after `ms`. @returns what cancels it */
  after(ms: number, action: () => void): () => void;
}

export const browserClock: Clock = {
  now: () => performance.now(),
  timeOf: (event) => event.timeStamp,
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** Tells when a condition has held for some time without a break. */
export class Lasting {
  #cancel: (() => void) | undefined;
  #reached = false;

  /**
   * @param ms how long it has to hold
   * @param changed it has held so long
   */
  constructor(
    private readonly clock: Clock,
    private readonly ms: number,
    private readonly changed: () => void,
  ) {}

  get reached(): boolean {
    return this.#reached;
  }

  update(holds: boolean): void {
    if (!holds) {
      this.#cancel?.();
      this.#cancel = undefined;
      this.#reached = false;
    } else {
      this.#cancel ??= this.clock.after(this.ms, () => {
        this.#reached = true;
        this.changed();
      });
    }
  }
}
