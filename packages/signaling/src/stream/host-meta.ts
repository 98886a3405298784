import { childrenOf } from '@xmpp-call/jingle';
import { parseXml } from './parse-xml.js';

const XRD = 'http://docs.oasis-open.org/ns/xri/xrd-1.0';
/** XEP-0156 §5, relation of a WebSocket endpoint. */
const WEBSOCKET_REL = 'urn:xmpp:alt-connections:websocket';

/** WebSocket endpoints of `host-meta.json` (RFC 6415 appendix A). @throws Error when it is not one */
export function endpointsOfJson(text: string): readonly string[] {
  const document: unknown = JSON.parse(text);
  if (!isRecord(document) || !Array.isArray(document.links)) throw new Error('no host-meta');
  return document.links.flatMap((link: unknown) => (isRecord(link) ? endpointOf(link) : []));
}

/** WebSocket endpoints of `host-meta` in XML (XRD 1.0). @throws Error when it is not one */
export function endpointsOfXml(text: string): readonly string[] {
  const document = parseXml(text);
  if (!document.is('XRD', XRD)) throw new Error('no host-meta');
  return childrenOf(document, 'Link', XRD).flatMap(({ attrs }) => endpointOf(attrs));
}

/** A link of either (RFC 6415 §3). */
function endpointOf({ rel, href }: Record<string, unknown>): readonly string[] {
  return rel === WEBSOCKET_REL && typeof href === 'string' ? [href] : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
