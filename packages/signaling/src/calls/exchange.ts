import { isRtpContent, offerMachine } from '@xmpp-call/jingle';
import type {
  Content,
  ContentGroup,
  Fault,
  Jingle,
  JingleAction,
  MediaKind,
  Negotiation,
  OfferEffect,
  OfferEvent,
  OfferState,
  ReasonCondition,
  Result,
  Role,
} from '@xmpp-call/jingle';
import { ErrorCode } from '@xmpp-call/wire';
import type { Environment } from '../environment.js';
import type { IqError } from '../stanza-stream.js';
import { problemOf } from './endings.js';
import type { JingleParts } from './jingle-sender.js';
import type { LocalIceCandidate } from './local-candidates.js';
import { invalidState } from './page.js';
import { collides, credentialsOnly, hasCandidates, stubOf } from './remote-offer.js';
import type { RemoteOffer } from './remote-offer.js';
import { Runner } from './runner.js';
import type { SessionOwner } from './session-owner.js';
import { Timers } from './timers.js';
import { Trickle } from './trickle.js';

export interface ExchangeOptions {
  readonly role: Role;
  readonly negotiation: Negotiation;
  readonly environment: Environment;
  readonly owner: SessionOwner;
  /** @param onResult once the peer has acknowledged */
  readonly send: (
    action: JingleAction,
    parts: JingleParts,
    onError?: (error: IqError) => void,
    onResult?: () => void,
  ) => void;
}

/** Offers of the peer that are kept while another one is with the page. */
const MAX_WAITING_OFFERS = 8;
/** ms that the peer's offer gets to arrive after it won a tie. */
const TIE_MS = 2_000;

