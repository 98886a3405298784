import type { CodecPath } from '../../core/choice/core-choice.js';
/** Our sound that was played before the page may hear it, ms: a decoder needs it to converge (RFC 7845 §4.6). */
const JOIN_MS = 80;
/** For so many ms we go on when we are left: time for the page to fade over. */
const OVERLAP_MS = 300;

/**
 * Received sound between the browser, which always plays, and us: `joining` we play and are not heard yet, `left` we play and
 * are not heard any more. So the page can fade from one to the other.
 */
export class AudioHandOver {
  #phase: 'native' | 'joining' | 'wasm' | 'left' = 'native';
  #since = -Infinity;
  #joinedMs = 0;

  /** Whose sound the page shall let be heard. */
  get path(): CodecPath {
    return this.#phase === 'wasm' ? 'wasm' : 'native';
  }

  /** Whether we play, heard or not. */
  get isPlaying(): boolean {
    return this.#phase !== 'native';
  }

  /** We begin to play. */
  begin(): void {
    if (this.#phase !== 'native') return;
    this.#joinedMs = 0;
    this.#phase = 'joining';
  }

  /**
   * We have played sound out of packets, or between them.
   * @returns whether the path has changed
   */
  played(ms: number): boolean {
    if (this.#phase !== 'joining') return false;
    this.#joinedMs += ms;
    if (this.#joinedMs < JOIN_MS) return false;
    this.#phase = 'wasm';
    return true;
  }

  /**
   * Time passes. `now` is ms, monotonic.
   * @returns `unheard` when the path has become native, `ended` when we shall stop
   */
  update(isWanted: boolean, now: number): 'unheard' | 'ended' | undefined {
    if (this.#phase === 'wasm' && !isWanted) {
      this.#phase = 'left';
      this.#since = now;
      return 'unheard';
    }
    const isOver = this.#phase === 'left' && now - this.#since >= OVERLAP_MS;
    return isOver || (this.#phase === 'joining' && !isWanted) ? this.end() : undefined;
  }

  /** We stop at once. */
  end(): 'ended' {
    this.#phase = 'native';
    return 'ended';
  }
}
