import type { RecordingMessage } from './sound-messages.js';

const BLOCK = 9600;

/** Collects what passes into blocks. */
export class Recorder {
  readonly #post: (message: RecordingMessage, transfer: Transferable[]) => void;
  #recorded = new Float32Array(BLOCK);
  #filled = 0;

  constructor(post: (message: RecordingMessage, transfer: Transferable[]) => void) {
    this.#post = post;
  }

  /** @param block samples; a number of them if they are silent */
  add(block: Float32Array | number): void {
    const count = typeof block === 'number' ? block : block.length;
    for (let done = 0; done < count;) {
      const part = Math.min(count - done, BLOCK - this.#filled);
      if (typeof block !== 'number') this.#recorded.set(block.subarray(done, done + part), this.#filled);
      this.#filled += part;
      done += part;
      if (this.#filled === BLOCK) this.#flush();
    }
  }

  #flush(): void {
    const samples = this.#recorded;
    this.#post({ type: 'recording', samples }, [samples.buffer]);
    this.#recorded = new Float32Array(BLOCK);
    this.#filled = 0;
  }
}
