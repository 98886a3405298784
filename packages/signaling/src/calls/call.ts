import { bareOf, callMachine, isSameJid } from '@xmpp-call/jingle';
import type {
  CallEffect,
  CallEvent,
  CallState,
  JmiEvent,
  JmiOutcome,
  JmiState,
  MediaKind,
  Reason,
  ReasonCondition,
} from '@xmpp-call/jingle';
import type { PageEvent, SessionContent } from './page-events.js';
import type { IqError } from '../stanza-stream.js';
import { incomingRingMs } from './admission.js';
import type { CallCommands, CallValues, LocalIceCandidate } from './call-commands.js';
import type { CallContext, CallInit } from './call-context.js';
import { CommandError, invalidState } from './command-error.js';
import { CANCELLED, LOCAL_HANG_UP, REJECTED, SIGNALING_LOST, afterMedia } from './endings.js';
import { endingOf, endingOfIqError, endingOfJmi, failed, reasonOf } from './endings.js';
import type { Ending, Phase } from './endings.js';
import { Invitation } from './invitation.js';
import type { About } from './invitation.js';
import { WAITS } from './limits.js';
import { MEDIA_EVENTS, MediaWatch } from './media-watch.js';
import { PeerWatch } from './peer-watch.js';
import type { EndKind } from './peer-watch.js';
import type { Habits } from './peers.js';
import { callChanged, incomingCall } from './report.js';
import { Runner } from './machine-runner.js';
import { JingleSession } from './jingle-session.js';
import { Timers } from './timers.js';

/** One call: its invitation, its session and what its user is told. Owned by the CallManager. */
export class Call implements CallCommands {
  readonly sid: string;
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  /** Bare JID of the other side. */
  readonly peer: string;
  /** Where the callee is proposed to: bare, or full where the user named a device. Incoming: the caller's full JID. */
  readonly target: string;
  readonly context: CallContext;
  readonly timers: Timers;
  readonly session: JingleSession;
  readonly peerWatch: PeerWatch;
  media: readonly MediaKind[];
  /** Full JID of the device that is called, or that calls; undefined until it is known. */
  device: string | undefined;
  readonly #onEnded: () => void;
  readonly #invitation: Invitation;
  readonly #watch: MediaWatch;
  readonly #machine: Runner<CallState, CallEvent, CallEffect>;
  /** The page knows of this call. */
  #announced: boolean;
  #started = false;
  /** An offer of the page's that waits for a device to go to. */
  #offer: string | undefined;
  #ending: Ending | undefined;
  /** Ends that all requests of the peer are answered. */
  #limitPeer: (() => void) | undefined;

  constructor({ sid, id, direction, peer, media }: CallInit, context: CallContext, onEnded: () => void) {
    this.sid = sid;
    this.id = id;
    this.direction = direction;
    this.peer = bareOf(peer) ?? peer;
    this.target = peer;
    this.context = context;
    this.#onEnded = onEnded;
    this.media = media;
    this.#announced = direction === 'outgoing';
    this.device = this.#announced ? undefined : peer;
    this.timers = new Timers(context.environment, (task) => {
      this.guard(task);
    });
    this.peerWatch = new PeerWatch(this);
    this.#machine = new Runner(callMachine, context.environment, this.#announced ? 'calling' : 'incoming');
    this.#invitation = new Invitation(this);
    this.#watch = new MediaWatch(this);
    this.session = new JingleSession(this);
  }

  get state(): CallState {
    return this.#machine.state;
  }

  get jmiState(): JmiState {
    return this.#invitation.state;
  }

  /** What the client of the device is known for. */
  get habits(): Habits | undefined {
    return this.peerWatch.habits;
  }

  get peerTakesPart(): boolean {
    return this.peerWatch.takesPart(this.device);
  }

  /** The page knows of this call. */
  get isAnnounced(): boolean {
    return this.#announced;
  }

  /** Waiting for an answer of ours: it rings, or is about to. */
  get asking(): boolean {
    return this.state === 'incoming';
  }

