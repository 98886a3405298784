import type { Content } from '@xmpp-call/jingle';
import type { LocalIceCandidate } from './call-context.js';
import { candidatesIn } from './local-sdp.js';
import { withCandidates } from './remote-offer.js';
import type { JingleSession } from './session.js';

/** What peers and pages can make us keep while something else is awaited. */
const MAX_WAITING = 256;

/** The candidates of a session, both ways, each kept until there is a description to go with it. */
export class Trickle {
  #local: LocalIceCandidate[] = [];
  #remote: Content[] = [];
  #started = false;
  /** Our answer to a restart, until there is a candidate to go with it. */
  #restartAnswer: readonly Content[] | undefined;

  /** @param isDescribed whether the page has a description that a content's candidates can go with */
  constructor(
    private readonly session: JingleSession,
    private readonly isDescribed: (name: string) => boolean,
  ) {}

  /** Our contents with the candidates so far; from now on they go out one by one. */
  start<C extends Content>(contents: readonly C[], sdp: string): C[] {
    const inside = candidatesIn(sdp);
    const known = new Set(inside.map(({ candidate, mid }) => `${mid} ${candidate}`));
    const later = this.#local.filter(({ candidate, mid }) => !known.has(`${mid} ${candidate}`));
    this.#local = [];
    this.#started = true;
    return withCandidates(
      contents,
      [...inside, ...later].flatMap((candidate) => this.session.negotiation.localCandidate(candidate) ?? []),
    );
  }

  /** New credentials of ours that answer the peer's: without a candidate they would pass for an offer. */
  answerRestart(contents: readonly Content[]): void {
    this.#restartAnswer = contents;
  }

  local(candidate: LocalIceCandidate): void {
    if (!this.#started) {
      if (this.#local.length < MAX_WAITING) this.#local.push(candidate);
      return;
    }
    const content = this.session.negotiation.localCandidate(candidate);
    if (this.#restartAnswer && (content || candidate.candidate === '')) {
      const contents = withCandidates(this.#restartAnswer, content ? [content] : []);
      this.#restartAnswer = undefined;
      this.session.send('transport-info', { contents });
    } else if (content) {
      this.session.send('transport-info', { contents: [content] });
    }
  }

  /** 46: candidates may come before the description that they belong to. */
  remote(contents: readonly Content[]): void {
    const { call, negotiation } = this.session;
    for (const content of contents) {
      if (this.isDescribed(content.name)) {
        for (const candidate of negotiation.remoteCandidates([content]))
          call.tell({ case: 'remoteCandidate', value: { callId: call.id, ...candidate } });
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
  }
}
