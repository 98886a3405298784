import { Negotiation, TIE_BREAK, faultOf, sessionMachine } from '@xmpp-call/jingle';
import type {
  Fault,
  Jingle,
  JingleAction,
  ReasonCondition,
  Role,
  SessionEffect,
  SessionEvent,
  SessionRefusal,
  SessionState,
} from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import type { IqError, IqReply, StanzaStream } from '../stanza-stream.js';
import { OfferExchange } from './exchange.js';
import { sendJingle, toIqError } from './jingle-sender.js';
import type { JingleParts } from './jingle-sender.js';
import type { LocalIceCandidate } from './local-candidates.js';
import { UNMUTED, statusAfter } from './muting.js';
import { remoteOffersIn, stubOf } from './remote-offer.js';
import type { RemoteOffer } from './remote-offer.js';
import { Runner } from './runner.js';
import type { SessionOwner } from './session-owner.js';

export interface SessionOptions {
  readonly sid: string;
  readonly role: Role;
  /** Full JID of the other side. */
  readonly peer: string;
  /** The peer mixes up `senders` (Movim). */
  readonly alwaysSendersBoth: boolean;
  readonly stream: StanzaStream;
  readonly environment: Environment;
  readonly owner: SessionOwner;
  /** Runs a task after the IQ under way was answered, in order. */
  readonly defer: (task: () => void) => void;
  /** Runs a task; what it throws ends the call. */
  readonly guard: (task: () => void) => void;
}

const UNSUPPORTED_INFO: Fault = {
  condition: 'feature-not-implemented',
  jingle: 'unsupported-info',
  text: 'unknown session-info',
};

