import { AsyncDirective, directive } from 'lit/async-directive.js';
import type { ElementPart } from 'lit';

/** Tells whether the browser refuses to play sound before the next gesture. */
export type BlockedListener = (blocked: boolean) => void;

/**
 * Gives an `<audio>` or `<video>` element its stream, plays it, and takes the stream away when the element leaves the
 * page. `autoplay` alone fails silently; `play()` says so, and then a button has to be offered.
 */
class StreamDirective extends AsyncDirective {
  #element: HTMLMediaElement | undefined;
  #stream: MediaStream | undefined;
  #onBlocked: BlockedListener | undefined;
  #listeners = new AbortController();

  override render(_stream: MediaStream | undefined, _onBlocked?: BlockedListener): void {
    return undefined;
  }

  override update(part: ElementPart, [stream, onBlocked]: [MediaStream | undefined, BlockedListener?]): void {
    this.#element = part.element as HTMLMediaElement;
    this.#onBlocked = onBlocked;
    if (stream === this.#stream) return;
    this.#stream = stream;
    if (this.isConnected) this.#attach();
  }

  override disconnected(): void {
    this.#detach();
  }

  override reconnected(): void {
    this.#attach();
  }

  #attach(): void {
    this.#detach();
    const element = this.#element;
    const stream = this.#stream;
    if (element === undefined || stream === undefined) return;
    element.srcObject = stream;
    stream.addEventListener('addtrack', () => void this.#play(), { signal: this.#listeners.signal });
    void this.#play();
  }

  #detach(): void {
    this.#listeners.abort();
    this.#listeners = new AbortController();
    if (this.#element !== undefined) this.#element.srcObject = null;
  }

  async #play(): Promise<void> {
    const element = this.#element;
    const stream = element?.srcObject ?? null;
    if (element === undefined || stream === null) return;
    try {
      await element.play();
      if (element.srcObject === stream) this.#onBlocked?.(false);
    } catch (error) {
      const refused = error instanceof DOMException && error.name === 'NotAllowedError';
      // Any other refusal (AbortError) means that a newer stream or the end of the call came first.
      if (refused && element.srcObject === stream) this.#onBlocked?.(true);
    }
  }
}

/** `<audio ${stream(call.remoteStream, (blocked) => …)}>` */
export const stream = directive(StreamDirective);
