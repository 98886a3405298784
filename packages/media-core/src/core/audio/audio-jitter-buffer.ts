import type { AudioPacket, JitterBufferStatistics, PlayoutDecision } from './audio-playout.js';
import { DelayEstimator, type DelayOptions } from './delay-estimator.js';
import { DeliveryLog } from './delivery-log.js';
import type { PacketMs } from './packet-duration.js';

/** The duration of packets is told by the packets. */
export type JitterBufferOptions = Omit<DelayOptions, 'packetMs'>;

interface Entry {
  readonly payload: Uint8Array;
  readonly captureTime: number;
  readonly isDtx: boolean;
  readonly hasFec: boolean;
  readonly isRedundant: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Sound it holds at most, ms, in so many bytes at most: 240 kbit/s. */
const CAPACITY_MS = 1280;
const CAPACITY_BYTES = 40_000;
/** When all that came for so many ms, so many packets at least, came after its turn, the stream has gone elsewhere. */
const ALL_LATE_MS = 1000;
const ALL_LATE_PACKETS = 5;
/** Off the target by more than this, in ms, sound is taken out or put in; too little is worse than too much. */
const ACCELERATE_ABOVE = 5;
const EXPAND_BELOW = 2;
/** Silence can be shortened by any length: it is from so much above the target on. */
const TRIM_ABOVE = 1;
/** ms by which a splice may go beyond the target: less than would call for the opposite one. */
const EXPAND_OVERSHOOT = 5;
/** Off by more than this, time presses. */
const URGENT = 60;
/** Least time between two splices in ms, and between two of silence. */
const SPLICE_INTERVAL = 60;
const URGENT_SPLICE_INTERVAL = 40;
const TRIM_INTERVAL = 100;
/** ms of sound that a splice is made in. */
const SPLICED_MS = 20;
/** After packets came too late, in ms: time for the target to rise before the delay gained is worked off again. */
const HOLD_AFTER_STARVING = 500;
/** A capture time so many ms later than the one before tells that the sender fell silent between the two. */
const PAUSE_MS = 10;
/** Sound is made up in steps of so many ms, since a decoder of Opus conceals no less. */
const STEP_MS = 2.5;
/** Longest step, and what is no step but an error of rounding. */
const MAX_STEP_MS = 20;
const ROUNDING = 1e-6;
/** Concealment has faded out after so many ms, silence does as well. */
const MAX_CONCEALMENT_MS = 400;

/**
 * The adaptive jitter buffer of received audio: packets in, one decision after the other out. It holds packets back for as
 * long as all but a few of them need to arrive, counting the ones that FEC or redundancy brings back when these do: it waits
 * longer where that saves speech. When nothing is there it conceals and goes on where it was; a delay that grew that way is
 * worked off by time stretching, and for nothing in pauses of speech.
 */
export class AudioJitterBuffer {
  /** Least delay in ms, for lip sync. */
  minimumDelayMs = 0;

  readonly #maxMs: number;
  readonly #delays: DelayOptions;
  /** ms of sound in a packet. */
  #frameMs: PacketMs = 20;
  #estimator: DelayEstimator;
  readonly #log = new DeliveryLog();
  /** What is there to be played, by position in the stream. */
  readonly #entries = new Map<number, Entry>();
  /** Of their payloads. */
  #bytes = 0;
  /** The packets in a row that came after their turn, and when the first of them did. */
  #late = { packets: 0, since: 0 };
  /** Position of the slot that is played next; undefined until there is something. */
  #next: number | undefined;
  #newest = 0;
  /** Capture time of the next slot if no pause comes between. */
  #playhead: number | undefined;
  #started = false;
  /** Packets are dropped down to the target: they were later than the greatest delay. */
  #catchingUp = false;
  #afterDtx = false;
  #concealedInARow = 0;
  #splicedAt = Number.NEGATIVE_INFINITY;
  #trimmedAt = Number.NEGATIVE_INFINITY;
  #starvedAt = Number.NEGATIVE_INFINITY;
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
    this.#estimator = new DelayEstimator({ ...this.#delays, packetMs: this.#frameMs });
  }

