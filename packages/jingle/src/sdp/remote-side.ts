import { defined } from '../defined.js';
import type { Content, ContentGroup, DtlsSetup, IceUdpTransport, Role, RtpContent } from '../model.js';
import { isUnsupported } from '../xep-0166-jingle.js';
import { NO_TRANSPORT } from '../xep-0176-ice-udp.js';
import type { Surroundings } from './accept.js';
import { otherRole } from './direction.js';
import { bundleOf, findLine, isWhole, type Line } from './line.js';
import { sanitizedTransport } from './sanitize.js';
import type { SectionToWrite } from './sdp-to-write.js';
import { writeSdp } from './to-sdp.js';

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
    const setup = type === 'offer' ? offeredSetup(line) : (bundledSetup(line, side) ?? line.remoteSetup ?? 'active');
    return { mid, kind, protocol, formats, content: line.remote, setup };
  });
  return writeSdp({ sections, groups: writtenGroups(side, type), author: otherRole(role), version });
}

function saidSetup(content: RtpContent | undefined): DtlsSetup | undefined {
  return content?.transport.fingerprints.find((one) => one.setup !== undefined)?.setup;
}

/** An offer leaves the DTLS role open also when it is settled (RFC 8842 §5.2). */
function offeredSetup({ remote, state }: Line): DtlsSetup {
  const said = saidSetup(remote);
  return state === 'offered' && (said === 'active' || said === 'passive') ? said : 'actpass';
}

/** The settled DTLS role of the peer: the same in a whole bundle. */
function bundledSetup({ name }: Line, { lines, remoteGroups }: RemoteSide): Line['remoteSetup'] {
  const bundle = bundleOf(remoteGroups);
  const names = bundle.includes(name) ? bundle : [];
  return names.map((one) => findLine(lines, one)?.remoteSetup).find((setup) => setup !== undefined);
}

/** Groups by mid; in an answer only what was offered in a group (RFC 8843 §7.3). */
function writtenGroups({ lines, localGroups, remoteGroups }: RemoteSide, type: 'offer' | 'answer') {
  return remoteGroups.map(({ semantics, contents }) => {
    const offered = localGroups.find((group) => group.semantics === semantics)?.contents ?? [];
    const named = contents.filter((name) => type === 'offer' || offered.includes(name));
    return { semantics, mids: named.flatMap((name) => findLine(lines, name)?.mid ?? []) };
  });
}

/** XEP-0320 §2: an answer says active or passive; `actpass` from a gateway leaves the choice to us. */
export function settledSetup(line: Line, content: RtpContent, side: RemoteSide): 'active' | 'passive' {
  const settled = line.remoteSetup ?? bundledSetup(line, side);
  return settled ?? (saidSetup(content) === 'passive' ? 'passive' : 'active');
}

/**
 * The groups of the peer with what it now says of new contents. Without a group a stub shares the old transport, and the
 * same ufrag, pwd and fingerprint are the same transport: two with one name would be told apart by nobody.
 */
export function mergedGroups(
  before: readonly ContentGroup[],
  given: readonly ContentGroup[],
  contents: readonly Content[],
  lines: readonly Line[],
): readonly ContentGroup[] {
  const [old, now] = [bundleOf(before), bundleOf(given)];
  const isStub = (content: Content): boolean => transportOf(content).ufrag === undefined;
  const stubs = now.length === 0 && old.length > 0 ? contents.filter(isStub).map((one) => one.name) : [];
  const named = [...new Set([...old, ...now, ...stubs])];
  const bundle = [...new Set([...named, ...sharing(named, contents, lines)])];
  const others = given.filter((group) => group.semantics !== 'BUNDLE');
  return bundle.length > 0 ? [{ semantics: 'BUNDLE', contents: bundle }, ...others] : others;
}

/** The contents that have one transport with a content of the bundle; where there is none yet, the first that have one. */
function sharing(bundle: readonly string[], contents: readonly Content[], lines: readonly Line[]): string[] {
  const settled = lines.filter((line) => line.state === 'active').flatMap((line) => line.remote ?? []);
  const all: readonly Content[] = [...settled, ...contents];
  const fellowsOf = (one: Content): readonly Content[] =>
    all.filter((other) => isSameTransport(transportOf(one), transportOf(other)));
  const pair = all.find((one) => fellowsOf(one).length > 1);
  const members = bundle.length > 0 ? all.filter(({ name }) => bundle.includes(name)) : pair ? [pair] : [];
  return all.filter((one) => fellowsOf(one).some((other) => members.includes(other))).map(({ name }) => name);
}

function isSameTransport(one: IceUdpTransport, other: IceUdpTransport): boolean {
  if (!isWhole(one) || one.ufrag !== other.ufrag || one.pwd !== other.pwd) return false;
  return one.fingerprints.some(({ value }) => other.fingerprints.some((fingerprint) => fingerprint.value === value));
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
  const isAwaited = ({ name }: Content): boolean => awaiting.some((line) => line.name === name);
  for (const content of contents) if (isAwaited(content)) answers.set(content.name, content);
  for (const content of contents) {
    const { description, name } = content;
    if (isAwaited(content) || settled.has(name) || !description || isUnsupported(description)) continue;
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
  return isWhole(now) && (now.ufrag !== before.ufrag || now.pwd !== before.pwd);
}

/** The lines with the new credentials of the peer; those of one bundled content count for its whole bundle. */
export function restartedLines({ lines, remoteGroups }: RemoteSide, contents: readonly Content[]): Line[] {
  const bundle = bundleOf(remoteGroups);
  const fresh = new Map(contents.map((content) => [content.name, transportOf(content)]));
  const ofBundle = bundle.map((name) => fresh.get(name)).find((one) => one && isWhole(one));
  return lines.map((line) => {
    const { remote, name } = line;
    const given = fresh.get(name) ?? (bundle.includes(name) ? ofBundle : undefined);
    if (!remote || !given || !isWhole(given)) return line;
    const credentials = defined({ ufrag: given.ufrag, pwd: given.pwd });
    return { ...line, remote: { ...remote, transport: { ...remote.transport, ...credentials } } };
  });
}

export function transportOf({ transport }: Content): IceUdpTransport {
  return transport === undefined || isUnsupported(transport) ? NO_TRANSPORT : sanitizedTransport(transport);
}
