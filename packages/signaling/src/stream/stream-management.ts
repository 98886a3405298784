import { attribute, el, type Element } from '@xmpp-call/jingle';

export const NS_SM = 'urn:xmpp:sm:3';
/** Counters run modulo 2^32 (XEP-0198 §4). */
const MODULUS = 2 ** 32;
/** Stanzas kept for a resumption. Calls send a few dozen; more means that the session is not worth resuming. */
const MAX_UNACKED = 1_000;
/** Stanzas that outlive their session. A call has a handful of them. */
const MAX_REPEATED = 100;
/** Stanzas after which the server is asked for its count, however soon they came. */
const ASK_EVERY = 100;

interface Sent {
  /** Position among all stanzas of the session, modulo 2^32; the first is 1. */
  readonly index: number;
  readonly stanza: string;
  readonly repeat: boolean;
}

/**
 * The books of stream management (XEP-0198): what was sent and not acknowledged, what was received. Outlives the
 * connections of one session. Stanzas are kept as text, so that a resumption repeats them byte for byte, without the
 * `<delay/>` that would make calls look stale to their receivers.
 */
export class StreamManagement {
  /** Counters run. */
  #counting = false;
  #id: string | undefined;
  #received = 0;
  #sent = 0;
  #acknowledged = 0;
  #unacked: Sent[] = [];
  #unasked = 0;
  /** Of sessions that are gone: what the next one has to send. */
  #left: string[] = [];

  /** Stanzas sent from now on are counted, and kept until the server acknowledges them. */
  get counting(): boolean {
    return this.#counting;
  }

  /** The server keeps the session for a while after a loss. */
  get resumable(): boolean {
    return this.#id !== undefined;
  }

  /** What has to be sent again after a resumption, in order. */
  get unacked(): readonly string[] {
    return this.#unacked.map(({ stanza }) => stanza);
  }

  /** So many stanzas were sent since the last `ask` that another one is due. */
  get wantsToAsk(): boolean {
    return this.#counting && this.#unasked >= ASK_EVERY;
  }

  /** Begins a session: the outbound counter starts when this is sent (XEP-0198 §3, example 7). */
  enable(): Element {
    this.reset();
    this.#counting = true;
    return el('enable', { xmlns: NS_SM, resume: 'true' });
  }

  /** Takes the server's `<enabled/>`, at which the inbound counter starts. */
  enabled(element: Element): void {
    this.#received = 0;
    const { id, resume } = element.attrs;
    this.#id = id && (resume === 'true' || resume === '1') ? id : undefined;
  }

  resume(): Element {
    return el('resume', { xmlns: NS_SM, previd: this.#id, h: this.#received });
  }

  /** The session is gone, or there is none. What was to be repeated and not acknowledged is left for the next one. */
  reset(): void {
    for (const { stanza, repeat } of this.#unacked) if (repeat) this.leave(stanza);
    this.#counting = false;
    this.#id = undefined;
    this.#received = this.#sent = this.#acknowledged = this.#unasked = 0;
    this.#unacked = [];
  }

  /** Keeps a stanza for the next session. */
  leave(stanza: string): void {
    this.#left.push(stanza);
    if (this.#left.length > MAX_REPEATED) this.#left.shift();
  }

  get leftCount(): number {
    return this.#left.length;
  }

  /** Gives what former sessions have left, in order and once; @param count only the first so many */
  takeLeft(count = this.#left.length): readonly string[] {
    return this.#left.splice(0, count);
  }

  /**
   * Books a stanza as sent.
   * @param repeat the next session sends it when this one ends before it is acknowledged
   * @returns false when it is one too many: the session counts on, but cannot be resumed any more
   */
  sent(stanza: string, repeat = false): boolean {
    if (!this.#counting) {
      if (repeat) this.leave(stanza);
      return true;
    }
    this.#sent = (this.#sent + 1) % MODULUS;
    this.#unasked++;
    const givenUp = this.resumable && this.#unacked.length >= MAX_UNACKED;
    if (givenUp) this.#id = undefined;
    this.#unacked.push({ index: this.#sent, stanza, repeat });
    if (!this.resumable) this.#unacked = this.#unacked.filter((sent) => sent.repeat).slice(-MAX_REPEATED);
    return !givenUp;
  }

  /** The server is asked for its count: `<r/>`. */
  ask(): Element {
    this.#unasked = 0;
    return el('r', { xmlns: NS_SM });
  }

  received(): void {
    if (this.#counting) this.#received = (this.#received + 1) % MODULUS;
  }

  /** Takes the `h` of an `<a/>`, `<resumed/>` or `<failed/>`. @returns false when it is not a count of what was sent */
  acknowledge(element: Element): boolean {
    const text = attribute(element, 'h', 10) ?? '';
    const h = Number(text);
    if (!/^\d+$/.test(text) || h >= MODULUS) return false;
    const since = (index: number): number => (index - this.#acknowledged + MODULUS) % MODULUS;
    const count = since(h);
    if (count > since(this.#sent)) return false;
    this.#unacked = this.#unacked.filter(({ index }) => since(index) > count);
    this.#acknowledged = h;
    return true;
  }

  /** The answer to the server's `<r/>`. */
  answer(): Element {
    return el('a', { xmlns: NS_SM, h: this.#received });
  }
}
