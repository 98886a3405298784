import { bareOf, callMachine, isSameJid } from '@xmpp-call/jingle';
import type {
  CallEffect,
  CallEvent,
  CallState,
  Jingle,
  JmiEvent,
  JmiOutcome,
  JmiState,
  MediaKind,
  Reason,
  ReasonCondition,
} from '@xmpp-call/jingle';
import { EndReason, ErrorCode, MediaConnectionState } from '@xmpp-call/wire';
import { withGuard } from '../environment.js';
import type { IqError, IqReply } from '../stanza-stream.js';
import { LIMITS_MS } from './call-context.js';
import type { CallContext, CallInit } from './call-context.js';
import { CallTimers } from './call-timers.js';
import { LOCAL_HANG_UP, REJECTED, REMOTE_HANG_UP } from './endings.js';
import { endingOf, endingOfIqError, endingOfJmi, endingOfLoss, failed, reasonOf } from './endings.js';
import type { Ending, Phase, Problem } from './endings.js';
import { Devices } from './devices.js';
import { Invitation } from './invitation.js';
import type { About, InvitationOwner } from './invitation.js';
import type { LocalIceCandidate } from './local-candidates.js';
import { MediaWatch } from './media-watch.js';
import { UNMUTED } from './muting.js';
import { invalidState } from './page.js';
import { toPage } from './report.js';
import { Runner } from './runner.js';
import type { JingleSession } from './session.js';
import type { RemoteIceCandidate, RemoteStatus, SessionOwner } from './session-owner.js';
import { SessionSlot } from './session-slot.js';

/** One call: its invitation, its session and what its user is told. Owned by the CallRegistry. */
export class Call implements SessionOwner, InvitationOwner {
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  /** Bare JID of the other side. */
  readonly peer: string;
  readonly #target: string;
  readonly #context: CallContext;
  readonly #onEnded: () => void;
  readonly #invitation: Invitation;
  readonly #call: Runner<CallState, CallEvent, CallEffect, never>;
  readonly #watch: MediaWatch;
  readonly #timers: CallTimers;
  readonly #slot = new SessionSlot();
  readonly #devices: Devices;
  #media: readonly MediaKind[];
  /** Full JID of the device that is called, or that calls. */
  #device: string | undefined;
  /** The page knows of this call. */
  #announced: boolean;
  #started = false;
  #ending: Ending | undefined;
  #status: RemoteStatus = UNMUTED;

