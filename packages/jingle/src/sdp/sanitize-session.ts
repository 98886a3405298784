import type { HeaderExtension, PayloadType, RtpContent, RtpDescription } from '../model.js';
import { isSameCodec } from './codecs.js';
import { mended, sanitized, type Rule } from './sanitize.js';
import type { SdpToWrite, SectionToWrite } from './sdp-to-write.js';

/** A session of which every section is sane by itself, and which the sections do not make odd together. */
export function sanitizedSession(session: SdpToWrite): SdpToWrite {
  return mended(session, SESSION_RULES);
}

const SESSION_RULES: readonly Rule<SdpToWrite>[] = [
  { why: 'each section by its own rules', mend: (session) => withContents(session, sanitized) },
  {
    why: 'groups of other semantics mean nothing to a browser, members without section make it refuse them',
    mend: ({ groups, ...session }) => ({
      ...session,
      groups: groups
        .filter(({ semantics }) => /^(BUNDLE|LS)$/.test(semantics))
        .map(({ semantics, mids }) => ({ semantics, mids: mids.filter((mid) => contentAt(session.sections, mid)) })),
    }),
  },
  {
    why: 'a section is in one bundle, once; a payload type of another meaning keeps it out (RFC 8843 §7.1.2)',
    mend: ({ groups, ...session }) => ({ ...session, groups: fittingGroups(groups, session.sections) }),
  },
  { why: 'a group of none', mend: (session) => ({ ...session, groups: session.groups.filter(hasMids) }) },
  { why: 'an id of a header extension means one thing in a bundle (RFC 8843 §9.1)', mend: withoutClashingExtensions },
  { why: 'an SSRC names one source of the session (RFC 3550 §8)', mend: withoutSharedSources },
];

function withContents(session: SdpToWrite, mend: (content: RtpContent, mid: string) => RtpContent): SdpToWrite {
  const sections = session.sections.map(({ content, ...section }) =>
    content ? { ...section, content: mend(content, section.mid) } : section,
  );
  return { ...session, sections };
}

function withDescriptions(
  session: SdpToWrite,
  mend: (description: RtpDescription, mid: string) => RtpDescription,
): SdpToWrite {
  return withContents(session, (content, mid) => ({ ...content, description: mend(content.description, mid) }));
}

function contentAt(sections: readonly SectionToWrite[], mid: string): RtpContent | undefined {
  return sections.find((section) => section.mid === mid)?.content;
}

const hasMids = ({ mids }: SdpToWrite['groups'][number]): boolean => mids.length > 0;

function fittingGroups(groups: SdpToWrite['groups'], sections: readonly SectionToWrite[]): SdpToWrite['groups'] {
  const bundled = new Set<string>();
  return groups.map(({ semantics, mids }) => {
    if (semantics !== 'BUNDLE') return { semantics, mids: [...new Set(mids)] };
    const members: RtpContent[] = [];
    const fitting = mids.filter((mid) => {
      const content = contentAt(sections, mid);
      if (!content || bundled.has(mid) || members.some((other) => clash(content.description, other.description)))
        return false;
      bundled.add(mid);
      members.push(content);
      return true;
    });
    return { semantics, mids: fitting };
  });
}

/** True where a payload type means another codec in either; Chromium compares the kind and the parameters too. */
function clash(one: RtpDescription, other: RtpDescription): boolean {
  return one.payloadTypes.some((type) => {
    const twin = other.payloadTypes.find(({ id }) => id === type.id);
    const isSame = twin !== undefined && isSameCodec(type, twin) && spelled(type) === spelled(twin);
    return twin !== undefined && !(isSame && one.media === other.media);
  });
}

/** What Chromium compares beside the codec. */
function spelled({ parameters, feedback }: PayloadType): string {
  return JSON.stringify([parameters, feedback]);
}

function withoutClashingExtensions(session: SdpToWrite): SdpToWrite {
  const bundles = session.groups.filter(({ semantics }) => semantics === 'BUNDLE');
  const taken = new Map<string, HeaderExtension>();
  return withDescriptions(session, (description, mid) => ({
    ...description,
    headerExtensions: description.headerExtensions.filter((extension) => {
      const bundle = bundles.findIndex(({ mids }) => mids.includes(mid));
      const key = `${bundle < 0 ? mid : `bundle ${bundle}`} ${extension.id}`;
      const first = taken.get(key) ?? extension;
      taken.set(key, first);
      return first.uri === extension.uri;
    }),
  }));
}

function withoutSharedSources(session: SdpToWrite): SdpToWrite {
  const taken = new Set<number>();
  return withDescriptions(session, (description) => {
    const sources = description.sources.filter(({ ssrc }) => !taken.has(ssrc));
    for (const { ssrc } of sources) taken.add(ssrc);
    const isWhole = (ssrcs: readonly number[]): boolean =>
      ssrcs.every((ssrc) => sources.some((source) => source.ssrc === ssrc));
    return { ...description, sources, sourceGroups: description.sourceGroups.filter(({ ssrcs }) => isWhole(ssrcs)) };
  });
}
