import { Random } from '@xmpp-call/wasm-testing';
import { type LossConditions, LossModel } from './loss.js';

/** One direction of a network path. */
export interface LinkConditions {
  /** Undefined: no limit. */
  readonly bitsPerSecond?: number | undefined;
  /** What waits for its turn at the limit, as ms at the present rate; what comes then is dropped. Default 300. */
  readonly queueMs?: number;
  /** One way, ms. */
  readonly delayMs?: number;
  /** The delay of each packet is drawn from `delayMs` ± this, ms, evenly. Packets never overtake each other. */
  readonly jitterMs?: number;
  readonly loss?: LossConditions | undefined;
}

export interface LinkCounters {
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly overflowed: number;
}

interface Waiting<T> {
  readonly packet: T;
  readonly bytes: number;
}

const QUEUE_MS = 300;
/** Two full packets may leave at once. */
const BUCKET_BYTES = 3000;
/** IPv4 and UDP headers, which a network counts too. */
export const HEADER_BYTES = 28;

/**
 * Loses packets, then queues them before a token bucket, then delays them. Its clock is the caller's: `now` in ms never
 * goes back.
 */
export class Link<T> {
  readonly #random: Random;
  readonly #seed: number;
  #conditions: LinkConditions = {};
  #loss: LossModel | undefined;
  readonly #queue: Waiting<T>[] = [];
  #queuedBytes = 0;
  #tokens = BUCKET_BYTES;
  #filledAt = 0;
  readonly #flying: { readonly packet: T; readonly at: number }[] = [];
  #lastArrival = -Infinity;
  #counters = { packets: 0, bytes: 0, lost: 0, overflowed: 0 };

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
  }

  /** Since the link was made; `packets` and `bytes` are of what went through, with IP and UDP headers. */
  get counters(): LinkCounters {
    return { ...this.#counters };
  }

  /** What waits already leaves at the new rate. */
  change(conditions: LinkConditions, now: number): void {
    this.#leave(now);
    this.#fill(now);
    // Without a limit the bucket is overdrawn.
    this.#tokens = Math.max(0, this.#tokens);
    this.#conditions = conditions;
    this.#loss = conditions.loss && new LossModel(conditions.loss, this.#seed);
  }

  /** @param payloadBytes without headers */
  offer(packet: T, payloadBytes: number, now: number): void {
    this.#leave(now);
    if (this.#loss?.next()) {
      this.#counters.lost++;
      return;
    }
    const bytes = payloadBytes + HEADER_BYTES;
    const { bitsPerSecond = Infinity, queueMs = QUEUE_MS } = this.#conditions;
    if (this.#queue.length > 0 && ((this.#queuedBytes + bytes) * 8000) / bitsPerSecond > queueMs) {
      this.#counters.overflowed++;
      return;
    }
    if (this.#queue.length === 0) this.#fill(now);
    this.#queue.push({ packet, bytes });
    this.#queuedBytes += bytes;
    this.#leave(now);
  }

  /** What has arrived by `now`, oldest first. */
  take(now: number): T[] {
    this.#leave(now);
    const count = this.#flying.findIndex(({ at }) => at > now);
    return this.#flying.splice(0, count < 0 ? this.#flying.length : count).map(({ packet }) => packet);
  }

  /** When there is something to take, or to move on; undefined while nothing is under way. */
  nextAt(): number | undefined {
    const departure = this.#departure();
    const arrival = this.#flying[0]?.at;
    if (departure === undefined) return arrival;
    return arrival === undefined ? departure : Math.min(departure, arrival);
  }

  /** Moves packets that have their tokens by `now` from the queue onto the way. */
  #leave(now: number): void {
    for (;;) {
      const at = this.#departure();
      const head = this.#queue[0];
      if (at === undefined || !head || at > now) return;
      this.#fill(at);
      this.#tokens -= head.bytes;
      this.#queue.shift();
      this.#queuedBytes -= head.bytes;
      const { delayMs = 0, jitterMs = 0 } = this.#conditions;
      const delay = Math.max(0, delayMs + (jitterMs > 0 ? this.#random.between(-jitterMs, jitterMs) : 0));
      this.#lastArrival = Math.max(this.#lastArrival, at + delay);
      this.#flying.push({ packet: head.packet, at: this.#lastArrival });
      this.#counters.packets++;
      this.#counters.bytes += head.bytes;
    }
  }

  /** When the first in the queue has its tokens. */
  #departure(): number | undefined {
    const [head] = this.#queue;
    if (!head) return undefined;
    const { bitsPerSecond = Infinity } = this.#conditions;
    const missing = Math.min(head.bytes, BUCKET_BYTES) - this.#tokens;
    return missing <= 0 ? this.#filledAt : this.#filledAt + (missing * 8000) / bitsPerSecond;
  }

  #fill(now: number): void {
    const { bitsPerSecond = Infinity } = this.#conditions;
    const gained = now > this.#filledAt ? ((now - this.#filledAt) * bitsPerSecond) / 8000 : 0;
    this.#tokens = Math.min(BUCKET_BYTES, this.#tokens + gained);
    this.#filledAt = Math.max(this.#filledAt, now);
  }
}
