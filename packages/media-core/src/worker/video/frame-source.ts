import type { Clock } from '../../core/clock.js';

/** After this time without a frame [ms] the capture counts as ended; even a still screen gives a frame every second. */
const STALLED_MS = 3000;

export interface CapturedFrame {
  readonly frame: VideoFrame;
  /** ms, monotonic. */
  readonly capturedAt: number;
}

/** Holds the newest captured frame, and the last encoded one. All others are closed, because cameras have few buffers. */
export class FrameSource {
  readonly #clock: Clock;
  #newest: CapturedFrame | undefined;
  /** The last encoded frame, for a key frame that is due before the next frame. */
  #encoded: CapturedFrame | undefined;
  #arrivedAt = -Infinity;
  #reader: ReadableStreamDefaultReader<VideoFrame> | undefined;
  #waiting: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether frames arrive. */
  get isLive(): boolean {
    return this.#clock.now() - this.#arrivedAt < STALLED_MS;
  }

  /** Reads the frames of this stream and no longer those of an earlier one. @param onFault the stream failed */
  attach(frames: ReadableStream<VideoFrame>, onFault: (error: unknown) => void): void {
    this.#detach();
    const reader = frames.getReader();
    this.#reader = reader;
    void this.#pump(reader, onFault);
  }

  /** Takes ownership of a frame. */
  offer(frame: VideoFrame): void {
    this.#newest?.frame.close();
    this.#arrivedAt = this.#clock.now();
    this.#newest = { frame, capturedAt: this.#arrivedAt };
    this.#waiting?.();
  }

  /** The newest frame, unless it was taken before. The caller owns it. */
  take(): CapturedFrame | undefined {
    const captured = this.#newest;
    this.#newest = undefined;
    return captured;
  }

  /** Waits up to `ms` for a new frame if there is none or if it arrived more than `staleMs` ago. */
  async takeWithin(ms: number, staleMs: number): Promise<CapturedFrame | undefined> {
    const isStale = this.#clock.now() - this.#arrivedAt > staleMs;
    if ((!this.#newest || isStale) && ms > 0) {
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

  /** Takes back a frame that was taken, and closes the one that was kept before. */
  keep(captured: CapturedFrame): void {
    if (this.#encoded?.frame !== captured.frame) this.releaseKept();
    if (this.isLive) this.#encoded = captured;
    else captured.frame.close();
  }

  /** The kept frame, as if it were captured now. The caller owns it. */
  takeKept(): CapturedFrame | undefined {
    const kept = this.#encoded;
    this.#encoded = undefined;
    return kept && { frame: kept.frame, capturedAt: this.#clock.now() };
  }

  releaseKept(): void {
    this.#encoded?.frame.close();
    this.#encoded = undefined;
  }

  /** The capture has ended. */
  clear(): void {
    this.#detach();
    this.#newest?.frame.close();
    this.#newest = undefined;
    this.#arrivedAt = -Infinity;
    this.#waiting?.();
    this.releaseKept();
  }

  #detach(): void {
    // A stream that failed cannot be cancelled and needs not be.
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
