import type { Content, ReasonCondition } from '@xmpp-call/jingle';
import type { IqError } from '../stanza-stream.js';
import { endingOf, failed, problemOf } from './endings.js';
import type { Ending } from './endings.js';
import type { Described, ExchangeCore } from './offer-exchange-core.js';
import { LIMITS_MS } from './limits.js';
import { modifications, named, ownOffer, patienceWith } from './own-offer.js';
import type { OwnOffer } from './own-offer.js';
import { credentialsOnly, hasCandidates, ufragOf } from './remote-offer.js';
import type { JingleParts } from './jingle-sending.js';

/** Ties in a row after which a peer that always answers with tie-break has refused. */
const MAX_TIES = 3;
const NOTHING: Described = { contents: [], groups: [] };

/** Our offers: one at a time is with the peer, each has an end. The first must succeed; a later one that fails is void. */
export class OwnOffers {
  readonly #core: ExchangeCore;
  #current: OwnOffer | undefined;
  #ties = 0;
  /** Our offer that lost a tie, for as long as the page has not undone it for an offer of the peer's. */
  #lost: string | undefined;
  /** An ICE restart of ours was given up, and the peer may still answer it; or the ufrag of that late answer. */
  #overdueRestart: boolean | string = false;

  constructor(core: ExchangeCore) {
    this.#core = core;
  }

  /** What of ours is with the peer. */
  get current(): OwnOffer | undefined {
    return this.#current;
  }

  /** An offer other than the first one is with the peer. */
  get isLaterOut(): boolean {
    return this.#current !== undefined && this.#current.kind !== 'first';
  }

  includes(name: string): boolean {
    return this.#current?.names.includes(name) ?? false;
  }

  /** Whether new credentials answer a restart of ours, in time or too late. */
  isAnsweredBy(contents: readonly Content[]): boolean {
    // What the peer says after it has our restart is its answer; before that the two may have crossed.
    if (this.#current?.kind === 'restart') return this.#current.acknowledged || hasCandidates(contents);
    if (this.#overdueRestart === false) return false;
    const ufrag = contents.map(ufragOf).find((one) => one !== undefined) ?? '';
    // Without candidates it would be an offer.
    if (this.#overdueRestart === true && hasCandidates(contents)) this.#overdueRestart = ufrag;
    return this.#overdueRestart === ufrag;
  }

  send(sdp: string): void {
    const { negotiation, described, call, session, trickle } = this.#core;
    const offer = negotiation.localOffer(sdp);
    if (!offer.ok) {
      const problem = failed('media-failed', offer.error.text);
      if (described) this.#giveUp(problem);
      else call.end(problem, 'failed-application');
      return;
    }
    const { contents, groups } = offer.value;
    // The browser could not take their answer.
    if (offer.value.removed.length > 0) this.#remove(offer.value.removed, 'failed-application');
    const own = ownOffer(offer.value, sdp, !described);
    this.#current = own;
    this.#lost = undefined;
    this.#watch(own);
    switch (own.kind) {
      case 'first':
        session.send('session-initiate', { contents: trickle.start(contents, sdp), groups }, (error) => {
          if (error.application === 'tie-break') call.outbid();
          else call.refused(error);
        });
        return;
      case 'restart':
        this.#overdueRestart = false;
        this.#request(own, 'transport-info', { contents: credentialsOnly(contents) });
        break;
      case 'add':
        this.#request(own, 'content-add', { contents, groups });
        break;
      case 'modify':
        this.#sendModification(own);
    }
    trickle.described(sdp);
  }

  takeAnswer(answer: Described): void {
    const own = this.#current;
    // What answers nothing of ours is left of an offer that is void, or of a lost race.
    const isAnswer = own?.kind === 'first' || (own?.kind === 'add' && this.#core.negotiation.isAnswer(answer.contents));
    if (own && isAnswer) this.#settle(own, answer);
  }

  /** A refusal of contents; of all that is under way where none is named. */
  takeRefusal(names: readonly string[]): void {
    const own = this.#current;
    if (!own || (names.length > 0 && !names.some((name) => own.names.includes(name)))) return;
    if (own.kind === 'restart') {
      this.#restartRefused('the peer refuses an ICE restart');
      return;
    }
    if (own.kind === 'modify') {
      this.#giveUp(failed('peer-failed', 'the peer refuses a direction'));
      return;
    }
    for (const name of names.length > 0 ? names : own.names) if (own.names.includes(name)) own.refused.add(name);
    // The answer to the others is still to come.
    if (own.refused.size < own.names.length) return;
    const { call } = this.#core;
    if (own.kind === 'first') call.end(endingOf(undefined, call.phase), 'cancel');
    else this.#settle(own, NOTHING, 'remote refusal');
  }

  /** New credentials that answer our restart. */
  takeRestartAnswer(contents: readonly Content[]): void {
    const { negotiation } = this.#core;
    const own = this.#current;
    if (own?.kind !== 'restart' || !negotiation.isRestart(contents)) return;
    this.#core.take('remote answer', {
      'describe-answer': () => {
        const added = own.names.filter((name) => !negotiation.contentOf(name).remote);
        const rejected = added.flatMap((name) => negotiation.midOf(name) ?? []);
        const answer = negotiation.remoteRestart(contents);
        this.#current = undefined;
        if (answer.ok) this.#core.describe('answer', answer.value.sdp, rejected);
      },
    });
  }

  /** The peer has won a tie: our offer is void, and the page is asked for another one after the peer's was answered. */
  loseTie(): void {
    if (!this.isLaterOut) return;
    this.#ties += 1;
    this.#lost = this.#current?.sdp;
    this.#core.negotiation.rollback();
    this.#core.call.timers.start('tie', LIMITS_MS.tie, () => {
      this.#core.next();
    });
    this.#core.take('tie lost');
  }