  /** ms of sound in a packet. */
  get frameMs(): PacketMs {
    return this.#frameMs;
  }

  get statistics(): JitterBufferStatistics {
    return { ...this.#counts, held: this.#entries.size, targetMs: this.targetMs };
  }

  /** Delay that it steers to, in ms after the fastest packet's way. */
  get targetMs(): number {
    return Math.min(this.#maxMs, Math.max(this.neededMs, this.minimumDelayMs));
  }

  /** Delay that it would steer to without a least delay. */
  get neededMs(): number {
    return this.#estimator.targetMs;
  }

  /** Capture times of the packets that come now are measured in another way: they are not compared with earlier ones. */
  sourceChanged(): void {
    this.#estimator.restart();
  }

  /**
   * Takes a packet that can be played from `nowMs` on; packets may come in any order and more than once. Where sound is
   * rendered in bursts that is when the next one begins.
   */
  insert(packet: AudioPacket, nowMs: number): void {
    this.#counts.received++;
    const admission = this.#log.admit(packet);
    if (admission.kind === 'doubtful') {
      this.#counts.discarded++;
      return;
    }
    const { position } = admission;
    const isOther = packet.durationMs !== this.#frameMs;
    if (admission.kind === 'admitted' && isOther && position <= this.#newest) {
      this.#counts.discarded++;
      return;
    }
    if (isOther) this.#changeFrames(packet.durationMs);
    if (admission.kind === 'restart') {
      const { previous } = admission;
      this.#restart();
      const isLike = previous.durationMs === packet.durationMs;
      if (isLike) this.#store(position + ((previous.sequence - packet.sequence) | 0), previous, nowMs);
    }
    this.#store(position, packet, nowMs);
  }

  /**
   * What to play at `at`, ms on the clock of `insert`. To be called whenever all that was decoded has been played.
   * @param until when more packets may be there, if that is known: it is bridged at once
   */
  next(at: number, until?: number): PlayoutDecision {
    const untilMore = Math.min(MAX_STEP_MS, inSteps((until ?? at) - at)) || this.#frameMs / 2;
    for (;;) {
      const position = this.#firstAvailable();
      const entry = this.#entries.get(position);
      if (!entry) return this.#starve(at, untilMore);
      const delay = this.#estimator.delayOf(entry.captureTime, at);
      if (this.#isOverdue(position, entry, delay)) this.#discard(position);
      else {
        const decision = this.#decide(position, entry, delay, at);
        if (decision) return decision;
      }
    }
  }

  /** The sender puts another duration of sound into its packets from now on: what there is of others is of no use. */
  #changeFrames(durationMs: PacketMs): void {
    this.#frameMs = durationMs;
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
    // If FEC or redundancy made its sound available before, that has been counted then.
    if (known === 'none') this.#estimator.arrived(captureTime, nowMs);
    if (this.#next === undefined || (!this.#started && position < this.#next)) this.#next = position;
    this.#newest = Math.max(this.#newest, position);
    if (position < this.#next) {
      this.#counts.late++;
      if (this.#hasLostTheStream(nowMs)) {
        this.#restart();
        this.#store(this.#log.restart(packet), packet, nowMs);
        return;
      }
    } else {
      this.#late.packets = 0;
      this.#put(position, { payload, captureTime, isDtx, hasFec, isRedundant: false });
    }
    this.#recover(position, packet, nowMs);
    while (this.#isFull) this.#discard(this.#firstAvailable());
  }

  get #isFull(): boolean {
    return this.#entries.size * this.#frameMs > CAPACITY_MS || this.#bytes > CAPACITY_BYTES;
  }

  /** Counts a late packet. @returns whether there has been nothing else for too long */
  #hasLostTheStream(nowMs: number): boolean {
    if (this.#late.packets === 0) this.#late.since = nowMs;
    this.#late.packets++;
    return this.#late.packets >= ALL_LATE_PACKETS && nowMs - this.#late.since >= ALL_LATE_MS;
  }

  #put(position: number, entry: Entry): void {
    this.#take(position);
    this.#entries.set(position, entry);
    this.#bytes += entry.payload.length;
  }

  #take(position: number): void {
    this.#bytes -= this.#entries.get(position)?.payload.length ?? 0;
    this.#entries.delete(position);
  }

  /** Notes what a packet brings back of those before it. */
  #recover(position: number, { captureTime, hasFec, redundancy }: AudioPacket, nowMs: number): void {
    for (const { distance, payload } of redundancy) {
      const earlier = position - distance;
      const time = captureTime - distance * this.#frameMs;
      this.#countRecoverable(earlier, time, nowMs);
      if (this.#next === undefined || earlier < this.#next || this.#entries.has(earlier)) continue;
      this.#put(earlier, { payload, captureTime: time, isDtx: false, hasFec: false, isRedundant: true });
    }
    if (hasFec) this.#countRecoverable(position - 1, captureTime - this.#frameMs, nowMs);
  }

  #countRecoverable(position: number, captureTime: number, nowMs: number): void {
    const beforeAll = !this.#started && position < (this.#next ?? position);
    if (!beforeAll && this.#log.mark(position, 'recoverable') === 'none') this.#estimator.arrived(captureTime, nowMs);
  }

  #firstAvailable(): number {
    let position = this.#next ?? 0;
    if (this.#entries.size > 0) while (!this.#entries.has(position)) position++;
    return position;
  }

  /** Whether to drop a packet for its delay, though it is there: not the last one, and only if it must be or is silence. */
  #isOverdue(position: number, entry: Entry, delay: number): boolean {
    if (position === this.#newest) return false;
    if (delay > this.#maxMs + this.#frameMs) this.#catchingUp = true;
    const mayDrop = !this.#started || this.#catchingUp || (entry.isDtx && this.#afterDtx);
    return mayDrop && delay - this.targetMs > this.#frameMs;
  }

  #discard(position: number): void {
    if (this.#playhead !== undefined) this.#counts.lost += position - (this.#next ?? position);
    this.#counts.discarded++;
    this.#take(position);
    this.#next = position + 1;
  }

  /** What to do for the next slot, `entry` being the first packet there is; nothing if the slot was passed over. */
  #decide(position: number, entry: Entry, delay: number, at: number): PlayoutDecision | undefined {
    const half = this.#frameMs / 2;
    const gap = position - (this.#next ?? position);
    const slotTime = entry.captureTime - gap * this.#frameMs;
    const excess = delay + gap * this.#frameMs - this.targetMs;
    const early = Math.min(half, inSteps(-excess));
    if (!this.#started && early > 0) return this.#starve(at, early);
    this.#started = true;
    this.#catchingUp = false;
    const inPause = this.#afterDtx || slotTime - (this.#playhead ?? slotTime) > PAUSE_MS;
    if (inPause && early > 0) return this.#silence(true, early);
    this.#playhead = slotTime;
    if (gap === 0) return this.#play(position, entry, delay, at);
    if (gap === 1 && entry.hasFec) return this.#playFec(entry, slotTime);
    return this.#bridge(excess);
  }

  #play(position: number, entry: Entry, delay: number, at: number): PlayoutDecision {
    const { payload, captureTime, isRedundant, isDtx } = entry;
    this.#take(position);
    this.#advance();
    this.#concealedInARow = 0;
    this.#afterDtx = isDtx;
    this.#counts.delayMs = delay;
    if (isRedundant) this.#counts.recoveredByRedundancy++;
    const excess = delay - this.targetMs;
    const splice = isDtx || !this.#maySplice(excess, at) ? undefined : this.#splice(payload, captureTime, excess, at);
    return splice ?? { kind: isRedundant ? 'decode-redundant' : 'decode', payload, captureTime };
  }

  /** Sound is taken out of 20 ms, so of two short packets; it can be put into one, together with what was played before. */
  #splice(payload: Uint8Array, captureTime: number, excess: number, at: number): PlayoutDecision | undefined {
    const takesTwo = excess > 0 && this.#frameMs < SPLICED_MS;
    const following = takesTwo ? this.#takeFollowing() : undefined;
    if (takesTwo && !following) return undefined;
    const of = { payload, captureTime, urgent: Math.abs(excess) > URGENT };
    if (isForSilence(excess)) {
      this.#trimmedAt = at;
      return { kind: 'trim', ...of, following, mostMs: excess };
    }
    this.#splicedAt = at;
    if (excess > 0) {
      this.#counts.accelerated++;
      return { kind: 'accelerate', ...of, following, mostMs: excess };
    }
    this.#counts.expanded++;
    return { kind: 'expand', ...of, mostMs: EXPAND_OVERSHOOT - excess };
  }

  /** The packet after the one that is played, if it is there and is sound. */
  #takeFollowing(): Uint8Array | undefined {
    const position = this.#next ?? 0;
    const entry = this.#entries.get(position);
    if (!entry || entry.isDtx) return undefined;
    this.#take(position);
    this.#advance();
    if (entry.isRedundant) this.#counts.recoveredByRedundancy++;
    return entry.payload;
  }

