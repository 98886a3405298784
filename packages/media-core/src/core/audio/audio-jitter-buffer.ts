import type { AudioPacket, JitterBufferStatistics, PlayoutDecision } from './audio-playout.js';
import { DelayEstimator, type DelayOptions } from './delay-estimator.js';
import { DeliveryLog } from './delivery-log.js';
import type { PacketMs } from './packet-duration.js';
import { PacketStore, type StoredPacket } from './packet-store.js';
import { SplicePolicy } from './splice-policy.js';

/** Without `packetMs`: every packet carries its own duration. */
export type JitterBufferOptions = Omit<DelayOptions, 'packetMs'>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** If all packets are late for this long [ms], and at least this many, the buffer restarts at the latest. */
const ALL_LATE_MS = 1000;
const ALL_LATE_PACKETS = 5;
/** Audio that an acceleration needs [ms]. */
const SPLICED_MS = 20;
/** A capture time this far [ms] beyond the expected one means that the sender paused (DTX). */
const PAUSE_MS = 10;
/** Step of concealment and silence [ms]: the shortest frame that an Opus decoder conceals. */
const STEP_MS = 2.5;
/** Longest concealment in one decision [ms], and the tolerance for rounding errors in steps. */
const MAX_STEP_MS = 20;
const ROUNDING = 1e-6;
/** After this much concealment in a row [ms] the decoder's output has faded out, so silence is played. */
const MAX_CONCEALMENT_MS = 400;

/**
 * Adaptive jitter buffer of received audio: takes packets, returns one playout decision after the other.
 *
 * It delays packets long enough for all but a few to arrive. A packet recovered by FEC or redundancy counts when it is
 * recovered, so the target rises where waiting for recovery pays off. In an underrun it conceals and later resumes at
 * the same packet; the delay gained that way is reduced by time stretching, and in pauses of speech by skipping
 * silence.
 */
export class AudioJitterBuffer {
  /** Minimum playout delay [ms], set by lip sync. */
  minimumDelayMs = 0;

