import type { PipelineHost } from '../pipeline-host.js';
import type { Transformer } from '../frames/transformer.js';

/** Minimum interval between requests for a key frame at which the browser can start to decode [ms]. */
const INTERVAL_MS = 300;

/** Requests key frames from the peer, through the transformer of the received video. */
export class KeyFrameRequester {
  readonly #host: PipelineHost;
  #transformer: Transformer | undefined;
  /** A request was made before there was a transformer. */
  #isPending = false;
  #requestedAt = -Infinity;

  constructor(host: PipelineHost) {
    this.#host = host;
  }

  attach(transformer: Transformer): void {
    this.#transformer = transformer;
    if (this.#isPending) this.request();
    this.#isPending = false;
  }

  /** Without a transformer there is no request. */
  request(): void {
    this.#requestedAt = this.#host.clock.now();
    this.#transformer
      ?.sendKeyFrameRequest?.()
      .catch((error: unknown) =>
        this.#host.log('warn', 'a key frame could not be requested', { error: String(error) }),
      );
  }

  /** Requests a key frame now, or as soon as there is a transformer. */
  requestOnceAttached(): void {
    if (this.#transformer) this.request();
    else this.#isPending = true;
  }

  /** Requests a key frame unless one was requested within the last 300 ms. */
  requestLimited(now: number): void {
    if (now - this.#requestedAt >= INTERVAL_MS) this.request();
  }
}