  /** The call goes on without signaling: nothing but its end can be said. */
  get alone(): boolean {
    return this.#watch.alone;
  }

  get phase(): Phase {
    return this.asking ? 'asking' : this.state === 'calling' || this.state === 'ringing' ? 'asked' : 'agreed';
  }

  /** ms that this call may ring. */
  get ringMs(): number {
    if (this.direction === 'outgoing') return this.context.settings.ringTimeoutMs;
    return incomingRingMs(this.context, this.target);
  }

  /** Runs a task; what it throws is a fault of ours and ends the call. `commanded`: but for a CommandError. */
  guard<T>(task: () => T, commanded = false): T | undefined {
    try {
      return task();
    } catch (error) {
      if (commanded && error instanceof CommandError) throw error;
      const detail = String(error);
      this.context.environment.log('error', 'fault in a call', { call: this.id, error: detail });
      this.end(failed('internal', detail), 'general-error');
      return undefined;
    }
  }

  // What the page commands.

  propose(): void {
    if (this.direction !== 'outgoing' || this.#started) throw invalidState('cannot be proposed');
    this.#started = true;
    if (this.target === this.peer) this.#invitation.take('propose');
    else void this.#reachDevice(this.target);
  }

  acceptCall(): void {
    if (this.jmiState === 'ringing') {
      this.#invitation.take('accept');
    } else if (this.asking && this.#announced && this.session.begun) {
      this.timers.stop('ring');
      this.#step('agree');
      this.#begin();
    } else {
      throw invalidState('not ringing');
    }
  }

  rejectCall(): void {
    if (!this.asking) throw invalidState('not ringing');
    this.end(REJECTED, 'decline');
  }

  hangUp({ gone }: Pick<CallValues['hangUp'], 'gone'>): void {
    const pending = this.direction === 'outgoing' ? 'cancel' : 'decline';
    if (this.asking && gone) this.#leave();
    else if (this.asking) this.end(REJECTED, pending);
    else this.end(LOCAL_HANG_UP, gone ? 'gone' : this.session.state === 'active' ? 'success' : pending);
  }

  /** The first offer may wait for a device to go to. */
  localDescription({ type, sdp }: Pick<CallValues['localDescription'], 'type' | 'sdp'>): void {
    const { exchange, begun } = this.session;
    if (type === 'answer') {
      this.session.localAnswer(sdp);
      this.timers.stop('page');
    } else if (this.direction === 'outgoing' && this.device === undefined) {
      this.#offer = sdp;
    } else {
      exchange.localOffer(sdp);
      if (!begun) this.#awaitAccept();
    }
  }

  localCandidate(candidate: LocalIceCandidate): void {
    this.session.exchange.localCandidate(candidate);
  }

  sendSafetyMessage({ message }: Pick<CallValues['sendSafetyMessage'], 'message'>): void {
    this.session.safety.send(message);
  }

  setMuted({ contents }: Pick<CallValues['setMuted'], 'contents'>): void {
    this.session.muting.set(contents);
  }

  mediaConnection({ state, hadRelay }: Pick<CallValues['mediaConnection'], 'state' | 'hadRelay'>): void {
    const event = MEDIA_EVENTS[state];
    this.#watch.hadRelay = hadRelay;
    if (event !== 'media connected') this.context.stream.hintOnline();
    this.#execute(this.#machine.command(event));
  }

  refuseOffer({ detail }: Pick<CallValues['refuseOffer'], 'detail'>): void {
    this.session.exchange.localRefusal(detail);
  }

  mediaFailure({ code, detail }: Pick<CallValues['mediaFailure'], 'code' | 'detail'>): void {
    this.end(failed(code, detail), reasonOf(code));
  }

  // What peers, servers and our other devices say.

  /** Takes an event of the invitation (XEP-0353). */
  invite(event: JmiEvent, about?: About): void {
    this.guard(() => {
      this.#invitation.take(event, about);
    });
  }

  /** Presence of a device (XEP-0166 §6.9). */
  presence(device: string, available: boolean): void {
    if (this.device !== undefined && isSameJid(device, this.device)) this.#watch.peerIs(available);
  }

  /** The device of the peer is not there any more. */
  peerLost(): void {
    const reason: Reason = { condition: 'gone' };
    if (this.jmiState === 'ringing') this.#invitation.take('receive retract', { reason });
    else if (this.#watch.hasFlowed) this.#watch.giveUp();
    else this.end(endingOf(reason, this.phase), this.phase === 'agreed' ? 'connectivity-error' : 'timeout');
  }

  /** Our address is another one now: who knew the old one does not know us any more. */
  signalingLost(): void {
    this.#step('signaling lost');
  }

  /** Ends without a word. */
  drop(): void {
    this.end(SIGNALING_LOST, undefined, undefined, 'drop');
  }

  /** An end that was claimed from another address, and that the device did not deny. */
  endedBy(kind: EndKind, reason: Reason | undefined): void {
    if (kind !== 'session-terminate' && this.jmiState !== 'idle') this.invite(`receive ${kind}`, { reason });
    else if (this.session.begun) this.terminated(reason);
  }

  restartIce(): void {
    this.session.exchange.wantOffer(true);
  }

  /** More is known of a device of the peer. */
  learnt(): void {
    if (this.state === 'active') this.session.safety.offer();
  }

  // What the invitation brings.

  announce(): void {
    this.#announced = true;
    this.tell(incomingCall(this, this.target, this.media));
    this.peerWatch.announce();
    this.peerWatch.watch();
  }

  /** A device of the callee rings, by its message or by session-info. */
  alerting(device?: string): void {
    // An account has no features of a device: what rings from the bare address says nothing.
    const isDevice = device !== undefined && device !== this.peer;
    if (isDevice && !this.peerWatch.hasAsked(device)) void this.peerWatch.learn(device);
    if (this.direction === 'outgoing') this.#step('alert');
  }

  initiateTo(device: string): void {
    this.device = device;
    this.#step('agree');
    this.#initiate(device);
  }

  awaitInitiate(): void {
    this.#step('agree');
    this.wait('initiate');
  }

  invitationEnded(outcome: JmiOutcome, { reason, bounce }: About): void {
    this.end(endingOfJmi(outcome, reason, bounce), outcome === 'migrated' ? 'expired' : 'success');
  }

  // What the session brings.

  /** An event for the page, while the call lasts. */
  tell(event: PageEvent): void {
    if (!this.#ending) this.context.tell(event);
  }

  /** The peer's offer can be answered; it waits for `begin`. */
  offered(media: readonly MediaKind[]): void {
    if (this.jmiState === 'proceeding') {
      this.timers.stop('initiate');
      const proposed = media.length === this.media.length && media.every((kind) => this.media.includes(kind));
      if (proposed) this.#begin();
      else this.end(failed('security-failed', 'not the media proposed'), 'security-error');
      return;
    }
    this.media = media;
    this.session.send('session-info', { info: { kind: 'ringing' } });
    this.announce();
    this.#startRing();
  }

  status(held: boolean, contents: readonly SessionContent[]): void {
    if (this.#announced) this.tell({ case: 'remoteInfo', value: { callId: this.id, held, contents } });
  }

  /** session-accept arrived. */
  accepted(): void {
    this.timers.stop('accept', 'ring');
    this.#step('agree');
  }

  /** session-terminate arrived. */
  terminated(reason: Reason | undefined): void {
    this.end(endingOf(reason, this.phase), undefined, reason);
  }

  /** The peer does not know or take this session. */
  refused(error: IqError): void {
    // Whoever has media goes on without the stream.
    if (error.condition === 'disconnected' && this.#watch.flowing) return;
    const known = this.session.state === 'active' && error.application !== 'unknown-session';
    this.end(endingOfIqError(error), known ? 'general-error' : undefined, { condition: 'general-error' });
  }

  /** Both called, and the peer's call wins. */
  outbid(): void {
    this.end(CANCELLED, undefined, { condition: 'expired' });
  }

  /**
   * Ends the call, once.
   * @param told the reason that the peer is given; undefined where it knows or cannot be told in the session
   * @param reason what the messages around the session repeat
   */
  end(
    ending: Ending,
    told?: ReasonCondition,
    reason: Reason | undefined = told && { condition: told },
    how?: 'drop',
  ): void {
    if (this.#ending) return;
    this.#ending = this.#watch.hasFlowed ? afterMedia(ending) : ending;
    const withdrawn = !this.session.begun && (this.direction === 'outgoing' || ending === REJECTED);
    if (reason) this.#invitation.reason = reason;
    try {
      this.session.close(told);
      this.#invitation.take(how ?? (withdrawn ? 'withdraw' : 'session over'));
    } catch (error) {
      this.context.environment.log('error', 'peer not told', { call: this.id, error: String(error) });
    }
    this.#step('end');
    this.peerWatch.stop();
    this.timers.stopAll();
    this.#limitPeer?.();
    this.#onEnded();
  }

  /** Gives a step its time. */
  wait(step: keyof typeof WAITS): void {
    const [ms, code, detail, told] = WAITS[step];
    this.timers.start(step, ms, () => {
      this.end(failed(code, detail), told);
    });
  }

  /** A device that was named: by JMI where it can, else session-initiate is what rings. */
  async #reachDevice(device: string): Promise<void> {
    const reach = await this.peerWatch.learn(device);
    if (this.#ending) return;
    this.guard(() => {
      if (reach === 'jmi') {
        this.#invitation.take('propose');
      } else if (reach === 'direct') {
        this.#startRing();
        this.#initiate(device);
      } else {
        this.end(failed('callee-unavailable', 'takes no calls of this kind'));
      }
    });
  }

  /** Goes without a decision: other devices of the account may still answer, unless the call is for this one only. */
  #leave(): void {
    const isOnlyHere = this.jmiState === 'idle' || this.context.settings.anonymous;
    if (isOnlyHere) this.end(LOCAL_HANG_UP, 'gone');
    else this.end(LOCAL_HANG_UP, undefined, undefined, 'drop');
  }

  /** From the new address the peer may still be told, but for a call that other devices of ours can answer. */
  #dropAfterRebind(): void {
    if (this.asking && this.jmiState !== 'idle') this.drop();
    else this.end(SIGNALING_LOST, 'gone');
  }

  #startRing(): void {
    this.timers.start('ring', this.ringMs, () => {
      this.end(endingOf({ condition: 'timeout' }, this.phase), 'timeout');
    });
  }

  #initiate(device: string): void {
    this.device = device;
    void this.peerWatch.learn(device);
    this.peerWatch.watch();
    if (this.#offer === undefined) {
      this.wait('page');
    } else {
      this.session.exchange.localOffer(this.#offer);
      this.#awaitAccept();
    }
  }

  #begin(): void {
    this.wait('page');
    this.session.exchange.begin();
  }

  #awaitAccept(): void {
    this.timers.stop('page');
    if (this.jmiState === 'agreed' && this.session.live) this.wait('accept');
  }

  /** An event of the peer's; nothing where the table does not list it. */
  #step(event: CallEvent): void {
    // Nobody is out of the limit for strangers by ringing here.
    if (event === 'agree') this.#limitPeer ??= this.context.stream.exempt(this.peer);
    this.#execute(this.#machine.step(event) ?? []);
  }

  #report(): void {
    this.context.tell(callChanged(this, this.state, this.device, this.#ending));
    if (this.state === 'active') this.session.safety.offer();
  }

  #execute(effects: readonly CallEffect[]): void {
    for (const effect of effects) {
      if (effect === 'drop') this.#dropAfterRebind();
      else if (effect !== 'report') this.#watch.execute(effect);
      else if (this.#announced) this.#report();
    }
  }
}
