import type { Content, Negotiation } from '@xmpp-call/jingle';
import type { ExchangeOptions } from './exchange.js';
import { candidatesIn } from './local-candidates.js';
import type { LocalIceCandidate } from './local-candidates.js';
import { withCandidates } from './remote-offer.js';
import type { RemoteIceCandidate } from './session-owner.js';

/** What peers and pages can make us keep while something else is awaited. */
const MAX_WAITING = 256;

/** The candidates of a session, both ways, each kept until there is a description to go with it. */
export class Trickle {
  #local: LocalIceCandidate[] = [];
  #remote: Content[] = [];
  #started = false;
  /** Our answer to a restart, until there is a candidate to go with it. */
  #restartAnswer: readonly Content[] | undefined;

  constructor(
    private readonly negotiation: Negotiation,
    private readonly send: ExchangeOptions['send'],
    private readonly give: (candidate: RemoteIceCandidate) => void,
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
      [...inside, ...later].flatMap((candidate) => this.negotiation.localCandidate(candidate) ?? []),
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
    const content = this.negotiation.localCandidate(candidate);
    if (this.#restartAnswer && (content || candidate.candidate === '')) {
      const contents = withCandidates(this.#restartAnswer, content ? [content] : []);
      this.#restartAnswer = undefined;
      this.send('transport-info', { contents });
    } else if (content) {
      this.send('transport-info', { contents: [content] });
    }
  }

  /** 46: candidates may come before the description that they belong to. */
  remote(contents: readonly Content[], isDescribed: (name: string) => boolean): void {
    for (const content of contents) {
      if (isDescribed(content.name))
        for (const candidate of this.negotiation.remoteCandidates([content])) this.give(candidate);
      else if (this.#remote.length < MAX_WAITING) this.#remote.push(content);
    }
  }

  /** Gives what waited for a description that is there now. */
  release(isDescribed: (name: string) => boolean): void {
    const waiting = this.#remote;
    this.#remote = [];
    this.remote(waiting, isDescribed);
  }

  close(): void {
    this.#restartAnswer = undefined;
    this.#local = [];
    this.#remote = [];
  }
}
