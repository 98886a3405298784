/** A listener that knows its event's class. */
export type TypedListener<E> = ((event: E) => void) | { handleEvent(event: E): void };

/** An EventTarget whose listeners know their event's class. */
export interface TypedEventTarget<M> extends EventTarget {
  addEventListener<K extends keyof M & string>(
    type: K,
    listener: TypedListener<M[K]>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof M & string>(
    type: K,
    listener: TypedListener<M[K]>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The EventTarget constructor under that type; no code of its own. */
export function typedEventTarget<M>(): new () => TypedEventTarget<M> {
  return EventTarget as new () => TypedEventTarget<M>;
}
