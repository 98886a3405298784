import { Negotiation, changedPending, ok, offerMachine } from '@xmpp-call/jingle';
import type {
  Content,
  ContentGroup,
  Fault,
  Jingle,
  OfferEffect,
  OfferEvent,
  OfferState,
  PendingOffer,
  ReasonCondition,
  Result,
} from '@xmpp-call/jingle';
import { ErrorCode, SdpType } from '@xmpp-call/wire';
import type { IqError } from '../stanza-stream.js';
import type { Call } from './call.js';
import type { LocalIceCandidate } from './call-context.js';
import { invalidState } from './command-error.js';
import { CANCELLED, REMOTE_HANG_UP, failed, problemOf } from './endings.js';
import type { Ending } from './endings.js';
import { LIMITS_MS } from './limits.js';
import { modifications, named, ownOffer, patienceWith } from './own-offer.js';
import type { OwnOffer } from './own-offer.js';
import { OfferQueue, collides, credentialsOnly, hasCandidates, refusalOf } from './remote-offer.js';
import type { RemoteOffer } from './remote-offer.js';
import { Runner } from './runner.js';
import type { JingleSession } from './session.js';
import { Trickle } from './trickle.js';

/** Ties in a row after which a peer that always answers with tie-break has refused. */
const MAX_TIES = 3;

/**
 * The offers and answers of a session, one exchange at a time, and the candidates that go with them. Nothing of the first
 * exchange may fail; whatever fails later is undone on both sides, and the call goes on.
 */
export class OfferExchange {
  readonly #session: JingleSession;
  readonly #call: Call;
  readonly #machine: Runner<OfferState, OfferEvent, OfferEffect>;
  readonly #trickle: Trickle;
  /** The peer's first offer as it stands, until the user has accepted. */
  #pending: PendingOffer | undefined;
  /** What of ours is with the peer. */
  #own: OwnOffer | undefined;
  /** What of the peer's is with the page. */
  #asked: RemoteOffer | 'first' | undefined;
  readonly #waiting = new OfferQueue();
  /** Whether the offer that the page is to make restarts ICE; undefined where it is to make none. */
  #wanted: boolean | undefined;
  /** The page has a description of the peer's. */
  #described = false;
  #ties = 0;
  /** Our offer that lost a tie, for as long as the page has not undone it for an offer of the peer's. */
  #lost: string | undefined;