/** A Jingle session (XEP-0166) with one device: what is said in it, in which state. */
export class JingleSession {
  readonly #options: SessionOptions;
  readonly #owner: SessionOwner;
  readonly #negotiation: Negotiation;
  readonly #session = new Runner<SessionState, SessionEvent, SessionEffect, SessionRefusal>(sessionMachine);
  readonly #exchange: OfferExchange;
  #closed = false;
  #status = UNMUTED;
  #muted = { audio: false, video: false };
  readonly #mutedNames = new Set<string>();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#owner = options.owner;
    const { role, alwaysSendersBoth, environment, owner } = options;
    this.#negotiation = new Negotiation({ role, alwaysSendersBoth });
    this.#exchange = new OfferExchange({
      role,
      negotiation: this.#negotiation,
      environment,
      owner,
      send: (action, parts, onError, onResult) => {
        this.#send(action, parts, onError, onResult);
      },
    });
  }

  get state(): SessionState {
    return this.#session.state;
  }

  get role(): Role {
    return this.#options.role;
  }

  /** Full JID of the other side. */
  get peer(): string {
    return this.#options.peer;
  }

  /** session-initiate went out or came in. */
  get begun(): boolean {
    return this.state !== 'none';
  }

  /** It has begun, and nobody has ended it. */
  get live(): boolean {
    return this.begun && this.state !== 'ended' && !this.#closed;
  }

  /** Asks the page for an offer as soon as no other exchange is under way. */
  wantOffer(iceRestart: boolean): void {
    this.#exchange.wantOffer(iceRestart);
  }

  /** As responder: gives the peer's offer to the page. */
  begin(): void {
    this.#exchange.begin();
  }

  /** The first one goes out as session-initiate. @throws CommandError when no offer is due. */
  localOffer(sdp: string): void {
    this.#exchange.localOffer(sdp);
  }

  /** @throws CommandError when the peer has offered nothing. */
  localAnswer(sdp: string): void {
    this.#exchange.localAnswer(sdp);
    this.#sendMuting();
  }

  localCandidate(candidate: LocalIceCandidate): void {
    this.#exchange.localCandidate(candidate);
  }

  setMuted(audio: boolean, video: boolean): void {
    this.#muted = { audio, video };
    this.#sendMuting();
  }

  /** Says `ringing` to the initiator (XEP-0167 §9.4). */
  sendRinging(): void {
    this.#send('session-info', { info: { kind: 'ringing' } });
  }

  /** Ends the session and tells the peer. */
  terminate(condition: ReasonCondition): void {
    if (this.live) this.#send('session-terminate', { reason: { condition } });
    this.close();
  }

  /** Ends the session without a word. */
  close(): void {
    this.#closed = true;
    this.#exchange.close();
  }

  /** Answers an action of the peer's at once; what it asks for is done after the answer. */
  receive(jingle: Jingle): IqReply {
    if (jingle.action === 'session-info' && jingle.info?.kind === 'unsupported' && this.live) {
      return { error: UNSUPPORTED_INFO };
    }
    const offers = remoteOffersIn(jingle, (contents) => this.#exchange.isRemoteRestart(contents));
    if (this.#exchange.winsOver(offers)) return { error: TIE_BREAK };
    const next = this.#session.step(`receive ${this.#meaningOf(jingle.action)}`);
    if ('error' in next) return { error: faultOf(next.error === 'unlisted-event' ? 'out-of-order' : next.error) };
    this.#options.defer(() => {
      for (const effect of next.effects) this.#execute(effect, jingle, offers);
    });
    return { result: undefined };
  }

  /** 61: Movim answers a content-add with a session-accept. */
  #meaningOf(action: JingleAction): JingleAction {
    return action === 'session-accept' && this.state === 'active' && this.#exchange.sentLater
      ? 'content-accept'
      : action;
  }

  #execute(effect: SessionEffect, jingle: Jingle, offers: readonly RemoteOffer[]): void {
    if (effect === 'end-by-peer') {
      if (this.#closed) return;
      this.close();
      this.#owner.terminated(jingle.reason);
      return;
    }
    if (!this.live) return;
    switch (effect) {
      case 'take-offer':
        this.#exchange.prepare(jingle);
        return;
      case 'take-answer':
        this.#owner.accepted();
        this.#exchange.takeAnswer(jingle.contents, jingle.groups);
        this.#sendMuting();
        return;
      case 'take-content-answer':
        if (this.#exchange.sentLater) this.#exchange.takeAnswer(jingle.contents, jingle.groups);
        return;
      case 'take-content-refusal':
        this.#exchange.takeRefusal(jingle.contents.map(({ name }) => name));
        return;
      case 'take-candidates':
        for (const offer of offers) this.#exchange.takeOffer(offer);
        if (offers.length > 0) return;
        this.#exchange.takeRestartAnswer(jingle.contents);
        this.#exchange.takeCandidates(jingle.contents);
        return;
      case 'take-added-contents':
      case 'take-modification':
      case 'take-removal':
        for (const offer of offers) this.#exchange.takeOffer(offer);
        return;
      case 'take-info':
        this.#takeInfo(jingle);
        return;
      case 'refuse-transport':
        this.#send('transport-reject', { contents: jingle.contents.map(stubOf) });
        return;
    }
  }

  #takeInfo({ info }: Jingle): void {
    if (!info) return;
    if (info.kind === 'ringing') this.#owner.alerting();
    const status = statusAfter(this.#status, info, (name) => this.#negotiation.mediaOf(name));
    if (status === this.#status) return;
    this.#status = status;
    this.#owner.status(status);
  }

  #sendMuting(): void {
    if (this.state !== 'active') return;
    for (const name of this.#negotiation.contentNames()) {
      const muted = this.#negotiation.mediaOf(name) === 'video' ? this.#muted.video : this.#muted.audio;
      if (muted === this.#mutedNames.has(name)) continue;
      if (muted) this.#mutedNames.add(name);
      else this.#mutedNames.delete(name);
      this.#send('session-info', { info: { kind: muted ? 'mute' : 'unmute', name, creator: 'initiator' } });
    }
  }

  #send(action: JingleAction, parts: JingleParts, onError?: (error: IqError) => void, onResult?: () => void): void {
    const { environment, stream, peer, sid } = this.#options;
    const next = this.#session.step(`send ${action}`);
    if ('error' in next) {
      environment.log('debug', 'not sent: the session does not allow it', { action, state: this.state });
      return;
    }
    sendJingle(stream, { to: peer, sid, action, ...parts }).then(
      () => {
        if (this.live && onResult) this.#options.guard(onResult);
      },
      (error: unknown) => {
        this.#options.guard(() => {
          this.#requestFailed(action, toIqError(error), onError);
        });
      },
    );
  }

  #requestFailed(action: JingleAction, error: IqError, onError: ((error: IqError) => void) | undefined): void {
    const { condition, application } = error;
    this.#options.environment.log('info', 'the peer answered with an error', { action, condition, application });
    if (!this.live) return;
    if (onError) onError(error);
    // Candidates and information that the peer refuses cost nothing; a session that it does not have is over.
    else if (application === 'unknown-session') this.#owner.refused(error);
  }
}
