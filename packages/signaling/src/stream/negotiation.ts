import { childOf, childrenOf, el, NS, parseJid, textOf, type Element } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import { toBase64 } from '@xmpp-call/jingle';
import { fromBase64 } from './base64.js';
import { NS_STREAMS, type StreamConnection } from './connection.js';
import { conditionOf, StreamError, unreachable } from './errors.js';
import { beginLogin, type Credentials, type PlainPolicy } from './sasl.js';
import { NS_SM, type StreamManagement } from './stream-management.js';

const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const NS_BIND = 'urn:ietf:params:xml:ns:xmpp-bind';
/** ms from the first byte to a bound or resumed stream. */
export const NEGOTIATION_TIMEOUT_MS = 20_000;
const MAX_EARLY = 100;

export interface NegotiationOptions {
  readonly credentials: Credentials;
  readonly plain: PlainPolicy;
  /** The service URL is encrypted or local. */
  readonly secure: boolean;
  readonly domain: string;
  /** Asked for; the server may give another. */
  readonly resource: string;
  /** Resumed when it can be, else begun anew. */
  readonly management: StreamManagement;
}

export interface Negotiated {
  /** Full JID; undefined when the stream was resumed and keeps its own. */
  readonly boundJid?: string;
  /** What came between binding and the start of stream management, which does not count it. */
  readonly early: readonly Element[];
}

/**
 * Brings a connection from nothing to a bound or resumed stream (RFC 6120 §4.3, XEP-0198 §5): open, SASL, restart, then
 * resumption, or resource binding and stream management. Nothing is skipped, and every wait ends.
 * @throws StreamError
 */
export async function negotiate(
  connection: StreamConnection,
  options: NegotiationOptions,
  environment: Environment,
): Promise<Negotiated> {
  const cancelDeadline = environment.after(NEGOTIATION_TIMEOUT_MS, () => connection.fail(unreachable('no answer')));
  try {
    connection.start();
    const nonce = environment.uuid() + environment.uuid();
    await authenticate(connection, options, mechanismsOf(await nextFeatures(connection)), nonce);
    connection.reopen();
    const features = await nextFeatures(connection);
    // A server that has us log in twice, or not bind, does not speak this protocol.
    if (mechanismsOf(features).length > 0) throw new StreamError('incompatible', 'login without effect');
    const { management } = options;
    const managed = childOf(features, 'sm', NS_SM) !== undefined;
    if (managed && management.resumable && (await resume(connection, management))) return { early: [] };
    management.reset();
    if (!childOf(features, 'bind', NS_BIND)) throw new StreamError('incompatible', 'no resource binding');
    const boundJid = await bind(connection, options, environment.uuid());
    return { boundJid, early: managed ? await enable(connection, management) : [] };
  } finally {
    cancelDeadline();
  }
}

function nextFeatures(connection: StreamConnection): Promise<Element> {
  return connection.next((element) => element.is('features', NS_STREAMS));
}

function mechanismsOf(features: Element): readonly string[] {
  const mechanisms = childOf(features, 'mechanisms', NS_SASL);
  return mechanisms ? childrenOf(mechanisms, 'mechanism', NS_SASL).map(textOf) : [];
}

