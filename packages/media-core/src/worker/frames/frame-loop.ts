import type { Clock } from '../../core/clock.js';
import type { EncodedFrame, FramePipeline, Transformer } from './transformer.js';

/**
 * Leads the frames of one transformer through a pipeline, one after the other. It reads ahead, so that the time of arrival is
 * true while the frame before is still at work. It ends with the transformer's stream.
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
    // The stream of a closed transceiver fails; the loop ends with its readable.
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
        const goesOn = this.#pipeline.process(next.frame, next.arrivedAt);
        if (typeof goesOn === 'boolean' ? goesOn : await goesOn) {
          this.#writer.write(next.frame).catch((error: unknown) => this.#onFault(error));
        }
      } catch (error) {
        this.#onFault(error);
      }
    }
    this.#working = false;
  }
}
