/**
 * Runs asynchronous operations one at a time, in order: an RTCPeerConnection must not be given a description while it
 * works on another. A failed operation does not stop those behind it.
 */
export class OperationQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @throws what `operation` throws; after `close` it does not run and the promise rejects. */
  run<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(() => {
      if (this.#closed) throw new DOMException('closed', 'AbortError');
      return operation();
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  close(): void {
    this.#closed = true;
  }
}
