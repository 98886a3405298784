import type { CallEffect, CallEvent, ReasonCondition } from '@xmpp-call/jingle';
import type { CallValues } from './call-commands.js';
import { endingOf, failed } from './endings.js';
import type { Ending, Phase } from './endings.js';
import { LIMITS_MS } from './limits.js';
import type { Habits } from './peers.js';
import type { Timers } from './timers.js';

/** What the page says of its connection, as an event of the call. */
export const MEDIA_EVENTS: Readonly<Record<CallValues['mediaConnection']['state'], CallEvent>> = {
  connected: 'media connected',
  disconnected: 'media disconnected',
  failed: 'media failed',
};

/** What the watch over media needs of the call. */
export interface WatchedCall {
  readonly direction: 'outgoing' | 'incoming';
  readonly phase: Phase;
  readonly habits: Habits | undefined;
  readonly timers: Timers;
  readonly peerWatch: { greet(): void; watch(): void; stop(): void };
  /** Gives a step its time. */
  wait(step: 'connect' | 'reconnect' | 'restart'): void;
  /** Has the page offer an ICE restart. */
  restartIce(): void;
  end(ending: Ending, told: ReasonCondition): void;
}

/** How long a call may be without media: at first, after a path was lost, after the peer or our own XMPP session has gone. */
export class MediaWatch {
  readonly #call: WatchedCall;
  #peerLeft = false;
  /** A TURN server was at hand when media was last heard of. */
  hadRelay = true;
  flowing = false;
  /** Media has flowed in this call. */
  hasFlowed = false;
  /** The XMPP session in which the peer knew us is gone: nothing but the end can be said. */
  alone = false;

  constructor(call: WatchedCall) {
    this.#call = call;
  }

  /** Presence of the peer's device (XEP-0166 §6.9). */
  peerIs(available: boolean): void {
    this.#peerLeft = !available;
    if (available && !this.alone) this.#call.timers.stop('gone');
    else this.#watchAbsence();
  }

  execute(effect: Exclude<CallEffect, 'drop' | 'report'>): void {
    const call = this.#call;
    switch (effect) {
      case 'watch-connecting':
        call.wait('connect');
        break;
      case 'watch-reconnecting':
        this.#disconnected();
        break;
      case 'stop-watching':
        if (!this.hasFlowed) call.peerWatch.greet();
        this.flowing = this.hasFlowed = true;
        call.timers.stop('connect', 'reconnect', 'restart', 'gone');
        call.peerWatch.stop();
        break;
      case 'give-up':
        call.end(
          failed(this.hadRelay ? 'connectivity-failed' : 'turn-missing', 'no path to the peer'),
          'connectivity-error',
        );
        break;
      case 'restart-ice':
        this.#restart();
        break;
      case 'go-on-alone':
        this.alone = true;
        call.timers.stop('reconnect', 'restart', 'gone');
        call.peerWatch.stop();
        this.#watchAbsence();
    }
  }

  #disconnected(): void {
    this.flowing = false;
    if (!this.alone) this.#call.peerWatch.watch();
    if (!this.alone && !this.#call.timers.has('reconnect')) this.#call.wait('reconnect');
    this.#watchAbsence();
  }

  #restart(): void {
    const call = this.#call;
    if (this.alone) {
      this.giveUp();
      return;
    }
    this.#disconnected();
    if (call.timers.has('restart')) return;
    call.wait('restart');
    // Of two that both notice, the initiator starts, so that their restarts do not cross.
    if (call.direction === 'outgoing' && !call.habits?.deafToRestart) call.restartIce();
  }

  /** Who is gone and sends no media will not come back; nor can a new path be agreed with a peer that does not know us. */
  #watchAbsence(): void {
    const { timers } = this.#call;
    if (this.flowing || !(this.#peerLeft || this.alone) || timers.has('gone')) return;
    timers.start('gone', LIMITS_MS.gone, () => {
      this.giveUp();
    });
  }

  /** Whoever is missed does not come back. */
  giveUp(): void {
    const ending = this.hasFlowed
      ? failed('connection-lost', this.alone ? 'neither media nor signaling' : 'neither media nor peer')
      : endingOf({ condition: 'gone' }, this.#call.phase);
    this.#call.end(ending, 'connectivity-error');
  }
}
