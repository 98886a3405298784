import { ok } from '@xmpp-call/jingle';
import type { Content, Fault, ReasonCondition, Result } from '@xmpp-call/jingle';
import { REMOTE_HANG_UP, failed, problemOf } from './endings.js';
import type { Described, ExchangeCore } from './offer-exchange-core.js';
import { LIMITS_MS } from './limits.js';
import { OfferQueue, collides, credentialsOnly, refusalOf } from './remote-offer.js';
import type { RemoteOffer } from './remote-offer.js';

/** The peer's offers: one at a time is with the page, the others wait. The first must succeed; a later one is refused. */
export class PeerOffers {
  readonly #core: ExchangeCore;
  /** What is with the page. */
  #asked: RemoteOffer | 'first' | undefined;
  readonly waiting = new OfferQueue();

  constructor(core: ExchangeCore) {
    this.#core = core;
  }

  /** A content of the peer's with this name exists, or is about to. */
  hasContent(name: string): boolean {
    return this.#core.negotiation.contentOf(name).remote !== undefined || this.waiting.adds(name);
  }

  askFirst({ contents, groups }: Described): void {
    this.#asked = 'first';
    const offer = this.#core.negotiation.remoteOffer(contents, groups);
    if (offer.ok) this.#core.describe('offer', offer.value);
    else this.#core.call.end(...problemOf(offer.error));
  }

  take(offer: RemoteOffer): void {
    this.#core.take('remote offer', {
      'describe-offer': () => {
        this.#consider(offer);
      },
      'queue-remote-offer': () => {
        // Until the page is back nothing else can be answered.
        const isHopeless = this.#core.state === 'overdue' && collides(offer);
        if (isHopeless || !this.waiting.push(offer)) this.#refuse(offer, 'failed-application');
      },
    });
  }

  /** The page's answer. @param late the offer was refused in the meantime */
  answer(sdp: string, late: boolean): void {
    const { negotiation, call, session, trickle } = this.#core;
    const asked = this.#asked;
    this.#asked = undefined;
    const answer = negotiation.localAnswer(sdp);
    if (!answer.ok) {
      if (asked === 'first') call.end(...problemOf(answer.error));
      else if (asked) this.#cannotRead(asked, answer.error, late);
      return;
    }
    const { contents, groups } = answer.value;
    if (asked === 'first') {
      session.send('session-accept', { contents: trickle.start(contents, sdp), groups }, (error) => {
        call.refused(error);
      });
      return;
    }
    if (asked?.kind === 'restart') {
      const all = negotiation.contentNames().flatMap((name) => negotiation.contentOf(name).local ?? []);
      trickle.answerRestart(credentialsOnly(all));
    } else if (asked?.kind === 'add' && !late) {
      if (contents.length > 0) session.send('content-accept', { contents, groups });
      const refused = asked.contents.filter(({ name }) => contents.every((one) => one.name !== name));
      if (refused.length > 0) this.reject(refused, 'failed-application');
    }
    trickle.described(sdp);
  }

  /** The browser does not take what is with the page, and has forgotten it. @throws CommandError when there is nothing */
  refuse(detail: string): void {
    const { call, negotiation } = this.#core;
    if (this.#asked === 'first') {
      call.end(failed('media-failed', detail), 'media-error');
      return;
    }
    const asked = this.#asked;
    const undo = () => {
      this.#asked = undefined;
      negotiation.rollback();
      this.#core.log('the browser refuses an offer', detail);
    };
    this.#core.command('local refusal', {
      'send-refusal': () => {
        undo();
        if (asked) this.#refuse(asked, 'failed-application');
      },
      'read-late-refusal': undo,
    });
  }

  reject(contents: readonly Content[], condition: ReasonCondition): void {
    this.#core.session.send('content-reject', { contents: contents.map(refusalOf), reason: { condition } });
  }

  /** What is to be done about an offer that the page can be asked about. */
  #consider(offer: RemoteOffer): void {
    this.#asked = offer;
    const described = this.#read(offer);
    if (!described.ok) this.#passOver(offer, described.error);
    else if (described.value !== undefined) this.#ask(offer, described.value);
    else if (offer.kind === 'remove') this.#core.call.end(REMOTE_HANG_UP, 'success');
    else this.#passOver(offer);
  }

  #ask(offer: RemoteOffer, sdp: string): void {
    const { call, trickle } = this.#core;
    call.timers.stop('tie');
    this.#core.describe('offer', sdp);
    call.timers.start('description', LIMITS_MS.description, () => {
      this.#overdue(offer);
    });
    if (offer.kind === 'restart') trickle.remote(offer.contents);
  }

  /** The page may still answer: until then it has no other offer, and what this one added keeps its place. */
  #overdue(offer: RemoteOffer): void {
    this.#core.take('page overdue', {
      'send-refusal': () => {
        this.#core.negotiation.turnAway();
        for (const due of [offer, ...this.waiting.takeColliding()]) this.#refuse(due, 'failed-application');
      },
    });
  }

  /** An offer as SDP; undefined where nothing changes, or where a removal leaves nothing. */
  #read(offer: RemoteOffer): Result<string | undefined> {
    const { negotiation } = this.#core;
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
    if (error) this.#core.log('cannot take an offer', error.text);
    this.#core.take('local refusal', {
      'send-refusal': () => {
        if (error) this.#refuse(offer, problemOf(error)[1]);
      },
    });
  }

  #cannotRead(asked: RemoteOffer, error: Fault, late: boolean): void {
    this.#core.log('cannot read an answer of the page', error.text);
    this.#core.negotiation.turnAway();
    if (!late) this.#refuse(asked, 'failed-application');
  }

  #refuse(offer: RemoteOffer, condition: ReasonCondition): void {
    if (offer.kind === 'add') this.reject(offer.contents, condition);
    else if (offer.kind === 'restart')
      this.#core.session.send('transport-reject', { contents: offer.contents.map(refusalOf), reason: { condition } });
  }
}