  constructor(session: JingleSession) {
    this.#session = session;
    this.#call = session.call;
    this.#machine = new Runner(offerMachine, session.call.context.environment);
    this.#trickle = new Trickle(session, (content) => {
      const isOurs = this.#own?.names.includes(content.name) ?? false;
      return this.#described && !isOurs && !this.#waiting.hasPlaceFor(content);
    });
  }

  /** The peer's first offer waits for the user: nothing of the connection leaves. */
  get isPending(): boolean {
    return this.#machine.state === 'pending';
  }

  /** An added content of ours is with the peer. */
  get awaitsContents(): boolean {
    return this.#own?.kind === 'add';
  }

  /** XEP-0166 §7.2.16: of two offers that cross, the initiator's wins. */
  winsOver(offers: readonly RemoteOffer[]): boolean {
    return this.#call.direction === 'outgoing' && this.#hasLaterOut && offers.some(collides);
  }

  /** New credentials of the peer's that answer nothing of ours. */
  isRemoteRestart(contents: readonly Content[]): boolean {
    if (!this.#described || !this.#session.negotiation.isRestart(contents)) return false;
    if (contents.some((content) => this.#waiting.hasPlaceFor(content))) return false;
    // What the peer says after it has our restart is its answer; before that the two may have crossed.
    return this.#own?.kind !== 'restart' || !(this.#own.acknowledged || hasCandidates(contents));
  }

  /** A content of the peer's with this name exists, or is about to. */
  hasContent(name: string): boolean {
    if (this.#pending) return this.#pending.contents.some((content) => content.name === name);
    return this.#session.negotiation.contentOf(name).remote !== undefined || this.#waiting.adds(name);
  }

  /** Checks the peer's first offer and keeps it. */
  prepare(contents: readonly Content[], groups: readonly ContentGroup[]): void {
    this.#take('remote offer', () => {
      const offer = { contents, groups, trickled: [] };
      const checked = triedOut(offer);
      if (!checked.ok) {
        this.#call.end(...problemOf(checked.error));
        return;
      }
      this.#pending = offer;
      const kinds = checked.value.contentNames().flatMap((name) => checked.value.mediaOf(name) ?? []);
      this.#call.offered([...new Set(kinds)]);
    });
  }

  /** What the peer changes in its first offer before the user has accepted it. */
  changePending(jingle: Jingle): void {
    this.#take('remote offer', () => {
      const before = this.#pending;
      if (!before) return;
      const after = changedPending(before, jingle);
      const checked = triedOut(after);
      if (checked.ok) this.#pending = after;
      else if (jingle.action === 'content-remove') this.#call.end(CANCELLED, 'cancel');
      if (jingle.action !== 'content-add') return;
      const taken = checked.ok ? after : before;
      const refused = jingle.contents.filter(({ name }) => taken.contents.every((one) => one.name !== name));
      if (refused.length > 0) this.#reject(refused, checked.ok ? 'failed-application' : problemOf(checked.error)[1]);
    });
  }

  /** Gives the peer's first offer to the page: the user has accepted. */
  begin(): void {
    this.#take('user accepts', () => {
      const { contents = [], groups = [], trickled = [] } = this.#pending ?? {};
      this.#pending = undefined;
      this.#asked = 'first';
      const offer = this.#session.negotiation.remoteOffer(contents, groups);
      if (!offer.ok) {
        this.#call.end(...problemOf(offer.error));
        return;
      }
      this.#describe('offer', offer.value);
      this.takeCandidates(trickled);
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
    this.#execute(this.#machine.command('local answer'), (effect) => {
      this.#sendAnswer(sdp, effect === 'read-late-answer');
    });
  }

  /**
   * The browser does not take what the peer offered, and has forgotten it.
   * @throws CommandError when the peer has offered nothing.
   */
  localRefusal(detail: string): void {
    if (this.#asked === 'first') {
      this.#call.end(failed(ErrorCode.MEDIA_FAILED, detail), 'media-error');
      return;
    }
    this.#execute(this.#machine.command('local refusal'), (effect) => {
      this.#session.negotiation.rollback();
      this.#log('the browser refuses an offer', detail);
      if (effect === 'send-refusal' && this.#asked && this.#asked !== 'first')
        this.#refuse(this.#asked, 'failed-application');
      this.#asked = undefined;
    });
  }

  localCandidate(candidate: LocalIceCandidate): void {
    if (this.#machine.state !== 'closed') this.#trickle.local(candidate);
  }

  takeAnswer(contents: readonly Content[], groups: readonly ContentGroup[]): void {
    const own = this.#own;
    // What answers nothing of ours is left of an offer that is void, or of a lost race.
    const isAnswer = own?.kind === 'first' || (own?.kind === 'add' && this.#session.negotiation.isAnswer(contents));
    if (own && isAnswer) this.#takeAnswerTo(own, contents, groups);
  }

  /** A refusal of contents; of all that is under way where none is named. */
  takeRefusal(names: readonly string[]): void {
    const own = this.#own;
    if (!own || (names.length > 0 && !names.some((name) => own.names.includes(name)))) return;
    if (own.kind === 'restart') {
      this.#restartRefused('the peer refuses an ICE restart');
      return;
    }
    if (own.kind === 'modify') {
      this.#voidOffer(failed(ErrorCode.PEER_FAILED, 'the peer refuses a direction'));
      return;
    }
    for (const name of names.length > 0 ? names : own.names) if (own.names.includes(name)) own.refused.add(name);
    // The answer to the others is still to come.
    if (own.refused.size < own.names.length) return;
    if (own.kind === 'first') this.#call.end(REMOTE_HANG_UP, 'cancel');
    else this.#takeAnswerTo(own, [], [], 'remote refusal');
  }

  takeCandidates(contents: readonly Content[]): void {
    this.#trickle.remote(contents);
  }

  /** New credentials that answer our restart. */
  takeRestartAnswer(contents: readonly Content[]): void {
    const { negotiation } = this.#session;
    const own = this.#own;
    if (own?.kind !== 'restart' || !negotiation.isRestart(contents)) return;
    this.#take('remote answer', () => {
      const added = own.names.filter((name) => !negotiation.contentOf(name).remote);
      const rejected = added.flatMap((name) => negotiation.midOf(name) ?? []);
      const answer = negotiation.remoteRestart(contents);
      this.#own = undefined;
      if (answer.ok) this.#describe('answer', answer.value.sdp, rejected);
    });
  }

  takeOffer(offer: RemoteOffer): void {
    const { negotiation } = this.#session;
    const own = this.#own;
    // 62: Dino narrows what we add before it accepts it.
    if (offer.kind === 'modify' && own?.names.includes(offer.name) && !negotiation.contentOf(offer.name).remote) {
      negotiation.remoteModify(offer.name, offer.senders);
      return;
    }
    // XEP-0166 §7.2.5: what is removed is not negotiated any further, also where it was ours and waits for an answer.
    if (offer.kind === 'remove' && (own?.kind === 'first' || own?.kind === 'add')) {
      const ours = offer.names.filter((name) => own.names.includes(name));
      if (ours.length > 0) this.takeRefusal(ours);
      const others = offer.names.filter((name) => !ours.includes(name));
      if (others.length > 0 && this.#machine.state !== 'closed') this.#takeOffer({ kind: 'remove', names: others });
      return;
    }
    if (collides(offer) && this.#call.direction === 'incoming') this.#loseTie();
    this.#takeOffer(offer);
  }

  /** Asks the page for an offer as soon as no other exchange is under way. */
  wantOffer(restart: boolean): void {
    if (this.#machine.state === 'closed') return;
    this.#wanted = restart;
    this.#next();
  }

  close(): void {
    this.#machine.step('close');
    this.#pending = undefined;
    this.#own = undefined;
    this.#waiting.clear();
    this.#trickle.close();
  }

  /** An offer other than the first one is with the peer. */
  get #hasLaterOut(): boolean {
    return this.#own !== undefined && this.#own.kind !== 'first';
  }

  /** What an event of the peer's does. @param act does the effect that belongs to the event */
  #take(event: OfferEvent, act: (effect: OfferEffect) => void): void {
    this.#execute(this.#machine.step(event) ?? [], act);
  }

  #execute(effects: readonly OfferEffect[], act?: (effect: OfferEffect) => void): void {
    if (this.#machine.state !== 'offering') this.#call.timers.stop('answer');
    if (this.#machine.state !== 'answering') this.#call.timers.stop('description');
    for (const effect of effects) {
      if (effect === 'next-remote-offer') this.#next();
      else if (effect === 'want-offer-later') this.#wantLater();
      else act?.(effect);
    }
  }

  /** Our offer, if one is out, was lost to the peer's. */
  #wantLater(): void {
    this.#wanted ??= this.#own?.kind === 'restart';
    this.#own = undefined;
  }

  #sendOffer(sdp: string): void {
    const offer = this.#session.negotiation.localOffer(sdp);
    if (!offer.ok) {
      const problem = failed(ErrorCode.MEDIA_FAILED, offer.error.text);
      if (this.#described) this.#voidOffer(problem);
      else this.#call.end(problem, 'failed-application');
      return;
    }
    const { contents, groups } = offer.value;
    const own = ownOffer(offer.value, sdp, !this.#described);
    this.#own = own;
    this.#lost = undefined;
    const patience = patienceWith(own);
    if (patience !== undefined)
      this.#call.timers.start('answer', patience, () => {
        this.#voidOffer(failed(ErrorCode.PEER_FAILED, `no answer to our ${own.kind}`), 'timeout');
      });
    switch (own.kind) {
      case 'first':
        this.#session.send('session-initiate', { contents: this.#trickle.start(contents, sdp), groups }, (error) => {
          if (error.application === 'tie-break') this.#call.outbid();
          else this.#call.refused(error);
        });
        return;
      case 'restart':
        this.#request(own, 'transport-info', { contents: credentialsOnly(contents) });
        break;
      case 'add':
        this.#request(own, 'content-add', { contents, groups });
        break;
      case 'modify':
        this.#sendModification(own);
    }
    this.#trickle.described(sdp);
  }

  #request(own: OwnOffer, action: 'transport-info' | 'content-add', parts: Pick<Jingle, 'contents'> & Partial<Jingle>) {
    this.#session.send(
      action,
      parts,
      (error) => {
        if (own === this.#own) this.#offerRefused(own, error);
      },
      () => {
        own.acknowledged = true;
      },
    );
  }

  #offerRefused(own: OwnOffer, { condition, application }: IqError): void {
    if (application === 'tie-break' && this.#ties < MAX_TIES) this.#loseTie();
    else if (own.kind !== 'restart') this.takeRefusal(own.names);
    // Without the stream the media may come back by itself.
    else if (condition === 'disconnected') this.#voidOffer(failed(ErrorCode.SIGNALING_LOST, 'restart not sent'));
    else this.#restartRefused(`peer answered ${condition} to an ICE restart`);
  }

  /** Where the path is lost there is no other way to a new one. */
  #restartRefused(detail: string): void {
    const problem = failed(ErrorCode.CONNECTIVITY_FAILED, detail);
    if (this.#call.timers.has('restart')) this.#call.end(problem, 'connectivity-error');
    else this.#voidOffer(problem);
  }

  /** Directions changed and nothing else: content-modify has no answer but its result. */
  #sendModification(own: OwnOffer): void {
    const { negotiation } = this.#session;
    const contents = modifications(own, negotiation);
    const settle = () => {
      if (own !== this.#own) return;
      for (const { name, senders } of contents) negotiation.remoteModify(name, senders);
      this.#takeAnswerTo(own, [], []);
    };
    if (contents.length === 0) settle();
    // Dino takes exactly one content in each content-modify; the first one's answer counts.
    for (const content of contents) {
      const counts = content === contents[0];
      const onError = () => {
        if (counts && own === this.#own) this.takeRefusal([]);
      };
      this.#session.send('content-modify', { contents: [content] }, onError, counts ? settle : undefined);
    }
  }

  /** Our offer is over without an answer: the page undoes it, and the peer, which may still have it, hears so. */
  #voidOffer({ failure }: Ending, told?: ReasonCondition): void {
    this.#take('offer void', () => {
      const own = this.#own;
      this.#own = undefined;
      this.#session.negotiation.abandon();
      this.#log('our offer is void', failure?.detail ?? '');
      if (own?.kind === 'add' && told)
        this.#session.send('content-remove', { contents: own.names.map(named), reason: { condition: told } });
      this.#call.tell({ case: 'offerVoid', value: { callId: this.#call.id, ...(failure && { failure }) } });
    });
  }

  #sendAnswer(sdp: string, late: boolean): void {
    const { negotiation } = this.#session;
    const asked = this.#asked;
    this.#asked = undefined;
    const answer = negotiation.localAnswer(sdp);
    if (!answer.ok) {
      if (asked === 'first') this.#call.end(...problemOf(answer.error));
      else if (asked) {
        this.#log('cannot read an answer of the page', answer.error.text);
        negotiation.turnAway();
        if (!late) this.#refuse(asked, 'failed-application');
      }
      return;
    }
    const { contents, groups } = answer.value;
    if (asked === 'first') {
      this.#session.send('session-accept', { contents: this.#trickle.start(contents, sdp), groups }, (error) => {
        this.#call.refused(error);
      });
      return;
    }
    if (asked?.kind === 'restart') {
      const all = negotiation.contentNames().flatMap((name) => negotiation.contentOf(name).local ?? []);
      this.#trickle.answerRestart(credentialsOnly(all));
    } else if (asked?.kind === 'add' && !late) {
      if (contents.length > 0) this.#session.send('content-accept', { contents, groups });
      const refused = asked.contents.filter(({ name }) => contents.every((one) => one.name !== name));
      if (refused.length > 0) this.#reject(refused, 'failed-application');
    }
    this.#trickle.described(sdp);
  }

  #takeAnswerTo(
    own: OwnOffer,
    contents: readonly Content[],
    groups: readonly ContentGroup[],
    event: 'remote answer' | 'remote refusal' = 'remote answer',
  ): void {
    const { negotiation } = this.#session;
    const mids = new Map(own.names.map((name) => [name, negotiation.midOf(name)]));
    const answer = negotiation.remoteAnswer(contents, groups, [...own.refused]);
    if (!answer.ok) {
      const problem = problemOf(answer.error);
      if (own.kind === 'first') this.#call.end(...problem);
      else this.#voidOffer(...problem);
      return;
    }
    const alive = negotiation.contentNames();
    const turnedAway = own.kind === 'first' ? [] : [...mids].filter(([name]) => !alive.includes(name));
    this.#take(event, () => {
      this.#own = undefined;
      this.#ties = 0;
      const rejected = turnedAway.flatMap(([, mid]) => mid ?? []);
      this.#describe('answer', answer.value, rejected);
    });
  }

  #takeOffer(offer: RemoteOffer): void {
    this.#take('remote offer', (effect) => {
      const waits = effect === 'queue-remote-offer';
      if (!waits) this.#describeOffer(offer);
      else if ((this.#isOverdue && collides(offer)) || !this.#waiting.push(offer))
        this.#refuse(offer, 'failed-application');
    });
  }

  /** The page still has an offer that was refused since: whatever is due an answer cannot have one. */
  get #isOverdue(): boolean {
    return this.#machine.state === 'overdue';
  }

  #describeOffer(offer: RemoteOffer): void {
    this.#asked = offer;
    const described = this.#read(offer);
    if (!described.ok) this.#passOver(offer, described.error);
    else if (described.value !== undefined) this.#ask(offer, described.value);
    else if (offer.kind === 'remove') this.#call.end(REMOTE_HANG_UP, 'success');
    else this.#passOver(offer);
  }

  #ask(offer: RemoteOffer, sdp: string): void {
    this.#call.timers.stop('tie');
    this.#describe('offer', sdp);
    this.#call.timers.start('description', LIMITS_MS.description, () => {
      this.#take('page overdue', () => {
        this.#session.negotiation.turnAway();
        for (const due of [offer, ...this.#waiting.takeColliding()]) this.#refuse(due, 'failed-application');
      });
    });
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
    if (error) this.#log('cannot take an offer', error.text);
    this.#take('local refusal', () => {
      if (error) this.#refuse(offer, problemOf(error)[1]);
    });
  }

  #refuse(offer: RemoteOffer, condition: ReasonCondition): void {
    if (offer.kind === 'add') this.#reject(offer.contents, condition);
    else if (offer.kind === 'restart')
      this.#session.send('transport-reject', { contents: offer.contents.map(refusalOf), reason: { condition } });
  }

  #reject(contents: readonly Content[], condition: ReasonCondition): void {
    this.#session.send('content-reject', { contents: contents.map(refusalOf), reason: { condition } });
  }

  /** The peer has won a tie: our offer is void, and the page is asked for another one after the peer's was answered. */
  #loseTie(): void {
    if (!this.#hasLaterOut) return;
    this.#ties += 1;
    this.#lost = this.#own?.sdp;
    this.#session.negotiation.rollback();
    this.#call.timers.start('tie', LIMITS_MS.tie, () => {
      this.#playAgain();
    });
    this.#execute(this.#machine.step('tie lost') ?? []);
  }

  /** The offer that has won the tie does not come: ours, which the page still has, goes out once more. */
  #playAgain(): void {
    const sdp = this.#lost;
    if (sdp === undefined || this.#machine.state !== 'stable') return;
    this.#wanted = undefined;
    this.localOffer(sdp);
  }

  /** Goes on to what waits, once no exchange is under way. */
  #next(): void {
    if (this.#machine.state !== 'stable') return;
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
    if (type === 'answer') return;
    this.#lost = undefined;
    this.#trickle.release();
  }

  #log(message: string, why: string): void {
    this.#call.context.environment.log('warn', message, { call: this.#call.id, why });
  }
}

/** A first offer of the peer's, read by a negotiation of its own: the one of the session begins when the user has accepted. */
function triedOut({ contents, groups }: PendingOffer): Result<Negotiation> {
  const negotiation = new Negotiation({ role: 'responder' });
  const offer = negotiation.remoteOffer(contents, groups);
  return offer.ok ? ok(negotiation) : offer;
}
