/** Time as the pipelines see it, so that tests can run it. */
export interface Clock {
  /** ms, rising; the same for all contexts of a browser, since audio, video and the page's figures are compared. */
  now(): number;
  /** Runs the action once, `ms` from now; returns what cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** Runs the action again and again, `ms` apart, until what it returns is called. */
export function every(clock: Clock, ms: number, action: () => void): () => void {
  let cancel = clock.after(ms, tick);
  return () => cancel();

  function tick(): void {
    cancel = clock.after(ms, tick);
    action();
  }
}
