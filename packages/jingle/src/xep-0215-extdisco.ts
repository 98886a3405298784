import { parseDateTime } from './xep-0203-delay.js';
import { NS } from './namespaces.js';
import { fault, ok, type Result } from './result.js';
import { childrenOf, el, LIMITS, localName, namespaceOf, type Element } from './xml.js';
import { assumed, lower, oneOf, optional, record, required, uint, upTo, word } from './xml-table.js';

/** XEP-0215 §2. */
export interface ExternalService {
  readonly type: string;
  readonly host: string;
  readonly port?: number;
  /** `udp` or `tcp`, in lower case. */
  readonly transport?: string;
  readonly username?: string;
  readonly password?: string;
  /** ms since the epoch. */
  readonly expires?: number;
  /** Credentials are needed; without them they have to be asked for (§3.3). */
  readonly restricted: boolean;
  readonly name?: string;
  /** Of pushes (§3.2); `add` elsewhere. */
  readonly action: 'add' | 'remove' | 'modify';
}

/** What `RTCPeerConnection` takes as one of `iceServers`. */
export interface IceServer {
  readonly url: string;
  readonly username?: string;
  readonly credential?: string;
}

const ACTIONS: readonly ExternalService['action'][] = ['add', 'remove', 'modify'];
const service = record<ExternalService>({
  type: required(lower(upTo(32))),
  host: required((text) => word(255)(text.replace(/^\[|\]$/g, ''))),
  port: optional(uint(65535, 1)),
  transport: optional(lower(upTo(16))),
  username: optional(upTo(LIMITS.attribute)),
  password: optional(upTo(LIMITS.attribute)),
  expires: optional(parseDateTime),
  restricted: assumed<boolean>((text) => text === '1' || text === 'true', false),
  name: optional(upTo(256)),
  // The schema of XEP-0215 says `delete`, its text in places `remove`.
  action: assumed((text) => (text === 'delete' ? 'remove' : (oneOf(ACTIONS)(text) ?? 'add')), 'add'),
});

/** The `<services/>` of a result or a push, or the `<credentials/>` of a result, in version 2 or 1 of the protocol. */
export function parseExternalServices(element: Element): Result<ExternalService[]> {
  const namespace = namespaceOf(element);
  if (!/^(services|credentials) urn:xmpp:extdisco:[12]$/.test(`${localName(element)} ${namespace}`))
    return fault('bad-request', 'no services');
  const services = childrenOf(element, 'service', namespace).flatMap((one) => service.read(one, '') ?? []);
  return ok(services.slice(0, LIMITS.services));
}

/** The question for services, to the server's domain. */
export function buildServicesRequest(namespace: typeof NS.extdisco2 | typeof NS.extdisco1 = NS.extdisco2): Element {
  return el('services', { xmlns: namespace });
}

/** XEP-0215 §3.3: the question for the credentials of one restricted service. */
export function buildCredentialsRequest(service: ExternalService): Element {
  const { host, type, port } = service;
  return el('credentials', { xmlns: NS.extdisco2 }, [el('service', { host, type, port })]);
}

/** True where credentials have to be asked for before `toIceServers` can use the service; `mergeServices` takes the reply. */
export function needsCredentials(service: ExternalService): boolean {
  return (
    service.restricted && isTurn(service.type) && (service.username === undefined || service.password === undefined)
  );
}

/** XEP-0215 §3.2: the list after a push. What a change leaves out (port, transport) matches any. */
export function mergeServices(
  known: readonly ExternalService[],
  changes: readonly ExternalService[],
): ExternalService[] {
  let merged = [...known];
  for (const change of changes) {
    const { type, host, port, transport } = change;
    const isMeant = (one: ExternalService): boolean =>
      one.type === type &&
      one.host === host &&
      (port === undefined || port === one.port) &&
      (transport === undefined || transport === one.transport);
    if (change.action === 'remove') merged = merged.filter((one) => !isMeant(one));
    else if (merged.some(isMeant)) merged = merged.map((one) => (isMeant(one) ? { ...one, ...change } : one));
    else merged.push(change);
  }
  return merged.slice(0, LIMITS.services);
}

const isTurn = (text: string): boolean => text.startsWith('turn');

/**
 * The ICE servers that a browser accepts: one bad entry makes it refuse all. At most five, since browsers slow down with
 * more; TURN comes first, then STUN.
 */
export function toIceServers(services: readonly ExternalService[], options: { readonly now: number }): IceServer[] {
  const all = services.flatMap((service) => toIceServer(service, options.now) ?? []);
  const unique = all.filter(({ url }, at) => all.findIndex((one) => one.url === url) === at);
  const relays = unique.filter(({ url }) => isTurn(url));
  const reflectors = unique.filter(({ url }) => !isTurn(url));
  // A STUN server is kept even where relays alone would fill the list.
  return [...relays.slice(0, reflectors.length > 0 ? 4 : 5), ...reflectors].slice(0, 5);
}

function toIceServer(service: ExternalService, now: number): IceServer | undefined {
  const { type, username, password, expires = Infinity, port } = service;
  const host = hostOf(service.host);
  const isSecure = type.endsWith('s');
  const { transport = isSecure ? 'tcp' : 'udp' } = service;
  if (service.action === 'remove' || expires <= now || host === undefined) return undefined;
  if (!/^(stun|turn)s?$/.test(type) || !/^(udp|tcp)$/.test(transport)) return undefined;
  // Browsers do not speak DTLS to servers, and STUN alone by UDP only (RFC 7064 §3.1 has no word for another transport).
  if (transport === (isSecure ? 'udp' : 'tcp') && type !== 'turn') return undefined;
  const url = `${type}:${host}${port === undefined ? '' : `:${port}`}`;
  if (!isTurn(type)) return { url };
  // Without credentials the constructor of RTCPeerConnection throws.
  if (username === undefined || password === undefined) return undefined;
  return { url: `${url}?transport=${transport}`, username, credential: password };
}

/** RFC 3986 §3.2.2: IPv6 in brackets. Undefined for what is neither address nor name. */
function hostOf(host: string): string | undefined {
  if (/^[0-9a-f:]*:[0-9a-f:.]*$/i.test(host)) return `[${host}]`;
  return /^[\p{L}\p{N}._-]+$/u.test(host) ? host : undefined;
}
