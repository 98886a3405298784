import {
  buildCredentialsRequest,
  buildServicesRequest,
  elementsOf,
  isSameJid,
  mergeServices,
  needsCredentials,
  NS,
  parseExternalServices,
  type Element,
  type ExternalService,
} from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import { IqError, type IncomingIq, type IqReply } from '../stanza-stream.js';
import { reasonOf } from './errors.js';

/** ms that services without a date of expiry are kept. */
const UNDATED_VALIDITY_MS = 600_000;
/** ms; how soon a refresh comes at the earliest. */
const MIN_REFRESH_MS = 30_000;
/** ms; a call that starts now should find its credentials valid while it connects. */
const DEFAULT_MIN_VALIDITY_MS = 60_000;
/** ms for one question; a call waits for it. */
const TIMEOUT_MS = 5_000;
/** Restricted services whose credentials are asked for; browsers take five servers at most. */
const MAX_RESTRICTED = 8;

/** STUN and TURN servers of our own server (XEP-0215): asked for once, kept fresh, changed by pushes. */
export class ExternalServices {
  #services: readonly ExternalService[] | undefined;
  #validUntil = 0;
  #fetching: Promise<readonly ExternalService[]> | undefined;
  #cancelRefresh: (() => void) | undefined;
  /** Counts resets, so that an answer to the session before is not taken for this one's. */
  #epoch = 0;

  /** @param request sends an IQ get to our server's domain and gives its result; throws IqError */
  constructor(
    private readonly domain: string,
    private readonly request: (payload: Element, timeoutMs: number) => Promise<Element>,
    private readonly environment: Environment,
    /** ms since the epoch by the server's clock, whose dates these are. */
    private readonly serverNow: () => number,
  ) {}

  /** Services that are valid for `minValidityMs` more, or the best that can be had; never rejects. */
  async get(minValidityMs = DEFAULT_MIN_VALIDITY_MS): Promise<readonly ExternalService[]> {
    if (this.#services && this.#validUntil - this.serverNow() >= minValidityMs) return this.#services;
    this.#fetching ??= this.#fetch();
    return this.#fetching;
  }

  /** The session is gone, and with it what its server promised. */
  reset(): void {
    this.#epoch++;
    this.#cancelRefresh?.();
    this.#services = this.#fetching = undefined;
  }

  /** XEP-0215 §3.2: a push, from our own server only. `from` of a stanza without one is our account. */
  answerPush({ type, from, payload }: IncomingIq, account: string): IqReply {
    const genuine = isSameJid(from, this.domain) || isSameJid(from, account);
    if (type !== 'set' || !genuine) return { error: { condition: 'service-unavailable', text: 'not for strangers' } };
    const changes = parseExternalServices(payload);
    if (!changes.ok) return changes;
    if (this.#services) this.#keep(mergeServices(this.#services, changes.value));
    return { result: undefined };
  }

  async #fetch(): Promise<readonly ExternalService[]> {
    const epoch = this.#epoch;
    try {
      const services = await this.#ask();
      if (epoch === this.#epoch) this.#keep(services);
      return services;
    } catch (error) {
      this.environment.log('info', 'no external services', { reason: reasonOf(error) });
      return this.#services ?? [];
    } finally {
      if (epoch === this.#epoch) this.#fetching = undefined;
    }
  }

  async #ask(): Promise<readonly ExternalService[]> {
    const services = this.#undate(await this.#list());
    const restricted = services.filter(needsCredentials).slice(0, MAX_RESTRICTED);
    const credentials = await Promise.all(restricted.map((service) => this.#credentials(service)));
    return services.map((service) => credentials[restricted.indexOf(service)] ?? service);
  }

  async #list(): Promise<readonly ExternalService[]> {
    try {
      return await this.#query(buildServicesRequest());
    } catch (error) {
      if (!(error instanceof IqError) || error.condition === 'timeout' || error.condition === 'disconnected')
        throw error;
      return this.#query(buildServicesRequest(NS.extdisco1));
    }
  }

  /** XEP-0215 §3.3. @returns the service with credentials, or as it was when there are none to be had */
  async #credentials(service: ExternalService): Promise<ExternalService> {
    const { type, host, port } = service;
    try {
      for (const found of this.#undate(await this.#query(buildCredentialsRequest(service)))) {
        const { username, password, expires } = found;
        if (found.type !== type || found.host !== host || (found.port ?? port) !== port) continue;
        if (username === undefined || password === undefined) continue;
        return { ...service, username, password, ...(expires !== undefined && { expires }) };
      }
    } catch (error) {
      this.environment.log('info', 'no credentials', { host, reason: reasonOf(error) });
    }
    return service;
  }

  /** @throws IqError when the answer is not a list of services */
  async #query(request: Element): Promise<readonly ExternalService[]> {
    const [payload] = elementsOf(await this.request(request, TIMEOUT_MS));
    const services = payload && parseExternalServices(payload);
    if (!services?.ok) throw new IqError('undefined-condition');
    return services.value;
  }

  /** Fresh services are valid, so a date in the past only says that one of the two clocks is wrong. */
  #undate(services: readonly ExternalService[]): readonly ExternalService[] {
    const now = this.serverNow();
    return services.map(({ expires, ...undated }) =>
      expires !== undefined && expires > now ? { ...undated, expires } : undated,
    );
  }

  /** Keeps services until the first of them expires, and asks again at half that time. */
  #keep(services: readonly ExternalService[]): void {
    const now = this.serverNow();
    const validity = Math.min(...services.map(({ expires = Infinity }) => expires)) - now;
    this.#services = services;
    this.#validUntil = now + (validity < Infinity ? validity : UNDATED_VALIDITY_MS);
    this.#cancelRefresh?.();
    if (validity === Infinity) return;
    this.#cancelRefresh = this.environment.after(Math.max(MIN_REFRESH_MS, validity / 2), () => {
      this.#fetching ??= this.#fetch();
    });
  }
}
