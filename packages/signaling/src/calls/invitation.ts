import { bareOf, buildJmi, jmiMachine } from '@xmpp-call/jingle';
import type { JmiEffect, JmiEvent, JmiMessage, JmiOutcome, JmiState, MediaKind, Reason } from '@xmpp-call/jingle';
import { LIMITS_MS } from './call-context.js';
import type { CallContext } from './call-context.js';
import { Runner } from './runner.js';
import { Timers } from './timers.js';

/** Who has an invitation. */
export interface InvitationOwner {
  /** Tell the user of an incoming call. */
  announce(): void;
  /** A device of the callee rings. */
  alertedBy(device: string | undefined): void;
  /** Send session-initiate to the device that proceeds. */
  initiateTo(device: string): void;
  /** Expect session-initiate from the device that proposed. */
  awaitInitiate(): void;
  invitationEnded(outcome: JmiOutcome, about: About): void;
}

/** What comes with an event. */
export interface About {
  /** Full JID of the device that it is about. */
  readonly from?: string;
  readonly reason?: Reason | undefined;
  /** Condition of the error that came back. */
  readonly bounce?: string;
}

export interface InvitationOptions {
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  /** Where the callee is proposed to: bare, or full where the user named a device. Incoming: the caller's full JID. */
  readonly target: string;
  readonly media: readonly MediaKind[];
  readonly context: CallContext;
  readonly owner: InvitationOwner;
}

type SendEffect = Extract<JmiEffect, { do: 'send' }>;

/** The messages around a call (XEP-0353). A call without them has an invitation that stays idle. */
export class Invitation {
  readonly #options: InvitationOptions;
  readonly #machine = new Runner<JmiState, JmiEvent, JmiEffect, never>(jmiMachine);
  readonly #timers: Timers<'settle' | 'ring'>;
  /** Full JID of the device that answered, or that calls. */
  #device: string | undefined;
  #migratedTo: string | undefined;
  /** What the peer is told where a message repeats how the session ended. */
  reason: Reason | undefined;

  constructor(options: InvitationOptions) {
    this.#options = options;
    this.#device = options.direction === 'incoming' ? options.target : undefined;
    this.#timers = new Timers(options.context.environment);
  }

  get state(): JmiState {
    return this.#machine.state;
  }

  take(event: JmiEvent, about: About = {}): void {
    const next = this.#machine.step(event);
    if ('error' in next) {
      this.#options.context.environment.log('debug', 'no such step in this invitation', { event, state: this.state });
      return;
    }
    for (const effect of next.effects) this.#execute(effect, about);
  }

  /** The peer starts over in another call. */
  migrate(newId: string): void {
    this.#migratedTo = newId;
    this.take('receive migration');
  }

  stop(): void {
    this.#timers.stopAll();
  }

  #execute(effect: JmiEffect, about: About): void {
    const { owner } = this.#options;
    switch (effect.do) {
      case 'send':
        this.#send(effect);
        return;
      case 'start-timer':
        this.#startTimer(effect.timer);
        return;
      case 'stop-timer':
        this.#timers.stop(effect.timer);
        return;
      case 'announce':
        owner.announce();
        return;
      case 'alert':
        owner.alertedBy(about.from);
        return;
      case 'initiate':
        this.#device = about.from;
        if (about.from !== undefined) owner.initiateTo(about.from);
        return;
      case 'await-initiate':
        owner.awaitInitiate();
        return;
      case 'end':
        owner.invitationEnded(effect.outcome, about);
        return;
    }
  }

  #startTimer(timer: 'settle' | 'ring'): void {
    const { context, direction } = this.#options;
    if (timer === 'settle') {
      this.#timers.start('settle', context.catchingUp() ? LIMITS_MS.settleCatchingUp : LIMITS_MS.settle, () => {
        this.take('settled');
      });
    } else {
      const ms = direction === 'outgoing' ? context.settings.ringTimeoutMs : LIMITS_MS.incomingRing;
      this.#timers.start('ring', ms, () => {
        this.take('ring timeout');
      });
    }
  }

  #send(effect: SendEffect): void {
    const { context, id, target } = this.#options;
    const { stream, settings } = context;
    if (effect.message === 'accept') {
      // Older clients on our other devices stop ringing by this, newer ones by the carbon of proceed (XEP-0353 §3.4).
      const own = settings.anonymous ? undefined : bareOf(stream.jid ?? '');
      if (own !== undefined) stream.send(buildJmi({ kind: 'accept', id }, own));
      return;
    }
    const toAll = effect.message === 'propose' || effect.message === 'retract';
    stream.send(buildJmi(this.#message(effect, effect.message), toAll ? target : (this.#device ?? target)));
  }

  #message(effect: SendEffect, kind: Exclude<JmiMessage['kind'], 'accept'>): JmiMessage {
    const { id, media } = this.#options;
    switch (kind) {
      case 'propose':
        return { kind, id, media };
      // A desk that takes calls from the public wants its visitors to hear it ring, so strangers are told as well.
      case 'ringing':
      case 'proceed':
        return { kind, id };
      case 'reject':
      case 'retract':
      case 'finish': {
        const ended: Reason = this.reason ?? { condition: 'success' };
        return {
          kind,
          id,
          reason: effect.reason === undefined || effect.reason === 'given' ? ended : { condition: effect.reason },
          tieBreak: effect.tieBreak ?? false,
          ...(effect.migrated && this.#migratedTo !== undefined && { migratedTo: this.#migratedTo }),
        };
      }
    }
  }
}
