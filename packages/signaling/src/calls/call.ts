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
import type { CallContext, CallInit } from './call-context.js';
import { CallControls } from './call-controls.js';
import { ChatLoader } from './chat/chat-loader.js';
import { CommandError } from './command-error.js';
import { CANCELLED, REJECTED, SIGNALING_LOST, afterMedia } from './endings.js';
import { endingOf, endingOfIqError, endingOfJmi, failed } from './endings.js';
import type { Ending, Phase } from './endings.js';
import { Initiation } from './initiation.js';
import { Invitation } from './invitation.js';
import type { About } from './invitation.js';
import { WAITS } from './limits.js';
import { MediaWatch } from './media-watch.js';
import { PeerWatch } from './peer-watch.js';
import type { EndKind } from './peer-watch.js';
import type { Habits } from './peers.js';
import { callChanged, incomingCall } from './report.js';
import { Runner } from './machine-runner.js';
import { JingleSession } from './jingle-session.js';
import { Timers } from './timers.js';

/** One call: its invitation, its session and what its user is told. Owned by the CallManager. */
export class Call {
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
  readonly invitation: Invitation;
  readonly initiation: Initiation;
  readonly mediaWatch: MediaWatch;
  readonly chat: ChatLoader;
  readonly controls: CallControls;
  media: readonly MediaKind[];
  /** Full JID of the device that is called, or that calls; undefined until it is known. */
  device: string | undefined;
  readonly #onEnded: () => void;
  readonly #machine: Runner<CallState, CallEvent, CallEffect>;
  /** The page knows of this call. */
  #announced: boolean;
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
    this.invitation = new Invitation(this);
    this.mediaWatch = new MediaWatch(this);
    this.session = new JingleSession(this);
    this.initiation = new Initiation(this);
    this.chat = new ChatLoader(this);
    this.controls = new CallControls(this);
  }

  get state(): CallState {
    return this.#machine.state;
  }

  get jmiState(): JmiState {
    return this.invitation.state;
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

  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  /** The callee's device, where the user named one. */
  get namedDevice(): string | undefined {
    return this.target === this.peer ? undefined : this.target;
  }

  /** Both sides agreed by messages of the invitation. */
  get isAgreed(): boolean {
    return this.jmiState === 'agreed';
  }

  /** Waiting for an answer of ours: it rings, or is about to. */
  get asking(): boolean {
    return this.state === 'incoming';
  }

  /** The call goes on without signaling: nothing but its end can be said. */
  get alone(): boolean {
    return this.mediaWatch.alone;
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

  // What the commands of the page bring.

  /** Takes an event of the page's. */
  command(event: CallEvent): void {
    this.#execute(this.#machine.command(event));
  }

  /** The user answers a session that came without an invitation. */
  answerSession(): void {
    this.timers.stop('ring');
    this.#step('agree');
    this.#begin();
  }

  // What peers, servers and our other devices say.

  /** Takes an event of the invitation (XEP-0353). */
  invite(event: JmiEvent, about?: About): void {
    this.guard(() => {
      this.invitation.take(event, about);
    });
  }

  /** Presence of a device (XEP-0166 §6.9). */
  presence(device: string, available: boolean): void {
    if (this.device !== undefined && isSameJid(device, this.device)) this.mediaWatch.peerIs(available);
  }

  /** The device of the peer is not there any more. */
  peerLost(): void {
    const reason: Reason = { condition: 'gone' };
    if (this.jmiState === 'ringing') this.invitation.take('receive retract', { reason });
    else if (this.mediaWatch.hasFlowed) this.mediaWatch.giveUp();
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

  propose(): void {
    this.invitation.take('propose');
  }

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
    this.initiation.initiate(device);
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
    this.startRing();
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
    if (error.condition === 'disconnected' && this.mediaWatch.flowing) return;
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
    this.#ending = this.mediaWatch.hasFlowed ? afterMedia(ending) : ending;
    const withdrawn = !this.session.begun && (this.direction === 'outgoing' || ending === REJECTED);
    if (reason) this.invitation.reason = reason;
    try {
      this.session.close(told);
      this.invitation.take(how ?? (withdrawn ? 'withdraw' : 'session over'));
    } catch (error) {
      this.context.environment.log('error', 'peer not told', { call: this.id, error: String(error) });
    }
    this.#step('end');
    this.chat.dispose();
    this.peerWatch.stop();
    this.timers.stopAll();
    this.#limitPeer?.();
    this.#onEnded();
  }

  /** Gives the user the time to answer. */
  startRing(): void {
    this.timers.start('ring', this.ringMs, () => {
      this.end(endingOf({ condition: 'timeout' }, this.phase), 'timeout');
    });
  }

  /** Gives a step its time. */
  wait(step: keyof typeof WAITS): void {
    const [ms, code, detail, told] = WAITS[step];
    this.timers.start(step, ms, () => {
      this.end(failed(code, detail), told);
    });
  }

  /** From the new address the peer may still be told, but for a call that other devices of ours can answer. */
  #dropAfterRebind(): void {
    if (this.asking && this.jmiState !== 'idle') this.drop();
    else this.end(SIGNALING_LOST, 'gone');
  }

  #begin(): void {
    this.wait('page');
    this.session.exchange.begin();
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
      else if (effect !== 'report') this.mediaWatch.execute(effect);
      else if (this.#announced) this.#report();
    }
  }
}
