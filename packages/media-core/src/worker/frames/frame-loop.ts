import type { Clock } from '../../core/clock.js';
import type { EncodedFrame, FramePipeline, Transformer } from './transformer.js';

/**
 * Passes the frames of one transformer through a pipeline, one after the other. It reads ahead, so that the arrival time is right
 * even while the frame before is being processed. It ends with the stream of the transformer.
 */
export class FrameLoop {
  readonly #pipeline: FramePipeline;
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;
  readonly #writer: WritableStreamDefaultWriter<EncodedFrame>;
  readonly #waiting: { readonly frame: EncodedFrame; readonly arrivedAt: number }[] = [];
  #working = false;

  constructor(transformer: Transformer, pipeline: FramePipeline, clock: Clock, onFault: (error: unknown) => void) {
    this.#pipeline = pipeline;
    this.#clock = clock;
    this.#onFault = onFault;
    this.#writer = transformer.writable.getWriter();
    // The writable of a closed transceiver fails; the loop ends with the readable.
    this.#writer.closed.catch(() => undefined);
    void this.#read(transformer.readable.getReader());
  }

  async #read(reader: ReadableStreamDefaultReader<EncodedFrame>): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        this.#waiting.push({ frame: value, arrivedAt: this.#clock.now() });
        if (!this.#working) void this.#work();
      }
    } catch (error) {
      this.#onFault(error);
    }
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        const isPassed = this.#pipeline.process(next.frame, next.arrivedAt);
        if (typeof isPassed === 'boolean' ? isPassed : await isPassed) {
          this.#writer.write(next.frame).catch((error: unknown) => this.#onFault(error));
        }
      } catch (error) {
        this.#onFault(error);
      }
    }
    this.#working = false;
  }
}