  readonly #maxMs: number;
  readonly #delays: DelayOptions;
  /** Duration of a packet [ms]. */
  #packetMs: PacketMs = 20;
  #estimator: DelayEstimator;
  readonly #log = new DeliveryLog();
  readonly #packets = new PacketStore();
  readonly #splices = new SplicePolicy();
  /** Consecutive late packets, and the arrival time of the first. */
  #late = { packets: 0, since: 0 };
  /** Position of the next packet to play; undefined before the first packet. */
  #next: number | undefined;
  #newest = 0;
  /** Expected capture time of the next packet, without a pause. */
  #playhead: number | undefined;
  #started = false;
  /** Discards packets until the target is reached, because the delay exceeded the maximum. */
  #catchingUp = false;
  #afterDtx = false;
  #concealedInARow = 0;
  readonly #counts: Mutable<Omit<JitterBufferStatistics, 'targetMs' | 'held'>> = {
    received: 0,
    duplicates: 0,
    late: 0,
    lost: 0,
    recoveredByFec: 0,
    recoveredByRedundancy: 0,
    discarded: 0,
    accelerated: 0,
    expanded: 0,
    restarts: 0,
    concealedMs: 0,
    concealmentEvents: 0,
    delayMs: 0,
  };

  constructor({ maxMs = 500, ...delays }: JitterBufferOptions = {}) {
    this.#maxMs = maxMs;
    this.#delays = { ...delays, maxMs };
    this.#estimator = new DelayEstimator({ ...this.#delays, packetMs: this.#packetMs });
  }

  /** Duration of a packet [ms]. */
  get packetMs(): PacketMs {
    return this.#packetMs;
  }

  get statistics(): JitterBufferStatistics {
    return { ...this.#counts, held: this.#packets.size, targetMs: this.targetMs };
  }

  /** Playout delay that is aimed for [ms], relative to the base delay. */
  get targetMs(): number {
    return Math.min(this.#maxMs, Math.max(this.neededMs, this.minimumDelayMs));
  }

  /** Playout delay that jitter alone requires [ms], without `minimumDelayMs`. */
  get neededMs(): number {
    return this.#estimator.targetMs;
  }

  /** Restarts delay measurement: capture times have another reference from now on (browser or wasm path). */
  sourceChanged(): void {
    this.#estimator.restart();
  }

  /**
   * Inserts a packet, in any order; duplicates are counted and dropped.
   * @param nowMs when the packet can be played first [ms]: with burst rendering, the start of the next burst
   */
  insert(packet: AudioPacket, nowMs: number): void {
    this.#counts.received++;
    const placement = this.#log.place(packet);
    if (placement.kind === 'doubtful') {
      this.#counts.discarded++;
      return;
    }
    const { position } = placement;
    const isOther = packet.durationMs !== this.#packetMs;
    if (placement.kind === 'placed' && isOther && position <= this.#newest) {
      this.#counts.discarded++;
      return;
    }
    if (isOther) this.#changePacketDuration(packet.durationMs);
    if (placement.kind === 'restart') {
      const { previous } = placement;
      this.#restart();
      const isLike = previous.durationMs === packet.durationMs;
      if (isLike) this.#store(position + ((previous.sequence - packet.sequence) | 0), previous, nowMs);
    }
    this.#store(position, packet, nowMs);
  }

  /**
   * Returns what to play next. Call it whenever all decoded audio has been played.
   * @param at playout time [ms], on the clock of `insert`
   * @param until when the next packets can become available, if known: a gap is concealed up to then in one decision
   */
  next(at: number, until?: number): PlayoutDecision {
    const untilMore = Math.min(MAX_STEP_MS, roundUpToSteps((until ?? at) - at)) || this.#packetMs / 2;
    for (;;) {
      const position = this.#firstAvailable();
      const entry = this.#packets.get(position);
      if (!entry) return this.#underrun(at, untilMore);
      const delay = this.#estimator.delayOf(entry.captureTime, at);
      if (this.#isOverdue(position, entry, delay)) this.#discard(position);
      else {
        const decision = this.#decide(position, entry, delay, at);
        if (decision) return decision;
      }
    }
  }

  /** The sender changed its packet duration: buffered packets of the other duration are useless. */
  #changePacketDuration(durationMs: PacketMs): void {
    this.#packetMs = durationMs;
    this.#restart();
    this.#estimator = new DelayEstimator({ ...this.#delays, packetMs: durationMs });
  }

  #store(position: number, packet: AudioPacket, nowMs: number): void {
    const { captureTime, payload, isDtx, hasFec } = packet;
    const known = this.#log.mark(position, 'received');
    if (known === 'received') {
      this.#counts.duplicates++;
      return;
    }
    // A packet that FEC or redundancy made available earlier was counted then.
    if (known === 'none') this.#estimator.arrived(captureTime, nowMs);
    if (this.#next === undefined || (!this.#started && position < this.#next)) this.#next = position;
    this.#newest = Math.max(this.#newest, position);
    if (position < this.#next) {
      this.#counts.late++;
      if (this.#areAllLate(nowMs)) {
        this.#restart();
        this.#store(this.#log.restart(packet), packet, nowMs);
        return;
      }
    } else {
      this.#late.packets = 0;
      this.#packets.put(position, { payload, captureTime, isDtx, hasFec, isRedundant: false });
    }
    this.#storeRecoverable(position, packet, nowMs);
    while (this.#packets.isFull(this.#packetMs)) this.#discard(this.#firstAvailable());
  }

  /** Counts a late packet; returns whether all packets have been late for too long. */
  #areAllLate(nowMs: number): boolean {
    if (this.#late.packets === 0) this.#late.since = nowMs;
    this.#late.packets++;
    return this.#late.packets >= ALL_LATE_PACKETS && nowMs - this.#late.since >= ALL_LATE_MS;
  }

  /** Stores what a packet carries of the packets before it. */
  #storeRecoverable(position: number, { captureTime, hasFec, redundancy }: AudioPacket, nowMs: number): void {
    for (const { distance, payload } of redundancy) {
      const earlier = position - distance;
      const time = captureTime - distance * this.#packetMs;
      this.#countRecoverable(earlier, time, nowMs);
      if (this.#next === undefined || earlier < this.#next || this.#packets.has(earlier)) continue;
      this.#packets.put(earlier, { payload, captureTime: time, isDtx: false, hasFec: false, isRedundant: true });
    }
    if (hasFec) this.#countRecoverable(position - 1, captureTime - this.#packetMs, nowMs);
  }

  #countRecoverable(position: number, captureTime: number, nowMs: number): void {
    const beforeAll = !this.#started && position < (this.#next ?? position);
    if (!beforeAll && this.#log.mark(position, 'recoverable') === 'none') this.#estimator.arrived(captureTime, nowMs);
  }

  #firstAvailable(): number {
    return this.#packets.firstFrom(this.#next ?? 0);
  }

  /** Whether to drop a packet to reduce the delay: not the newest; only before playout, catching up or in a pause. */
  #isOverdue(position: number, entry: StoredPacket, delay: number): boolean {
    if (position === this.#newest) return false;
    if (delay > this.#maxMs + this.#packetMs) this.#catchingUp = true;
    const mayDrop = !this.#started || this.#catchingUp || (entry.isDtx && this.#afterDtx);
    return mayDrop && delay - this.targetMs > this.#packetMs;
  }

  #discard(position: number): void {
    if (this.#playhead !== undefined) this.#counts.lost += position - (this.#next ?? position);
    this.#counts.discarded++;
    this.#packets.delete(position);
    this.#next = position + 1;
  }

  /** Decides about the next slot; `entry` is the first packet available. Returns undefined if the slot was skipped. */
  #decide(position: number, entry: StoredPacket, delay: number, at: number): PlayoutDecision | undefined {
    const half = this.#packetMs / 2;
    const gap = position - (this.#next ?? position);
    const slotTime = entry.captureTime - gap * this.#packetMs;
    const excess = delay + gap * this.#packetMs - this.targetMs;
    const early = Math.min(half, roundUpToSteps(-excess));
    if (!this.#started && early > 0) return this.#underrun(at, early);
    this.#started = true;
    this.#catchingUp = false;
    const inPause = this.#afterDtx || slotTime - (this.#playhead ?? slotTime) > PAUSE_MS;
    if (inPause && early > 0) return this.#silence(true, early);
    this.#playhead = slotTime;
    if (gap === 0) return this.#play(position, entry, delay, at);
    if (gap === 1 && entry.hasFec) return this.#playFec(entry, slotTime);
    return this.#fillGap(excess);
  }

  #play(position: number, entry: StoredPacket, delay: number, at: number): PlayoutDecision {
    const { payload, captureTime, isRedundant, isDtx } = entry;
    this.#packets.delete(position);
    this.#advance();
    this.#concealedInARow = 0;
    this.#afterDtx = isDtx;
    this.#counts.delayMs = delay;
    if (isRedundant) this.#counts.recoveredByRedundancy++;
    const excess = delay - this.targetMs;
    const spliced = isDtx ? undefined : this.#splice(payload, captureTime, excess, at);
    return spliced ?? { kind: isRedundant ? 'decode-redundant' : 'decode', payload, captureTime };
  }

  /** Shortening needs 20 ms of audio, so two short packets; lengthening uses the audio played before. */
  #splice(payload: Uint8Array, captureTime: number, excess: number, at: number): PlayoutDecision | undefined {
    const splice = this.#splices.choose(excess, at);
    if (!splice) return undefined;
    const takesTwo = splice.kind !== 'expand' && this.#packetMs < SPLICED_MS;
    const following = takesTwo ? this.#takeFollowing() : undefined;
    if (takesTwo && !following) return undefined;
    this.#splices.spliced(splice, at);
    if (splice.kind === 'accelerate') this.#counts.accelerated++;
    if (splice.kind === 'expand') this.#counts.expanded++;
    return { ...splice, payload, captureTime, ...(splice.kind !== 'expand' && { following }) };
  }

  /** Takes the next packet as well, if it is buffered and not DTX. */
  #takeFollowing(): Uint8Array | undefined {
    const position = this.#next ?? 0;
    const entry = this.#packets.get(position);
    if (!entry || entry.isDtx) return undefined;
    this.#packets.delete(position);
    this.#advance();
    if (entry.isRedundant) this.#counts.recoveredByRedundancy++;
    return entry.payload;
  }

  #playFec({ payload }: StoredPacket, captureTime: number): PlayoutDecision {
    this.#advance();
    this.#concealedInARow = 0;
    this.#afterDtx = false;
    this.#counts.recoveredByFec++;
    return { kind: 'fec', payload, captureTime };
  }

  /**
   * Fills the slot of a missing packet while later ones are buffered.
   * @param excess delay of the slot above the target [ms]
   */
  #fillGap(excess: number): PlayoutDecision | undefined {
    const frame = this.#packetMs;
    // The packet may still arrive, and the delay has to grow anyway.
    if (excess < -frame) return this.#conceal(frame / 2);
    const wasConcealing = this.#concealedInARow > 0;
    this.#advance();
    this.#counts.lost++;
    if (!wasConcealing || excess <= frame / 4) return this.#conceal(frame);
    // Half a packet was concealed already, when the packet counted as late and not yet as lost.
    return excess <= (frame * 3) / 4 ? this.#conceal(frame / 2) : undefined;
  }

  /** Underrun: nothing is due yet; playout resumes at the same packet. */
  #underrun(at: number, durationMs: number): PlayoutDecision {
    if (this.#playhead === undefined) return this.#silence(false, durationMs);
    if (this.#afterDtx) return this.#silence(true, durationMs);
    this.#splices.underran(at);
    return this.#conceal(durationMs);
  }

  #conceal(durationMs: number): PlayoutDecision {
    if (this.#concealedInARow === 0) this.#counts.concealmentEvents++;
    this.#concealedInARow += durationMs;
    this.#counts.concealedMs += durationMs;
    const faded = this.#concealedInARow > MAX_CONCEALMENT_MS;
    return faded ? { kind: 'silence', durationMs, comfort: false } : { kind: 'conceal', durationMs };
  }

  #silence(comfort: boolean, durationMs: number): PlayoutDecision {
    return { kind: 'silence', durationMs, comfort };
  }

  #advance(): void {
    this.#next = (this.#next ?? 0) + 1;
    if (this.#playhead !== undefined) this.#playhead += this.#packetMs;
  }

  #restart(): void {
    this.#counts.restarts++;
    this.#packets.clear();
    this.#late.packets = 0;
    this.#estimator.restart();
    this.#next = undefined;
    this.#newest = 0;
    this.#started = false;
  }
}

/** Rounds up to whole steps; 0 for values that are not positive. */
const roundUpToSteps = (ms: number) => Math.max(0, Math.ceil(ms / STEP_MS - ROUNDING)) * STEP_MS;
