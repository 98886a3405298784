import type { ReasonCondition } from '@xmpp-call/jingle';
import { failed } from './endings.js';
import type { Ending } from './endings.js';
import type { JingleSession } from './jingle-session.js';
import { LIMITS_MS } from './limits.js';
import type { WAITS } from './limits.js';
import type { PeerWatch } from './peer-watch.js';
import type { Timers } from './timers.js';

/** What the beginning of a session needs of its call. */
export interface InitiatedCall {
  readonly hasEnded: boolean;
  /** Full JID of the device that is called; undefined until it is known. */
  device: string | undefined;
  /** The peer accepted an invitation, so it is expected to accept the session at once. */
  readonly isAgreed: boolean;
  /** The call goes to one device, which has no need to ring. */
  readonly skipsInvitation: boolean;
  readonly session: JingleSession;
  readonly peerWatch: PeerWatch;
  readonly timers: Timers;
  guard(task: () => void): void;
  propose(): void;
  /** Gives the user of the other side the time to answer. */
  startRing(): void;
  wait(step: keyof typeof WAITS): void;
  end(ending: Ending, told?: ReasonCondition): void;
}

/** Devices of an account that are asked how they are called. */
const MAX_ASKED = 4;
/** A number at a gateway (E.164), which has no devices. */
const TELEPHONE = /^\+\d{4,15}@/;

/** The first offer of an outgoing call, and the device that it goes to: whichever is known later starts the session. */
export class Initiation {
  readonly #call: InitiatedCall;
  /** An offer of the page's that waits for a device. */
  #offer: string | undefined;

  constructor(call: InitiatedCall) {
    this.#call = call;
  }

  /** Calls a device that was named: by JMI where it can, else session-initiate is what rings. */
  async reach(device: string): Promise<void> {
    const call = this.#call;
    const reach = await call.peerWatch.learn(device);
    if (call.hasEnded) return;
    call.guard(() => {
      if (reach === 'jmi' && !call.skipsInvitation) {
        call.propose();
      } else if (reach !== 'none') {
        call.startRing();
        this.initiate(device);
      } else {
        call.end(failed('callee-unavailable', 'takes no calls of this kind'));
      }
    });
  }

  /**
   * Calls an account: by JMI, which reaches every device that takes it. Where all devices that are known say that they do not,
   * session-initiate goes to the first that can be called. A telephone gateway may answer for its numbers itself.
   */
  reachAccount(account: string, known: readonly string[]): void {
    const call = this.#call;
    const devices = known.length === 0 && TELEPHONE.test(account) ? [account] : known.slice(0, MAX_ASKED);
    if (devices.length === 0) {
      call.propose();
      return;
    }
    let open = devices.length;
    let direct: string | undefined;
    let isReached = false;
    const reach = (device?: string): void => {
      if (isReached || call.hasEnded) return;
      isReached = true;
      call.timers.stop('reach');
      call.guard(() => {
        if (device === undefined) {
          call.propose();
        } else {
          call.startRing();
          this.initiate(device);
        }
      });
    };
    call.timers.start('reach', LIMITS_MS.reach, () => {
      reach();
    });
    for (const device of devices)
      void call.peerWatch.learn(device).then((how) => {
        open--;
        if (how === 'direct') direct ??= device;
        if (how === 'jmi') reach();
        else if (open === 0) reach(direct);
      });
  }

  initiate(device: string): void {
    const call = this.#call;
    call.device = device;
    void call.peerWatch.learn(device);
    call.peerWatch.watch();
    if (this.#offer === undefined) call.wait('page');
    else this.#send(this.#offer);
  }

  /** The page's first offer. */
  localOffer(sdp: string): void {
    if (this.#call.device === undefined) this.#offer = sdp;
    else this.#send(sdp);
  }

  #send(sdp: string): void {
    const call = this.#call;
    call.session.exchange.localOffer(sdp);
    call.timers.stop('page');
    if (call.isAgreed && call.session.live) call.wait('accept');
  }
}
