/** Time as a parameter, so that tests can drive it. */
export interface Clock {
  /** ms, monotonic. */
  now(): number;
  /** Does `task` once after `ms`, unless the returned function is called before. */
  after(ms: number, task: () => void): () => void;
}

export const pageClock: Clock = {
  now: () => performance.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** Settles as `promise` does, or as `late()` says after `ms`. */
export function within<T>(promise: Promise<T>, ms: number, late: () => T | Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      resolve(Promise.resolve().then(late));
    });
    promise.then(resolve, reject).finally(cancel);
  });
}