/** The offers and answers of a session, one exchange at a time, and the candidates that go with them. */
export class OfferExchange {
  readonly #options: ExchangeOptions;
  readonly #owner: SessionOwner;
  readonly #negotiation: Negotiation;
  readonly #offers = new Runner<OfferState, OfferEvent, OfferEffect, never>(offerMachine);
  readonly #timers: Timers<'tie'>;
  /** What of ours is with the peer. */
  #sent: 'first' | 'add' | 'modify' | 'restart' | undefined;
  #sentNames: readonly string[] = [];
  /** What of the peer's is with the page. */
  #asked: RemoteOffer | 'first' | undefined;
  /** The peer's first offer as SDP, until the user has accepted. */
  #prepared: string | undefined;
  readonly #waitingOffers: RemoteOffer[] = [];
  #wanted: { readonly restart: boolean } | undefined;
  readonly #trickle: Trickle;
  /** The page has a description of the peer's. */
  #described = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#owner = options.owner;
    this.#negotiation = options.negotiation;
    this.#timers = new Timers(options.environment);
    this.#trickle = new Trickle(options.negotiation, options.send, (candidate) => {
      this.#owner.candidate(candidate);
    });
  }

  /** An offer other than the first one is with the peer. */
  get sentLater(): boolean {
    return this.#offers.state === 'offering' && this.#sent !== 'first';
  }

  /** XEP-0166 §7.2.16: of two offers that cross, the initiator's wins. */
  winsOver(offers: readonly RemoteOffer[]): boolean {
    return this.#options.role === 'initiator' && this.sentLater && offers.some(collides);
  }

  /** New credentials of the peer's that answer nothing of ours. */
  isRemoteRestart(contents: readonly Content[]): boolean {
    if (!this.#described || !this.#negotiation.isRestart(contents)) return false;
    return !(this.#negotiation.restartPending && hasCandidates(contents));
  }

  /** Checks the peer's first offer and keeps it. */
  prepare(jingle: Jingle): void {
    const offer = this.#negotiation.remoteOffer(jingle.contents, jingle.groups);
    if (!offer.ok) {
      this.#owner.failed(problemOf(offer.error));
      return;
    }
    this.#prepared = offer.value;
    const media = jingle.contents.filter(isRtpContent).map(({ description }): MediaKind => description.media);
    this.#owner.offered([...new Set(media)]);
  }

  /** Gives the peer's first offer to the page. */
  begin(): void {
    const sdp = this.#prepared;
    if (sdp === undefined) return;
    this.#prepared = undefined;
    this.#asked = 'first';
    if (this.#step('remote offer').includes('describe-offer')) this.#describe('offer', sdp);
  }

  /** @throws CommandError when no offer is due. */
  localOffer(sdp: string): void {
    if (this.#options.role === 'responder' && this.#offers.state === 'idle')
      throw invalidState('the peer offers first');
    for (const effect of this.#command('local offer')) {
      if (effect === 'send-offer') this.#sendOffer(sdp);
      if (effect === 'want-offer-later') this.#wanted ??= { restart: false };
    }
  }

  /** @throws CommandError when the peer has offered nothing. */
  localAnswer(sdp: string): void {
    for (const effect of this.#command('local answer')) {
      if (effect === 'send-answer') this.#sendAnswer(sdp);
      if (effect === 'next-remote-offer') this.#nextRemoteOffer();
    }
  }

  localCandidate(candidate: LocalIceCandidate): void {
    if (this.#offers.state !== 'closed') this.#trickle.local(candidate);
  }

  takeAnswer(contents: readonly Content[], groups: readonly ContentGroup[]): void {
    for (const effect of this.#step('remote answer')) {
      if (effect === 'describe-answer') this.#describeAnswer(contents, groups, []);
      if (effect === 'next-remote-offer') this.#nextRemoteOffer();
    }
  }

  takeRefusal(names: readonly string[]): void {
    if (!this.sentLater) return;
    for (const effect of this.#step('remote refusal')) {
      if (effect === 'describe-refusal') this.#describeAnswer([], [], names);
      if (effect === 'next-remote-offer') this.#nextRemoteOffer();
    }
  }

  takeCandidates(contents: readonly Content[]): void {
    this.#trickle.remote(contents, this.#isDescribed);
  }

  readonly #isDescribed = (name: string): boolean => {
    const awaited = this.#offers.state === 'offering' && this.#sentNames.includes(name);
    return this.#described && !awaited;
  };

  /** New credentials that answer our restart. */
  takeRestartAnswer(contents: readonly Content[]): void {
    if (this.#sent !== 'restart' || !this.#negotiation.isRestart(contents)) return;
    for (const effect of this.#step('remote answer')) {
      if (effect === 'describe-answer') this.#describeResult('answer', this.#negotiation.remoteRestart(contents));
      if (effect === 'next-remote-offer') this.#nextRemoteOffer();
    }
  }

  takeOffer(offer: RemoteOffer): void {
    // 62: Dino narrows what we add before it accepts it.
    if (offer.kind === 'modify' && this.#offers.state === 'offering' && this.#sentNames.includes(offer.name)) {
      this.#negotiation.remoteModify(offer.name, offer.senders);
      return;
    }
    if (collides(offer) && this.#options.role === 'responder' && this.sentLater) this.#loseTie();
    for (const effect of this.#step('remote offer')) {
      if (effect === 'describe-offer') this.#describeOffer(offer);
      if (effect !== 'queue-remote-offer') continue;
      if (this.#waitingOffers.length < MAX_WAITING_OFFERS) this.#waitingOffers.push(offer);
      else this.#refuse(offer, 'failed-application');
    }
  }

  /** Asks the page for an offer as soon as no other exchange is under way. */
  wantOffer(restart: boolean): void {
    if (this.#offers.state === 'closed') return;
    this.#wanted = { restart };
    this.#nextRemoteOffer();
  }

  close(): void {
    this.#offers.step('close');
    this.#timers.stopAll();
    this.#prepared = undefined;
    this.#wanted = undefined;
    this.#waitingOffers.length = 0;
    this.#trickle.close();
  }

  #sendOffer(sdp: string): void {
    const first = !this.#described;
    const offer = this.#negotiation.localOffer(sdp);
    if (!offer.ok) {
      this.#owner.failed({ reason: 'failed-application', code: ErrorCode.MEDIA_FAILED, detail: offer.error.text });
      return;
    }
    const { contents, groups, restart, modified } = offer.value;
    this.#sentNames = contents.map(({ name }) => name);
    if (first) {
      this.#sent = 'first';
      this.#options.send('session-initiate', { contents: this.#trickle.start(contents, sdp), groups }, (error) => {
        if (error.application === 'tie-break') this.#owner.outbid();
        else this.#owner.refused(error);
      });
    } else if (restart) {
      this.#sent = 'restart';
      this.#options.send('transport-info', { contents: credentialsOnly(contents) }, (error) => {
        this.#restartRefused(error);
      });
    } else if (contents.length > 0) {
      this.#sent = 'add';
      this.#options.send('content-add', { contents, groups }, (error) => {
        if (error.application === 'tie-break') this.#loseTie();
        else this.takeRefusal(this.#sentNames);
      });
    } else {
      this.#sent = 'modify';
      this.#sendModification(modified);
    }
  }

  /** Directions changed and nothing else: content-modify has no answer but its result. */
  #sendModification(names: readonly string[]): void {
    const contents = names.flatMap((name): Content[] => {
      const senders = this.#negotiation.contentOf(name).local?.senders;
      // 60: `none` ends a call with Conversations; a direction that nobody uses is better left as it is.
      return senders === undefined || senders === 'none'
        ? []
        : [{ name, creator: 'initiator', senders, disposition: 'session' }];
    });
    const settle = (agreed: boolean) => {
      if (this.#sent !== 'modify') return;
      if (agreed) for (const { name, senders } of contents) this.#negotiation.remoteModify(name, senders);
      this.takeAnswer([], []);
    };
    const [content, ...others] = contents;
    if (!content) {
      settle(true);
      return;
    }
    // Dino takes exactly one content in each content-modify.
    for (const other of others) this.#options.send('content-modify', { contents: [other] }, () => undefined);
    this.#options.send(
      'content-modify',
      { contents: [content] },
      () => {
        settle(false);
      },
      () => {
        settle(true);
      },
    );
  }

  #restartRefused(error: IqError): void {
    if (!this.sentLater) return;
    if (error.application === 'tie-break') {
      this.#loseTie();
      return;
    }
    this.#owner.failed({
      reason: 'connectivity-error',
      code: ErrorCode.CONNECTIVITY_FAILED,
      detail: `the peer answered ${error.condition} to an ICE restart`,
    });
  }

  #sendAnswer(sdp: string): void {
    const asked = this.#asked;
    this.#asked = undefined;
    const answer = this.#negotiation.localAnswer(sdp);
    if (!answer.ok) {
      this.#owner.failed(problemOf(answer.error));
      return;
    }
    const { contents, groups, rejected } = answer.value;
    if (asked === 'first') {
      this.#options.send('session-accept', { contents: this.#trickle.start(contents, sdp), groups }, (error) => {
        this.#owner.refused(error);
      });
    } else if (asked?.kind === 'restart') {
      const all = this.#negotiation.contentNames().flatMap((name) => this.#negotiation.contentOf(name).local ?? []);
      this.#trickle.answerRestart(credentialsOnly(all));
    } else if (asked?.kind === 'add') {
      if (contents.length > 0) this.#options.send('content-accept', { contents, groups });
      const refused = asked.contents.filter(({ name }) => rejected.includes(name));
      if (refused.length > 0) this.#reject(refused, 'failed-application');
    }
  }

  #describeAnswer(contents: readonly Content[], groups: readonly ContentGroup[], rejected: readonly string[]): void {
    const mids = rejected.flatMap((name) => this.#negotiation.midOf(name) ?? []);
    const answer = this.#negotiation.remoteAnswer(contents, groups, rejected);
    if (answer.ok) this.#describe('answer', answer.value, mids);
    else this.#owner.failed(problemOf(answer.error));
  }

  #describeOffer(offer: RemoteOffer): void {
    this.#timers.stop('tie');
    this.#asked = offer;
    switch (offer.kind) {
      case 'add':
        this.#describeResult('offer', this.#negotiation.remoteOffer(offer.contents, offer.groups));
        return;
      case 'restart':
        this.#describeResult('offer', this.#negotiation.remoteRestart(offer.contents));
        this.takeCandidates(offer.contents);
        return;
      case 'modify':
        this.#describeResult('offer', this.#negotiation.remoteModify(offer.name, offer.senders));
        return;
      case 'remove': {
        const left = this.#negotiation.remoteRemove(offer.names);
        if (left.ok && left.value === undefined) this.#owner.emptied();
        else this.#describeResult('offer', left);
      }
    }
  }

  #describeResult(
    type: 'offer' | 'answer',
    result: Result<string | { readonly type: string; readonly sdp: string } | undefined>,
  ): void {
    if (result.ok && result.value !== undefined) {
      this.#describe(type, typeof result.value === 'string' ? result.value : result.value.sdp);
    } else if (type === 'answer') {
      this.#owner.failed({
        reason: 'failed-transport',
        code: ErrorCode.CONNECTIVITY_FAILED,
        detail: 'no answer to a restart',
      });
    } else {
      this.#passOver(result.ok ? undefined : result.error);
    }
  }

  /** The offer under way needs no answer of the page's, or cannot have one. */
  #passOver(error: Fault | undefined): void {
    const offer = this.#asked;
    this.#asked = undefined;
    if (error) this.#options.environment.log('warn', 'cannot take an offer of the peer', { why: error.text });
    for (const effect of this.#step('local refusal')) {
      if (effect === 'send-refusal' && error && offer && offer !== 'first')
        this.#refuse(offer, problemOf(error).reason);
      if (effect === 'next-remote-offer') this.#nextRemoteOffer();
    }
  }

  #refuse(offer: RemoteOffer, condition: ReasonCondition): void {
    if (offer.kind === 'add') this.#reject(offer.contents, condition);
  }

  #reject(contents: readonly Content[], condition: ReasonCondition): void {
    this.#options.send('content-reject', { contents: contents.map(stubOf), reason: { condition } });
  }

  /** The peer has won a tie: our offer is void, and the page is asked for another one after the peer's was answered. */
  #loseTie(): void {
    if (!this.sentLater) return;
    const restart = this.#sent === 'restart';
    this.#negotiation.rollback();
    this.#timers.start('tie', TIE_MS, () => {
      this.#nextRemoteOffer();
    });
    for (const effect of this.#step('tie lost')) {
      if (effect === 'want-offer-later') this.#wanted ??= { restart };
      if (effect === 'next-remote-offer') this.#nextRemoteOffer();
    }
  }

  #nextRemoteOffer(): void {
    if (this.#offers.state !== 'stable') return;
    this.#sent = undefined;
    this.#sentNames = [];
    this.#trickle.release(this.#isDescribed);
    const next = this.#waitingOffers.shift();
    if (next) {
      this.takeOffer(next);
    } else if (this.#wanted && !this.#timers.has('tie')) {
      const { restart } = this.#wanted;
      this.#wanted = undefined;
      this.#owner.wantOffer(restart);
    }
  }

  #describe(type: 'offer' | 'answer', sdp: string, rejectedMids: readonly string[] = []): void {
    this.#described = true;
    this.#owner.describe(type, sdp, rejectedMids);
    if (type === 'offer') this.#trickle.release(this.#isDescribed);
  }

  /** What an event of the peer's does; nothing where the table does not list it. */
  #step(event: OfferEvent): readonly OfferEffect[] {
    const next = this.#offers.step(event);
    if (!('error' in next)) return next.effects;
    this.#options.environment.log('debug', 'no such step in this exchange', { event, state: this.#offers.state });
    return [];
  }

  /** What an event of the page's does. @throws CommandError where the table does not list it. */
  #command(event: OfferEvent): readonly OfferEffect[] {
    const next = this.#offers.step(event);
    if ('error' in next) throw invalidState(`${event} while ${this.#offers.state}`);
    return next.effects;
  }
}
