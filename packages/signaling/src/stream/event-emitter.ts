type Listener = (...args: unknown[]) => unknown;

interface Registration {
  readonly listener: Listener;
  readonly once: boolean;
}

/**
 * What @xmpp/* uses of Node's `events`. The worker's bundle takes this instead of the general polyfill, which is four times
 * the size; in Node the original serves.
 */
export class EventEmitter {
  readonly #registrations = new Map<string, readonly Registration[]>();

  on(event: string, listener: Listener): this {
    return this.#add(event, { listener, once: false });
  }

  addListener(event: string, listener: Listener): this {
    return this.on(event, listener);
  }

  once(event: string, listener: Listener): this {
    return this.#add(event, { listener, once: true });
  }

  off(event: string, listener: Listener): this {
    const left = this.#of(event).filter((registration) => registration.listener !== listener);
    this.#registrations.set(event, left);
    return this;
  }

  removeListener(event: string, listener: Listener): this {
    return this.off(event, listener);
  }

  /** Calls the listeners of the moment, in order. An `error` that nobody listens to is thrown, as in Node. */
  emit(event: string, ...args: unknown[]): boolean {
    const registrations = this.#of(event);
    if (registrations.length === 0 && event === 'error') throw args[0];
    for (const { listener, once } of registrations) {
      if (once) this.off(event, listener);
      listener.apply(this, args);
    }
    return registrations.length > 0;
  }

  listenerCount(event: string): number {
    return this.#of(event).length;
  }

  #of(event: string): readonly Registration[] {
    return this.#registrations.get(event) ?? [];
  }

  #add(event: string, registration: Registration): this {
    this.#registrations.set(event, [...this.#of(event), registration]);
    return this;
  }
}
