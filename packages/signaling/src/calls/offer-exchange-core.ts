import { offerMachine } from '@xmpp-call/jingle';
import type {
  Content,
  ContentGroup,
  MediaKind,
  Negotiation,
  OfferEffect,
  OfferEvent,
  OfferState,
  ReasonCondition,
} from '@xmpp-call/jingle';
import type { PageEvent } from './page-events.js';
import type { IqError } from '../stanza-stream.js';
import type { CallContext } from './call-context.js';
import type { Ending, Phase } from './endings.js';
import type { SendJingle } from './jingle-sending.js';
import { Runner } from './machine-runner.js';
import type { Timers } from './timers.js';
import { Trickle } from './trickle.js';

/** What a session has agreed on besides: contents and how they are grouped. */
export interface Described {
  readonly contents: readonly Content[];
  readonly groups: readonly ContentGroup[];
}

/** What the offers of a call need of it. */
export interface ExchangeCall {
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  readonly phase: Phase;
  readonly timers: Timers;
  readonly context: Pick<CallContext, 'environment'>;
  /** Tells the page. */
  tell(event: PageEvent): void;
  /** The peer's first offer can be answered. */
  offered(media: readonly MediaKind[]): void;
  /** Both offered a call, and the peer's wins. */
  outbid(): void;
  /** The peer does not know or take the session. */
  refused(error: IqError): void;
  end(ending: Ending, told?: ReasonCondition): void;
}

/** What is said in a session, and by what rules contents are read and written. */
export interface ExchangeSession {
  readonly negotiation: Negotiation;
  readonly send: SendJingle;
}

/** Effects by what carries them out. One that an event cannot have is left out, and is a fault where the table has it. */
export type OfferActions = Readonly<
  Partial<Record<Exclude<OfferEffect, 'next-remote-offer' | 'want-offer-later'>, () => void>>
>;

/** What an exchange needs of its owner. */
export interface ExchangeOwner {
  /** Goes on to what waits, once no exchange is under way. */
  next(): void;
  /** An offer of ours was lost, or is no good any more. */
  wantLater(): void;
  /** The page has an offer of the peer's: what it had offered itself, it has undone. */
  pageAsked(): void;
  /** Candidates of a content wait for a description that the page does not have yet. */
  holdsBack(content: Content): boolean;
}

/** The state of the offers of a session, and what both sides' offers have in common. */
export class ExchangeCore {
  readonly session: ExchangeSession;
  readonly call: ExchangeCall;
  readonly trickle: Trickle;
  readonly #owner: ExchangeOwner;
  readonly #machine: Runner<OfferState, OfferEvent, OfferEffect>;
  #described = false;

  constructor(call: ExchangeCall, session: ExchangeSession, owner: ExchangeOwner) {
    this.session = session;
    this.call = call;
    this.#owner = owner;
    this.#machine = new Runner(offerMachine, call.context.environment);
    this.trickle = new Trickle(call, session, (content) => this.#described && !owner.holdsBack(content));
  }

  get state(): OfferState {
    return this.#machine.state;
  }

  /** The page has a description of the peer's. */
  get described(): boolean {
    return this.#described;
  }

  get negotiation(): Negotiation {
    return this.session.negotiation;
  }

  /** What an event of the peer's does. @param actions what the event's effects come to */
  take(event: OfferEvent, actions: OfferActions = {}): void {
    this.#execute(this.#machine.step(event) ?? [], actions);
  }

  /** The same for an event of the page's. @throws CommandError where it is out of place */
  command(event: OfferEvent, actions: OfferActions): void {
    this.#execute(this.#machine.command(event), actions);
  }

  describe(type: 'offer' | 'answer', sdp: string, rejectedMids: string[] = []): void {
    this.#described = true;
    const callId = this.call.id;
    this.call.tell({ case: 'remoteDescription', value: { callId, type, sdp, rejectedMids } });
    if (type === 'answer') return;
    this.#owner.pageAsked();
    this.trickle.release();
  }

  next(): void {
    this.#owner.next();
  }

  log(message: string, why: string): void {
    this.call.context.environment.log('warn', message, { call: this.call.id, why });
  }

  #execute(effects: readonly OfferEffect[], actions: OfferActions): void {
    if (this.state !== 'offering') this.call.timers.stop('answer');
    if (this.state !== 'answering') this.call.timers.stop('description');
    for (const effect of effects) {
      switch (effect) {
        case 'next-remote-offer':
          this.#owner.next();
          break;
        case 'want-offer-later':
          this.#owner.wantLater();
          break;
        default: {
          const act = actions[effect];
          if (!act) throw new Error(`the event has no ${effect}`);
          act();
        }
      }
    }
  }
}