/** RFC 6120 §6.4; the data in between is UTF-8 in base64. */
async function authenticate(
  connection: StreamConnection,
  { credentials, domain, plain, secure }: NegotiationOptions,
  offered: readonly string[],
  nonce: string,
): Promise<void> {
  const account = credentials.kind === 'password' ? `${credentials.username}@${domain}`.toLowerCase() : domain;
  const plainRefusal = plain.isRefused
    ? 'refused by choice'
    : plain.scramAccounts.has(account)
      ? 'this account has logged in with SCRAM before'
      : undefined;
  const { mechanism, initialResponse, scram } = beginLogin(credentials, offered, plainRefusal, secure, nonce);
  const post = (name: string, text: string, attributes?: Record<string, string>): void =>
    connection.post(el(name, { xmlns: NS_SASL, ...attributes }, [toBase64(new TextEncoder().encode(text))]));
  post('auth', initialResponse, { mechanism });
  let asked = false;
  for (;;) {
    const answer = await connection.next((element) => element.getNS() === NS_SASL);
    if (answer.is('failure')) throw authFailure(answer);
    const data = new TextDecoder().decode(fromBase64(textOf(answer)));
    if (answer.is('success')) {
      // Whatever the server claims: it has to prove that it knows the password, here or in a challenge before.
      if (scram && (data || !scram.verified)) scram.verify(data);
      if (scram) plain.scramAccounts.add(account);
      return;
    }
    if (mechanism === 'ANONYMOUS' && data === '' && !asked) {
      // The server asks for the trace information that the client may leave out (RFC 4505 §2).
      asked = true;
      post('response', '');
      continue;
    }
    if (!scram) throw new StreamError('auth-failed', 'unexpected challenge');
    // Servers may send their signature as a challenge, which takes an empty response (RFC 4422 §3.6).
    if (scram.awaitsSignature) scram.verify(data);
    post('response', scram.verified ? '' : await scram.clientFinal(data));
  }
}

function authFailure(failure: Element): StreamError {
  const condition = conditionOf(failure);
  // RFC 6120 §6.5: those that pass by themselves.
  const temporary = condition === 'temporary-auth-failure' || condition === 'aborted';
  return new StreamError(temporary ? 'signaling-unreachable' : 'auth-failed', `login refused: ${condition}`);
}

/** XEP-0198 §5. @returns false when the session is gone */
async function resume(connection: StreamConnection, management: StreamManagement): Promise<boolean> {
  connection.post(management.resume());
  const answer = await connection.next((element) => element.is('resumed', NS_SM) || element.is('failed', NS_SM));
  if (answer.is('failed')) {
    // What arrived all the same (XEP-0198 §5, example 11) is not repeated.
    management.acknowledge(answer);
    return false;
  }
  if (management.acknowledge(answer)) return true;
  management.reset();
  throw unreachable('impossible acknowledgement');
}

/** RFC 6120 §7. @returns the full JID */
async function bind(
  connection: StreamConnection,
  { resource, domain, credentials }: NegotiationOptions,
  id: string,
): Promise<string> {
  const request = el('bind', { xmlns: NS_BIND }, [el('resource', {}, [resource])]);
  connection.post(el('iq', { xmlns: NS.client, type: 'set', id }, [request]));
  const result = await connection.next((element) => element.name === 'iq' && element.attrs.id === id);
  const jid = childOf(result, 'bind', NS_BIND)?.getChildText('jid')?.trim();
  if (result.attrs.type === 'result' && jid) {
    // Whoever is called by the address of another account, or domain, does not hear what is meant for the own one.
    if (!isOwn(jid, domain, credentials)) throw new StreamError('incompatible', 'bound to an address of somebody else');
    return jid;
  }
  const condition = conditionOf(result.getChild('error'));
  const code = condition === 'resource-constraint' ? 'signaling-unreachable' : 'incompatible';
  throw new StreamError(code, `binding failed: ${condition}`);
}

/** XEP-0198 §3. A server that refuses leaves us with a stream that cannot be resumed. @returns the stanzas that came before */
async function enable(connection: StreamConnection, management: StreamManagement): Promise<readonly Element[]> {
  const early: Element[] = [];
  connection.post(management.enable());
  const answer = await connection.next((element) => {
    if (element.is('enabled', NS_SM) || element.is('failed', NS_SM)) return true;
    if (early.length < MAX_EARLY) early.push(element);
    return false;
  });
  if (answer.is('enabled')) management.enabled(answer);
  else management.reset();
  return early;
}

/** Whether a full JID is of the account that logged in; guests have any local part. */
function isOwn(text: string, domain: string, credentials: Credentials): boolean {
  const jid = parseJid(text);
  const account = parseJid(credentials.kind === 'password' ? `${credentials.username}@${domain}` : domain);
  if (!jid.ok || !account.ok || jid.value.resource === '' || jid.value.domain !== account.value.domain) return false;
  return credentials.kind === 'anonymous' ? jid.value.local !== '' : jid.value.local === account.value.local;
}
