import type { PageMessage, WorkerMessage } from '../messages/media-worker-messages.js';

/** Ticks without a word after which a worker, which says something each second, is given up: 2.5 s. */
const SILENT_TICKS = 25;
/** Ticks that a worker has to load, up to its first word: 3 s. */
const LOAD_TICKS = 30;

export interface WorkerLinkObserver {
  /** The first message of a worker shows that it lives. */
  onMessage(message: WorkerMessage): void;
  /** Once: the worker cannot be loaded, has failed or is silent. `hasLived` if it ever said something. */
  onFailure(reason: string, hasLived: boolean): void;
}

/** The media worker, as long as it lives. */
export class WorkerLink {
  readonly worker: Worker;
  readonly #observer: WorkerLinkObserver;
  readonly #closing = new AbortController();
  #hasLived = false;
  #silentTicks = 0;

  constructor(worker: Worker, observer: WorkerLinkObserver) {
    this.worker = worker;
    this.#observer = observer;
    const { signal } = this.#closing;
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<WorkerMessage>) => {
        this.#hasLived = true;
        this.#silentTicks = 0;
        observer.onMessage(data);
      },
      { signal },
    );
    worker.addEventListener(
      'error',
      (event) => {
        event.preventDefault();
        this.#fail(event.message || 'it cannot be loaded');
      },
      { signal },
    );
    worker.addEventListener(
      'messageerror',
      () => {
        this.#fail('a message cannot be read');
      },
      { signal },
    );
  }

  post(message: PageMessage, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }

  /** Each 100 ms. Counted rather than timed, so that a page that stood still does not blame its worker. */
  tick(): void {
    this.#silentTicks += 1;
    if (this.#silentTicks <= (this.#hasLived ? SILENT_TICKS : LOAD_TICKS)) return;
    this.#fail(this.#hasLived ? 'it is silent' : 'it does not load');
  }

  close(): void {
    this.#closing.abort();
    this.worker.terminate();
  }

  #fail(reason: string): void {
    if (this.#closing.signal.aborted) return;
    this.close();
    this.#observer.onFailure(reason, this.#hasLived);
  }
}
