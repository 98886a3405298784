import { isRtpContent, offerMachine, ok } from '@xmpp-call/jingle';
import type {
  Content,
  ContentGroup,
  Fault,
  MediaKind,
  OfferEffect,
  OfferEvent,
  OfferState,
  ReasonCondition,
  Result,
} from '@xmpp-call/jingle';
import { ErrorCode, SdpType } from '@xmpp-call/wire';
import type { IqError } from '../stanza-stream.js';
import type { Call } from './call.js';
import type { LocalIceCandidate } from './call-context.js';
import { invalidState } from './command-error.js';
import { REMOTE_HANG_UP, failed, problemOf } from './endings.js';
import { LIMITS_MS } from './limits.js';
import { collides, credentialsOnly, hasCandidates, stubOf } from './remote-offer.js';
import type { RemoteOffer } from './remote-offer.js';
import { Runner } from './runner.js';
import type { JingleSession } from './session.js';
import { Trickle } from './trickle.js';

/** Offers of the peer that are kept while another one is with the page. */
const MAX_WAITING_OFFERS = 8;
/** The offers and answers of a session, one exchange at a time, and the candidates that go with them. */
export class OfferExchange {
  readonly #session: JingleSession;
  readonly #call: Call;
  readonly #machine: Runner<OfferState, OfferEvent, OfferEffect>;
  readonly #trickle: Trickle;
  /** What of ours is with the peer. */
  #sent: 'first' | 'add' | 'modify' | 'restart' | undefined;
  #sentNames: readonly string[] = [];
  /** What of the peer's is with the page. */
  #asked: RemoteOffer | 'first' | undefined;
  /** The peer's first offer as SDP, until the user has accepted. */
  #prepared: string | undefined;
  readonly #waiting: RemoteOffer[] = [];
  /** Whether the offer that the page is to make restarts ICE; undefined where it is to make none. */
  #wanted: boolean | undefined;
  /** The page has a description of the peer's. */
  #described = false;

