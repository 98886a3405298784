import type { CallEvent, CallState, JmiState, ReasonCondition } from '@xmpp-call/jingle';
import type { CallCommands, CallValues, LocalIceCandidate } from './call-commands.js';
import type { CallContext } from './call-context.js';
import type { ChatLoader } from './chat/chat-loader.js';
import { invalidState } from './command-error.js';
import { LOCAL_HANG_UP, REJECTED, failed, reasonOf } from './endings.js';
import type { Ending, Phase } from './endings.js';
import type { Initiation } from './initiation.js';
import type { Invitation } from './invitation.js';
import type { JingleSession } from './jingle-session.js';
import { MEDIA_EVENTS } from './media-watch.js';
import type { MediaWatch } from './media-watch.js';
import type { Timers } from './timers.js';

/** What the commands of the page need of the call. */
export interface ControlledCall {
  readonly direction: 'outgoing' | 'incoming';
  readonly state: CallState;
  readonly jmiState: JmiState;
  /** Waiting for an answer of ours: it rings, or is about to. */
  readonly asking: boolean;
  readonly isAnnounced: boolean;
  /** Whom it calls, where a device was named. */
  readonly namedDevice: string | undefined;
  readonly context: CallContext;
  readonly timers: Timers;
  readonly session: JingleSession;
  readonly phase: Phase;
  readonly chat: ChatLoader;
  readonly invitation: Invitation;
  readonly initiation: Initiation;
  readonly mediaWatch: MediaWatch;
  /** Takes an event of the page's. */
  command(event: CallEvent): void;
  /** The user answers a session that came without an invitation. */
  answerSession(): void;
  end(ending: Ending, told?: ReasonCondition, reason?: undefined, how?: 'drop'): void;
}

/** The commands of the page about one call. */
export class CallControls implements CallCommands {
  readonly #call: ControlledCall;
  #started = false;

  constructor(call: ControlledCall) {
    this.#call = call;
  }

  propose(): void {
    const { direction, namedDevice, initiation, invitation } = this.#call;
    if (direction !== 'outgoing' || this.#started) throw invalidState('cannot be proposed');
    this.#started = true;
    if (namedDevice === undefined) invitation.take('propose');
    else void initiation.reach(namedDevice);
  }

  acceptCall(): void {
    const call = this.#call;
    if (call.jmiState === 'ringing') call.invitation.take('accept');
    else if (call.asking && call.isAnnounced && call.session.begun) call.answerSession();
    else throw invalidState('not ringing');
  }

  rejectCall(): void {
    if (!this.#call.asking) throw invalidState('not ringing');
    this.#call.end(REJECTED, 'decline');
  }

  hangUp({ gone }: Pick<CallValues['hangUp'], 'gone'>): void {
    const call = this.#call;
    const pending = call.direction === 'outgoing' ? 'cancel' : 'decline';
    if (call.asking && gone) this.#leave();
    else if (call.asking) call.end(REJECTED, pending);
    else call.end(LOCAL_HANG_UP, gone ? 'gone' : call.session.state === 'active' ? 'success' : pending);
  }

  localDescription({ type, sdp }: Pick<CallValues['localDescription'], 'type' | 'sdp'>): void {
    const { direction, session, initiation, timers } = this.#call;
    if (type === 'answer') {
      session.localAnswer(sdp);
      timers.stop('page');
    } else if (direction === 'outgoing' && !session.begun) {
      initiation.localOffer(sdp);
    } else {
      session.exchange.localOffer(sdp);
    }
  }

  localCandidate(candidate: LocalIceCandidate): void {
    this.#call.session.exchange.localCandidate(candidate);
  }

  sendMessage(message: Pick<CallValues['sendMessage'], 'messageId' | 'text'>): void {
    this.#requireAgreed();
    this.#call.chat.send(message);
  }

  setComposing(what: Pick<CallValues['setComposing'], 'composing' | 'text'>): void {
    this.#requireAgreed();
    this.#call.chat.setComposing(what);
  }

  sendSafetyMessage({ message }: Pick<CallValues['sendSafetyMessage'], 'message'>): void {
    this.#call.session.safety.send(message);
  }

  setHeld({ held }: Pick<CallValues['setHeld'], 'held'>): void {
    this.#call.session.muting.setHeld(held);
  }

  setMuted({ contents }: Pick<CallValues['setMuted'], 'contents'>): void {
    this.#call.session.muting.set(contents);
  }

  mediaConnection({ state, hadRelay }: Pick<CallValues['mediaConnection'], 'state' | 'hadRelay'>): void {
    const { mediaWatch, context } = this.#call;
    const event = MEDIA_EVENTS[state];
    mediaWatch.hadRelay = hadRelay;
    if (event !== 'media connected') context.stream.hintOnline();
    this.#call.command(event);
  }

  refuseOffer({ detail }: Pick<CallValues['refuseOffer'], 'detail'>): void {
    this.#call.session.exchange.localRefusal(detail);
  }

  mediaFailure({ code, detail }: Pick<CallValues['mediaFailure'], 'code' | 'detail'>): void {
    this.#call.end(failed(code, detail), reasonOf(code));
  }

  /** Before the answer nobody is to know more of this side than that it rings. */
  #requireAgreed(): void {
    if (this.#call.phase !== 'agreed') throw invalidState('not answered');
  }

  /** Goes without a decision: other devices of the account may still answer, unless the call is for this one only. */
  #leave(): void {
    const { jmiState, context } = this.#call;
    const isOnlyHere = jmiState === 'idle' || context.settings.anonymous;
    if (isOnlyHere) this.#call.end(LOCAL_HANG_UP, 'gone');
    else this.#call.end(LOCAL_HANG_UP, undefined, undefined, 'drop');
  }
}
