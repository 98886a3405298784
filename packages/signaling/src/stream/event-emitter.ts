type Listener = (...args: unknown[]) => unknown;

/**
 * What @xmpp/* uses of Node's `events`. The worker's bundle takes this instead of the general polyfill, which is many times
 * the size; in Node the original serves.
 */
export class EventEmitter {
  /** By event, each listener once; true for those that are called once. */
  readonly #listeners = new Map<string, Map<Listener, boolean>>();

  on(event: string, listener: Listener, once = false): this {
    this.#listeners.set(event, new Map(this.#listeners.get(event)).set(listener, once));
    return this;
  }

  addListener(event: string, listener: Listener): this {
    return this.on(event, listener);
  }

  once(event: string, listener: Listener): this {
    return this.on(event, listener, true);
  }

  removeListener(event: string, listener: Listener): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  /** Calls the listeners of the moment, in order. An `error` that nobody listens to is thrown, as in Node. */
  emit(event: string, ...args: unknown[]): boolean {
    const listeners = [...(this.#listeners.get(event) ?? [])];
    if (listeners.length === 0 && event === 'error') throw args[0];
    for (const [listener, once] of listeners) {
      if (once) this.removeListener(event, listener);
      listener.apply(this, args);
    }
    return listeners.length > 0;
  }

  listenerCount(event: string): number {
    return this.#listeners.get(event)?.size ?? 0;
  }
}
