import {
  type CoreCapabilities,
  type CoreDecision,
  type CoreDecisions,
  type CorePreference,
  type CoreReason,
  type MediaFlow,
  type MediaKind,
  objection,
  type Trouble,
} from './core-choice.js';

/** One of the four directions of the media in a call: audio or video, sent or received. */
export interface MediaDirection {
  readonly kind: MediaKind;
  readonly flow: MediaFlow;
}

/** ms of native after the first trouble; each further one doubles it. */
const PENALTY_MS: Readonly<Record<Trouble, number>> = {
  'worker-crashed': 30_000,
  'codec-failed': 30_000,
  overloaded: 60_000,
  'context-suspended': 2000,
};
const MAX_PENALTY_MS = 600_000;
/** A third one is not tried again in this call. */
const FATAL_STRIKES: Readonly<Partial<Record<Trouble, number>>> = { 'worker-crashed': 3, 'codec-failed': 3 };
/** ms on WASM after which former trouble is forgiven. */
const FORGIVEN_MS = 300_000;
/** ms without objection before a direction changes to WASM. */
const SETTLE_MS = 2000;
/** What a call lacks until it is set up. It comes once: a direction that was not on WASM before does not settle after it. */
const AT_FIRST: readonly CoreReason[] = ['other-codec', 'foreign-peer', 'context-suspended'];
/** Which direction changes to native first when the device is overloaded: the one that costs most. */
const BY_COST: readonly MediaDirection[] = [
  { kind: 'video', flow: 'send' },
  { kind: 'video', flow: 'receive' },
  { kind: 'audio', flow: 'send' },
  { kind: 'audio', flow: 'receive' },
];

/**
 * Decides between the browser's codecs and ours for each direction of each medium. To native at once on any trouble; back to WASM
 * only when nothing has spoken against it for two seconds, the page is visible and the penalty for trouble is over.
 */
export class CoreChooser {
  #preference: CorePreference;
  #capabilities: CoreCapabilities;
  readonly #directions: readonly (MediaDirection & { readonly state: DirectionState })[];

  /** Decides for the first time, without settling. `now` is ms, monotonic, as in all calls. */
  constructor(preference: CorePreference, capabilities: CoreCapabilities, now: number) {
    this.#preference = preference;
    this.#capabilities = capabilities;
    this.#directions = BY_COST.map(({ kind, flow }) => ({
      kind,
      flow,
      state: new DirectionState(objection(preference, capabilities, kind, flow), now),
    }));
  }

  get decisions(): CoreDecisions {
    const of = (kind: MediaKind, flow: MediaFlow): CoreDecision => {
      const direction = this.#directions.find((each) => each.kind === kind && each.flow === flow);
      if (!direction) throw new RangeError(`no direction to ${flow} ${kind}`);
      return direction.state.decision(this.#preference);
    };
    return {
      audio: { send: of('audio', 'send'), receive: of('audio', 'receive') },
      video: { send: of('video', 'send'), receive: of('video', 'receive') },
    };
  }

  /** Call it on every change, and each second so that penalties end. */
  update(capabilities: CoreCapabilities, now: number): CoreDecisions {
    this.#capabilities = capabilities;
    for (const { kind, flow, state } of this.#directions) {
      const against = objection(this.#preference, capabilities, kind, flow);
      state.update(against, this.#preference === 'auto' && capabilities.pageHidden, now);
    }
    return this.decisions;
  }

  /** Another preference starts with a clean slate. */
  setPreference(preference: CorePreference, now: number): CoreDecisions {
    this.#preference = preference;
    for (const { state } of this.#directions) state.pardon();
    return this.update(this.#capabilities, now);
  }

  /**
   * Changes to native: all directions after a crash of the worker, one after a failure of its codec. After an overload: the
   * direction that caused it, or else the one in use that costs most, unless the preference is `wasm`.
   */
  trouble(trouble: 'worker-crashed', now: number): CoreDecisions;
  trouble(trouble: 'codec-failed', now: number, direction: MediaDirection): CoreDecisions;
  trouble(trouble: 'overloaded', now: number, direction?: MediaDirection): CoreDecisions;
  trouble(trouble: Exclude<Trouble, 'context-suspended'>, now: number, direction?: MediaDirection): CoreDecisions {
    for (const { state } of this.#troubled(trouble, direction)) state.punish(trouble, now);
    return this.decisions;
  }

  #troubled(trouble: Trouble, direction: MediaDirection | undefined): readonly { readonly state: DirectionState }[] {
    const inUse = this.#directions.filter(({ state }) => state.isWasm);
    if (direction) return inUse.filter(({ kind, flow }) => kind === direction.kind && flow === direction.flow);
    if (trouble !== 'overloaded') return inUse;
    return this.#preference === 'wasm' ? [] : inUse.slice(0, 1);
  }
}

class DirectionState {
  #reason: CoreReason | undefined;
  #since: number;
  /** Since when nothing has spoken against WASM. */
  #clearSince: number | undefined;
  /** Was on WASM before. */
  #wasUsed: boolean;
  #penalty: { readonly trouble: Trouble; readonly until: number } | undefined;
  readonly #strikes = new Map<Trouble, number>();

  /** @param against the reason for native, if any */
  constructor(against: CoreReason | undefined, now: number) {
    this.#reason = against;
    this.#since = now;
    this.#wasUsed = against === undefined;
  }

  get isWasm(): boolean {
    return this.#reason === undefined;
  }

  decision(preference: CorePreference): CoreDecision {
    if (this.#reason) return { path: 'native', reason: this.#reason, since: this.#since };
    return { path: 'wasm', reason: preference === 'wasm' ? 'preferred' : 'fit', since: this.#since };
  }

  update(against: CoreReason | undefined, hidden: boolean, now: number): void {
    if (against) {
      if (this.isWasm && against === 'context-suspended') this.punish(against, now);
      this.#clearSince = undefined;
      this.#goNative(against, now);
    } else if (this.isWasm) {
      if (now - this.#since >= FORGIVEN_MS) this.#strikes.clear();
    } else {
      this.#tryWasm(hidden, now);
    }
  }

  punish(trouble: Trouble, now: number): void {
    const strikes = (this.#strikes.get(trouble) ?? 0) + 1;
    this.#strikes.set(trouble, strikes);
    const fatal = strikes >= (FATAL_STRIKES[trouble] ?? Infinity);
    const penalty = fatal ? Infinity : Math.min(PENALTY_MS[trouble] * 2 ** (strikes - 1), MAX_PENALTY_MS);
    this.#penalty = { trouble, until: now + penalty };
    this.#clearSince = undefined;
    this.#goNative(trouble, now);
  }

  pardon(): void {
    this.#penalty = undefined;
    this.#strikes.clear();
  }

  #tryWasm(hidden: boolean, now: number): void {
    if (this.#clearSince === undefined) {
      const isSettled = !this.#wasUsed && this.#reason !== undefined && AT_FIRST.includes(this.#reason);
      this.#clearSince = isSettled ? -Infinity : now;
    }
    if (this.#penalty && now < this.#penalty.until) this.#reason = this.#penalty.trouble;
    else if (hidden) this.#reason = 'page-hidden';
    else if (now - this.#clearSince < SETTLE_MS) this.#reason = 'settling';
    else {
      this.#reason = undefined;
      this.#since = now;
      this.#wasUsed = true;
    }
  }

  #goNative(reason: CoreReason, now: number): void {
    if (this.isWasm) this.#since = now;
    this.#reason = reason;
  }
}
