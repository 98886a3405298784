import { bareOf, buildJmi, callMachine, isSameJid, jmiMachine } from '@xmpp-call/jingle';
import type {
  CallEffect,
  CallEvent,
  CallState,
  Jingle,
  JmiEffect,
  JmiEvent,
  JmiMessage,
  JmiState,
  MediaKind,
  Reason,
  ReasonCondition,
} from '@xmpp-call/jingle';
import { EndReason, ErrorCode, MediaConnectionState } from '@xmpp-call/wire';
import type { IqError, IqReply } from '../stanza-stream.js';
import { withGuard } from '../environment.js';
import { LIMITS_MS } from './call-context.js';
import type { CallContext, CallInit } from './call-context.js';
import {
  LOCAL_HANG_UP,
  REJECTED,
  REMOTE_HANG_UP,
  endingOf,
  endingOfIqError,
  endingOfJmi,
  failed,
  reasonOf,
} from './endings.js';
import type { Ending, Phase, Problem } from './endings.js';
import type { LocalIceCandidate } from './local-candidates.js';
import { UNMUTED } from './muting.js';
import { CommandError } from './page.js';
import { NO_HABITS, habitsOf, reachOf } from './peers.js';
import { toPage } from './report.js';
import { Runner } from './runner.js';
import { JingleSession } from './session.js';
import type { RemoteIceCandidate, RemoteStatus, SessionOwner } from './session-owner.js';
import { Timers } from './timers.js';

type TimerName =
  'settle' | 'ring' | 'session' | 'accept' | 'page' | 'connect' | 'reconnect' | 'restart' | 'gone' | 'reach';

const MAX_CANDIDATES = 256;

interface About {
  readonly from?: string;
  readonly reason?: Reason | undefined;
  /** Condition of the error that came back. */
  readonly bounce?: string;
}

/** One call: its invitation, its session and what its user is told. Owned by the CallManager. */
export class Call implements SessionOwner {
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  /** Bare JID of the other side. */
  readonly peer: string;
  readonly #target: string;
  readonly #context: CallContext;
  readonly #onEnded: (call: Call) => void;
  readonly #jmi = new Runner<JmiState, JmiEvent, JmiEffect, never>(jmiMachine);
  readonly #call: Runner<CallState, CallEvent, CallEffect, never>;
  readonly #timers: Timers<TimerName>;
  #media: readonly MediaKind[];
  /** Full JID of the device that is called, or that calls. */
  #device: string | undefined;
  #session: JingleSession | undefined;
  #habits = NO_HABITS;
  /** The page knows of this call. */
  #announced: boolean;
  #started = false;
  #ending: Ending | undefined;
  /** What the peer gave as its reason, or what it is given. */
  #reason: Reason | undefined;
  #bounce: string | undefined;
  #migratedTo: string | undefined;
  #offer: string | undefined;
  #candidates: LocalIceCandidate[] = [];
  #muted = { audio: false, video: false };
  #status: RemoteStatus = UNMUTED;
  #peerLeft = false;

