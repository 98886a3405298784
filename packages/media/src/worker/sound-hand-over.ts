/** Our sound that was made before the page may hear it, ms: more than what can wait in the playout worklet. */
const JOIN_MS = 100;
/** For so many ms the browser gets packets before it is heard again: more than it holds back. */
const REFILL_MS = 250;
/** For so many ms the way that was left goes on: time for the page to fade over. */
const OVERLAP_MS = 300;

/**
 * Received sound between the browser and us. Both play the same for a while, so that the page can fade from one to the other:
 * `joining` we play and are not heard yet, `leaving` we are heard until the browser plays, `left` we fade out.
 */
export class SoundHandOver {
  #phase: 'native' | 'joining' | 'own' | 'leaving' | 'left' = 'native';
  #since = -Infinity;
  #joinedMs = 0;

  /** Whose sound the page shall let be heard. */
  get path(): 'native' | 'own' {
    return this.#phase === 'own' || this.#phase === 'leaving' ? 'own' : 'native';
  }

  /** Whether we play, heard or not. */
  get isPlaying(): boolean {
    return this.#phase !== 'native';
  }

  /** Whether the browser has to play silence. `now` is ms, monotonic, as in all calls. */
  silencesBrowser(now: number): boolean {
    return this.#phase === 'own' && now - this.#since >= OVERLAP_MS;
  }

  /** We begin to play. */
  begin(now: number): void {
    if (this.#phase !== 'native') return;
    this.#joinedMs = 0;
    this.#enter('joining', now);
  }

  /**
   * We have made sound.
   * @param isReal out of packets; before the first one it is no use
   * @returns whether the path has changed
   */
  played(ms: number, isReal: boolean, now: number): boolean {
    if (this.#phase !== 'joining' || (this.#joinedMs === 0 && !isReal)) return false;
    this.#joinedMs += ms;
    if (this.#joinedMs < JOIN_MS) return false;
    this.#enter('own', now);
    return true;
  }

  /**
   * Time passes.
   * @returns `unheard` when the path has become native, `ended` when we shall stop
   */
  update(isWanted: boolean, now: number): 'unheard' | 'ended' | undefined {
    const elapsed = now - this.#since;
    if (this.#phase === 'joining' && !isWanted) return this.end();
    if (this.#phase === 'own' && !isWanted) this.#enter('leaving', now);
    else if (this.#phase === 'leaving' && isWanted) this.#enter('own', now);
    else if (this.#phase === 'leaving' && elapsed >= REFILL_MS) {
      this.#enter('left', now);
      return 'unheard';
    } else if (this.#phase === 'left' && elapsed >= OVERLAP_MS) return this.end();
    return undefined;
  }

  /** We stop at once. */
  end(): 'ended' {
    this.#phase = 'native';
    return 'ended';
  }

  #enter(phase: 'joining' | 'own' | 'leaving' | 'left', now: number): void {
    this.#phase = phase;
    this.#since = now;
  }
}