  constructor(session: JingleSession) {
    this.#session = session;
    this.#call = session.call;
    this.#machine = new Runner(offerMachine, session.call.context.environment);
    this.#trickle = new Trickle(session, (name) => {
      const awaited = this.#machine.state === 'offering' && this.#sentNames.includes(name);
      return this.#described && !awaited;
    });
  }

  /** An offer other than the first one is with the peer. */
  get sentLater(): boolean {
    return this.#machine.state === 'offering' && this.#sent !== 'first';
  }

  /** XEP-0166 §7.2.16: of two offers that cross, the initiator's wins. */
  winsOver(offers: readonly RemoteOffer[]): boolean {
    return this.#call.direction === 'outgoing' && this.sentLater && offers.some(collides);
  }

  /** New credentials of the peer's that answer nothing of ours. */
  isRemoteRestart(contents: readonly Content[]): boolean {
    if (!this.#described) return false;
    const { negotiation } = this.#session;
    return negotiation.isRestart(contents) && !(negotiation.restartPending && hasCandidates(contents));
  }

  /** Checks the peer's first offer and keeps it. */
  prepare(contents: readonly Content[], groups: readonly ContentGroup[]): void {
    const offer = this.#session.negotiation.remoteOffer(contents, groups);
    if (!offer.ok) {
      this.#call.end(...problemOf(offer.error));
      return;
    }
    this.#prepared = offer.value;
    const media = contents.filter(isRtpContent).map(({ description }): MediaKind => description.media);
    this.#call.offered([...new Set(media)]);
  }

  /** Gives the peer's first offer to the page. */
  begin(): void {
    const sdp = this.#prepared;
    if (sdp === undefined) return;
    this.#prepared = undefined;
    this.#asked = 'first';
    this.#take('remote offer', () => {
      this.#describe('offer', sdp);
    });
  }

  /** @throws CommandError when no offer is due. */
  localOffer(sdp: string): void {
    if (this.#call.direction === 'incoming' && this.#machine.state === 'idle')
      throw invalidState('the peer offers first');
    this.#execute(this.#machine.command('local offer'), () => {
      this.#sendOffer(sdp);
    });
  }

  /** @throws CommandError when the peer has offered nothing. */
  localAnswer(sdp: string): void {
    this.#execute(this.#machine.command('local answer'), () => {
      this.#sendAnswer(sdp);
    });
  }

  localCandidate(candidate: LocalIceCandidate): void {
    if (this.#machine.state !== 'closed') this.#trickle.local(candidate);
  }

  takeAnswer(contents: readonly Content[], groups: readonly ContentGroup[]): void {
    this.#take('remote answer', () => {
      this.#describeAnswer(contents, groups, []);
    });
  }

  takeRefusal(names: readonly string[]): void {
    if (!this.sentLater) return;
    this.#take('remote refusal', () => {
      this.#describeAnswer([], [], names);
    });
  }

  takeCandidates(contents: readonly Content[]): void {
    this.#trickle.remote(contents);
  }

  /** New credentials that answer our restart. */
  takeRestartAnswer(contents: readonly Content[]): void {
    const { negotiation } = this.#session;
    if (this.#sent !== 'restart' || !negotiation.isRestart(contents)) return;
    this.#take('remote answer', () => {
      const answer = negotiation.remoteRestart(contents);
      if (answer.ok) this.#describe('answer', answer.value.sdp);
      else this.#fail(ErrorCode.CONNECTIVITY_FAILED, 'failed-transport', 'no answer to a restart');
    });
  }

  takeOffer(offer: RemoteOffer): void {
    // 62: Dino narrows what we add before it accepts it.
    if (offer.kind === 'modify' && this.#machine.state === 'offering' && this.#sentNames.includes(offer.name)) {
      this.#session.negotiation.remoteModify(offer.name, offer.senders);
      return;
    }
    if (collides(offer) && this.#call.direction === 'incoming') this.#loseTie();
    this.#take('remote offer', (effect) => {
      if (effect === 'describe-offer') this.#describeOffer(offer);
      else if (this.#waiting.length < MAX_WAITING_OFFERS) this.#waiting.push(offer);
      else this.#refuse(offer, 'failed-application');
    });
  }

  /** Asks the page for an offer as soon as no other exchange is under way. */
  wantOffer(restart: boolean): void {
    if (this.#machine.state === 'closed') return;
    this.#wanted = restart;
    this.#next();
  }

  close(): void {
    this.#machine.step('close');
    this.#prepared = undefined;
    this.#waiting.length = 0;
    this.#trickle.close();
  }

  /** What an event of the peer's does. @param act does the effect that belongs to the event */
  #take(event: OfferEvent, act: (effect: OfferEffect) => void): void {
    this.#execute(this.#machine.step(event) ?? [], act);
  }

  #execute(effects: readonly OfferEffect[], act?: (effect: OfferEffect) => void): void {
    for (const effect of effects) {
      if (effect === 'next-remote-offer') this.#next();
      else if (effect === 'want-offer-later') this.#wanted ??= this.#sent === 'restart';
      else act?.(effect);
    }
  }

  #sendOffer(sdp: string): void {
    const offer = this.#session.negotiation.localOffer(sdp);
    if (!offer.ok) {
      this.#fail(ErrorCode.MEDIA_FAILED, 'failed-application', offer.error.text);
      return;
    }
    const { contents, groups, restart, modified } = offer.value;
    this.#sentNames = contents.map(({ name }) => name);
    if (!this.#described) {
      this.#sent = 'first';
      this.#session.send('session-initiate', { contents: this.#trickle.start(contents, sdp), groups }, (error) => {
        if (error.application === 'tie-break') this.#call.outbid();
        else this.#call.refused(error);
      });
    } else if (restart) {
      this.#sent = 'restart';
      this.#session.send('transport-info', { contents: credentialsOnly(contents) }, (error) => {
        this.#restartRefused(error);
      });
    } else if (contents.length > 0) {
      this.#sent = 'add';
      this.#session.send('content-add', { contents, groups }, (error) => {
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
    const { negotiation } = this.#session;
    const contents = names.flatMap((name): Content[] => {
      const senders = negotiation.contentOf(name).local?.senders;
      // 60: `none` ends a call with Conversations; a direction that nobody uses is better left as it is.
      return senders === undefined || senders === 'none'
        ? []
        : [{ name, creator: 'initiator', senders, disposition: 'session' }];
    });
    const settle = (agreed: boolean) => {
      if (this.#sent !== 'modify') return;
      if (agreed) for (const { name, senders } of contents) negotiation.remoteModify(name, senders);
      this.takeAnswer([], []);
    };
    if (contents.length === 0) settle(true);
    // Dino takes exactly one content in each content-modify; the first one's answer counts.
    for (const content of contents) {
      const counts = content === contents[0];
      this.#session.send(
        'content-modify',
        { contents: [content] },
        () => {
          if (counts) settle(false);
        },
        () => {
          if (counts) settle(true);
        },
      );
    }
  }

  #restartRefused({ condition, application }: IqError): void {
    if (!this.sentLater) return;
    if (application === 'tie-break') this.#loseTie();
    // Without the stream the media may come back by itself.
    else if (condition !== 'disconnected')
      this.#fail(ErrorCode.CONNECTIVITY_FAILED, 'connectivity-error', `peer answered ${condition} to an ICE restart`);
  }

  #sendAnswer(sdp: string): void {
    const { negotiation } = this.#session;
    const asked = this.#asked;
    this.#asked = undefined;
    const answer = negotiation.localAnswer(sdp);
    if (!answer.ok) {
      this.#call.end(...problemOf(answer.error));
      return;
    }
    const { contents, groups, rejected } = answer.value;
    if (asked === 'first') {
      this.#session.send('session-accept', { contents: this.#trickle.start(contents, sdp), groups }, (error) => {
        this.#call.refused(error);
      });
    } else if (asked?.kind === 'restart') {
      const all = negotiation.contentNames().flatMap((name) => negotiation.contentOf(name).local ?? []);
      this.#trickle.answerRestart(credentialsOnly(all));
    } else if (asked?.kind === 'add') {
      if (contents.length > 0) this.#session.send('content-accept', { contents, groups });
      const refused = asked.contents.filter(({ name }) => rejected.includes(name));
      if (refused.length > 0) this.#reject(refused, 'failed-application');
    }
  }

  #describeAnswer(contents: readonly Content[], groups: readonly ContentGroup[], rejected: readonly string[]): void {
    const { negotiation } = this.#session;
    const mids = rejected.flatMap((name) => negotiation.midOf(name) ?? []);
    const answer = negotiation.remoteAnswer(contents, groups, rejected);
    if (answer.ok) this.#describe('answer', answer.value, mids);
    else this.#call.end(...problemOf(answer.error));
  }

  #describeOffer(offer: RemoteOffer): void {
    this.#call.timers.stop('tie');
    this.#asked = offer;
    const described = this.#read(offer);
    if (!described.ok) this.#passOver(offer, described.error);
    else if (described.value !== undefined) this.#describe('offer', described.value);
    else if (offer.kind === 'remove') this.#call.end(REMOTE_HANG_UP, 'success');
    else this.#passOver(offer);
    if (offer.kind === 'restart') this.takeCandidates(offer.contents);
  }

  /** An offer as SDP; undefined where nothing changes, or where a removal leaves nothing. */
  #read(offer: RemoteOffer): Result<string | undefined> {
    const { negotiation } = this.#session;
    switch (offer.kind) {
      case 'add':
        return negotiation.remoteOffer(offer.contents, offer.groups);
      case 'modify':
        return negotiation.remoteModify(offer.name, offer.senders);
      case 'remove':
        return negotiation.remoteRemove(offer.names);
      case 'restart': {
        const restart = negotiation.remoteRestart(offer.contents);
        return restart.ok ? ok(restart.value.sdp) : restart;
      }
    }
  }

  /** The offer under way needs no answer of the page's, or cannot have one. */
  #passOver(offer: RemoteOffer, error?: Fault): void {
    this.#asked = undefined;
    if (error) this.#call.context.environment.log('warn', 'cannot take an offer', { why: error.text });
    this.#take('local refusal', () => {
      if (error) this.#refuse(offer, problemOf(error)[1]);
    });
  }

  #refuse(offer: RemoteOffer, condition: ReasonCondition): void {
    if (offer.kind === 'add') this.#reject(offer.contents, condition);
  }

  #reject(contents: readonly Content[], condition: ReasonCondition): void {
    this.#session.send('content-reject', { contents: contents.map(stubOf), reason: { condition } });
  }

  /** The peer has won a tie: our offer is void, and the page is asked for another one after the peer's was answered. */
  #loseTie(): void {
    if (!this.sentLater) return;
    this.#session.negotiation.rollback();
    this.#call.timers.start('tie', LIMITS_MS.tie, () => {
      this.#next();
    });
    this.#execute(this.#machine.step('tie lost') ?? []);
  }

  /** Goes on to what waits, once no exchange is under way. */
  #next(): void {
    if (this.#machine.state !== 'stable') return;
    this.#sent = undefined;
    this.#sentNames = [];
    this.#trickle.release();
    const next = this.#waiting.shift();
    if (next) {
      this.takeOffer(next);
    } else if (this.#wanted !== undefined && !this.#call.timers.has('tie')) {
      this.#call.tell({ case: 'offerWanted', value: { callId: this.#call.id, iceRestart: this.#wanted } });
      this.#wanted = undefined;
    }
  }

  #describe(type: 'offer' | 'answer', sdp: string, rejectedMids: string[] = []): void {
    this.#described = true;
    this.#call.tell({
      case: 'remoteDescription',
      value: {
        callId: this.#call.id,
        type: type === 'offer' ? SdpType.OFFER : SdpType.ANSWER,
        sdp,
        rejectedMids,
      },
    });
    if (type === 'offer') this.#trickle.release();
  }

  #fail(code: ErrorCode, told: ReasonCondition, detail: string): void {
    this.#call.end(failed(code, detail), told);
  }
}
