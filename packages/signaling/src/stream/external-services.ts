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

export interface ExternalServicesOptions {
  readonly domain: string;
  /** Sends an IQ get to the domain and gives its result. @throws IqError */
  request(payload: Element, timeoutMs: number): Promise<Element>;
}

/** STUN and TURN servers of our own server (XEP-0215): asked for once, kept fresh, changed by pushes. */
export class ExternalServices {
  #services: readonly ExternalService[] | undefined;
  #validUntil = 0;
  #fetching: Promise<readonly ExternalService[]> | undefined;
  #cancelRefresh: (() => void) | undefined;
  /** Counts resets, so that an answer to the session before is not taken for this one's. */
  #epoch = 0;

  constructor(
    private readonly options: ExternalServicesOptions,
    private readonly environment: Environment,
  ) {}

  /** Services that are valid for `minValidityMs` more, or the best that can be had; never rejects. */
  async get(minValidityMs = DEFAULT_MIN_VALIDITY_MS): Promise<readonly ExternalService[]> {
    if (this.#services && this.#validUntil - this.environment.now() >= minValidityMs) return this.#services;
    this.#fetching ??= this.#fetch(this.#epoch);
    return this.#fetching;
  }

  /** The session is gone, and with it what its server promised. */
  reset(): void {
    this.#epoch++;
    this.#cancelRefresh?.();
    this.#cancelRefresh = undefined;
    this.#services = undefined;
    this.#fetching = undefined;
  }

  /** XEP-0215 §3.2: a push, from our own server only. `from` of a stanza without one is our account. */
  answerPush({ type, from, payload }: IncomingIq, account: string): IqReply {
    const genuine = isSameJid(from, this.options.domain) || isSameJid(from, account);
    if (type !== 'set' || !genuine) return { error: { condition: 'service-unavailable', text: 'not for strangers' } };
    const changes = parseExternalServices(payload);
    if (!changes.ok) return { error: changes.error };
    if (this.#services) this.#keep(mergeServices(this.#services, changes.value));
    return { result: undefined };
  }

  async #fetch(epoch: number): Promise<readonly ExternalService[]> {
    try {
      const services = await this.#ask();
      if (epoch === this.#epoch) this.#keep(services);
      return services;
    } catch (error) {
      const reason = error instanceof IqError ? error.condition : 'malformed';
      this.environment.log('info', 'no external services', { reason });
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
    const ask = async (namespace: typeof NS.extdisco1 | typeof NS.extdisco2): Promise<readonly ExternalService[]> =>
      parse(await this.options.request(buildServicesRequest(namespace), TIMEOUT_MS));
    try {
      return await ask(NS.extdisco2);
    } catch (error) {
      if (!(error instanceof IqError) || error.condition === 'timeout' || error.condition === 'disconnected')
        throw error;
      return ask(NS.extdisco1);
    }
  }

  /** XEP-0215 §3.3. @returns the service with credentials, or as it was when there are none to be had */
  async #credentials(service: ExternalService): Promise<ExternalService> {
    try {
      const answers = parse(await this.options.request(buildCredentialsRequest(service), TIMEOUT_MS));
      const found = this.#undate(answers).find(
        ({ type, host, port, username }) =>
          type === service.type &&
          host === service.host &&
          (port ?? service.port) === service.port &&
          username !== undefined,
      );
      if (found?.username === undefined || found.password === undefined) return service;
      const { username, password, expires } = found;
      return { ...service, username, password, ...(expires !== undefined && { expires }) };
    } catch (error) {
      if (!(error instanceof IqError)) throw error;
      this.environment.log('info', 'no credentials for a service', { host: service.host, reason: error.condition });
      return service;
    }
  }

  /** Fresh services are valid, so a date in the past only says that one of the two clocks is wrong. */
  #undate(services: readonly ExternalService[]): readonly ExternalService[] {
    const now = this.environment.now();
    return services.map((service) => {
      const { expires, ...undated } = service;
      return expires !== undefined && expires <= now ? undated : service;
    });
  }

  /** Keeps services until the first of them expires, and asks again at half that time. */
  #keep(services: readonly ExternalService[]): void {
    const now = this.environment.now();
    const dates = services.flatMap(({ expires }) => (expires === undefined ? [] : [expires]));
    this.#services = services;
    this.#validUntil = Math.min(now + UNDATED_VALIDITY_MS * (dates.length > 0 ? Infinity : 1), ...dates);
    this.#cancelRefresh?.();
    this.#cancelRefresh = undefined;
    if (dates.length === 0) return;
    const halfLife = Math.max(MIN_REFRESH_MS, (this.#validUntil - now) / 2);
    this.#cancelRefresh = this.environment.after(halfLife, () => {
      this.#fetching ??= this.#fetch(this.#epoch);
    });
  }
}

/** @throws IqError when the answer is not a list of services */
function parse(result: Element): readonly ExternalService[] {
  const [payload] = elementsOf(result);
  const services = payload ? parseExternalServices(payload) : undefined;
  if (!services?.ok) throw new IqError('undefined-condition', undefined, 'not a list of services');
  return services.value;
}
