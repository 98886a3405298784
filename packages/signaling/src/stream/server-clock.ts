import { childOf, el, NS, parseDateTime, textOf, type Element } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import { reasonOf } from './errors.js';

/** ms that an answer may take: one that took longer says too little of the time at which it was written. */
const MAX_DELAY_MS = 10_000;

/** The time of our server (XEP-0202), by which its stamps (XEP-0203) are to be judged: devices' clocks are off by minutes. */
export class ServerClock {
  #offset = 0;

  /** @param request sends an IQ get to our server's domain and gives its result; throws IqError */
  constructor(
    private readonly request: (payload: Element, timeoutMs: number) => Promise<Element>,
    private readonly environment: Environment,
  ) {}

  /** ms since the epoch; by our own clock until the server has answered. */
  now(): number {
    return this.environment.now() + this.#offset;
  }

  /** Asks the server. What it said before holds until it answers; never rejects. */
  async ask(): Promise<void> {
    const asked = this.environment.now();
    try {
      const answer = await this.request(el('time', { xmlns: NS.time }), MAX_DELAY_MS);
      const answered = this.environment.now();
      const utc = childOf(childOf(answer, 'time', NS.time) ?? answer, 'utc', NS.time);
      const time = utc && parseDateTime(textOf(utc).trim());
      const took = answered - asked;
      if (time === undefined || took < 0 || took > MAX_DELAY_MS) return;
      this.#offset = time - (asked + took / 2);
      this.environment.log('debug', 'time of the server', { offsetMs: Math.round(this.#offset) });
    } catch (error) {
      this.environment.log('debug', 'no time of the server', { reason: reasonOf(error) });
    }
  }
}
