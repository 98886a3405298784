import { OnsetReporter } from './onset-reporter.js';
import { Recorder } from './recorder.js';
import type { HearingMessage } from './sound-messages.js';

/** Reports the chirps in received audio, and records the audio where asked to. */
export class Ear {
  readonly #post: (message: HearingMessage, transfer?: Transferable[]) => void;
  readonly #onsets = new OnsetReporter();
  #recorder: Recorder | undefined;

  constructor(post: (message: HearingMessage, transfer?: Transferable[]) => void) {
    this.#post = post;
  }

  record(on: boolean): void {
    this.#recorder = on ? new Recorder(this.#post) : undefined;
  }

  /** @param at ms since the epoch */
  hear(block: Float32Array | number, at: number): void {
    const onset = this.#onsets.process(block, at);
    if (onset !== undefined) this.#post({ type: 'onset', at: onset });
    this.#recorder?.add(block);
  }
}
