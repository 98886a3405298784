import type { Content, ContentGroup, Role, RtpContent } from '../model.js';
import { conservative } from './conservative.js';
import { sendersOf } from './direction.js';
import type { SdpDocument, SdpSection } from './from-sdp.js';
import { completed, freeMid, midsOf, type Line } from './line.js';

/** What our browser says of a content; undefined for a section that is rejected or no audio or video. */
export function localContent(
  name: string,
  section: SdpSection,
  document: SdpDocument,
  role: Role,
): RtpContent | undefined {
  const { description, direction, rejected } = section;
  if (!description || rejected) return undefined;
  const mids = document.groups.find((group) => group.semantics === 'BUNDLE')?.mids ?? [];
  const isBundled = ({ mid }: SdpSection): boolean => mid !== undefined && mids.includes(mid);
  const fellows = isBundled(section) ? document.sections.filter(isBundled).map((one) => one.transport) : [];
  const transport = completed(section.transport, fellows);
  return { ...frameOf(name), senders: sendersOf(direction, role), description, transport };
}

/** A content as we write it wherever nothing else is known. */
export function frameOf(name: string): Content {
  return { name, creator: 'initiator', senders: 'both', disposition: 'session' };
}

/** The line of a section that our offer adds. Content names are mids where those are safe and not taken. */
export function offeredLine(
  section: SdpSection,
  document: SdpDocument,
  role: Role,
  others: readonly Line[],
  taken: readonly string[],
): Line {
  const {
    mid = freeMid(String(document.sections.indexOf(section)), midsOf(others)),
    kind,
    protocol,
    formats,
  } = section;
  const name = freeMid(mid, taken);
  const local = localContent(name, section, document, role);
  const state = local ? 'offered' : 'closed';
  return { name, mid, kind, protocol, formats, offeredBy: role, state, ...(local && { local }) };
}

/** How many lines an offer has in common with those before it. A closed place may be taken under another mid. */
export function keptLines(lines: readonly Line[], { sections }: SdpDocument): number {
  const end = lines.findIndex((line, index) => {
    const section = sections[index];
    return !section || (line.state !== 'closed' && section.mid !== line.mid);
  });
  return end < 0 ? lines.length : end;
}

/** The groups of a description by content name, without closed contents. */
export function groupsByName(document: SdpDocument, lines: readonly Line[]): ContentGroup[] {
  const alive = lines.filter((line) => line.state !== 'closed');
  const groups = document.groups.map(({ semantics, mids }) => ({
    semantics,
    contents: mids.flatMap((mid) => alive.find((line) => line.mid === mid)?.name ?? []),
  }));
  return groups.filter((group) => group.contents.length > 0);
}

/** What we send of these lines. */
export function outgoing(lines: readonly Line[], alwaysSendersBoth: boolean): RtpContent[] {
  const contents = lines.flatMap((line) => line.local ?? []);
  return contents.map((content) => conservative(alwaysSendersBoth ? { ...content, senders: 'both' } : content));
}

/** The DTLS role that our answer leaves to the peer. */
export function setupAgainst(local: RtpContent): 'active' | 'passive' {
  return local.transport.fingerprints[0]?.setup === 'passive' ? 'active' : 'passive';
}
