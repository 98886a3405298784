import type { ContentGroup, IceUdpTransport, Role, RtpContent } from '../model.js';
import { conservative } from './conservative.js';
import { sendersOf } from './direction.js';
import type { SdpDocument, SdpSection } from './from-sdp.js';
import { completed, freeMid, type Line } from './line.js';

/** What our browser says of a content; undefined for a section that is rejected or no audio or video. */
export function localContent(
  name: string,
  section: SdpSection,
  document: SdpDocument,
  role: Role,
): RtpContent | undefined {
  const { description, direction, rejected } = section;
  if (!description || rejected) return undefined;
  const transport = completed(section.transport, bundledTransports(section, document));
  const senders = sendersOf(direction, role);
  return { name, creator: 'initiator', senders, disposition: 'session', description, transport };
}

function bundledTransports(section: SdpSection, document: SdpDocument): IceUdpTransport[] {
  const bundle = document.groups.find((group) => group.semantics === 'BUNDLE')?.mids ?? [];
  const isBundled = (one: SdpSection): boolean => one.mid !== undefined && bundle.includes(one.mid);
  return isBundled(section) ? document.sections.filter(isBundled).map((one) => one.transport) : [];
}

/** The line of a section that our offer adds. Content names are mids where those are safe and free. */
export function offeredLine(section: SdpSection, document: SdpDocument, role: Role, others: readonly Line[]): Line {
  const index = document.sections.indexOf(section);
  const mid = section.mid ?? freeMid(String(index), new Set(others.map((line) => line.mid)));
  const name = freeMid(mid, new Set(others.map((line) => line.name)));
  const { kind, protocol, formats } = section;
  const line = { name, mid, kind, protocol, formats, offeredBy: role };
  const local = localContent(name, section, document, role);
  return local ? { ...line, state: 'offered', local } : { ...line, state: 'closed' };
}

/** The groups of a description by content name, without closed contents. */
export function groupsByName(document: SdpDocument, lines: readonly Line[]): ContentGroup[] {
  const names = new Map(lines.filter((line) => line.state !== 'closed').map((line) => [line.mid, line.name]));
  return document.groups
    .map(({ semantics, mids }) => ({
      semantics,
      contents: mids.map((mid) => names.get(mid)).filter((name) => name !== undefined),
    }))
    .filter((group) => group.contents.length > 0);
}

/** What we send of these lines. */
export function outgoing(lines: readonly Line[], alwaysSendersBoth: boolean): RtpContent[] {
  const contents: RtpContent[] = [];
  for (const { local } of lines) {
    if (local) contents.push(conservative(alwaysSendersBoth ? { ...local, senders: 'both' } : local));
  }
  return contents;
}

/** The DTLS role that our answer leaves to the peer. */
export function setupAgainst(local: RtpContent): 'active' | 'passive' {
  return local.transport.fingerprints[0]?.setup === 'passive' ? 'active' : 'passive';
}
