import { defined } from '../defined.js';
import type { Content, ContentGroup, IceUdpTransport, MediaKind, Role, RtpContent, Senders } from '../model.js';
import { fault, ok, sessionFault, type Result } from '../result.js';
import { MEDIA_KINDS } from '../vocabulary.js';
import { NO_TRANSPORT } from '../xep-0176-ice-udp.js';
import { oneOf } from '../xml-table.js';
import { checkAnswer, checkOffer, usableOffers } from './accept.js';
import { candidateLine, isWorthAdding, isWorthSending, parseCandidateLine } from './candidate.js';
import { narrower, otherRole, swapped } from './direction.js';
import { parseSdp } from './from-sdp.js';
import { completed, findLine, freeMid, midsOf, type Line } from './line.js';
import { frameOf, groupsByName, keptLines, localContent, offeredLine, outgoing, setupAgainst } from './local-side.js';
import type {
  AgreedContent,
  LocalAnswer,
  LocalCandidate,
  LocalContents,
  LocalOffer,
  NegotiationOptions,
  RemoteCandidate,
} from './negotiation-types.js';
import {
  describePeer,
  isRestarted,
  matchAnswers,
  mergedGroups,
  renamedGroups,
  restartedLines,
  settledSetup,
  surroundings,
  transportOf,
  type RemoteSide,
} from './remote-side.js';

/** Places of one session, closed ones included. */
const MAX_LINES = 64;

interface Memory extends RemoteSide {
  readonly restarting: boolean;
}

/**
 * The memory of one session between SDP and Jingle: the order of m-lines, which mid is which content, and what each side
 * last said. A fault with a `reason` means that the session (or the added content) cannot be: acknowledge, then end it
 * with that reason. A fault changes nothing.
 */
export class Negotiation {
  readonly #role: Role;
  readonly #alwaysSendersBoth: boolean;
  #now: Memory = { lines: [], localGroups: [], remoteGroups: [], restarting: false };
  #before: Memory | undefined;
  #version = 0;
  #sentCandidates = 0;
  /** Lines of our first offer, once it is answered: nothing undoes them. */
  #base = 0;
  /** Transports of the peer that came in transport-info before its answer. */
  readonly #early = new Map<string, IceUdpTransport>();
  /** Names of contents that we offered and gave up: what the peer still says of them is about nothing else. */
  readonly #spent = new Set<string>();

  constructor({ role, alwaysSendersBoth = false }: NegotiationOptions) {
    this.#role = role;
    this.#alwaysSendersBoth = alwaysSendersBoth;
  }

  /** True from a local offer that restarts ICE until the peer's answer: a peer's restart in between is glare. */
  get restartPending(): boolean {
    return this.#now.restarting;
  }

