import type { Content, Negotiation } from '@xmpp-call/jingle';
import type { LocalIceCandidate } from './call-commands.js';
import { LIMITS_MS } from './limits.js';
import { candidatesIn } from './local-sdp.js';
import { withCandidates } from './remote-offer.js';
import type { PageEvent } from './page-events.js';
import type { SendJingle } from './jingle-sending.js';
import type { Timers } from './timers.js';

/** What peers and pages can make us keep while something else is awaited. */
const MAX_WAITING = 256;

/** What candidates need of their call. */
export interface TrickleCall {
  readonly id: string;
  readonly timers: Timers;
  /** Tells the page. */
  tell(event: PageEvent): void;
}

/** What they need of its session. */
export interface TrickleSession {
  readonly negotiation: Negotiation;
  readonly send: SendJingle;
}

/** The candidates of a session, both ways, each kept until there is a description to go with it. */
export class Trickle {
  #local: LocalIceCandidate[] = [];
  #remote: Content[] = [];
  #started = false;
  /** Those of ours that went out, or were of no use. */
  #done = new Set<string>();
  /** Our answer to a restart, until there is a candidate to go with it. */
  #restartAnswer: readonly Content[] | undefined;

  /** @param isDescribed whether the page has a description that a content's candidates can go with */
  constructor(
    private readonly call: TrickleCall,
    private readonly session: TrickleSession,
    private readonly isDescribed: (content: Content) => boolean,
  ) {}

  /** Our contents with the candidates so far; from now on they go out one by one. */
  start<C extends Content>(contents: readonly C[], sdp: string): C[] {
    this.#started = true;
    const early = this.#soFar(sdp);
    return withCandidates(
      contents,
      early.flatMap((candidate) => this.session.negotiation.localCandidate(candidate) ?? []),
    );
  }

  /** A later description of ours went out: so do the candidates in it, and those that came before it. */
  described(sdp: string): void {
    for (const candidate of this.#soFar(sdp)) this.#send(candidate);
  }

  /** New credentials of ours that answer the peer's: without a candidate they would pass for an offer. */
  answerRestart(contents: readonly Content[]): void {
    this.#restartAnswer = contents;
    this.call.timers.start('candidate', LIMITS_MS.candidate, () => {
      this.#sendRestartAnswer([]);
    });
  }

  local(candidate: LocalIceCandidate): void {
    const ufrag = this.session.negotiation.ufragOf(candidate.mid);
    const isDescribed = ufrag !== undefined && (candidate.ufrag === '' || candidate.ufrag === ufrag);
    if (this.#started && isDescribed) {
      if (candidate.candidate === '' || this.#isNew(candidate)) this.#send(candidate);
    } else if (this.#local.length < MAX_WAITING) {
      this.#local.push(candidate);
    }
  }

  /** 46: candidates may come before the description that they belong to. */
  remote(contents: readonly Content[]): void {
    const { call } = this;
    const { negotiation } = this.session;
    for (const content of contents) {
      if (this.isDescribed(content)) {
        for (const candidate of negotiation.remoteCandidates([content]))
          call.tell({ case: 'remoteCandidate', value: { callId: call.id, ufrag: '', ...candidate } });
      } else if (this.#remote.length < MAX_WAITING) {
        this.#remote.push(content);
      }
    }
  }

  /** Gives what waited for a description that is there now. */
  release(): void {
    const waiting = this.#remote;
    this.#remote = [];
    this.remote(waiting);
  }

  close(): void {
    this.#restartAnswer = undefined;
    this.#local = [];
    this.#remote = [];
    this.#done.clear();
  }

  /** What a description holds and what came before it, each once. */
  #soFar(sdp: string): LocalIceCandidate[] {
    const all = [...candidatesIn(sdp), ...this.#local];
    this.#local = [];
    return all.filter((candidate) => this.#isNew(candidate));
  }

  #isNew({ candidate, mid, ufrag }: LocalIceCandidate): boolean {
    // In a description a candidate lacks the extensions that its event has.
    const [address = ''] = candidate.split(' typ ');
    const key = `${mid} ${ufrag || (this.session.negotiation.ufragOf(mid) ?? '')} ${address}`;
    if (this.#done.has(key)) return false;
    if (this.#done.size >= MAX_WAITING) this.#done.clear();
    this.#done.add(key);
    return true;
  }

  #send(candidate: LocalIceCandidate): void {
    const content = this.session.negotiation.localCandidate(candidate);
    if (this.#restartAnswer && (content || candidate.candidate === ''))
      this.#sendRestartAnswer(content ? [content] : []);
    else if (content) this.session.send('transport-info', { contents: [content] });
  }

  #sendRestartAnswer(candidates: readonly Content[]): void {
    const contents = withCandidates(this.#restartAnswer ?? [], candidates);
    this.#restartAnswer = undefined;
    this.call.timers.stop('candidate');
    if (contents.length > 0) this.session.send('transport-info', { contents });
  }
}