  constructor(init: CallInit, context: CallContext, onEnded: (call: Call) => void) {
    this.id = init.id;
    this.direction = init.direction;
    this.peer = bareOf(init.peer) ?? init.peer;
    this.#target = init.peer;
    this.#device = init.direction === 'incoming' ? init.peer : undefined;
    this.#media = init.media;
    this.#context = {
      ...context,
      environment: withGuard(context.environment, (task) => {
        this.guard(task);
      }),
    };
    this.#onEnded = onEnded;
    this.#announced = init.direction === 'outgoing';
    this.#call = new Runner(callMachine, init.direction === 'outgoing' ? 'calling' : 'incoming');
    this.#timers = new Timers(this.#context.environment);
  }

  get state(): CallState {
    return this.#call.state;
  }

  get jmiState(): JmiState {
    return this.#jmi.state;
  }

  get media(): readonly MediaKind[] {
    return this.#media;
  }

  /** Full JID of the device on the other side, once known. */
  get device(): string | undefined {
    return this.#device;
  }

  get ended(): boolean {
    return this.#ending !== undefined;
  }

  /** Waiting for an answer of ours: it rings, or is about to. */
  get asking(): boolean {
    return this.direction === 'incoming' && this.state === 'incoming';
  }

  /** Timers that run; none once the call has ended. */
  get timers(): number {
    return this.#timers.size;
  }

  get session(): JingleSession | undefined {
    return this.#session;
  }

  /** Runs a task; what it throws is a fault of ours and ends the call. */
  guard(task: () => void): void {
    try {
      task();
    } catch (error) {
      this.#context.environment.log('error', 'a call failed by a fault of its own', {
        call: this.id,
        error: describe(error),
      });
      this.#finish(failed(ErrorCode.INTERNAL, describe(error)), 'general-error');
    }
  }

  // ---- commands of the page

  /** Rings the callee. @throws CommandError */
  propose(): void {
    if (this.direction !== 'outgoing' || this.#started) throw invalidState('this call cannot be proposed');
    this.#started = true;
    if (this.#target === this.peer) this.#invite('propose');
    else void this.#reachDevice(this.#target);
  }

  /** @throws CommandError unless the call is ringing here */
  accept(): void {
    if (this.#jmi.state === 'ringing') {
      this.#invite('accept');
    } else if (this.asking && this.#announced && this.#session) {
      this.#timers.stop('ring');
      this.#step('agree');
      this.#begin(this.#session);
    } else {
      throw invalidState('this call is not ringing here');
    }
  }

  /** @throws CommandError unless the call is ringing here */
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
    const active = this.#session?.state === 'active';
    const pending = this.direction === 'outgoing' ? 'cancel' : 'decline';
    this.#finish(LOCAL_HANG_UP, gone ? 'gone' : active ? 'success' : pending);
  }

  /** @throws CommandError when no offer is due */
  localOffer(sdp: string): void {
    if (this.#session) {
      const first = !this.#session.begun;
      this.#session.localOffer(sdp);
      if (first) this.#awaitAccept();
    } else if (this.direction === 'outgoing') {
      this.#offer = sdp;
    } else {
      throw invalidState('the peer offers first');
    }
  }

  /** @throws CommandError when no answer is due */
  localAnswer(sdp: string): void {
    if (!this.#session) throw invalidState('there is no offer to answer');
    this.#session.localAnswer(sdp);
    this.#timers.stop('page');
  }

  localCandidate(candidate: LocalIceCandidate): void {
    if (this.#session) this.#session.localCandidate(candidate);
    else if (this.#candidates.length < MAX_CANDIDATES) this.#candidates.push(candidate);
  }

  /** @throws CommandError before there can be media */
  mediaConnection(state: MediaConnectionState, hadRelay: boolean): void {
    switch (state) {
      case MediaConnectionState.CONNECTED:
        this.#timers.stop('gone');
        this.#command('media connected');
        if (this.#status.held) this.#step('peer holds');
        return;
      case MediaConnectionState.DISCONNECTED:
        this.#command('media disconnected');
        this.#watchReconnecting();
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
    this.#muted = { audio, video };
    this.#session?.setMuted(audio, video);
  }

  // ---- what the peer and our other devices say

  /** Takes an event of the invitation (XEP-0353). `from`: the device that it is about. */
  invite(event: JmiEvent, about: About = {}): void {
    this.guard(() => {
      this.#invite(event, about);
    });
  }

  #invite(event: JmiEvent, about: About = {}): void {
    const next = this.#jmi.step(event);
    if ('error' in next) {
      this.#context.environment.log('debug', 'no such step in this invitation', { event, state: this.#jmi.state });
      return;
    }
    if (about.reason) this.#reason = about.reason;
    if (about.bounce !== undefined) this.#bounce = about.bounce;
    for (const effect of next.effects) this.#executeJmi(effect, about.from);
  }

  /** Queries what a device can do, for its habits. */
  learn(device: string): void {
    this.#context.stream.discoInfo(device).then(
      (info) => {
        if (this.#device === undefined || isSameJid(this.#device, device)) this.#habits = habitsOf(info);
      },
      (error: unknown) => {
        this.#context.environment.log('debug', 'the peer does not say what it can do', { error: describe(error) });
      },
    );
  }

  /** A session-initiate of the calling device, direct or after our proceed. */
  receiveInitiate(jingle: Jingle): IqReply {
    const session = this.#session ?? this.#open('responder', this.#device ?? this.peer);
    return session.receive(jingle);
  }

  /** Presence of a device (XEP-0166 §6.9). */
  presence(device: string, available: boolean): void {
    if (this.#device === undefined || !isSameJid(device, this.#device)) return;
    this.#peerLeft = !available;
    if (available) this.#timers.stop('gone');
    else this.#watchAbsence();
  }

  /** Our address is another one now: whoever knew the old one cannot be reached in this call. */
  drop(): void {
    this.#finish(failed(ErrorCode.SIGNALING_LOST, 'the XMPP session was lost'), undefined, 'drop');
  }

  // ---- SessionOwner

  offered(media: readonly MediaKind[]): void {
    const session = this.#session;
    if (this.ended || !session) return;
    if (this.#jmi.state === 'proceeding') {
      this.#timers.stop('session');
      if (media.length === this.#media.length && media.every((kind) => this.#media.includes(kind)))
        this.#begin(session);
      else this.failed({ reason: 'security-error', code: ErrorCode.SECURITY_FAILED, detail: 'not the media proposed' });
      return;
    }
    this.#media = media;
    session.sendRinging();
    this.#announce();
    this.#startRing();
  }

  describe(type: 'offer' | 'answer', sdp: string, rejectedMids: readonly string[]): void {
    this.#tell(toPage.description(this.id, type, sdp, rejectedMids));
  }

  candidate(candidate: RemoteIceCandidate): void {
    this.#tell(toPage.candidate(this.id, candidate));
  }

  wantOffer(iceRestart: boolean): void {
    this.#tell(toPage.offerWanted(this.id, iceRestart));
  }

  status(status: RemoteStatus): void {
    const { held } = this.#status;
    this.#status = status;
    this.#tell(toPage.info(this.id, status));
    if (held !== status.held && this.state !== 'calling' && this.state !== 'ringing' && this.state !== 'incoming') {
      this.#step(status.held ? 'peer holds' : 'peer resumes');
    }
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
    this.#reason = reason;
    this.#finish(endingOf(reason, this.#phase), undefined);
  }

  failed(problem: Problem): void {
    this.#finish(failed(problem.code, problem.detail), problem.reason);
  }

  refused(error: IqError): void {
    this.#reason = { condition: 'general-error' };
    const known = this.#session?.state === 'active' && error.application !== 'unknown-session';
    this.#finish(endingOfIqError(error), known ? 'general-error' : undefined);
  }

  /** The peer's call, which started at the same time, wins. */
  outbid(): void {
    this.#reason = { condition: 'expired' };
    this.#finish({ reason: EndReason.CANCELLED }, undefined);
  }

  emptied(): void {
    this.#finish(REMOTE_HANG_UP, 'success');
  }

  // ---- effects

  #executeJmi(effect: JmiEffect, from: string | undefined): void {
    switch (effect.do) {
      case 'send':
        this.#sendJmi(effect);
        return;
      case 'start-timer':
        if (effect.timer === 'ring') this.#startRing();
        else this.#startSettle();
        return;
      case 'stop-timer':
        this.#timers.stop(effect.timer);
        return;
      case 'announce':
        this.#announce();
        return;
      case 'alert':
        if (from !== undefined) this.learn(from);
        this.#step('alert');
        return;
      case 'initiate':
        this.#device = from;
        if (from !== undefined) this.#initiate(from);
        return;
      case 'await-initiate':
        this.#step('agree');
        this.#timers.start('session', LIMITS_MS.session, () => {
          this.#finish(failed(ErrorCode.CONNECTIVITY_FAILED, 'the caller sent no session-initiate'), 'timeout');
        });
        return;
      case 'end':
        this.#finish(
          endingOfJmi(effect.outcome, this.#reason, this.#bounce),
          effect.outcome === 'migrated' ? 'expired' : 'success',
        );
        return;
    }
  }

  #sendJmi(effect: Extract<JmiEffect, { do: 'send' }>): void {
    const { message } = effect;
    const toAll = message === 'propose' || message === 'retract';
    const own = this.#context.stream.jid;
    if (message === 'accept') {
      // Older clients on our other devices stop ringing by this, newer ones by the carbon of proceed (XEP-0353 §3.4).
      const ownBare = own === undefined || this.#context.settings.anonymous ? undefined : bareOf(own);
      if (ownBare !== undefined) this.#context.stream.send(buildJmi({ kind: 'accept', id: this.id }, ownBare));
      return;
    }
    const to = toAll ? this.#target : (this.#device ?? this.#target);
    this.#context.stream.send(buildJmi(this.#jmiMessage(effect, message), to));
  }

  #jmiMessage(
    { reason, tieBreak, migrated }: Extract<JmiEffect, { do: 'send' }>,
    kind: Exclude<JmiMessage['kind'], 'accept'>,
  ): JmiMessage {
    const { id } = this;
    switch (kind) {
      case 'propose':
        return { kind, id, media: this.#media };
      // A desk that takes calls from the public wants its visitors to hear it ring, so strangers are told as well.
      case 'ringing':
      case 'proceed':
        return { kind, id };
      case 'reject':
      case 'retract':
      case 'finish': {
        const given: Reason =
          reason === 'given' ? (this.#reason ?? { condition: 'success' }) : { condition: reason ?? 'success' };
        return {
          kind,
          id,
          reason: given,
          tieBreak: tieBreak ?? false,
          ...(migrated && this.#migratedTo !== undefined && { migratedTo: this.#migratedTo }),
        };
      }
    }
  }

  /** The peer starts over in another call; this one is orphaned. */
  migrate(newId: string): void {
    this.#migratedTo = newId;
    if (this.#jmi.state === 'idle') this.#finish(REMOTE_HANG_UP, 'expired');
    else this.#invite('receive migration');
  }

  #startSettle(): void {
    const ms = this.#context.catchingUp() ? LIMITS_MS.settleCatchingUp : LIMITS_MS.settle;
    this.#timers.start('settle', ms, () => {
      this.#invite('settled');
    });
  }

  #startRing(): void {
    const ms = this.direction === 'outgoing' ? this.#context.settings.ringTimeoutMs : LIMITS_MS.incomingRing;
    this.#timers.start('ring', ms, () => {
      if (this.#jmi.state !== 'idle') this.#invite('ring timeout');
      else this.#finish(endingOf({ condition: 'timeout' }, this.#phase), 'timeout');
    });
  }

  #announce(): void {
    this.#announced = true;
    this.#tell(toPage.incoming(this.id, this.#device ?? this.peer, this.#media));
  }

  /** A device that was named: by JMI where it can, else at once. */
  async #reachDevice(device: string): Promise<void> {
    const { stream, environment } = this.#context;
    let reach: ReturnType<typeof reachOf> = 'jmi';
    try {
      reach = reachOf(await stream.discoInfo(device), this.#media);
    } catch (error) {
      environment.log('info', 'the callee does not say what it can do', { error: describe(error) });
    }
    if (this.ended) return;
    this.guard(() => {
      if (reach === 'jmi') this.#invite('propose');
      else if (reach === 'direct') this.callDirectly(device);
      else this.#finish(failed(ErrorCode.CALLEE_UNAVAILABLE, 'this device takes no calls of this kind'), undefined);
    });
  }

  /** Calls a device that does not speak JMI: session-initiate is what rings. */
  callDirectly(device: string): void {
    this.#started = true;
    this.#device = device;
    this.#startRing();
    this.#initiate(device);
  }

  #initiate(device: string): void {
    const session = this.#open('initiator', device);
    if (this.#jmi.state === 'agreed') this.#step('agree');
    this.learn(device);
    const offer = this.#offer;
    this.#offer = undefined;
    if (offer === undefined) {
      this.#awaitPage();
    } else {
      session.localOffer(offer);
      this.#awaitAccept();
    }
  }

  #begin(session: JingleSession): void {
    this.#awaitPage();
    session.begin();
  }

  #awaitPage(): void {
    this.#timers.start('page', LIMITS_MS.page, () => {
      this.#finish(failed(ErrorCode.MEDIA_FAILED, 'the page gave no description in time'), 'media-error');
    });
  }

  #awaitAccept(): void {
    this.#timers.stop('page');
    if (this.#jmi.state !== 'agreed' || !this.#session?.live) return;
    this.#timers.start('accept', LIMITS_MS.accept, () => {
      this.#finish(failed(ErrorCode.PEER_FAILED, 'no session-accept in time'), 'timeout');
    });
  }

  #open(role: 'initiator' | 'responder', peer: string): JingleSession {
    const { stream, environment, defer } = this.#context;
    const session = new JingleSession({
      sid: this.id,
      role,
      peer,
      alwaysSendersBoth: this.#habits.alwaysSendersBoth,
      stream,
      environment,
      owner: this,
      defer: (task) => {
        defer(() => {
          this.guard(task);
        });
      },
      guard: (task) => {
        this.guard(task);
      },
    });
    this.#session = session;
    for (const candidate of this.#candidates) session.localCandidate(candidate);
    this.#candidates = [];
    session.setMuted(this.#muted.audio, this.#muted.video);
    return session;
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
        this.#report();
        return;
      case 'watch-connecting':
        this.#timers.start('connect', LIMITS_MS.connect, () => {
          this.#finish(failed(ErrorCode.CONNECTIVITY_FAILED, 'media did not connect in time'), 'connectivity-error');
        });
        return;
      case 'stop-watching':
        this.#timers.stop('connect');
        this.#timers.stop('reconnect');
        this.#timers.stop('restart');
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

  #restartIce(): void {
    this.#watchReconnecting();
    if (this.#timers.has('restart')) return;
    this.#timers.start('restart', LIMITS_MS.restart, () => {
      this.#finish(failed(ErrorCode.CONNECTIVITY_FAILED, 'the path to the peer was lost'), 'connectivity-error');
    });
    // Of two that both notice, the initiator starts, so that their restarts do not cross.
    if (this.#session?.role === 'initiator' && !this.#habits.deafToRestart) this.#session.wantOffer(true);
  }

  #watchReconnecting(): void {
    if (this.state !== 'reconnecting') return;
    this.#watchAbsence();
    if (this.#timers.has('reconnect')) return;
    this.#timers.start('reconnect', LIMITS_MS.reconnect, () => {
      this.#finish(failed(ErrorCode.CONNECTIVITY_FAILED, 'the path to the peer was lost'), 'connectivity-error');
    });
  }

  /** A device that is gone and sends no media will not come back. */
  #watchAbsence(): void {
    const flowing = this.state === 'active' || this.state === 'held';
    if (!this.#peerLeft || flowing || this.#timers.has('gone')) return;
    this.#timers.start('gone', LIMITS_MS.gone, () => {
      this.#finish(endingOf({ condition: 'gone' }, this.#phase), 'connectivity-error');
    });
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
      this.#context.environment.log('error', 'the peer could not be told', { call: this.id, error: describe(error) });
    }
    this.#step('end');
    this.#timers.stopAll();
    this.#candidates = [];
    this.#offer = undefined;
    this.#onEnded(this);
  }

  #sayGoodbye(ending: Ending, told: ReasonCondition | undefined, how: 'drop' | undefined): void {
    const begun = this.#session?.begun ?? false;
    if (told !== undefined) this.#reason = { condition: told };
    if (told !== undefined && how !== 'drop') this.#session?.terminate(told);
    else this.#session?.close();
    const withdrawn = !begun && (this.direction === 'outgoing' || ending === REJECTED);
    this.#invite(how ?? (withdrawn ? 'withdraw' : 'session over'));
  }

  #report(): void {
    this.#tell(toPage.changed(this.id, this.state, this.#device, this.#ending));
  }

  #tell(event: ReturnType<(typeof toPage)[keyof typeof toPage]>): void {
    if (this.#announced && (!this.ended || event.case === 'callChanged')) this.#context.tell(event);
  }
}

function invalidState(detail: string): CommandError {
  return new CommandError(ErrorCode.INVALID_STATE, detail);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
