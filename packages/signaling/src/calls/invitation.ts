import { JMI_TASKS, bareOf, buildJmi, jmiMachine } from '@xmpp-call/jingle';
import type { JmiEffect, JmiEvent, JmiOutcome, JmiSendTask, JmiState, MediaKind, Reason } from '@xmpp-call/jingle';
import type { CallContext } from './call-context.js';
import { LIMITS_MS } from './limits.js';
import { Runner } from './machine-runner.js';
import type { Timers } from './timers.js';

/** What comes with an event. */
export interface About {
  /** Full JID of the device that it is about. */
  readonly from?: string;
  readonly reason?: Reason | undefined;
  /** Condition of the error that came back. */
  readonly bounce?: string;
  /** Id of the call that takes over. */
  readonly migratedTo?: string;
}

/** What an invitation needs of its call. */
export interface InvitationCall {
  readonly sid: string;
  /** Whom it is proposed to, or who proposed it. */
  readonly target: string;
  readonly device: string | undefined;
  readonly media: readonly MediaKind[];
  /** ms that it may ring. */
  readonly ringMs: number;
  readonly context: CallContext;
  readonly timers: Timers;
  announce(): void;
  alerting(device: string | undefined): void;
  initiateTo(device: string): void;
  awaitInitiate(): void;
  invitationEnded(outcome: JmiOutcome, about: About): void;
}

/** The messages around a call (XEP-0353). A call without them has an invitation that stays idle. */
export class Invitation {
  readonly #call: InvitationCall;
  readonly #machine: Runner<JmiState, JmiEvent, JmiEffect>;
  /** What the peer is told where a message repeats how the session ended. */
  reason: Reason = { condition: 'success' };

  constructor(call: InvitationCall) {
    this.#call = call;
    this.#machine = new Runner(jmiMachine, call.context.environment);
  }

  get state(): JmiState {
    return this.#machine.state;
  }

  take(event: JmiEvent, about: About = {}): void {
    for (const effect of this.#machine.step(event) ?? []) this.#execute(effect, about);
  }

  #execute(effect: JmiEffect, about: About): void {
    const call = this.#call;
    const { timers, context } = call;
    switch (effect) {
      case 'start settle':
        timers.start('settle', context.catchingUp() ? LIMITS_MS.settleCatchingUp : LIMITS_MS.settle, () => {
          this.take('settled');
        });
        break;
      case 'start ring':
        timers.start('ring', call.ringMs, () => {
          this.take('ring timeout');
        });
        break;
      case 'stop settle':
      case 'stop ring':
        timers.stop('settle', 'ring');
        break;
      case 'announce':
        call.announce();
        break;
      case 'alert':
        call.alerting(about.from);
        break;
      case 'initiate':
        if (about.from !== undefined) call.initiateTo(about.from);
        break;
      case 'await-initiate':
        call.awaitInitiate();
        break;
      default: {
        const task = JMI_TASKS[effect];
        if ('end' in task) call.invitationEnded(task.end, about);
        else this.#send(task, about.migratedTo);
      }
    }
  }

  #send(task: JmiSendTask, migratedTo: string | undefined): void {
    const { sid: id, target, device = target, media, context } = this.#call;
    const { stream, settings } = context;
    switch (task.send) {
      case 'accept': {
        // Older clients on our other devices stop ringing by this, newer ones by the carbon of proceed (XEP-0353 §3.4).
        const own = settings.anonymous ? undefined : bareOf(stream.jid ?? '');
        if (own !== undefined) stream.send(buildJmi({ kind: task.send, id }, own));
        return;
      }
      case 'propose':
        stream.send(buildJmi({ kind: task.send, id, media }, target));
        return;
      // A desk that takes calls from the public wants its visitors to hear it ring, so strangers are told as well.
      case 'ringing':
      case 'proceed':
        stream.send(buildJmi({ kind: task.send, id }, device));
        return;
      case 'reject':
      case 'retract':
      case 'finish': {
        const { text } = this.reason;
        const reason = task.reason === 'given' ? this.reason : { condition: task.reason, ...(text && { text }) };
        const takesOver = task.migrated ? migratedTo : undefined;
        const message = {
          kind: task.send,
          id,
          reason,
          tieBreak: task.tieBreak ?? false,
          ...(takesOver && { migratedTo: takesOver }),
        };
        // What ends a call is said again where the stream gets a new address before it was heard.
        stream.send(buildJmi(message, task.send === 'retract' ? target : device), { repeat: true });
      }
    }
  }
}
