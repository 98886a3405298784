import { NS, el } from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import type { CallContext } from './call-context.js';
import type { Timers } from './timers.js';
import { domainOf } from './admission.js';

/** ms between two questions. */
const ROUND_MS = 4_500;
/** Rounds without an answer after which a device that used to answer is not there. */
const SILENT_ROUNDS = 2;
/** ms that the device which we know gets to contradict who says in its place that the call is over. */
const OBJECTION_MS = 4_000;

/** What servers say for a device that is not there (RFC 6121 §8.5.3.2.3), and clients for a ping that they do not take. */
const ABSENT = ['gone', 'item-not-found', 'recipient-unavailable', 'service-unavailable'];
/** Nobody was heard. */
const UNHEARD = ['disconnected', 'remote-server-not-found', 'remote-server-timeout', 'timeout'];

/** `absent`: an error that a server gives for a device that is not there. */
type Answer = 'there' | 'absent' | 'unheard';

/**
 * Asks whether the peer's device is still there, by pings (XEP-0199). Errors and silence count only for a device that takes
 * pings, and silence only while our own server answers.
 */
export class PeerProbe {
  /** It takes pings: it says so, or it has answered one. */
  #takesPings = false;
  #heard = false;
  #silentRounds = 0;
  #onLost: (() => void) | undefined;

  constructor(
    private readonly context: CallContext,
    private readonly timers: Timers,
  ) {}

  /** Its errors and its silence mean something. */
  get takesPings(): boolean {
    return this.#takesPings;
  }

  /** What its disco#info says. */
  learn(features: readonly string[]): void {
    this.#takesPings ||= features.includes(NS.ping);
  }

  /** Finds out whether a device takes pings while it is there. */
  async greet(device: string): Promise<void> {
    if (this.context.stream.state === 'online' && (await this.#ask(device)) === 'there') this.#takesPings = true;
  }

  /** Asks again and again until `stop`; `onLost` comes at most once. Does nothing while it asks already. */
  watch(device: string, onLost: () => void): void {
    if (this.#onLost) return;
    this.#onLost = onLost;
    this.#silentRounds = 0;
    this.#ring(device);
  }

  stop(): void {
    this.#onLost = undefined;
    this.timers.stop('probe');
  }

  /** The device said something. */
  heard(): void {
    this.#heard = true;
  }

  /** Whether a device leaves it undisputed that it is not there any more. */
  async isMissing(device: string): Promise<boolean> {
    const answer = await this.#ask(device, OBJECTION_MS);
    return answer !== 'there' && this.context.stream.state === 'online';
  }

  #ring(device: string): void {
    const onLost = this.#onLost;
    const { stream } = this.context;
    let isLinked = false;
    this.#heard = false;
    if (stream.state === 'online') {
      void this.#ask(domainOf(stream.jid ?? '')).then((answer) => {
        isLinked = answer !== 'unheard';
      });
      void this.#ask(device).then((answer) => {
        if (answer === 'there') {
          this.#takesPings = true;
          this.#heard = true;
        } else if (answer === 'absent' && this.#takesPings && this.#onLost === onLost) {
          this.#lost();
        }
      });
    }
    this.timers.start('probe', ROUND_MS, () => {
      if (this.#heard) this.#silentRounds = 0;
      else if (isLinked && this.#takesPings) this.#silentRounds++;
      if (this.#silentRounds >= SILENT_ROUNDS) this.#lost();
      else this.#ring(device);
    });
  }

  #lost(): void {
    const onLost = this.#onLost;
    this.stop();
    onLost?.();
  }

  async #ask(to: string, timeoutMs?: number): Promise<Answer> {
    const ping = el('iq', { type: 'get', to }, [el('ping', { xmlns: NS.ping })]);
    try {
      await this.context.stream.request(ping, timeoutMs === undefined ? {} : { timeoutMs });
      return 'there';
    } catch (error) {
      const condition = error instanceof IqError ? error.condition : 'timeout';
      if (UNHEARD.includes(condition)) return 'unheard';
      return ABSENT.includes(condition) ? 'absent' : 'there';
    }
  }
}
