import type { Content, ContentGroup, DtlsSetup, IceUdpTransport, Role, RtpContent } from '../model.js';
import { isUnsupported } from '../xep-0166-jingle.js';
import type { Surroundings } from './accept.js';
import { otherRole } from './direction.js';
import { bundleOf, findLine, type Line } from './line.js';
import { writeSdp, type SectionToWrite } from './to-sdp.js';

/** Everything that decides how the peer is described to our browser. */
export interface RemoteSide {
  readonly lines: readonly Line[];
  readonly localGroups: readonly ContentGroup[];
  readonly remoteGroups: readonly ContentGroup[];
}

/** What the peer has said by now, as its SDP. `role` is ours. */
export function describePeer(side: RemoteSide, type: 'offer' | 'answer', role: Role, version: number): string {
  const sections = side.lines.map((line): SectionToWrite => {
    const { mid, kind, protocol, formats } = line;
    if (line.state === 'closed' || !line.remote) return { mid, kind, protocol, formats };
    const setup = type === 'offer' ? offeredSetup(line) : answeredSetup(line, side);
    return { mid, kind, protocol, formats, content: line.remote, setup };
  });
  return writeSdp({ sections, groups: writtenGroups(side, type), author: otherRole(role), version });
}

/** An offer leaves the DTLS role open also when it is settled (RFC 8842 §5.2). */
function offeredSetup(line: Line): DtlsSetup {
  const said = line.remote?.transport.fingerprints.find((one) => one.setup !== undefined)?.setup;
  return line.state === 'offered' && (said === 'active' || said === 'passive') ? said : 'actpass';
}

/** An answer states the DTLS role, the same in a whole bundle. */
function answeredSetup(line: Line, { lines, remoteGroups }: RemoteSide): DtlsSetup {
  const bundle = bundleOf(remoteGroups);
  const tag = bundle.includes(line.name)
    ? bundle.map((name) => findLine(lines, name)).find((one) => one?.remoteSetup !== undefined)
    : undefined;
  return tag?.remoteSetup ?? line.remoteSetup ?? 'active';
}

/** Groups by mid; in an answer only what was offered in a group (RFC 8843 §7.3). */
function writtenGroups({ lines, localGroups, remoteGroups }: RemoteSide, type: 'offer' | 'answer') {
  return remoteGroups.map(({ semantics, contents }) => {
    const offered = localGroups.find((group) => group.semantics === semantics)?.contents ?? [];
    const mids: string[] = [];
    for (const name of contents) {
      const line = findLine(lines, name);
      if (line && (type === 'offer' || offered.includes(name))) mids.push(line.mid);
    }
    return { semantics, mids };
  });
}

/** XEP-0320 §2: an answer says active or passive; `actpass` from a gateway leaves the choice to us. */
export function settledSetup(line: Line, content: RtpContent, side: RemoteSide): 'active' | 'passive' {
  if (line.remoteSetup) return line.remoteSetup;
  const bundle = bundleOf(side.remoteGroups);
  if (bundle.includes(line.name)) {
    for (const name of bundle) {
      const shared = findLine(side.lines, name)?.remoteSetup;
      if (shared) return shared;
    }
  }
  const setup = content.transport.fingerprints.find((one) => one.setup !== undefined)?.setup;
  return setup === 'passive' ? 'passive' : 'active';
}

/** The groups of the peer with what it now says of new contents; a new stub without group shares the old transport. */
export function mergedGroups(
  before: readonly ContentGroup[],
  given: readonly ContentGroup[],
  contents: readonly Content[],
): readonly ContentGroup[] {
  const [old, now] = [bundleOf(before), bundleOf(given)];
  const isStub = (content: Content): boolean => transportOf(content).ufrag === undefined;
  const stubs = now.length === 0 && old.length > 0 ? contents.filter(isStub).map((one) => one.name) : [];
  const bundle = [...new Set([...old, ...now, ...stubs])];
  const others = given.filter((group) => group.semantics !== 'BUNDLE');
  return bundle.length > 0 ? [{ semantics: 'BUNDLE', contents: bundle }, ...others] : others;
}

/** What the bundle means for a content; `fresh` are transports that are not among the lines yet. */
export function surroundings(
  name: string,
  groups: readonly ContentGroup[],
  lines: readonly Line[],
  fresh: ReadonlyMap<string, IceUdpTransport>,
): Surroundings {
  const bundle = bundleOf(groups);
  if (!bundle.includes(name)) return { bundled: false, fellows: [] };
  const fellows = bundle.map((one) => fresh.get(one) ?? findLine(lines, one)?.remote?.transport);
  return { bundled: true, fellows: fellows.filter((one) => one !== undefined) };
}

/**
 * The answers by the name of the content that was offered. Peers that rename contents (`audio` for our `0`) are matched
 * by media, in order; `settled` are names whose answer came earlier.
 */
export function matchAnswers(
  awaiting: readonly Line[],
  contents: readonly Content[],
  settled: ReadonlySet<string>,
): Map<string, Content> {
  const answers = new Map<string, Content>();
  const strangers: Content[] = [];
  for (const content of contents) {
    if (awaiting.some((line) => line.name === content.name)) answers.set(content.name, content);
    else if (!settled.has(content.name)) strangers.push(content);
  }
  for (const content of strangers) {
    const { description } = content;
    if (description === undefined || isUnsupported(description)) continue;
    const line = awaiting.find((one) => !answers.has(one.name) && one.kind === description.media);
    if (line) answers.set(line.name, { ...content, name: line.name });
  }
  return answers;
}

/** The groups of an answer under the names of our contents. */
export function renamedGroups(
  groups: readonly ContentGroup[],
  contents: readonly Content[],
  answers: ReadonlyMap<string, Content>,
): ContentGroup[] {
  const names = new Map<string, string>();
  for (const [name, answer] of answers) {
    const original = contents.find((one) => one.name === name || one.description === answer.description);
    if (original) names.set(original.name, name);
  }
  return groups.map((group) => ({ ...group, contents: group.contents.map((name) => names.get(name) ?? name) }));
}

/** New ufrag and pwd are a restart; the same ufrag without pwd is a peer that repeats only half. */
export function isRestarted(before: IceUdpTransport, now: IceUdpTransport): boolean {
  if (now.ufrag === undefined || now.pwd === undefined) return false;
  return now.ufrag !== before.ufrag || now.pwd !== before.pwd;
}

/** The lines with the new credentials of the peer; those of one bundled content count for its whole bundle. */
export function restartedLines(side: RemoteSide, contents: readonly Content[]): Line[] {
  const fresh = new Map(contents.map((content) => [content.name, transportOf(content)]));
  const bundle = bundleOf(side.remoteGroups);
  const isWhole = (one: IceUdpTransport | undefined): boolean => one?.ufrag !== undefined && one.pwd !== undefined;
  const ofBundle = bundle.map((name) => fresh.get(name)).find(isWhole);
  return side.lines.map((line) => {
    const transport = fresh.get(line.name) ?? (bundle.includes(line.name) ? ofBundle : undefined);
    if (!line.remote || transport?.ufrag === undefined || transport.pwd === undefined) return line;
    const { ufrag, pwd } = transport;
    return { ...line, remote: { ...line.remote, transport: { ...line.remote.transport, ufrag, pwd } } };
  });
}

const NO_TRANSPORT: IceUdpTransport = {
  fingerprints: [],
  candidates: [],
  iceOptions: [],
  iceLite: false,
  gatheringComplete: false,
};

export function transportOf(content: Content): IceUdpTransport {
  const { transport } = content;
  return transport === undefined || isUnsupported(transport) ? NO_TRANSPORT : transport;
}
