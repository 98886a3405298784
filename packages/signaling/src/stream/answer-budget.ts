import type { Environment } from '../environment.js';

/** Answers a stranger may have at once, and per second after that: a call begins with a few dozen requests. */
const STRANGER = { burst: 50, perSecond: 10 } as const;
/** The same for all strangers together. */
const STRANGERS = { burst: 200, perSecond: 50 } as const;
const MAX_STRANGERS = 500;
/** Peers remembered because we turned to them. */
const MAX_PEERS = 200;

/** How many requests of strangers are answered: each answer costs our server, and our count with it, as much as theirs. */
export class AnswerBudget {
  readonly #all: TokenBucket;
  readonly #strangers = new Map<string, TokenBucket>();
  readonly #peers = new Set<string>();
  /** How often each was exempted. */
  readonly #exempt = new Map<string, number>();

  constructor(private readonly environment: Environment) {
    this.#all = new TokenBucket(STRANGERS, environment);
  }

  /** We turned to this bare JID ourselves: it is no stranger. */
  note(bareJid: string): void {
    this.#peers.delete(bareJid);
    this.#peers.add(bareJid);
    for (const oldest of this.#peers) if (this.#peers.size > MAX_PEERS) this.#peers.delete(oldest);
  }

  /** A bare JID that is no stranger until the returned function is called. */
  exempt(bareJid: string): () => void {
    let isOver = false;
    const add = (count: number): void => {
      const total = (this.#exempt.get(bareJid) ?? 0) + count;
      if (total > 0) this.#exempt.set(bareJid, total);
      else this.#exempt.delete(bareJid);
    };
    add(1);
    return () => {
      if (!isOver) add(-1);
      isOver = true;
    };
  }

  /** Whether another request of this bare JID is answered. */
  allows(bareJid: string): boolean {
    if (this.#peers.has(bareJid) || this.#exempt.has(bareJid)) return true;
    const own = this.#strangers.get(bareJid) ?? new TokenBucket(STRANGER, this.environment);
    this.#strangers.delete(bareJid);
    this.#strangers.set(bareJid, own);
    for (const oldest of this.#strangers.keys())
      if (this.#strangers.size > MAX_STRANGERS) this.#strangers.delete(oldest);
    // One stranger's surplus is not charged to the others.
    return own.take() && this.#all.take();
  }
}

class TokenBucket {
  #tokens: number;
  #filledAt: number;

  constructor(
    private readonly rate: { readonly burst: number; readonly perSecond: number },
    private readonly environment: Environment,
  ) {
    this.#tokens = rate.burst;
    this.#filledAt = environment.now();
  }

  take(): boolean {
    const now = this.environment.now();
    const { burst, perSecond } = this.rate;
    const passed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(burst, this.#tokens + (passed * perSecond) / 1_000);
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
