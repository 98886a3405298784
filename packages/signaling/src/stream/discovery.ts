import type { Environment } from '../environment.js';
import { StreamError } from './errors.js';
import { linksOfJson, linksOfXml, type HostMetaLink } from './host-meta.js';

/** XEP-0156 §5, relation of a WebSocket endpoint. */
const WEBSOCKET_REL = 'urn:xmpp:alt-connections:websocket';
/** ms for each document. */
const TIMEOUT_MS = 8_000;
/** A host-meta document has a few links; anything beyond is not one. */
const MAX_DOCUMENT_LENGTH = 256 * 1024;

/** The part of `fetch` that discovery uses. */
export type Fetch = (
  url: string,
  init: { readonly signal: AbortSignal; readonly credentials: 'omit' },
) => Promise<Response>;

/**
 * Finds the WebSocket endpoint of an XMPP domain (XEP-0156 §3.2): `host-meta.json` first, then `host-meta`.
 * @returns a `wss:` URL
 * @throws StreamError `signaling-unreachable` when neither document can be read, `insecure` when they name `ws:` only,
 *   `incompatible` when they name no WebSocket endpoint at all, `closed` when `signal` aborts
 */
export async function discoverService(
  domain: string,
  fetch: Fetch,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  const base = `https://${domain}/.well-known/host-meta`;
  const documents: Links[] = [];
  for (const [url, parse] of [
    [`${base}.json`, linksOfJson],
    [base, linksOfXml],
  ] as const) {
    const links = await read(url, parse, fetch, environment, signal);
    if (signal.aborted) throw new StreamError('closed', 'closed during discovery');
    const service = links && secureEndpoint(links);
    if (service) return service;
    documents.push(links);
  }
  throw failure(domain, documents);
}

type Links = readonly HostMetaLink[] | undefined;

/** @returns undefined when the document is missing, late, too long or malformed: then the next one may do */
async function read(
  url: string,
  parse: (text: string) => readonly HostMetaLink[],
  fetch: Fetch,
  environment: Environment,
  signal: AbortSignal,
): Promise<Links> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  signal.addEventListener('abort', stop);
  const cancel = environment.after(TIMEOUT_MS, stop);
  try {
    const response = await fetch(url, { signal: abort.signal, credentials: 'omit' });
    const text = response.ok ? await response.text() : '';
    if (!response.ok || text.length > MAX_DOCUMENT_LENGTH) throw new Error(`status ${response.status}`);
    return parse(text);
  } catch (error) {
    environment.log('debug', 'no host-meta', { url, reason: error instanceof Error ? error.message : 'unknown' });
    return undefined;
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

function endpoints(links: readonly HostMetaLink[]): readonly HostMetaLink[] {
  return links.filter((link) => link.rel === WEBSOCKET_REL);
}

function secureEndpoint(links: readonly HostMetaLink[]): string | undefined {
  return endpoints(links)
    .map(({ href }) => parseUrl(href))
    .find((url) => url?.protocol === 'wss:')?.href;
}

function failure(domain: string, documents: readonly Links[]): StreamError {
  const read = documents.filter((links) => links !== undefined);
  if (read.some((links) => endpoints(links).length > 0)) {
    return new StreamError('insecure', `${domain} names no encrypted WebSocket endpoint`);
  }
  return read.length > 0
    ? new StreamError('incompatible', `${domain} names no WebSocket endpoint in its host-meta`)
    : new StreamError('signaling-unreachable', `the host-meta of ${domain} cannot be read`);
}

/**
 * Checks a WebSocket URL that the integrator gave.
 * @throws StreamError `invalid-address` when it is not one, `insecure` when it is `ws:` to another machine
 */
export function checkService(service: string): string {
  const url = parseUrl(service);
  if (!url || (url.protocol !== 'wss:' && url.protocol !== 'ws:')) {
    throw new StreamError('invalid-address', 'the service must be a wss: URL');
  }
  if (!isSecure(url.href)) throw new StreamError('insecure', 'ws: is allowed to loopback only');
  url.hash = '';
  return url.href;
}

/** `wss:`, or `ws:` to this machine, which browsers trust as well (Secure Contexts §3.1). */
export function isSecure(service: string): boolean {
  const { protocol, hostname } = new URL(service);
  if (protocol === 'wss:') return true;
  const names = hostname === 'localhost' || hostname.endsWith('.localhost');
  return protocol === 'ws:' && (names || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname));
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
