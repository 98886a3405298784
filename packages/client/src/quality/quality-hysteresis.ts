import { rank } from './judge-second.js';
import type { Judgement, QualityCause } from './judge-second.js';

/** Seconds that are looked at, and how many of them have to be worse for the level to fall. It rises when all are better. */
const WINDOW = 5;
const WORSE = 3;

/** Turns judgements of single seconds into one that does not flicker: it falls after 3 s of 5, and rises after 5 s of 5. */
export class QualityHysteresis {
  #current: Judgement | undefined;
  #recent: readonly Judgement[] = [];

  /** Undefined before the first second. */
  get current(): Judgement | undefined {
    return this.#current;
  }

  /** @returns whether the level or its cause has changed */
  take(second: Judgement): boolean {
    this.#recent = [...this.#recent, second].slice(-WINDOW);
    const before = this.#current;
    const level = this.#level(before ?? { level: 'good', cause: undefined });
    this.#current = { level, cause: level === 'good' ? undefined : this.#cause(before) };
    return level !== before?.level || this.#current.cause !== before.cause;
  }

  clear(): void {
    this.#current = undefined;
    this.#recent = [];
  }

  #level({ level }: Judgement): Judgement['level'] {
    const worstFirst = this.#recent.map((one) => one.level).sort((one, other) => rank(other) - rank(one));
    const [worst = level] = worstFirst;
    const lasting = worstFirst[WORSE - 1] ?? level;
    if (rank(lasting) > rank(level)) return lasting;
    return this.#recent.length === WINDOW && rank(worst) < rank(level) ? worst : level;
  }

  /** The one that most of the recent seconds name; the one of before stays until another has as many as make a level fall. */
  #cause(before: Judgement | undefined): QualityCause {
    const causes = this.#recent.flatMap(({ cause }) => cause ?? []);
    const votes = (one: QualityCause) => causes.filter((cause) => cause === one).length;
    const most = causes.reduce((best, one) => (votes(one) > votes(best) ? one : best), causes[0] ?? 'unknown');
    return before?.cause !== undefined && votes(most) < WORSE ? before.cause : most;
  }
}
