import type { Clock } from '../../core/clock.js';

/** ms without a frame after which nothing is captured any more; a still screen gives one a second or less. */
const STALLED_MS = 3000;

/** The newest picture of the capture. Older ones are closed: cameras have few buffers. */
export class FrameSource {
  readonly #clock: Clock;
  #frame: VideoFrame | undefined;
  #capturedAt = 0;
  #arrivedAt = -Infinity;
  #reader: ReadableStreamDefaultReader<VideoFrame> | undefined;
  #waiting: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether pictures come. */
  get isLive(): boolean {
    return this.#clock.now() - this.#arrivedAt < STALLED_MS;
  }

  /** Pictures of this stream, instead of an earlier one's. `onFault` hears of a stream that fails. */
  attach(frames: ReadableStream<VideoFrame>, onFault: (error: unknown) => void): void {
    this.#detach();
    const reader = frames.getReader();
    this.#reader = reader;
    void this.#pump(reader, onFault);
  }

  /** Takes ownership of a picture. */
  offer(frame: VideoFrame): void {
    this.#frame?.close();
    this.#frame = frame;
    this.#capturedAt = this.#clock.now();
    this.#arrivedAt = this.#capturedAt;
    this.#waiting?.();
  }

  /** The newest picture, if it was not taken before: the caller closes it. `capturedAt` is ms. */
  take(): { readonly frame: VideoFrame; readonly capturedAt: number } | undefined {
    const frame = this.#frame;
    this.#frame = undefined;
    return frame && { frame, capturedAt: this.#capturedAt };
  }

  /** The same, waiting up to `ms` for one that has not been there for `staleMs`; then that one will do. */
  async takeWithin(
    ms: number,
    staleMs: number,
  ): Promise<{ readonly frame: VideoFrame; readonly capturedAt: number } | undefined> {
    const isStale = this.#clock.now() - this.#arrivedAt > staleMs;
    if ((!this.#frame || isStale) && ms > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(ms, resolve);
        this.#waiting = () => {
          cancel();
          resolve();
        };
      });
      this.#waiting = undefined;
    }
    return this.take();
  }

  /** Nothing is captured any more. */
  clear(): void {
    this.#detach();
    this.#frame?.close();
    this.#frame = undefined;
    this.#arrivedAt = -Infinity;
    this.#waiting?.();
  }

  #detach(): void {
    // A stream that has failed cannot be cancelled, and need not be.
    this.#reader?.cancel().catch(() => undefined);
    this.#reader = undefined;
  }

  async #pump(reader: ReadableStreamDefaultReader<VideoFrame>, onFault: (error: unknown) => void): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (reader === this.#reader) this.offer(value);
        else value.close();
      }
    } catch (error) {
      onFault(error);
    }
  }
}
