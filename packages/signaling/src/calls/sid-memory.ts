import { BoundedMap } from './bounded-map.js';

const MAX_CALLS = 512;
const MAX_PASSED_OVER = 512;
const MAX_ELSEWHERE = 256;
/** ms for which an answer that names no caller counts: then its call is settled everywhere. */
const ELSEWHERE_MS = 120_000;

/**
 * Session ids that must not start a call any more, each with the account that it belongs to (XEP-0166 §7.1). What anybody
 * can fill is kept apart from what was a call here and from what our own devices said.
 */
export class SidMemory {
  readonly #calls = new BoundedMap<string, true>(MAX_CALLS);
  readonly #passedOver = new BoundedMap<string, true>(MAX_PASSED_OVER);
  /** By when, in ms since the epoch. */
  readonly #elsewhere = new BoundedMap<string, number>(MAX_ELSEWHERE);

  constructor(private readonly now: () => number) {}

  /** A call here with the account `peer`. */
  hadCall(peer: string, sid: string): void {
    this.#calls.set(keyOf(peer, sid), true);
  }

  /** Not a call here: it came too late, too often, or after its own end. */
  passOver(peer: string, sid: string): void {
    this.#passedOver.set(keyOf(peer, sid), true);
  }

  /** Another device of ours has answered; not every message that says so names the caller. */
  answeredElsewhere(peer: string | undefined, sid: string): void {
    this.#elsewhere.set(keyOf(peer, sid), this.now() + ELSEWHERE_MS);
  }

  knows(peer: string, sid: string): boolean {
    const key = keyOf(peer, sid);
    const elsewhere = Math.max(this.#elsewhere.get(key) ?? 0, this.#elsewhere.get(keyOf(undefined, sid)) ?? 0);
    return this.#calls.has(key) || this.#passedOver.has(key) || elsewhere > this.now();
  }
}

/** No address has blanks before its resource. */
function keyOf(peer: string | undefined, sid: string): string {
  return `${peer ?? ''} ${sid}`;
}