  /**
   * Sends what lost a tie to an offer that has not come once more: the page still has it.
   * @returns whether there was one
   */
  playAgain(): boolean {
    const sdp = this.#lost;
    if (sdp === undefined) return false;
    this.#core.take('local offer', {
      'send-offer': () => {
        this.send(sdp);
      },
    });
    return true;
  }

  /** The page has undone what lost a tie. */
  forgetLost(): void {
    this.#lost = undefined;
  }

  /** The current offer has no way to succeed any more. */
  drop(): OwnOffer | undefined {
    const own = this.#current;
    this.#current = undefined;
    return own;
  }

  #watch(own: OwnOffer): void {
    const patience = patienceWith(own);
    if (patience === undefined) return;
    this.#core.call.timers.start('answer', patience, () => {
      this.#giveUp(failed('peer-failed', `no answer to our ${own.kind}`), 'timeout');
    });
  }

  #request(own: OwnOffer, action: 'transport-info' | 'content-add', parts: JingleParts): void {
    this.#core.session.send(
      action,
      parts,
      (error) => {
        if (own === this.#current) this.#refused(own, error);
      },
      () => {
        own.acknowledged = true;
      },
    );
  }

  #refused(own: OwnOffer, { condition, application }: IqError): void {
    if (application === 'tie-break' && this.#ties < MAX_TIES) this.loseTie();
    else if (own.kind !== 'restart') this.takeRefusal(own.names);
    // Without the stream the media may come back by itself.
    else if (condition === 'disconnected') this.#giveUp(failed('signaling-lost', 'restart not sent'));
    else this.#restartRefused(`peer answered ${condition} to an ICE restart`);
  }

  /** Where the path is lost there is no other way to a new one. */
  #restartRefused(detail: string): void {
    const problem = failed('connectivity-failed', detail);
    if (this.#core.call.timers.has('restart')) this.#core.call.end(problem, 'connectivity-error');
    else this.#giveUp(problem);
  }

  /** Directions changed and nothing else: content-modify has no answer but its result. */
  #sendModification(own: OwnOffer): void {
    const { negotiation, session } = this.#core;
    const contents = modifications(own, negotiation);
    const settle = () => {
      if (own !== this.#current) return;
      for (const { name, senders } of contents) negotiation.remoteModify(name, senders);
      this.#settle(own, NOTHING);
    };
    if (contents.length === 0) settle();
    // Dino takes exactly one content in each content-modify; the first one's answer counts.
    for (const content of contents) {
      const counts = content === contents[0];
      const onError = () => {
        if (counts && own === this.#current) this.takeRefusal([]);
      };
      session.send('content-modify', { contents: [content] }, onError, counts ? settle : undefined);
    }
  }

  #settle(
    own: OwnOffer,
    { contents, groups }: Described,
    event: 'remote answer' | 'remote refusal' = 'remote answer',
  ): void {
    const { negotiation } = this.#core;
    const mids = own.names.map((name) => [name, negotiation.midOf(name)] as const);
    const answer = negotiation.remoteAnswer(contents, groups, [...own.refused]);
    if (!answer.ok) {
      const problem = problemOf(answer.error);
      if (own.kind === 'first') this.#core.call.end(...problem);
      else this.#giveUp(...problem);
      return;
    }
    const alive = negotiation.contentNames();
    const turnedAway = mids.filter(([name]) => own.kind !== 'first' && !alive.includes(name));
    const describe = () => {
      this.#current = undefined;
      this.#ties = 0;
      const rejected = turnedAway.flatMap(([, mid]) => mid ?? []);
      this.#core.describe('answer', answer.value, rejected);
    };
    this.#core.take(event, { 'describe-answer': describe, 'describe-refusal': describe });
  }

  /** Our offer is over without an answer: the page undoes it, and the peer, which may still have it, hears so. */
  #giveUp({ failure }: Ending, told?: ReasonCondition): void {
    const { call, negotiation } = this.#core;
    this.#core.take('offer void', {
      'void-offer': () => {
        const own = this.drop();
        negotiation.abandon();
        this.#core.log('our offer is void', failure?.detail ?? '');
        if (own?.kind === 'restart') this.#overdueRestart = true;
        if (own?.kind === 'add' && told) this.#remove(own.names, told);
        call.tell({ case: 'offerVoid', value: { callId: call.id, ...(failure && { failure }) } });
      },
    });
  }

  #remove(names: readonly string[], condition: ReasonCondition): void {
    this.#core.session.send('content-remove', { contents: names.map(named), reason: { condition } });
  }
}
