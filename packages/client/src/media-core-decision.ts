import type { CallDirection, MediaCorePreference } from './api.js';
import type { Clock } from './clock.js';

/** ms that a device has to say what it announces, from its ringing on. Who answers later than that waits no longer for the media core. */
const ANNOUNCE_MS = 300;

/**
 * Decides, before a call has a connection, whether the media core stands in it. By `auto` it does where the peer has it too:
 * a caller goes by the first device that is known to ring, else by the one that answers; a callee by the device that calls,
 * else by the first offer. A transform cannot be set later: Chromium ignores it, Firefox goes silent.
 */
export class MediaCoreDecision {
  readonly #direction: CallDirection;
  readonly #clock: Clock;
  readonly #announced = new Map<string, boolean>();
  #waiting: (() => void)[] = [];
  #preference: MediaCorePreference;
  /** What the peer's devices, or its offer, or the end of waiting say. */
  #byPeer: boolean | undefined;
  #stopTimer: (() => void) | undefined;
  /** When a device rang first. */
  #rangAt: number | undefined;
  #isClosed = false;
  /** What was decided for good. */
  #final: boolean | undefined;

  constructor(preference: MediaCorePreference, direction: CallDirection, clock: Clock) {
    this.#preference = preference;
    this.#direction = direction;
    this.#clock = clock;
  }

  /** Undefined while it depends on the peer. */
  get usesCore(): boolean | undefined {
    if (this.#final !== undefined) return this.#final;
    if (this.#preference === 'auto') return this.#byPeer;
    return this.#preference === 'wasm';
  }

  get preference(): MediaCorePreference {
    return this.#preference;
  }

  /** @returns whether it takes effect: a call that was set up without the core stays without it */
  prefer(preference: MediaCorePreference): boolean {
    this.#preference = preference;
    this.#wake();
    return this.#final !== false || preference === 'native';
  }

  /** What a device of the peer announces. Its first word counts. */
  learn(device: string, announced: boolean): void {
    if (this.#announced.has(device)) return;
    this.#announced.set(device, announced);
    this.#setByPeer(announced);
  }

  /** A device of the callee rings: it was asked what it announces. */
  rang(): void {
    this.#rangAt ??= this.#clock.now();
  }

  /** A device of the callee has answered. */
  answered(device: string): void {
    if (this.#direction !== 'outgoing' || this.#byPeer !== undefined || this.#stopTimer) return;
    const announced = this.#announced.get(device);
    const waitMs = ANNOUNCE_MS - (this.#rangAt === undefined ? 0 : this.#clock.now() - this.#rangAt);
    if (announced !== undefined || waitMs <= 0) this.#setByPeer(announced ?? false);
    else this.#stopTimer = this.#clock.after(waitMs, () => this.#setByPeer(false));
  }

  /** The peer's first offer came. Its token says more than what the device announces, as long as nothing is decided for good. */
  offered(hasToken: boolean): void {
    if (this.#direction !== 'incoming') return;
    if (hasToken && this.#byPeer === false) this.#byPeer = true;
    this.#setByPeer(hasToken);
  }

  /** Resolves once it is decided, for good; with false when it is closed before. */
  async final(): Promise<boolean> {
    while (this.usesCore === undefined && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return (this.#final ??= this.usesCore ?? false);
  }

  /** The call has ended. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer?.();
    this.#wake();
  }

  #setByPeer(usesCore: boolean): void {
    if (this.#byPeer !== undefined) return;
    this.#byPeer = usesCore;
    this.#stopTimer?.();
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
