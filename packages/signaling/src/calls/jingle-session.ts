import { Negotiation, TIE_BREAK, faultOf, refusalIn, sessionMachine } from '@xmpp-call/jingle';
import type {
  Element,
  Fault,
  Jingle,
  JingleAction,
  Reason,
  Role,
  SessionEffect,
  SessionEvent,
  SessionState,
} from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import type { IqReply } from '../stanza-stream.js';
import type { CallContext } from './call-context.js';
import { sendJingle } from './jingle-sending.js';
import type { JingleParts, SendJingle } from './jingle-sending.js';
import type { ExchangeCall } from './offer-exchange-core.js';
import type { Habits } from './peers.js';
import { OfferExchange } from './offer-exchange.js';
import { Muting } from './muting.js';
import type { SessionContent } from './page-events.js';
import { SafetyMessages } from './safety-messages.js';
import { refusalOf, remoteOffersIn } from './remote-offer.js';
import type { RemoteOffer } from './remote-offer.js';
import { Runner } from './machine-runner.js';

const UNSUPPORTED_INFO: Fault = {
  condition: 'feature-not-implemented',
  jingle: 'unsupported-info',
  text: 'unknown session-info',
};

const EXISTING_CONTENT: Fault = { condition: 'bad-request', text: 'content exists already' };

/** What a session needs of its call. */
export interface SessionCall extends ExchangeCall {
  readonly sid: string;
  /** Bare JID of the other side. */
  readonly peer: string;
  /** Full JID of its device, once known. */
  readonly device: string | undefined;
  readonly context: CallContext;
  readonly habits: Habits | undefined;
  /** Goes with the session-initiate. */
  readonly initiateExtra: Element | undefined;
  /** The device announces that it takes part in the exchange of a safety code. */
  readonly peerTakesPart: boolean;
  /** Nothing but the end can be said. */
  readonly alone: boolean;
  /** Runs a task; what it throws ends the call. */
  guard(task: () => void): void;
  /** The peer rings. */
  alerting(): void;
  /** What the session has agreed on, or what the peer says of it, has changed. */
  status(held: boolean, contents: readonly SessionContent[]): void;
  accepted(): void;
  /** session-accept went out. */
  answered(): void;
  terminated(reason: Reason | undefined): void;
}

/** The Jingle session (XEP-0166) of a call, with the device that was chosen: what is said in it, in which state. */
export class JingleSession {
  readonly #call: SessionCall;
  readonly #machine: Runner<SessionState, SessionEvent, SessionEffect>;
  /** Its offers and answers. */
  readonly exchange: OfferExchange;
  readonly muting: Muting;
  readonly safety: SafetyMessages;
  #negotiation: Negotiation | undefined;
  #closed = false;

  constructor(call: SessionCall) {
    this.#call = call;
    this.#machine = new Runner(sessionMachine, call.context.environment);
    this.exchange = new OfferExchange(call, this);
    this.muting = this.#createMuting();
    this.safety = this.#createSafety();
  }