  #maySplice(excess: number, at: number): boolean {
    if (excess <= TRIM_ABOVE && excess >= -EXPAND_BELOW) return false;
    if (excess > 0 && at - this.#starvedAt < HOLD_AFTER_STARVING) return false;
    if (isForSilence(excess)) return at - this.#trimmedAt >= TRIM_INTERVAL;
    return at - this.#splicedAt >= (Math.abs(excess) > URGENT ? URGENT_SPLICE_INTERVAL : SPLICE_INTERVAL);
  }

  #playFec({ payload }: Entry, captureTime: number): PlayoutDecision {
    this.#advance();
    this.#concealedInARow = 0;
    this.#afterDtx = false;
    this.#counts.recoveredByFec++;
    return { kind: 'fec', payload, captureTime };
  }

  /** A packet is missing while later ones are there, its slot `excess` ms after the target. */
  #bridge(excess: number): PlayoutDecision | undefined {
    const frame = this.#frameMs;
    // It may still come, and the delay is to grow anyway.
    if (excess < -frame) return this.#conceal(frame / 2);
    const wasConcealing = this.#concealedInARow > 0;
    this.#advance();
    this.#counts.lost++;
    if (!wasConcealing || excess <= frame / 4) return this.#conceal(frame);
    // This much was concealed before it was known that packets were lost rather than late.
    return excess <= (frame * 3) / 4 ? this.#conceal(frame / 2) : undefined;
  }

  /** Nothing may be played yet: goes on where it is as soon as it can. */
  #starve(at: number, durationMs: number): PlayoutDecision {
    if (this.#playhead === undefined) return this.#silence(false, durationMs);
    if (this.#afterDtx) return this.#silence(true, durationMs);
    this.#starvedAt = at;
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
    if (this.#playhead !== undefined) this.#playhead += this.#frameMs;
  }

  #restart(): void {
    this.#counts.restarts++;
    this.#entries.clear();
    this.#bytes = 0;
    this.#late.packets = 0;
    this.#estimator.restart();
    this.#next = undefined;
    this.#newest = 0;
    this.#started = false;
  }
}

/** At least `ms`, in whole steps; 0 if that is none. */
const inSteps = (ms: number) => Math.max(0, Math.ceil(ms / STEP_MS - ROUNDING)) * STEP_MS;

const isForSilence = (excess: number) => excess > 0 && excess <= ACCELERATE_ABOVE;