  constructor(init: CallInit, context: CallContext, onEnded: () => void) {
    const { id, direction, peer, media } = init;
    this.id = id;
    this.direction = direction;
    this.peer = bareOf(peer) ?? peer;
    this.#target = peer;
    this.#device = direction === 'incoming' ? peer : undefined;
    this.#media = media;
    this.#announced = direction === 'outgoing';
    this.#onEnded = onEnded;
    const environment = withGuard(context.environment, (task) => {
      this.guard(task);
    });
    this.#context = { ...context, environment };
    this.#call = new Runner(callMachine, direction === 'outgoing' ? 'calling' : 'incoming');
    this.#invitation = new Invitation({ id, direction, target: peer, media, context: this.#context, owner: this });
    this.#timers = new CallTimers(environment, (ending, told) => {
      this.#finish(ending, told);
    });
    this.#devices = new Devices(context.stream, environment);
    this.#watch = new MediaWatch(environment, (loss) => {
      this.#finish(endingOfLoss(loss, this.#phase), 'connectivity-error');
    });
  }

  get state(): CallState {
    return this.#call.state;
  }

  get jmiState(): JmiState {
    return this.#invitation.state;
  }

  /** Full JID of the device on the other side, once known. */
  get device(): string | undefined {
    return this.#device;
  }

  get session(): JingleSession | undefined {
    return this.#slot.session;
  }

  get ended(): boolean {
    return this.#ending !== undefined;
  }

  /** Waiting for an answer of ours: it rings, or is about to. */
  get asking(): boolean {
    return this.state === 'incoming';
  }

  /** Runs a task; what it throws is a fault of ours and ends the call. */
  guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      const detail = messageOf(error);
      this.#context.environment.log('error', 'a call failed by a fault of its own', { call: this.id, error: detail });
      this.#finish(failed(ErrorCode.INTERNAL, detail), 'general-error');
    }
  }

  // What the page commands. Everything here may throw a CommandError where it does not fit the state.

  propose(): void {
    if (this.direction !== 'outgoing' || this.#started) throw invalidState('this call cannot be proposed');
    this.#started = true;
    if (this.#target === this.peer) this.#invitation.take('propose');
    else void this.#reachDevice(this.#target);
  }

  accept(): void {
    if (this.jmiState === 'ringing') {
      this.#invitation.take('accept');
    } else if (this.asking && this.#announced && this.session) {
      this.#timers.stop('ring');
      this.#step('agree');
      this.#begin(this.session);
    } else {
      throw invalidState('this call is not ringing here');
    }
  }

  reject(): void {
    if (!this.asking) throw invalidState('this call is not ringing here');
    this.#finish(REJECTED, 'decline');
  }

  /** @param gone the page is going away */
  hangUp(gone: boolean): void {
    if (this.asking) {
      this.#finish(REJECTED, 'decline');
      return;
    }
    const pending = this.direction === 'outgoing' ? 'cancel' : 'decline';
    const usual = this.session?.state === 'active' ? 'success' : pending;
    this.#finish(LOCAL_HANG_UP, gone ? 'gone' : usual);
  }

  localOffer(sdp: string): void {
    if (this.session) {
      const first = !this.session.begun;
      this.session.localOffer(sdp);
      if (first) this.#awaitAccept();
    } else if (this.direction === 'outgoing') {
      this.#slot.keepOffer(sdp);
    } else {
      throw invalidState('the peer offers first');
    }
  }

  localAnswer(sdp: string): void {
    if (!this.session) throw invalidState('there is no offer to answer');
    this.session.localAnswer(sdp);
    this.#timers.stop('page');
  }

  localCandidate(candidate: LocalIceCandidate): void {
    this.#slot.localCandidate(candidate);
  }

  mediaConnection(state: MediaConnectionState, hadRelay: boolean): void {
    switch (state) {
      case MediaConnectionState.CONNECTED:
        this.#command('media connected');
        this.#watch.connected();
        if (this.#status.held) this.#step('peer holds');
        return;
      case MediaConnectionState.DISCONNECTED:
        this.#command('media disconnected');
        if (this.state === 'reconnecting') this.#watch.disconnected();
        return;
      case MediaConnectionState.FAILED:
        this.#command('media failed', hadRelay);
        return;
      case MediaConnectionState.UNSPECIFIED:
        throw invalidState('unknown state of the media connection');
    }
  }

  mediaFailure(code: ErrorCode, detail: string): void {
    this.#finish(failed(code, detail), reasonOf(code));
  }

  setMuted(audio: boolean, video: boolean): void {
    this.#slot.setMuted(audio, video);
  }

  // What peers, servers and our other devices say.

  /** Takes an event of the invitation (XEP-0353). */
  invite(event: JmiEvent, about?: About): void {
    this.guard(() => {
      this.#invitation.take(event, about);
    });
  }

  /** The peer starts over in another call; this one is orphaned (XEP-0353 §3.7). */
  migrate(newId: string): void {
    this.guard(() => {
      if (this.jmiState === 'idle') this.#finish(REMOTE_HANG_UP, 'expired');
      else this.#invitation.migrate(newId);
    });
  }

  /** Asks what a device can do, for its habits. */
  learn(device: string): void {
    this.#devices.learn(device);
  }

  /** A session-initiate of the calling device, direct or after our proceed. */
  receiveInitiate(jingle: Jingle): IqReply {
    const session = this.session ?? this.#open('responder', this.#device ?? this.peer);
    return session.receive(jingle);
  }

  /** Presence of a device. */
  presence(device: string, available: boolean): void {
    if (this.#device !== undefined && isSameJid(device, this.#device)) this.#watch.peerIs(available);
  }

  /** Our address is another one now: whoever knew the old one cannot be reached in this call. */
  drop(): void {
    this.#finish(failed(ErrorCode.SIGNALING_LOST, 'the XMPP session was lost'), undefined, 'drop');
  }

  // InvitationOwner

  announce(): void {
    this.#announced = true;
    this.#context.tell(toPage.incoming(this.id, this.#device ?? this.peer, this.#media));
  }

  alertedBy(device: string | undefined): void {
    if (device !== undefined) this.learn(device);
    this.#step('alert');
  }

  initiateTo(device: string): void {
    this.#device = device;
    this.#step('agree');
    this.#initiate(device);
  }

  awaitInitiate(): void {
    this.#step('agree');
    this.#timers.awaitInitiate();
  }

  invitationEnded(outcome: JmiOutcome, { reason, bounce }: About): void {
    this.#finish(endingOfJmi(outcome, reason, bounce), outcome === 'migrated' ? 'expired' : 'success');
  }

  // SessionOwner

  offered(media: readonly MediaKind[]): void {
    const session = this.session;
    if (this.ended || !session) return;
    if (this.jmiState === 'proceeding') {
      this.#timers.stop('initiate');
      const proposed = media.length === this.#media.length && media.every((kind) => this.#media.includes(kind));
      if (proposed) this.#begin(session);
      else this.failed({ reason: 'security-error', code: ErrorCode.SECURITY_FAILED, detail: 'not the media proposed' });
      return;
    }
    this.#media = media;
    session.sendRinging();
    this.announce();
    this.#startRing(LIMITS_MS.incomingRing);
  }

  describe(type: 'offer' | 'answer', sdp: string, rejectedMids: readonly string[]): void {
    if (!this.ended) this.#context.tell(toPage.description(this.id, type, sdp, rejectedMids));
  }

  candidate(candidate: RemoteIceCandidate): void {
    if (!this.ended) this.#context.tell(toPage.candidate(this.id, candidate));
  }

  wantOffer(iceRestart: boolean): void {
    if (!this.ended) this.#context.tell(toPage.offerWanted(this.id, iceRestart));
  }

  status(status: RemoteStatus): void {
    if (this.ended) return;
    const { held } = this.#status;
    this.#status = status;
    if (this.#announced) this.#context.tell(toPage.info(this.id, status));
    if (held !== status.held) this.#step(status.held ? 'peer holds' : 'peer resumes');
  }

  alerting(): void {
    if (this.direction === 'outgoing') this.#step('alert');
  }

  accepted(): void {
    this.#timers.stop('accept');
    this.#timers.stop('ring');
    this.#step('agree');
  }

  terminated(reason: Reason | undefined): void {
    this.#invitation.reason = reason;
    this.#finish(endingOf(reason, this.#phase), undefined);
  }

  failed(problem: Problem): void {
    this.#finish(failed(problem.code, problem.detail), problem.reason);
  }

  refused(error: IqError): void {
    this.#invitation.reason = { condition: 'general-error' };
    const known = this.session?.state === 'active' && error.application !== 'unknown-session';
    this.#finish(endingOfIqError(error), known ? 'general-error' : undefined);
  }

  outbid(): void {
    this.#invitation.reason = { condition: 'expired' };
    this.#finish({ reason: EndReason.CANCELLED }, undefined);
  }

  emptied(): void {
    this.#finish(REMOTE_HANG_UP, 'success');
  }

  /** A device that was named: by JMI where it can, else at once. */
  async #reachDevice(device: string): Promise<void> {
    const reach = await this.#devices.reach(device, this.#media);
    if (this.ended) return;
    this.guard(() => {
      if (reach === 'jmi') this.#invitation.take('propose');
      else if (reach === 'direct') this.#callDirectly(device);
      else this.#finish(failed(ErrorCode.CALLEE_UNAVAILABLE, 'this device takes no calls of this kind'), undefined);
    });
  }

  /** Calls a device that does not speak JMI: session-initiate is what rings. */
  #callDirectly(device: string): void {
    this.#device = device;
    this.#startRing(this.#context.settings.ringTimeoutMs);
    this.#initiate(device);
  }

  #startRing(ms: number): void {
    this.#timers.awaitAnswer(ms, () => {
      this.#finish(endingOf({ condition: 'timeout' }, this.#phase), 'timeout');
    });
  }

  #initiate(device: string): void {
    const session = this.#open('initiator', device);
    this.learn(device);
    const offer = this.#slot.takeOffer();
    if (offer === undefined) {
      this.#timers.awaitPage();
    } else {
      session.localOffer(offer);
      this.#awaitAccept();
    }
  }

  #begin(session: JingleSession): void {
    this.#timers.awaitPage();
    session.begin();
  }

  #awaitAccept(): void {
    this.#timers.stop('page');
    if (this.jmiState === 'agreed' && this.session?.live) this.#timers.awaitAccept();
  }

  #open(role: 'initiator' | 'responder', peer: string): JingleSession {
    const { stream, environment, defer } = this.#context;
    const { alwaysSendersBoth } = this.#devices.habitsOf(peer);
    const guard = (task: () => void) => {
      this.guard(task);
    };
    return this.#slot.open({
      sid: this.id,
      role,
      peer,
      alwaysSendersBoth,
      stream,
      environment,
      owner: this,
      guard,
      defer: (task) => {
        defer(() => {
          guard(task);
        });
      },
    });
  }

  /** What an event of the page's does. @throws CommandError where the table does not list it. */
  #command(event: CallEvent, hadRelay = true): void {
    const next = this.#call.step(event);
    if ('error' in next) throw invalidState(`${event} while ${this.state}`);
    for (const effect of next.effects) this.#execute(effect, hadRelay);
  }

  /** What an event of the peer's does; nothing where the table does not list it. */
  #step(event: CallEvent): void {
    const next = this.#call.step(event);
    if ('error' in next) {
      this.#context.environment.log('debug', 'no such step in this call', { event, state: this.state });
      return;
    }
    for (const effect of next.effects) this.#execute(effect, true);
  }

  #execute(effect: CallEffect, hadRelay: boolean): void {
    switch (effect) {
      case 'report':
        if (this.#announced) this.#context.tell(toPage.changed(this.id, this.state, this.#device, this.#ending));
        return;
      case 'watch-connecting':
        this.#watch.connecting();
        return;
      case 'stop-watching':
        this.#watch.stop();
        return;
      case 'restart-ice':
        this.#restartIce();
        return;
      case 'give-up': {
        const code = hadRelay ? ErrorCode.CONNECTIVITY_FAILED : ErrorCode.TURN_MISSING;
        this.#finish(failed(code, 'no path to the peer'), 'connectivity-error');
        return;
      }
    }
  }

  /** Of two that both notice, the initiator starts, so that their restarts do not cross. */
  #restartIce(): void {
    const first = this.#watch.restarting();
    const { session } = this;
    if (!first || session?.role !== 'initiator' || this.#devices.habitsOf(session.peer).deafToRestart) return;
    session.wantOffer(true);
  }

  get #phase(): Phase {
    if (this.state !== 'calling' && this.state !== 'ringing' && this.state !== 'incoming') return 'agreed';
    return this.direction === 'outgoing' ? 'asked' : 'asking';
  }

  /** @param told the reason that the peer is given; undefined where it knows or cannot be told in the session */
  #finish(ending: Ending, told: ReasonCondition | undefined, how?: 'drop'): void {
    if (this.#ending) return;
    this.#ending = ending;
    try {
      this.#sayGoodbye(ending, told, how);
    } catch (error) {
      this.#context.environment.log('error', 'the peer could not be told', { call: this.id, error: messageOf(error) });
    }
    this.#step('end');
    this.#watch.stop();
    this.#timers.stopAll();
    this.#invitation.stop();
    this.#slot.clear();
    this.#onEnded();
  }

  #sayGoodbye(ending: Ending, told: ReasonCondition | undefined, how: 'drop' | undefined): void {
    const begun = this.session?.begun ?? false;
    if (told !== undefined) this.#invitation.reason = { condition: told };
    if (told === undefined) this.session?.close();
    else this.session?.terminate(told);
    const withdrawn = !begun && (this.direction === 'outgoing' || ending === REJECTED);
    this.#invitation.take(how ?? (withdrawn ? 'withdraw' : 'session over'));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
