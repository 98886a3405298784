import { NS } from '@xmpp-call/jingle';
import type { MediaKind, Reason } from '@xmpp-call/jingle';
import type { PageEvent } from './page-events.js';
import { BoundedMap } from './bounded-map.js';
import type { CallContext } from './call-context.js';
import type { Phase } from './endings.js';
import { PeerProbe } from './peer-probe.js';
import { habitsOf, reachOf } from './peers.js';
import type { Habits, Reach } from './peers.js';
import type { Timers } from './timers.js';

/** What says that a call is over. */
export type EndKind = 'session-terminate' | 'finish' | 'retract';

/** Devices of a peer that are asked what they can do: more do not ring at once. */
const MAX_DEVICES = 8;

/** What the watch over the peer needs of the call. */
export interface PeerWatchCall {
  readonly id: string;
  readonly direction: 'outgoing' | 'incoming';
  readonly device: string | undefined;
  readonly media: readonly MediaKind[];
  readonly phase: Phase;
  readonly isAnnounced: boolean;
  readonly context: CallContext;
  readonly timers: Timers;
  /** Runs a task; what it throws ends the call. */
  guard(task: () => void): void;
  tell(event: PageEvent): void;
  /** The device is not there any more. */
  peerLost(): void;
  /** More is known of a device. */
  learnt(): void;
  /** The device has ended the call, as it turns out. */
  endedBy(kind: EndKind, reason: Reason | undefined): void;
}

/** What the device of the peer can do, and whether it is still there. */
export class PeerWatch {
  readonly #call: PeerWatchCall;
  readonly #probe: PeerProbe;
  readonly #habits = new BoundedMap<string, Habits>(16);
  readonly #asked = new Set<string>();
  /** Whether a device announces the media core, by its full JID. */
  readonly #announcesCore = new Map<string, boolean>();
  /** What of tones and transfers a device announces, by its full JID. */
  readonly #takes = new Map<string, { readonly tones: boolean; readonly transfer: boolean }>();
  /** Devices that take part in the exchange of a safety code. */
  readonly #safetyDevices = new Set<string>();
  /** An end that was claimed from another address is being checked. */
  #isClaimed = false;

  constructor(call: PeerWatchCall) {
    this.#call = call;
    this.#probe = new PeerProbe(call.context, call.timers);
  }

  /** What the client of the device is known for. */
  get habits(): Habits | undefined {
    return this.#habits.get(this.#call.device ?? '');
  }

  /** Asks what a device can do, for its habits; by JMI it is called where it does not say. */
  async learn(device: string): Promise<Reach> {
    const { context, media } = this.#call;
    if (this.#asked.size >= MAX_DEVICES && !this.#asked.has(device)) return 'jmi';
    this.#asked.add(device);
    try {
      const info = await context.stream.discoInfo(device);
      this.#habits.set(device, habitsOf(info));
      const announces = (feature: string) => info.features.includes(feature);
      this.#learnCore(device, announces(NS.mediaCore));
      this.#learnFeatures(device, { tones: announces(NS.dtmf), transfer: announces(NS.transfer) });
      if (announces(NS.safetyCode)) this.#safetyDevices.add(device);
      if (device === this.#call.device) this.#probe.learn(info.features);
      this.#call.learnt();
      return reachOf(info, media);
    } catch (error) {
      context.environment.log('debug', 'no disco', { why: String(error) });
      // A caller's offer waits for this. A callee finds out by the token in the offer, which is sure.
      if (this.#call.direction === 'outgoing') this.#learnCore(device, false);
      return 'jmi';
    }
  }

  /** Whether a device announces that it takes part in the exchange of a safety code. */
  takesPart(device: string | undefined): boolean {
    return device !== undefined && this.#safetyDevices.has(device);
  }

  /** Whether the device was asked what it can do. */
  hasAsked(device: string): boolean {
    return this.#asked.has(device);
  }

  /** The page knows of the call from now on: what was learnt before is news to it. */
  announce(): void {
    for (const [device, announced] of this.#announcesCore) this.#tellCore(device, announced);
    for (const [device, takes] of this.#takes) this.#tellFeatures(device, takes);
  }

  /** The device said something. */
  heard(): void {
    this.#probe.heard();
  }

  /** The device is there: the time to find out whether it takes pings. */
  greet(): void {
    const { device } = this.#call;
    if (device !== undefined) void this.#probe.greet(device);
  }

  /** Asks again and again whether the device is there: while it rings, connects, or sends no media. */
  watch(): void {
    const call = this.#call;
    if (call.device === undefined) return;
    this.#probe.watch(call.device, () => {
      call.guard(() => {
        call.peerLost();
      });
    });
  }

  stop(): void {
    this.#probe.stop();
  }

  /** The first answer of a device counts. */
  #learnCore(device: string, announced: boolean): void {
    if (this.#announcesCore.has(device) || this.#announcesCore.size >= MAX_DEVICES) return;
    this.#announcesCore.set(device, announced);
    this.#tellCore(device, announced);
  }

  #learnFeatures(device: string, takes: { readonly tones: boolean; readonly transfer: boolean }): void {
    if (this.#takes.has(device) || !(takes.tones || takes.transfer)) return;
    this.#takes.set(device, takes);
    this.#tellFeatures(device, takes);
  }

  #tellFeatures(device: string, takes: { readonly tones: boolean; readonly transfer: boolean }): void {
    const call = this.#call;
    if (call.isAnnounced) call.tell({ case: 'peerFeatures', value: { callId: call.id, device, ...takes } });
  }

  #tellCore(device: string, announced: boolean): void {
    const call = this.#call;
    if (call.isAnnounced) call.tell({ case: 'peerMediaCore', value: { callId: call.id, device, announced } });
  }

  /**
   * Somebody who knows the session id says from another address of the peer's domain that the call is over: so it is, unless
   * the device that we know objects.
   */
  endClaimed(kind: EndKind, reason: Reason | undefined): void {
    const call = this.#call;
    if (call.device === undefined || this.#isClaimed) return;
    this.#isClaimed = true;
    void this.#probe.isMissing(call.device).then((isMissing) => {
      this.#isClaimed = false;
      // An error of a client that takes no pings would be taken for one of its server; in a call that is too little.
      if (!isMissing || (call.phase === 'agreed' && !this.#probe.takesPings)) return;
      call.endedBy(kind, reason);
    });
  }
}
