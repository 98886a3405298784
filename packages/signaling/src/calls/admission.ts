import { bareOf, parseJid } from '@xmpp-call/jingle';
import type { Reason } from '@xmpp-call/jingle';
import type { CallContext } from './call-context.js';
import { LIMITS_MS } from './limits.js';
import { Quota } from './quota.js';
import type { Rate } from './quota.js';

/** Somebody who calls again and again; more is no person. */
const ACCOUNT: Rate = { burst: 6, everyMs: 10_000 };
/** Anonymous guests have an account for every call: their domain is what can be counted. A ring that is looked at takes 6 s. */
const DOMAIN: Rate = { burst: 10, everyMs: 6_000 };
/** Whoever has many domains. The own domain is not among them: nobody can close the line for colleagues. */
const OTHER_DOMAINS: Rate = { burst: 20, everyMs: 3_000 };
/** Domain of our own account: its accounts are known to somebody. */
const OWN_DOMAIN: Rate = OTHER_DOMAINS;
/** Refusals that are said; beyond that, silence costs less. */
const REFUSALS: Rate = { burst: 20, everyMs: 500 };

/** What the caller's side reads as "somebody else is calling"; other clients see a busy line (XEP-0166 §7.4). */
export const BEING_CALLED_TEXT = 'being called by somebody else';
const IN_A_CALL: Reason = { condition: 'busy' };
const BEING_CALLED: Reason = { condition: 'busy', text: BEING_CALLED_TEXT };

/** What admission has to know of a call that has not ended. */
interface Line {
  /** It only rings here. */
  readonly asking: boolean;
}

/** Who may ring, who may start a call, and how many at once. */
export class Admission {
  readonly #accounts = new Quota(ACCOUNT, 1_000);
  readonly #domains = new Quota(DOMAIN, 200);
  readonly #others = new Quota(OTHER_DOMAINS);
  readonly #own = new Quota(OWN_DOMAIN);
  readonly #ownAccounts = new Quota(ACCOUNT, 1_000);
  readonly #refusals = new Quota(REFUSALS);

  constructor(
    private readonly context: Pick<CallContext, 'stream' | 'environment' | 'settings'>,
    private readonly lines: () => readonly Line[],
  ) {}

  /** As many calls at a time as the settings allow; what rings here does not keep its user from calling. */
  get mayStart(): boolean {
    return this.#taken < this.context.settings.maxCalls;
  }

  /** Calls that do not only ring here. */
  get #taken(): number {
    return this.lines().filter(({ asking }) => !asking).length;
  }

  /** Counts an attempt to call us, whatever becomes of it. @returns false for one too many of one account */
  hears(from: string): boolean {
    const accounts = isOwnDomain(this.context, from) ? this.#ownAccounts : this.#accounts;
    return accounts.take(this.context.environment.now(), bareOf(from));
  }

  /** Counts a call that would ring now. @returns why it may not */
  refusalOf(from: string): Reason | undefined {
    if (!this.mayStart) return IN_A_CALL;
    // One rings at a time, beside the calls that go on.
    return this.lines().length > this.#taken || !this.#mayRing(from) ? BEING_CALLED : undefined;
  }

  /** Counts a refusal. @returns whether it may be said */
  get mayRefuse(): boolean {
    return this.#refusals.take(this.context.environment.now());
  }

  #mayRing(from: string): boolean {
    const now = this.context.environment.now();
    if (isOwnDomain(this.context, from)) return this.#own.take(now);
    const domain = domainOf(from);
    if (!this.#domains.take(now, domain)) return false;
    // Guests of the house, mostly: nobody else can have a name below ours.
    const isOurs = domain.endsWith(`.${domainOf(this.context.stream.jid ?? '')}`);
    return isOurs || this.#others.take(now);
  }
}

/** ms that a call may ring here: a stranger must not hold the line for long, and callers of ours give up by then. */
export function incomingRingMs(context: Pick<CallContext, 'stream'>, from: string): number {
  return isOwnDomain(context, from) ? LIMITS_MS.colleagueRing : LIMITS_MS.strangerRing;
}

export function domainOf(jid: string): string {
  const parsed = parseJid(jid);
  return parsed.ok ? parsed.value.domain : '';
}

function isOwnDomain({ stream }: Pick<CallContext, 'stream'>, from: string): boolean {
  return stream.jid !== undefined && domainOf(stream.jid) === domainOf(from);
}