  /** Made when it is needed first: by then the device and its habits are known. */
  get negotiation(): Negotiation {
    this.#negotiation ??= new Negotiation({
      role: this.#role,
      alwaysSendersBoth: this.#call.habits?.alwaysSendersBoth ?? false,
    });
    return this.#negotiation;
  }

  get #role(): Role {
    return this.#call.direction === 'outgoing' ? 'initiator' : 'responder';
  }

  get state(): SessionState {
    return this.#machine.state;
  }

  /** session-initiate went out or came in. */
  get begun(): boolean {
    return this.state !== 'none';
  }

  /** It has begun, and nobody has ended it. */
  get live(): boolean {
    return this.begun && this.state !== 'ended' && !this.#closed;
  }

  /** @throws CommandError when the peer has offered nothing. */
  localAnswer(sdp: string): void {
    this.exchange.localAnswer(sdp);
    this.muting.contentsChanged();
    if (this.state === 'active') this.#call.answered();
  }

  /** Ends the session; without a word where there is no reason. */
  close(reason?: Reason): void {
    if (reason && this.live) this.send('session-terminate', { reason });
    this.#closed = true;
    this.exchange.close();
  }

  /** Answers an action of the peer's at once; what it asks for is done after the answer. */
  receive(jingle: Jingle): IqReply {
    const { action } = jingle;
    if (action === 'session-info' && jingle.info?.kind === 'unsupported' && this.live) {
      return { error: UNSUPPORTED_INFO };
    }
    const refusal = jingle.info?.kind === 'safety-code' && this.live && this.safety.refusalOf(jingle.info.message);
    if (refusal) return { error: refusal };
    const offers = remoteOffersIn(jingle, (contents) => this.exchange.isRemoteRestart(contents));
    if (this.exchange.winsOver(offers)) return { error: TIE_BREAK };
    if (action === 'content-add' && this.live && jingle.contents.some(({ name }) => this.exchange.hasContent(name)))
      return { error: EXISTING_CONTENT };
    // 61: Movim answers a content-add with a session-accept.
    const movim = action === 'session-accept' && this.state === 'active' && this.exchange.awaitsContents;
    const effects = this.#machine.step(`receive ${movim ? 'content-accept' : action}`);
    if (!effects) return { error: faultOf(refusalIn(this.state)) };
    this.#call.context.defer(() => {
      this.#call.guard(() => {
        for (const effect of effects) this.#execute(effect, jingle, offers);
      });
    });
    return { result: undefined };
  }

  readonly send: SendJingle = (action, parts: JingleParts, onError, onResult) => {
    const call = this.#call;
    const { device = call.peer, context } = call;
    if (!this.#machine.step(`send ${action}`)) return;
    const heard =
      call.alone && action !== 'session-terminate'
        ? Promise.reject(new IqError('disconnected'))
        : sendJingle(context.stream, device, call.sid, action, {
            ...(action === 'session-initiate' && { extra: call.initiateExtra }),
            ...parts,
          });
    heard.then(
      () => {
        if (this.live && onResult) call.guard(onResult);
      },
      (error: unknown) => {
        call.guard(() => {
          this.#requestFailed(action, asIqError(error), onError);
        });
      },
    );
  };

  #createSafety(): SafetyMessages {
    const call = this.#call;
    const isActive = () => this.state === 'active' && !this.#closed;
    return new SafetyMessages({
      id: call.id,
      get isActive() {
        return isActive();
      },
      get peerTakesPart() {
        return call.peerTakesPart;
      },
      tell: (event) => {
        call.tell(event);
      },
      sendInfo: (info, onError) => {
        this.send('session-info', { info }, onError);
      },
    });
  }

  #createMuting(): Muting {
    const negotiation = () => this.negotiation;
    const isActive = () => this.state === 'active';
    return new Muting({
      get negotiation() {
        return negotiation();
      },
      role: this.#role,
      get isActive() {
        return isActive();
      },
      send: this.send,
      onStatus: (held, contents) => {
        this.#call.status(held, contents);
      },
    });
  }

  #execute(effect: SessionEffect, jingle: Jingle, offers: readonly RemoteOffer[]): void {
    if (this.#closed) return;
    const { contents } = jingle;
    if (!this.live && effect !== 'end-by-peer') return;
    switch (effect) {
      case 'end-by-peer':
        this.#call.terminated(jingle.reason);
        return;
      case 'take-offer':
        this.exchange.prepare(jingle);
        return;
      case 'take-answer':
        this.#call.accepted();
        this.exchange.takeAnswer(jingle);
        this.muting.contentsChanged();
        return;
      case 'take-content-answer':
        this.exchange.takeAnswer(jingle);
        this.muting.contentsChanged();
        return;
      case 'take-content-refusal':
        this.exchange.takeRefusal(contents.map(({ name }) => name));
        this.muting.contentsChanged();
        return;
      case 'take-candidates':
      case 'take-change':
        if (this.exchange.isPending) {
          this.exchange.changePending(jingle);
          return;
        }
        for (const offer of offers) this.exchange.takeOffer(offer);
        if (effect === 'take-change' || offers.length > 0) return;
        this.exchange.takeRestartAnswer(contents);
        this.exchange.takeCandidates(contents);
        return;
      case 'take-info':
        this.#takeInfo(jingle);
        return;
      case 'refuse-transport':
        this.send('transport-reject', { contents: contents.map(refusalOf) });
    }
  }

  #takeInfo({ info }: Jingle): void {
    if (!info) return;
    if (info.kind === 'ringing') this.#call.alerting();
    if (info.kind === 'safety-code') this.safety.take(info.message);
    this.muting.takeInfo(info);
  }

  #requestFailed(action: JingleAction, error: IqError, onError: ((error: IqError) => void) | undefined): void {
    const { condition, application } = error;
    this.#call.context.environment.log('info', 'refused by the peer', { action, condition, application });
    if (!this.live) return;
    // Candidates and information that the peer refuses cost nothing; a session that it does not have is over.
    if (application === 'unknown-session') this.#call.refused(error);
    else onError?.(error);
  }
}

function asIqError(error: unknown): IqError {
  return error instanceof IqError ? error : new IqError('undefined-condition', undefined, String(error));
}
