// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ambient modules have nothing to import
/// <reference path="./xmpp-js.d.ts" />
import { childOf, el, NS, type Element } from '@xmpp-call/jingle';
import middleware from '@xmpp/middleware';
import resourceBinding from '@xmpp/resource-binding';
import sasl from '@xmpp/sasl';
import streamFeatures from '@xmpp/stream-features';
import type { Environment } from '../environment.js';
import { StreamConnection, type ConnectionOptions } from './connection.js';
import { StreamError, toStreamError } from './errors.js';
import { Mechanisms, type Credentials } from './sasl.js';
import { NS_SM, type StreamManagement } from './stream-management.js';

const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const NS_STREAMS = 'http://etherx.jabber.org/streams';
const NS_BIND = 'urn:ietf:params:xml:ns:xmpp-bind';
/** ms from the first byte to a bound or resumed stream. */
export const NEGOTIATION_TIMEOUT_MS = 20_000;
const MAX_EARLY_STANZAS = 100;

export interface NegotiationOptions extends ConnectionOptions {
  readonly credentials: Credentials;
  /** The service URL is encrypted or local. */
  readonly secure: boolean;
  /** Asked for; the server may give another. */
  readonly resource: string | undefined;
  /** Resumed when it can be, else begun anew. */
  readonly management: StreamManagement;
}

export interface Negotiated {
  readonly connection: StreamConnection;
  /** Full JID; undefined when the stream was resumed and keeps its own. */
  readonly boundJid: string | undefined;
  /** Stanzas to send again; empty unless resumed. */
  readonly unacked: readonly string[];
  /** Stanzas that came between binding and the start of stream management, which does not count them. */
  readonly early: readonly Element[];
}

/** SASL failures (RFC 6120 §6.5) that pass by themselves. */
const TEMPORARY_FAILURES: ReadonlySet<string> = new Set(['temporary-auth-failure', 'aborted']);

type Phase = 'opening' | 'authenticating' | 'authenticated' | 'binding';

/**
 * Brings one connection from nothing to a bound or resumed stream: open, SASL, restart, then resumption, or resource
 * binding and stream management. xmpp.js routes the features and does the exchanges; this class sees to it that they
 * come in order, that nothing is skipped and that every wait ends: `onDone` or `onFailed` is called exactly once, unless
 * aborted. `onDone` runs while the frame that completed the negotiation is handled, so no stanza overtakes it.
 */
export class Negotiation {
  readonly #connection: StreamConnection;
  readonly #cancelDeadline: () => void;
  #phase: Phase = 'opening';
  #settled = false;
  #boundJid: string | undefined;
  readonly #early: Element[] = [];
  /** Takes the elements that a step waits for; true when it took one. */
  #awaited: ((element: Element) => boolean) | undefined;
  /** Data of `<success/>`, a binary string. */
  #successData: string | undefined;

