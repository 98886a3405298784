import { parseDateTime } from './xep-0203-delay.js';
import { NS } from './namespaces.js';
import { fault, ok, type Result } from './result.js';
import {
  attribute,
  childrenOf,
  el,
  isWord,
  LIMITS,
  localName,
  namespaceOf,
  uintAttribute,
  type Element,
} from './xml.js';

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

/** The `<services/>` of a result or a push, or the `<credentials/>` of a result, in version 2 or 1 of the protocol. */
export function parseExternalServices(element: Element): Result<ExternalService[]> {
  const namespace = namespaceOf(element);
  const name = localName(element);
  if (!isExtdisco(namespace) || (name !== 'services' && name !== 'credentials'))
    return fault('bad-request', 'no list of services');
  const services: ExternalService[] = [];
  for (const child of childrenOf(element, 'service', namespace)) {
    if (services.length === LIMITS.services) break;
    const service = parseService(child);
    if (service) services.push(service);
  }
  return ok(services);
}

function isExtdisco(namespace: string): boolean {
  return namespace === NS.extdisco2 || namespace === NS.extdisco1;
}

function parseService(element: Element): ExternalService | undefined {
  const type = attribute(element, 'type', 32)?.toLowerCase();
  const host = attribute(element, 'host', 255)?.replace(/^\[|\]$/g, '');
  if (type === undefined || host === undefined || !isWord(host)) return undefined;
  const port = uintAttribute(element, 'port', 65535);
  const transport = attribute(element, 'transport', 16)?.toLowerCase();
  const username = attribute(element, 'username');
  const password = attribute(element, 'password');
  const stamp = attribute(element, 'expires', 64);
  const expires = stamp === undefined ? undefined : parseDateTime(stamp);
  const restricted = attribute(element, 'restricted', 8);
  const name = attribute(element, 'name', 256);
  return {
    type,
    host,
    ...(port !== undefined && port > 0 && { port }),
    ...(transport !== undefined && { transport }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(expires !== undefined && { expires }),
    restricted: restricted === '1' || restricted === 'true',
    ...(name !== undefined && { name }),
    action: actionOf(attribute(element, 'action', 16)),
  };
}

/** The schema of XEP-0215 says `delete`, its text in places `remove`. */
function actionOf(action: string | undefined): ExternalService['action'] {
  if (action === 'remove' || action === 'delete') return 'remove';
  return action === 'modify' ? 'modify' : 'add';
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
    if (change.action === 'remove') merged = merged.filter((service) => !isMeant(service, change));
    else if (merged.some((service) => isMeant(service, change))) {
      merged = merged.map((service) => (isMeant(service, change) ? { ...service, ...change } : service));
    } else merged.push(change);
  }
  return merged.slice(0, LIMITS.services);
}

function isMeant(service: ExternalService, change: ExternalService): boolean {
  if (service.type !== change.type || service.host !== change.host) return false;
  const samePort = change.port === undefined || change.port === service.port;
  return samePort && (change.transport === undefined || change.transport === service.transport);
}

function isTurn(type: string): boolean {
  return type === 'turn' || type === 'turns';
}

const MAX_SERVERS = 5;

/**
 * The ICE servers that a browser accepts: one bad entry makes it refuse all. At most five, since browsers slow down with
 * more; TURN comes first, then STUN.
 */
export function toIceServers(services: readonly ExternalService[], options: { readonly now: number }): IceServer[] {
  const servers = new Map<string, IceServer>();
  for (const service of services) {
    const server = toIceServer(service, options.now);
    if (server && !servers.has(server.url)) servers.set(server.url, server);
  }
  const all = [...servers.values()];
  const isRelay = (server: IceServer): boolean => server.url.startsWith('turn');
  const relays = all.filter(isRelay);
  const reflectors = all.filter((server) => !isRelay(server));
  // A STUN server is kept even where relays alone would fill the list.
  return [...relays.slice(0, reflectors.length > 0 ? MAX_SERVERS - 1 : MAX_SERVERS), ...reflectors].slice(
    0,
    MAX_SERVERS,
  );
}

function toIceServer(service: ExternalService, now: number): IceServer | undefined {
  const { type, transport, username, password, expires, port } = service;
  if (service.action === 'remove' || (expires !== undefined && expires <= now)) return undefined;
  if (transport !== undefined && transport !== 'udp' && transport !== 'tcp') return undefined;
  const host = hostOf(service.host);
  if (host === undefined) return undefined;
  const authority = port === undefined ? host : `${host}:${port}`;
  switch (type) {
    case 'stun':
      // RFC 7064 §3.1 has no transport; browsers refuse one, and speak UDP.
      return transport === 'tcp' ? undefined : { url: `stun:${authority}` };
    case 'stuns':
      return transport === 'udp' ? undefined : { url: `stuns:${authority}` };
    case 'turn':
    case 'turns': {
      // Without credentials the constructor of RTCPeerConnection throws.
      if (username === undefined || password === undefined) return undefined;
      // TURN over DTLS is not implemented by browsers.
      if (type === 'turns' && transport === 'udp') return undefined;
      const query = transport ?? (type === 'turns' ? 'tcp' : 'udp');
      return { url: `${type}:${authority}?transport=${query}`, username, credential: password };
    }
    default:
      return undefined;
  }
}

/** RFC 3986 §3.2.2: IPv6 in brackets. Undefined for what is neither address nor name. */
function hostOf(host: string): string | undefined {
  if (/^[0-9a-f:]*:[0-9a-f:.]*$/i.test(host)) return `[${host}]`;
  return /^[\p{L}\p{N}._-]+$/u.test(host) ? host : undefined;
}
