import type { CodecPath } from '../../core/choice/core-choice.js';
/** Audio that our decoder plays before the page switches to it [ms]: a decoder needs 80 ms to converge (RFC 7845 §4.6). */
const JOIN_MS = 80;
/** Time for which our decoder continues after the page switches to the browser's audio [ms], for the cross-fade. */
const OVERLAP_MS = 300;

/**
 * Switches received audio between the browser's decoder, which always plays, and ours. Our decoder plays inaudibly before
 * (`joining`) and after (`leaving`) the page uses it, so that the page can cross-fade.
 */
export class AudioHandOver {
  #phase: 'native' | 'joining' | 'wasm' | 'leaving' = 'native';
  #since = -Infinity;
  #joinedMs = 0;

  /** The audio that the page is to play. */
  get path(): CodecPath {
    return this.#phase === 'wasm' ? 'wasm' : 'native';
  }

  /** Whether our decoder plays, audibly or not. */
  get isPlaying(): boolean {
    return this.#phase !== 'native';
  }

  /** Starts our decoder. */
  begin(): void {
    if (this.#phase !== 'native') return;
    this.#joinedMs = 0;
    this.#phase = 'joining';
  }

  /**
   * Reports audio that our decoder has played [ms].
   * @returns whether `path` has changed
   */
  played(ms: number): boolean {
    if (this.#phase !== 'joining') return false;
    this.#joinedMs += ms;
    if (this.#joinedMs < JOIN_MS) return false;
    this.#phase = 'wasm';
    return true;
  }

  /**
   * Call it regularly.
   * @param isWanted whether our decoder is to be used
   * @param now ms, monotonic
   * @returns `native` when the path has changed to native, `ended` when our decoder is to stop
   */
  update(isWanted: boolean, now: number): 'native' | 'ended' | undefined {
    if (this.#phase === 'wasm' && !isWanted) {
      this.#phase = 'leaving';
      this.#since = now;
      return 'native';
    }
    const isOver = this.#phase === 'leaving' && now - this.#since >= OVERLAP_MS;
    return isOver || (this.#phase === 'joining' && !isWanted) ? this.end() : undefined;
  }

  /** Stops our decoder without an overlap. */
  end(): 'ended' {
    this.#phase = 'native';
    return 'ended';
  }
}