  constructor(
    private readonly options: NegotiationOptions,
    private readonly environment: Environment,
    private readonly onDone: (negotiated: Negotiated) => void,
    private readonly onFailed: (error: StreamError) => void,
  ) {
    const connection = new StreamConnection(options, environment);
    this.#connection = connection;
    connection.onLost = (error) => this.#fail(error);
    connection.onNonza = (element) => this.#onNonza(element);
    connection.onStanza = (stanza) => this.#onStanza(stanza);
    this.#cancelDeadline = environment.after(NEGOTIATION_TIMEOUT_MS, () =>
      this.#fail(new StreamError('signaling-unreachable', 'the server did not answer in time')),
    );
    this.#route();
    this.#open().catch((error: unknown) => this.#fail(toStreamError(error, 'signaling-unreachable')));
  }

  /** Ends the attempt without a callback; resolves when the socket is closed. */
  abort(): Promise<void> {
    this.#settle();
    return this.#connection.drop();
  }

  async #open(): Promise<void> {
    const { service, domain } = this.options;
    await this.#connection.connect(service);
    await this.#connection.open({ domain });
  }

  /** RFC 6120 §4.3, XEP-0198 §5: SASL, then resumption, else binding and stream management. */
  #route(): void {
    const { environment, options } = this;
    const chain = middleware({ entity: this.#connection });
    const features = streamFeatures({ middleware: chain });
    const nonce = btoa(environment.uuid() + environment.uuid());
    const mechanisms = new Mechanisms(options.credentials, options.secure, nonce);

    chain.use(async ({ stanza }, next) => {
      if (!stanza.is('features', NS_STREAMS)) return;
      const phase = this.#beginPhase(stanza, mechanisms);
      await next();
      if (phase === 'binding') this.#finish();
    });

    sasl({ streamFeatures: features, saslFactory: mechanisms }, async (authenticate, [strongest = '']) => {
      try {
        await authenticate({}, strongest);
        mechanisms.exchange?.succeed(this.#successData);
      } catch (error) {
        throw toStreamError(error, 'auth-failed');
      }
      this.#phase = 'authenticated';
    });

    features.use('sm', NS_SM, async (_context, next) => {
      if (options.management.resumable && (await this.#resume())) return;
      await next();
      if (this.#boundJid !== undefined) await this.#enable();
    });

    resourceBinding({ streamFeatures: features, iqCaller: { set: (bind) => this.#bind(bind) } }, options.resource);
  }

  /** Refuses features that are out of order: a server that skips authentication has not shown that it knows us. */
  #beginPhase(features: Element, mechanisms: Mechanisms): Phase {
    if (this.#phase === 'opening') {
      const offered = childOf(features, 'mechanisms', NS_SASL)?.getChildren('mechanism', NS_SASL) ?? [];
      mechanisms.check(offered.map((mechanism) => mechanism.getText()));
      this.#phase = 'authenticating';
    } else if (this.#phase === 'authenticated' && !childOf(features, 'mechanisms', NS_SASL)) {
      this.#phase = 'binding';
    } else {
      throw new StreamError('incompatible', `unexpected stream features while ${this.#phase}`);
    }
    return this.#phase;
  }

  #onNonza(element: Element): void {
    if (this.#phase === 'authenticating' && element.getNS() === NS_SASL) {
      const text = element.getText().trim();
      if (element.is('success')) this.#successData = text === '' ? undefined : decode(text);
      if (element.is('failure')) this.#fail(authFailure(element));
      return;
    }
    this.#awaited?.(element);
  }

  #onStanza(stanza: Element): void {
    if (this.#awaited?.(stanza)) return;
    if (this.#boundJid !== undefined && this.#early.length < MAX_EARLY_STANZAS) this.#early.push(stanza);
  }

  /** Sends `request` and waits for the element that `take` turns into a value; the deadline ends waits in vain. */
  #exchange<T>(request: Element, take: (element: Element) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      this.#awaited = (element) => {
        const value = take(element);
        if (value === undefined) return false;
        this.#awaited = undefined;
        resolve(value);
        return true;
      };
      this.#connection.post(request.toString());
    });
  }

  /** XEP-0198 §5. @returns false when the session is gone */
  #resume(): Promise<boolean> {
    const { management } = this.options;
    return this.#exchange(management.resume(), (element) => {
      if (element.is('resumed', NS_SM)) {
        const unacked = management.resumed(element);
        if (unacked) {
          this.#done(undefined, unacked);
        } else {
          management.reset();
          this.#fail(new StreamError('signaling-unreachable', 'the server acknowledged stanzas that were never sent'));
        }
        return true;
      }
      if (!element.is('failed', NS_SM)) return undefined;
      management.reset();
      return false;
    });
  }

  /** RFC 6120 §7. @throws StreamError when the server refuses */
  async #bind(bind: Element): Promise<Element> {
    const id = this.environment.uuid();
    const result = await this.#exchange(el('iq', { xmlns: NS.client, type: 'set', id }, [bind]), (stanza) =>
      stanza.name === 'iq' && stanza.attrs.id === id ? stanza : undefined,
    );
    const bound = result.attrs.type === 'result' ? childOf(result, 'bind', NS_BIND) : undefined;
    const jid = bound?.getChildText('jid', NS_BIND)?.trim();
    if (!bound || !jid) throw bindFailure(result);
    this.#boundJid = jid;
    return bound;
  }

  /** XEP-0198 §3. A server that refuses leaves us with a stream that cannot be resumed. */
  #enable(): Promise<true> {
    const { management } = this.options;
    return this.#exchange(management.enable(), (element) => {
      if (element.is('enabled', NS_SM)) management.enabled(element);
      else if (element.is('failed', NS_SM)) management.reset();
      else return undefined;
      this.#done(this.#boundJid, []);
      return true;
    });
  }

  /** The features are dealt with; without stream management among them, that was all. */
  #finish(): void {
    if (this.#boundJid === undefined) {
      this.#fail(new StreamError('incompatible', 'the server offers no resource binding'));
    } else if (!this.#settled) {
      this.options.management.reset();
      this.#done(this.#boundJid, []);
    }
  }

  #done(boundJid: string | undefined, unacked: readonly string[]): void {
    if (!this.#settle()) return;
    this.onDone({ connection: this.#connection, boundJid, unacked, early: this.#early });
  }

  #fail(error: StreamError): void {
    if (!this.#settle()) return;
    void this.#connection.drop();
    this.onFailed(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#cancelDeadline();
    return true;
  }
}

function authFailure(failure: Element): StreamError {
  const condition = failure.getChildElements()[0]?.getName() ?? 'not-authorized';
  const code = TEMPORARY_FAILURES.has(condition) ? 'signaling-unreachable' : 'auth-failed';
  return new StreamError(code, `login refused: ${condition}`);
}

function bindFailure(result: Element): StreamError {
  const condition = result.getChild('error')?.getChildElements()[0]?.getName() ?? 'undefined-condition';
  const code = condition === 'resource-constraint' ? 'signaling-unreachable' : 'incompatible';
  return new StreamError(code, `resource binding failed: ${condition}`);
}

/** Base64 to a binary string; what is not base64 becomes data that no check lets pass. */
function decode(text: string): string {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 !== 1 ? atob(text) : '';
}
