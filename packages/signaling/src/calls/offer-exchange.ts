import { Negotiation, changedPending, ok } from '@xmpp-call/jingle';
import type { Content, Jingle, PendingOffer, Result } from '@xmpp-call/jingle';
import type { LocalIceCandidate } from './call-commands.js';
import { invalidState } from './command-error.js';
import { CANCELLED, problemOf } from './endings.js';
import { ExchangeCore } from './offer-exchange-core.js';
import type { Described, ExchangeCall, ExchangeSession } from './offer-exchange-core.js';
import { OwnOffers } from './own-offers.js';
import { PeerOffers } from './peer-offers.js';
import { collides } from './remote-offer.js';
import type { RemoteOffer } from './remote-offer.js';

/**
 * The offers and answers of a session, one exchange at a time, and the candidates that go with them. The first exchange
 * must succeed; whatever fails later is undone on both sides, and the call goes on.
 */
export class OfferExchange {
  readonly #core: ExchangeCore;
  readonly #own: OwnOffers;
  readonly #peers: PeerOffers;
  /** The peer's first offer as it stands, until the user has accepted. */
  #pending: PendingOffer | undefined;
  /** Whether the offer that the page is to make restarts ICE; undefined where it is to make none. */
  #wanted: boolean | undefined;

  constructor(call: ExchangeCall, session: ExchangeSession) {
    this.#core = new ExchangeCore(call, session, {
      next: () => {
        this.#next();
      },
      wantLater: () => {
        this.#wanted ??= this.#own.drop()?.kind === 'restart';
      },
      pageAsked: () => {
        this.#own.forgetLost();
      },
      holdsBack: (content) => this.#own.includes(content.name) || this.#peers.waiting.hasPlaceFor(content),
    });
    this.#own = new OwnOffers(this.#core);
    this.#peers = new PeerOffers(this.#core);
  }

  /** The peer's first offer waits for the user: nothing of the connection leaves. */
  get isPending(): boolean {
    return this.#core.state === 'pending';
  }

  /** An added content of ours is with the peer. */
  get awaitsContents(): boolean {
    return this.#own.current?.kind === 'add';
  }

  /** XEP-0166 §7.2.16: of two offers that cross, the initiator's wins. */
  winsOver(offers: readonly RemoteOffer[]): boolean {
    return this.#core.call.direction === 'outgoing' && this.#own.isLaterOut && offers.some(collides);
  }

  /** New credentials of the peer's that answer nothing of ours. */
  isRemoteRestart(contents: readonly Content[]): boolean {
    if (!this.#core.described || !this.#core.negotiation.isRestart(contents)) return false;
    const isAnnounced = contents.some((content) => this.#peers.waiting.hasPlaceFor(content));
    return !isAnnounced && !this.#own.isAnsweredBy(contents);
  }

  /** A content of the peer's with this name exists, or is about to. */
  hasContent(name: string): boolean {
    return this.#pending?.contents.some((content) => content.name === name) ?? this.#peers.hasContent(name);
  }

  /** Checks the peer's first offer and keeps it. */
  prepare({ contents, groups }: Described): void {
    const { call } = this.#core;
    this.#core.take('remote offer', {
      'keep-offer': () => {
        const offer = { contents, groups, trickled: [] };
        const checked = triedOut(offer);
        if (!checked.ok) {
          call.end(...problemOf(checked.error));
          return;
        }
        this.#pending = offer;
        const kinds = checked.value.contentNames().flatMap((name) => checked.value.mediaOf(name) ?? []);
        call.offered([...new Set(kinds)]);
      },
    });
  }

  /** What the peer changes in its first offer before the user has accepted it. */
  changePending(jingle: Jingle): void {
    this.#core.take('remote offer', {
      'keep-offer': () => {
        const before = this.#pending;
        if (!before) return;
        const after = changedPending(before, jingle);
        const checked = triedOut(after);
        if (checked.ok) this.#pending = after;
        else if (jingle.action === 'content-remove') this.#core.call.end(CANCELLED, 'cancel');
        if (jingle.action !== 'content-add') return;
        const taken = checked.ok ? after : before;
        const refused = jingle.contents.filter(({ name }) => taken.contents.every((one) => one.name !== name));
        const why = checked.ok ? 'failed-application' : problemOf(checked.error)[1];
        if (refused.length > 0) this.#peers.reject(refused, why);
      },
    });
  }

  /** Gives the peer's first offer to the page: the user has accepted. */
  begin(): void {
    this.#core.take('user accepts', {
      'describe-offer': () => {
        const offer = this.#pending;
        this.#pending = undefined;
        if (!offer) return;
        this.#peers.askFirst(offer);
        this.takeCandidates(offer.trickled);
      },
    });
  }

  /** @throws CommandError when no offer is due. */
  localOffer(sdp: string): void {
    if (this.#core.call.direction === 'incoming' && this.#core.state === 'idle')
      throw invalidState('the peer offers first');
    this.#core.command('local offer', {
      'send-offer': () => {
        this.#own.send(sdp);
      },
    });
  }

  /** @throws CommandError when the peer has offered nothing. */
  localAnswer(sdp: string): void {
    this.#core.command('local answer', {
      'send-answer': () => {
        this.#peers.answer(sdp, false);
      },
      'read-late-answer': () => {
        this.#peers.answer(sdp, true);
      },
    });
  }

  /**
   * The browser does not take what the peer offered, and has forgotten it.
   * @throws CommandError when the peer has offered nothing.
   */
  localRefusal(detail: string): void {
    this.#peers.refuse(detail);
  }

  localCandidate(candidate: LocalIceCandidate): void {
    if (this.#core.state !== 'closed') this.#core.trickle.local(candidate);
  }

  takeAnswer(answer: Described): void {
    this.#own.takeAnswer(answer);
  }

  /** A refusal of contents; of all that is under way where none is named. */
  takeRefusal(names: readonly string[]): void {
    this.#own.takeRefusal(names);
  }

  takeCandidates(contents: readonly Content[]): void {
    this.#core.trickle.remote(contents);
  }

  /** New credentials that answer our restart. */
  takeRestartAnswer(contents: readonly Content[]): void {
    this.#own.takeRestartAnswer(contents);
  }

  takeOffer(offer: RemoteOffer): void {
    const { negotiation, call } = this.#core;
    // 62: Dino narrows what we add before it accepts it.
    if (offer.kind === 'modify' && this.#own.includes(offer.name) && !negotiation.contentOf(offer.name).remote) {
      negotiation.remoteModify(offer.name, offer.senders);
      return;
    }
    if (offer.kind === 'remove') {
      this.#takeRemoval(offer.names);
      return;
    }
    if (collides(offer) && call.direction === 'incoming') this.#own.loseTie();
    this.#peers.take(offer);
  }

  /** Asks the page for an offer as soon as no other exchange is under way. */
  wantOffer(restart: boolean): void {
    if (this.#core.state === 'closed') return;
    this.#wanted = restart;
    this.#next();
  }

  close(): void {
    this.#core.take('close');
    this.#pending = undefined;
    this.#own.forgetLost();
    this.#own.drop();
    this.#peers.waiting.clear();
    this.#core.trickle.close();
  }

  /** XEP-0166 §7.2.5: what is removed is not negotiated any further, also where it is ours and waits for an answer. */
  #takeRemoval(names: readonly string[]): void {
    const kind = this.#own.current?.kind;
    const isOffered = kind === 'first' || kind === 'add';
    const ours = names.filter((name) => isOffered && this.#own.includes(name));
    if (ours.length > 0) this.#own.takeRefusal(ours);
    const others = names.filter((name) => !ours.includes(name));
    if (others.length > 0 && this.#core.state !== 'closed') this.#peers.take({ kind: 'remove', names: others });
  }

  /** Goes on to what waits, once no exchange is under way. */
  #next(): void {
    const { call, trickle, state } = this.#core;
    if (state !== 'stable') return;
    trickle.release();
    const next = this.#peers.waiting.shift();
    if (next) {
      this.takeOffer(next);
    } else if (this.#wanted !== undefined && !call.timers.has('tie')) {
      const iceRestart = this.#wanted;
      this.#wanted = undefined;
      if (!this.#own.playAgain()) call.tell({ case: 'offerWanted', value: { callId: call.id, iceRestart } });
    }
  }
}

/** A first offer of the peer's, read by a negotiation of its own: the one of the session begins when the user has accepted. */
function triedOut({ contents, groups }: PendingOffer): Result<Negotiation> {
  const negotiation = new Negotiation({ role: 'responder' });
  const offer = negotiation.remoteOffer(contents, groups);
  return offer.ok ? ok(negotiation) : offer;
}