  /** Reads our offer. The first gives all contents (session-initiate), a later one only the added (content-add). */
  localOffer(sdp: string): Result<LocalOffer> {
    const parsed = parseSdp(sdp, this.#role);
    if (!parsed.ok) return parsed;
    const document = parsed.value;
    const kept = keptLines(this.#now.lines, document);
    const [known, forgotten] = [this.#now.lines.slice(0, kept), this.#now.lines.slice(kept)];
    if (kept < this.#base || !forgotten.every((line) => this.#isForgettable(line)))
      return fault('bad-request', 'offer lacks or renames sections');
    const lines: Line[] = [];
    const added: string[] = [];
    const modified: string[] = [];
    let restart = false;
    for (const [index, section] of document.sections.entries()) {
      const line = known[index];
      if (!line || (line.state === 'closed' && section.mid !== line.mid)) {
        const taken = [...known, ...lines].map(({ name }) => name);
        const fresh = offeredLine(section, document, this.#role, [...known, ...lines], [...taken, ...this.#spent]);
        lines.push(fresh);
        if (fresh.state === 'offered') added.push(fresh.name);
        continue;
      }
      const local = line.state === 'closed' ? undefined : localContent(line.name, section, document, this.#role);
      lines.push(local ? { ...line, local } : closed(line));
      if (!local || line.state !== 'active' || !line.local) continue;
      if (isRestarted(line.local.transport, local.transport)) restart = true;
      if (line.local.senders !== local.senders) modified.push(line.name);
    }
    if (known.length === 0 && added.length === 0) return fault('bad-request', 'no audio or video');
    if (lines.some((line) => line.local?.transport.fingerprints.length === 0)) {
      return sessionFault('security-error', 'DTLS fingerprint required', 'security-required');
    }
    const removed = forgotten.filter(({ state }) => state === 'active').map(({ name }) => name);
    for (const name of removed) this.#spent.add(name);
    this.#before = { ...this.#now, lines: known };
    this.#now = { ...this.#now, lines, localGroups: groupsByName(document, lines), restarting: restart };
    const chosen = lines.filter((line) => line.state !== 'closed' && (restart || added.includes(line.name)));
    return ok({ ...this.#toSend(chosen), restart, modified, removed });
  }

  /**
   * The peer's session-accept or content-accept as a full SDP answer in the order of our offer. Contents that are missing
   * or in `rejected` become rejected sections; contents settled earlier keep what was said of them.
   */
  remoteAnswer(
    contents: readonly Content[],
    groups: readonly ContentGroup[],
    rejected: readonly string[] = [],
  ): Result<string> {
    const { lines: known } = this.#now;
    const pending = this.#awaiting();
    const answers = this.#matched(contents, rejected);
    if (answers.size === 0 && !known.some((line) => line.state === 'active'))
      return sessionFault('failed-application', 'no content accepted');

    if (!known.some((line) => line.state === 'active')) this.#base = known.length;
    const given = renamedGroups(groups, contents, answers);
    const remoteGroups = mergedGroups(this.#now.remoteGroups, given, [...answers.values()], known);
    const transports = new Map<string, IceUdpTransport>();
    for (const [name, content] of answers) transports.set(name, this.#withEarly(name, content));
    const side: RemoteSide = { ...this.#now, remoteGroups };
    const lines: Line[] = [];
    for (const line of known) {
      const content = answers.get(line.name);
      if (!pending.includes(line)) lines.push(line);
      else if (!content || !line.local) lines.push(closed(line));
      else {
        const around = surroundings(line.name, remoteGroups, known, transports);
        const checked = checkAnswer(content, this.#withEarly(line.name, content), line.local, around);
        if (!checked.ok) return checked;
        const said = narrower(this.#readSenders(content.senders), line.narrowed ?? 'both');
        const remote = { ...checked.value, senders: narrower(said, line.local.senders) };
        lines.push({ ...line, state: 'active', remote, remoteSetup: settledSetup(line, remote, side) });
      }
    }
    return this.#describe('answer', { ...this.#now, lines, remoteGroups });
  }

  /** Whether any of these contents answers an offer of ours that waits for its answer. */
  isAnswer(contents: readonly Content[]): boolean {
    return this.#matched(contents).size > 0;
  }

  /** The peer's session-initiate or content-add as a full SDP offer. Contents that we cannot negotiate are left out. */
  remoteOffer(contents: readonly Content[], groups: readonly ContentGroup[]): Result<string> {
    const usable = usableOffers(contents);
    if (!usable.ok) return usable;
    const remoteGroups = mergedGroups(this.#now.remoteGroups, groups, usable.value, this.#now.lines);
    const transports = new Map(usable.value.map((content) => [content.name, content.transport]));
    const lines = [...this.#now.lines];
    // A closed line keeps its place: without a limit the peer could make descriptions as long as it likes.
    if (lines.length + usable.value.length > MAX_LINES) return sessionFault('failed-application', 'too many contents');
    for (const content of usable.value) {
      if (findLine(lines, content.name)) return fault('bad-request', 'content exists already');
      const checked = checkOffer(content, surroundings(content.name, remoteGroups, lines, transports));
      if (!checked.ok) return checked;
      lines.push({
        name: content.name,
        mid: freeMid(content.name, midsOf(lines)),
        kind: content.description.media,
        protocol: 'UDP/TLS/RTP/SAVPF',
        formats: content.description.payloadTypes.map((type) => type.id).join(' '),
        offeredBy: otherRole(this.#role),
        state: 'offered',
        remote: { ...checked.value, senders: this.#readSenders(content.senders) },
      });
    }
    return this.#describe('offer', { ...this.#now, lines, remoteGroups });
  }

  /**
   * Reads our answer to `remoteOffer`: all contents for session-accept, the added ones for content-accept. After
   * `remoteModify`, `remoteRemove` and `remoteRestart` there is nothing to send (new ICE credentials go with the
   * candidates), but the answer must be read all the same.
   */
  localAnswer(sdp: string): Result<LocalAnswer> {
    const parsed = parseSdp(sdp, this.#role);
    if (!parsed.ok) return parsed;
    const document = parsed.value;
    const known = this.#now.lines;
    if (document.sections.length !== known.length) return fault('bad-request', 'answer lacks sections');
    const first = !known.some((line) => line.state === 'active');
    const accepted: Line[] = [];
    const rejected: string[] = [];
    const lines = known.map((line, index): Line => {
      const section = document.sections[index];
      const local =
        section && line.state !== 'closed' ? localContent(line.name, section, document, this.#role) : undefined;
      const awaited = line.state === 'offered' && line.offeredBy !== this.#role;
      if (!local) {
        if (awaited) rejected.push(line.name);
        return closed(line);
      }
      if (!awaited) return { ...line, local };
      // A content-accept repeats the senders of its content-add: Conversations ends the call otherwise.
      const said = first || !line.remote ? local : { ...local, senders: line.remote.senders };
      const settled: Line = { ...line, state: 'active', local: said, remoteSetup: setupAgainst(local) };
      accepted.push(settled);
      return settled;
    });
    if (first && accepted.length === 0) return sessionFault('failed-application', 'no codec in common');
    this.#now = { ...this.#now, lines, localGroups: groupsByName(document, lines) };
    this.#before = undefined;
    return ok({ ...this.#toSend(accepted), rejected });
  }

  /** Forgets the last offer of either side, as `setLocalDescription({ type: 'rollback' })` does: glare, content-reject. */
  rollback(): void {
    this.#now = this.#before ?? this.#now;
    this.#before = undefined;
    this.#early.clear();
  }

  /** Forgets our last offer, and what the peer may still answer to it. */
  abandon(): void {
    for (const { name } of this.#awaiting()) this.#spent.add(name);
    this.rollback();
  }

  /** Closes what the peer has offered and was not answered: its place stays, since the browser may have made it. */
  turnAway(): void {
    const lines = this.#now.lines.map((line) =>
      line.state === 'offered' && line.offeredBy !== this.#role ? closed(line) : line,
    );
    this.#now = { ...this.#now, lines };
  }

  /**
   * What goes into one transport-info for a candidate of ours, credentials included. Undefined for what is not sent: the
   * end of candidates, mDNS names, TCP, component 2, candidates of an unknown section or of old credentials.
   */
  localCandidate(event: LocalCandidate): Content | undefined {
    const { lines } = this.#now;
    const line = event.mid ? lines.find((one) => one.mid === event.mid) : lines[event.mLineIndex ?? -1];
    if (!line?.local || line.state === 'closed') return undefined;
    const { ufrag, pwd } = line.local.transport;
    if (event.ufrag && event.ufrag !== ufrag) return undefined;
    const candidate = parseCandidateLine(event.candidate, `c${this.#sentCandidates}`);
    if (!candidate || !isWorthSending(candidate)) return undefined;
    this.#sentCandidates += 1;
    return {
      ...frameOf(line.name),
      transport: { ...NO_TRANSPORT, ...defined({ ufrag, pwd }), candidates: [candidate] },
    };
  }

  /**
   * The candidates of a transport-info for the browser. Bad ones, and those of old credentials, are dropped silently.
   * Those of session-initiate and session-accept stand in the description already.
   */
  remoteCandidates(contents: readonly Content[]): readonly RemoteCandidate[] {
    return contents.flatMap((content) => {
      const line = this.#find(content.name);
      if (!line) return [];
      const transport = transportOf(content);
      if (!line.remote) this.#early.set(line.name, this.#withEarly(line.name, content));
      const { ufrag = transport.ufrag } = line.remote?.transport ?? {};
      if ((transport.ufrag ?? ufrag) !== ufrag) return [];
      const place = defined({ mid: line.mid, mLineIndex: this.#now.lines.indexOf(line), ufrag });
      const candidates = transport.candidates.filter(isWorthAdding);
      return candidates.map((candidate) => ({ candidate: candidateLine(candidate, ufrag), ...place }));
    });
  }

  /** A content-modify as a full SDP offer of the peer; undefined while the content still waits for an answer. */
  remoteModify(name: string, senders: Senders): Result<string | undefined> {
    const line = this.#find(name);
    if (!line) return fault('item-not-found', 'no such content', 'unknown-content');
    const next = this.#readSenders(senders);
    const changed: Line = line.remote
      ? { ...line, remote: { ...line.remote, senders: next } }
      : { ...line, narrowed: next };
    const memory = { ...this.#now, lines: this.#now.lines.map((one) => (one === line ? changed : one)) };
    if (line.state === 'active') return this.#describe('offer', memory);
    this.#now = memory;
    return ok(undefined);
  }

  /**
   * A content-remove as a full SDP offer of the peer; undefined when no content would be left: end the session. A fault
   * where there is no such content.
   */
  remoteRemove(names: readonly string[]): Result<string | undefined> {
    if (!names.some((name) => this.#find(name))) return fault('item-not-found', 'no such content', 'unknown-content');
    const lines = this.#now.lines.map((line) => (names.includes(line.name) ? closed(line) : line));
    if (lines.every((line) => line.state === 'closed')) return ok(undefined);
    return this.#describe('offer', { ...this.#now, lines });
  }

  /** True where a transport-info carries new ICE credentials for a settled content (RFC 8445 §9). */
  isRestart(contents: readonly Content[]): boolean {
    return contents.some((content) => {
      const line = this.#find(content.name);
      if (line?.state !== 'active' || !line.remote) return false;
      return isRestarted(line.remote.transport, transportOf(content));
    });
  }

  /**
   * A transport-info with new credentials: the peer's answer to our restart where one is pending, else its offer to
   * restart. Its candidates are given by `remoteCandidates` afterwards.
   */
  remoteRestart(contents: readonly Content[]): Result<{ readonly type: 'offer' | 'answer'; readonly sdp: string }> {
    const type = this.#now.restarting ? 'answer' : 'offer';
    const lines = restartedLines(this.#now, contents);
    // What our restart added besides was in no form that the peer could answer.
    const answered = type === 'answer' ? lines.map((line) => (this.#isAwaiting(line) ? closed(line) : line)) : lines;
    const sdp = this.#describe(type, { ...this.#now, lines: answered });
    return sdp.ok ? ok({ type, sdp: sdp.value }) : sdp;
  }

  /** The contents that are not closed, in m-line order. */
  contentNames(): readonly string[] {
    return this.#now.lines.filter((line) => line.state !== 'closed').map((line) => line.name);
  }

  /** The contents that both sides have agreed on, in m-line order. */
  agreed(): readonly AgreedContent[] {
    return this.#now.lines.flatMap(({ state, name, mid, local, remote }) => {
      if (state !== 'active' || !local || !remote) return [];
      return [{ name, mid, kind: local.description.media, senders: narrower(local.senders, remote.senders) }];
    });
  }

  /** What each side last said of a content. */
  contentOf(name: string): { readonly local?: RtpContent; readonly remote?: RtpContent } {
    return this.#find(name) ?? {};
  }

  midOf(name: string): string | undefined {
    return this.#find(name)?.mid;
  }

  /** Our ICE ufrag in the section of a mid, once it is described. */
  ufragOf(mid: string): string | undefined {
    return this.#now.lines.find((line) => line.mid === mid)?.local?.transport.ufrag;
  }

  mediaOf(name: string): MediaKind | undefined {
    return oneOf(MEDIA_KINDS)(this.#find(name)?.kind ?? '');
  }

  #find(name: string): Line | undefined {
    return findLine(this.#now.lines, name);
  }

  /** A browser that cannot take an answer undoes its offer: what that offer added is gone then, or has other mids. */
  #isForgettable(line: Line): boolean {
    return line.state === 'closed' || (line.state === 'active' && line.offeredBy === this.#role);
  }

  #isAwaiting(line: Line): boolean {
    return line.state === 'offered' && line.offeredBy === this.#role;
  }

  #awaiting(): Line[] {
    return this.#now.lines.filter((line) => this.#isAwaiting(line));
  }

  #matched(contents: readonly Content[], rejected: readonly string[] = []): Map<string, Content> {
    const settled = this.#now.lines.filter((line) => line.state === 'active').map((line) => line.name);
    const awaiting = this.#awaiting().filter((line) => !rejected.includes(line.name));
    return matchAnswers(awaiting, contents, new Set([...settled, ...this.#spent, ...rejected]));
  }

  #toSend(lines: readonly Line[]): LocalContents {
    return { contents: outgoing(lines, this.#alwaysSendersBoth), groups: this.#now.localGroups };
  }

  #readSenders(senders: Senders): Senders {
    return this.#alwaysSendersBoth && this.#role === 'initiator' ? swapped(senders) : senders;
  }

  /** The transport of a content with what came of it before. */
  #withEarly(name: string, content: Content): IceUdpTransport {
    const early = this.#early.get(name);
    return completed(transportOf(content), early ? [early] : []);
  }

  /** The peer by this new memory, as an offer that can be rolled back or an answer that settles. */
  #describe(type: 'offer' | 'answer', memory: Memory): Result<string> {
    const isOffer = type === 'offer';
    this.#before = isOffer ? this.#now : undefined;
    this.#version += 1;
    // Candidates are told once.
    const lines = memory.lines.map((line): Line => {
      const { remote } = line;
      return remote ? { ...line, remote: { ...remote, transport: { ...remote.transport, candidates: [] } } } : line;
    });
    this.#now = { ...memory, lines, restarting: isOffer && memory.restarting };
    return ok(describePeer(memory, type, this.#role, this.#version));
  }
}

function closed(line: Line): Line {
  return { ...line, state: 'closed' };
}
