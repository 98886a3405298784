import { childrenOf } from '@xmpp-call/jingle';
import { parseXml } from './parse-xml.js';

/** A link of a host-meta document (RFC 6415 §3). */
export interface HostMetaLink {
  readonly rel: string;
  readonly href: string;
}

const XRD = 'http://docs.oasis-open.org/ns/xri/xrd-1.0';
const MAX_LINKS = 100;

/** Links of `host-meta.json` (RFC 6415 appendix A). @throws Error when it is not one */
export function linksOfJson(text: string): readonly HostMetaLink[] {
  const document: unknown = JSON.parse(text);
  if (!isRecord(document) || !Array.isArray(document.links)) throw new Error('not a host-meta document');
  return document.links.slice(0, MAX_LINKS).flatMap((link: unknown) => {
    if (!isRecord(link)) return [];
    const { rel, href } = link;
    return typeof rel === 'string' && typeof href === 'string' ? [{ rel, href }] : [];
  });
}

/** Links of `host-meta` in XML (XRD 1.0). @throws Error when it is not one */
export function linksOfXml(text: string): readonly HostMetaLink[] {
  const document = parseXml(text);
  if (!document.is('XRD', XRD)) throw new Error('not a host-meta document');
  return childrenOf(document, 'Link', XRD)
    .slice(0, MAX_LINKS)
    .flatMap(({ attrs: { rel, href } }) => (rel && href ? [{ rel, href }] : []));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
