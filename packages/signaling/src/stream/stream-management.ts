import { attribute, el, type Element } from '@xmpp-call/jingle';

export const NS_SM = 'urn:xmpp:sm:3';
/** Counters run modulo 2^32 (XEP-0198 §4). */
const MODULUS = 2 ** 32;
/** Stanzas kept for a resumption. Calls send a few dozen; more means that the stream is not coming back. */
const MAX_UNACKED = 1_000;

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
  #acknowledged = 0;
  #unacked: string[] = [];

  /** Stanzas sent from now on are kept until the server acknowledges them. */
  get counting(): boolean {
    return this.#counting;
  }

  /** The server keeps the session for a while after a loss. */
  get resumable(): boolean {
    return this.#id !== undefined;
  }

  /** What has to be sent again after a resumption, in order. */
  get unacked(): readonly string[] {
    return this.#unacked;
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

  /** The session is gone, or there is none. */
  reset(): void {
    this.#counting = false;
    this.#id = undefined;
    this.#received = 0;
    this.#acknowledged = 0;
    this.#unacked = [];
  }

  /** Books a stanza as sent. @returns false when too many are waiting: the session cannot be resumed any more */
  sent(stanza: string): boolean {
    if (!this.#counting) return true;
    this.#unacked.push(stanza);
    if (this.#unacked.length <= MAX_UNACKED) return true;
    this.reset();
    return false;
  }

  received(): void {
    if (this.#counting) this.#received = (this.#received + 1) % MODULUS;
  }

  /** Takes the `h` of an `<a/>` or `<resumed/>`. @returns false when it is not a count of what was sent */
  acknowledge(element: Element): boolean {
    const text = attribute(element, 'h', 10) ?? '';
    const h = Number(text);
    if (!/^\d+$/.test(text) || h >= MODULUS) return false;
    const count = (h - this.#acknowledged + MODULUS) % MODULUS;
    if (count > this.#unacked.length) return false;
    this.#unacked.splice(0, count);
    this.#acknowledged = h;
    return true;
  }

  /** The answer to the server's `<r/>`. */
  answer(): Element {
    return el('a', { xmlns: NS_SM, h: this.#received });
  }
}
