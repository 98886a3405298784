import type { Environment } from '../environment.js';
import { reasonOf, StreamError, unreachable } from './errors.js';
import { endpointsOfJson, endpointsOfXml } from './host-meta.js';

/** ms for each document. */
const TIMEOUT_MS = 8_000;
/** Bytes. A host-meta document has a few links; anything beyond is not one. */
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
  let readable = false;
  let endpoint: string | undefined;
  for (const [url, parse] of [
    [`${base}.json`, endpointsOfJson],
    [base, endpointsOfXml],
  ] as const) {
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    signal.addEventListener('abort', stop);
    const cancel = environment.after(TIMEOUT_MS, stop);
    try {
      const response = await fetch(url, { signal: abort.signal, credentials: 'omit' });
      if (!response.ok) throw new Error(`status ${response.status}`);
      for (endpoint of parse(await readText(response))) {
        const service = parseUrl(endpoint);
        if (service?.protocol === 'wss:') return service.href;
      }
      readable = true;
    } catch (error) {
      // Missing, late, too long or malformed: the next one may do.
      environment.log('debug', 'no host-meta', { url, reason: reasonOf(error) });
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
    if (signal.aborted) throw new StreamError('closed', 'closed');
  }
  if (endpoint !== undefined) throw new StreamError('insecure', `no encrypted endpoint of ${domain}`);
  if (readable) throw new StreamError('incompatible', `no WebSocket endpoint of ${domain}`);
  throw unreachable(`no host-meta of ${domain}`);
}

/**
 * Checks a WebSocket URL that the integrator gave.
 * @throws StreamError `invalid-address` when it is not one, `insecure` when it is `ws:` to another machine
 */
export function checkService(service: string): string {
  const url = parseUrl(service);
  if (!url || !/^wss?:$/.test(url.protocol)) throw new StreamError('invalid-address', 'no WebSocket URL');
  if (!isSecure(url.href)) throw new StreamError('insecure', 'unencrypted WebSocket');
  url.hash = '';
  return url.href;
}

/** `wss:`, or `ws:` to this machine, which browsers trust as well (Secure Contexts §3.1). */
export function isSecure(service: string): boolean {
  const { protocol, hostname } = new URL(service);
  return protocol === 'wss:' || /^((.+\.)?localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname);
}

/** @throws Error when the document is too long */
async function readText({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for (;;) {
    const { value, done = true } = (await reader?.read()) ?? {};
    if (done) return text + decoder.decode();
    length += value?.length ?? 0;
    text += decoder.decode(value, { stream: true });
    if (length <= MAX_DOCUMENT_LENGTH) continue;
    await reader?.cancel();
    throw new Error('too long');
  }
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
