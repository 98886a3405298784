import type { MediaCore, MediaCoreStatistics } from '@xmpp-call/media-core';
import type { CallDirection, CallStatistics, FrameEncryptionState, Log, MediaCorePreference } from './api.js';
import { within } from './clock.js';
import type { Clock } from './clock.js';
import { MediaCoreDecision } from './media-core-decision.js';
import type { OpenedCore } from './open-media-core.js';

/** ms that a connection waits for the core: for its script and its worker. */
const OPEN_MS = 3000;

type FrameKey = Parameters<MediaCore['setFrameKey']>;

/** What the core of a call needs of it. */
export interface CallCoreOwner {
  readonly direction: CallDirection;
  /** As the client has it. */
  readonly mediaCore: MediaCorePreference;
  readonly clock: Clock;
  /** Loads and starts the core; it ends with the signal. Never rejects. */
  openCore(signal: AbortSignal, preference: MediaCorePreference): Promise<OpenedCore>;
  /** Whether the core may be started before the user has answered. */
  mayOpenEarly(): boolean;
  onFrameEncryption(state: FrameEncryptionState): void;
  log: Log;
}

const NOT_LOADED = { path: 'native', reason: 'not-loaded', since: 0 } as const;
const BOTH = { send: NOT_LOADED, receive: NOT_LOADED };
/** What statistics say of a core that could not be loaded. */
export const NO_CORE: OpenedCore = {
  core: undefined,
  missing: { decisions: { audio: BOTH, video: BOTH }, warmUp: undefined, sample: undefined, crashes: 0 },
};

/** The media core of one call: whether there is one, from when on, and what is asked of it before. */
export class CallCore {
  readonly #owner: CallCoreOwner;
  readonly #decision: MediaCoreDecision;
  /** Ends the core. */
  readonly #ending = new AbortController();
  #isClosed = false;
  #opening: Promise<OpenedCore> | undefined;
  /** Undefined while it is not known whether there is a core. */
  #opened: OpenedCore | undefined;
  #frameKey: FrameKey | undefined;

  constructor(owner: CallCoreOwner) {
    this.#owner = owner;
    this.#decision = new MediaCoreDecision(owner.mediaCore, owner.direction, owner.clock);
  }

  /** Undefined before the connection, and where the call has none. */
  get core(): MediaCore | undefined {
    return this.#opened?.core;
  }

  /** Undefined where the call was not to have a core. */
  get statistics(): MediaCoreStatistics | undefined {
    return this.core?.statistics ?? this.#opened?.missing;
  }

  get frameEncryption(): NonNullable<CallStatistics['frameEncryption']> {
    if (!this.#frameKey?.[1]) return 'off';
    return this.#opened && !this.core ? 'no-core' : 'core';
  }

  /** @returns whether the call follows */
  prefer(preference: MediaCorePreference): boolean {
    this.core?.setPreference(preference);
    return this.#decision.prefer(preference);
  }

  /** What a device of the peer announces. The core of a call that rings here starts now: the user has not answered yet. */
  learn(device: string, announced: boolean): void {
    this.#decision.learn(device, announced);
    if (announced && this.#decision.usesCore && this.#owner.mayOpenEarly()) void this.#open();
  }

  /** A device of the callee rings. */
  rang(): void {
    this.#decision.rang();
  }

  /** A device of the callee has answered. */
  answered(device: string): void {
    this.#decision.answered(device);
  }

  /** The peer's first offer came. */
  offered(hasToken: boolean): void {
    this.#decision.offered(hasToken);
  }

  setFrameKey(...key: FrameKey): void {
    const before = this.frameEncryption;
    this.#frameKey = key;
    this.core?.setFrameKey(...key);
    if (before !== 'no-core') this.#checkFrameEncryption();
  }

  /** The core that the connection is made with, if any. It is waited for 3 s, and one that comes later ends. */
  async forConnection(): Promise<MediaCore | undefined> {
    const { clock } = this.#owner;
    const usesCore = await this.#decision.final();
    const opened = usesCore ? await within(this.#open(), OPEN_MS, () => this.#late(), clock) : undefined;
    // One that was started while it rang, and is not wanted any more.
    if (!usesCore) this.#ending.abort();
    this.#opened = opened ?? { core: undefined, missing: undefined };
    // What was asked for while it opened.
    this.core?.setPreference(this.#decision.preference);
    if (this.#frameKey) this.core?.setFrameKey(...this.#frameKey);
    this.#checkFrameEncryption();
    return this.core;
  }

  /** The call has ended. */
  close(): void {
    this.#isClosed = true;
    this.#ending.abort();
    this.#decision.close();
  }

  #open(): Promise<OpenedCore> {
    return (this.#opening ??= this.#owner.openCore(this.#ending.signal, this.#decision.preference));
  }

  #late(): OpenedCore {
    this.#owner.log('warn', "the media core was not loaded in time: the browser's codecs are used", {});
    this.#ending.abort();
    return NO_CORE;
  }

  /** A call without a core encrypts nothing; where there is one, it tells by itself. */
  #checkFrameEncryption(): void {
    if (this.#isClosed || this.frameEncryption !== 'no-core') return;
    this.#owner.log('warn', 'frames are not encrypted: this call has no media core', {});
    for (const kind of ['audio', 'video'] as const)
      this.#owner.onFrameEncryption({ kind, flow: 'send', state: 'failing', reason: 'no-core' });
  }
}
