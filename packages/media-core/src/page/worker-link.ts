import type { PageMessage, WorkerMessage } from '../messages/media-worker-messages.js';

/** Ticks of 100 ms without a message after which the worker, which sends one every second, counts as failed: 2.5 s. */
const MAX_SILENT_TICKS = 25;
/** Ticks in which a worker has to load and send its first message: 3 s. */
const MAX_LOAD_TICKS = 30;

export interface WorkerLinkObserver {
  /** The first message shows that the worker was loaded. */
  onMessage(message: WorkerMessage): void;
  /** Called once if the worker cannot be loaded, has failed or is silent. `hasLived` if it ever sent a message. */
  onFailure(reason: string, hasLived: boolean): void;
}

/** Connection to the media worker, which detects its failure. */
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

  /** Call it every 100 ms. Ticks are counted instead of time, so that a page that was suspended does not count as silence. */
  tick(): void {
    this.#silentTicks += 1;
    if (this.#silentTicks <= (this.#hasLived ? MAX_SILENT_TICKS : MAX_LOAD_TICKS)) return;
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
