/** A frame as its trailer tells it. */
export interface SequencedFrame {
  /** Counts the sender's frames modulo 2^32. */
  readonly sequence: number;
  /** ms of the sender's clock; a restarted sender goes on with it. */
  readonly captureTime: number;
  readonly keyFrame: boolean;
  readonly byteLength: number;
}

export interface Reordered<F> {
  /** Decodable in this order after those given before. */
  readonly frames: readonly F[];
  /** Ask the sender for a key frame now. */
  readonly keyFrameNeeded: boolean;
}

export interface ReorderStatistics {
  readonly delivered: number;
  /** Came after their place had been delivered or given up. */
  readonly late: number;
  /** Came again while the first was held. */
  readonly duplicates: number;
  /** Came in time, but could not be decoded because another was missing. */
  readonly undecodable: number;
  /** Sequence numbers passed over for any reason. */
  readonly skipped: number;
  readonly keyFrameRequests: number;
  /** Times that the sender began to count anew. */
  readonly restarts: number;
  /** Frames held now. */
  readonly held: number;
  /** ms: how long a gap is waited for. */
  readonly patienceMs: number;
  /** ms, interarrival jitter as in RFC 3550 §6.4.1. */
  readonly jitterMs: number;
}

const MIN_PATIENCE_MS = 50;
const MAX_PATIENCE_MS = 400;
/** A round trip that was never measured is taken for this. */
const ASSUMED_ROUND_TRIP_MS = 100;
const MIN_REPEAT_MS = 300;
const MAX_REPEAT_MS = 2000;
const MAX_HELD_FRAMES = 128;
const MAX_HELD_BYTES = 8_000_000;
/** A sequence number further off belongs to another count: at 60 frames/s, a minute. */
const MAX_LEAP = 3600;
const JITTER_GAIN = 1 / 16;

interface Held<F> {
  readonly frame: F;
  /** The sequence number without its wraps. */
  readonly position: number;
  readonly arrival: number;
}

/**
 * Puts the frames of one sender in order. Retransmission closes most gaps within two round trips, so a gap is waited for
 * that long and as long as measured jitter makes likely; then everything is withheld until a key frame, which is asked
 * for again while it does not come. A key frame beyond a gap cuts the wait short. Poll at `nextDeadline`.
 */
export class VideoReorder<F extends SequencedFrame> {
  /** In order of position. */
  #held: Held<F>[] = [];
  #heldBytes = 0;
  /** Position after the last one delivered in this count. */
  #next: number | undefined;
  /** Whether the frame at `#next` could be decoded if it came; otherwise only a key frame can. */
  #flowing = false;
  /** What lies here or before is late. */
  #floor = -Infinity;
  /** The frame furthest ahead so far. */
  #newest: { readonly sequence: number; readonly position: number; readonly captureTime: number } | undefined;
  /** Capture time of the last frame of the count before this one. */
  #leftAt = -Infinity;
  #lastTransit: number | undefined;
  #jitterMs = 0;
  #roundTripMs = ASSUMED_ROUND_TRIP_MS;
  #keyFrameWanted = false;
  #requestedAt = -Infinity;
  readonly #counts = {
    delivered: 0,
    late: 0,
    duplicates: 0,
    undecodable: 0,
    skipped: 0,
    keyFrameRequests: 0,
    restarts: 0,
  };

  /** @param ms the latest measured round trip; undefined keeps the one before. */
  setRoundTrip(ms: number | undefined): void {
    if (ms !== undefined && ms >= 0) this.#roundTripMs = ms;
  }

  /** @param now ms, monotonic, as in all calls. */
  push(frame: F, now: number): Reordered<F> {
    const position = this.#place(frame, now);
    if (position === undefined || position <= this.#floor) this.#counts.late++;
    else if (this.#held.some((held) => held.position === position)) this.#counts.duplicates++;
    else this.#hold({ frame, position, arrival: now });
    if (this.#held.length > MAX_HELD_FRAMES || this.#heldBytes > MAX_HELD_BYTES) this.#giveUp();
    return this.poll(now);
  }

  /** Gives what has become due. */
  poll(now: number): Reordered<F> {
    const frames: F[] = [];
    this.#take(frames, now);
    if (this.#held.length > 0 && now - this.#gapSince >= this.#patienceMs) this.#giveUp();
    if (this.#keyFrameWanted) this.#discardHopeless(now);
    return { frames, keyFrameNeeded: this.#request(now) };
  }

  /** Withholds everything until a key frame and asks for one: after a decoder's error, or at a hand-over. */
  requireKeyFrame(now: number): Reordered<F> {
    this.#giveUp();
    return this.poll(now);
  }

  /** When to poll, ms; undefined while nothing is missing. */
  get nextDeadline(): number | undefined {
    if (this.#keyFrameWanted) return this.#requestedAt + this.#repeatMs;
    if (this.#held.length === 0) return undefined;
    return this.#gapSince + (this.#held.some(({ frame }) => frame.keyFrame) ? this.#shortPatienceMs : this.#patienceMs);
  }

  get statistics(): ReorderStatistics {
    return { ...this.#counts, held: this.#held.length, patienceMs: this.#patienceMs, jitterMs: this.#jitterMs };
  }

  /** The frame's position; undefined for one of a count that was left. */
  #place({ sequence, captureTime }: F, now: number): number | undefined {
    const newest = this.#newest;
    const ahead = newest ? (sequence - newest.sequence) | 0 : 1;
    const newer = !newest || captureTime > newest.captureTime;
    // Within one count, a frame is captured later exactly if it is numbered higher.
    if (newest && (ahead <= 0 ? newer : newer && ahead > MAX_LEAP)) return this.#restart(sequence, captureTime);
    if (captureTime <= this.#leftAt) return undefined;
    const position = (newest?.position ?? 0) + ahead;
    if (ahead > 0) {
      this.#newest = { sequence, position, captureTime };
      this.#measureJitter(now - captureTime);
    }
    return position;
  }

  #restart(sequence: number, captureTime: number): number {
    this.#leftAt = this.#newest?.captureTime ?? -Infinity;
    // Leaves room for frames of the new count that come after this one and go before it.
    const position = (this.#newest?.position ?? 0) + MAX_LEAP + 1;
    this.#newest = { sequence, position, captureTime };
    this.#counts.restarts++;
    this.#discard(this.#held.length);
    this.#next = undefined;
    this.#flowing = false;
    return position;
  }

  #measureJitter(transit: number): void {
    const change = Math.abs(transit - (this.#lastTransit ?? transit));
    this.#jitterMs += (change - this.#jitterMs) * JITTER_GAIN;
    this.#lastTransit = transit;
  }

  #hold(held: Held<F>): void {
    let index = this.#held.length;
    while (index > 0 && (this.#held[index - 1]?.position ?? 0) > held.position) index--;
    this.#held.splice(index, 0, held);
    this.#heldBytes += held.frame.byteLength;
  }

  #take(frames: F[], now: number): void {
    for (let first = this.#held[0]; first; first = this.#held[0]) {
      const inOrder = this.#flowing && first.position === this.#next;
      if (!inOrder) {
        const key = this.#keyFrameToJumpTo(now);
        if (!key) return;
        first = key;
      }
      this.#held.shift();
      this.#heldBytes -= first.frame.byteLength;
      this.#counts.skipped += first.position - (this.#next ?? first.position);
      this.#counts.delivered++;
      this.#floor = first.position;
      this.#next = first.position + 1;
      this.#flowing = true;
      frames.push(first.frame);
    }
  }

  /** Makes the first key frame held the first of all, if the time has come to go on there. */
  #keyFrameToJumpTo(now: number): Held<F> | undefined {
    const index = this.#held.findIndex(({ frame }) => frame.keyFrame);
    if (index < 0 || (this.#flowing && now - this.#gapSince < this.#shortPatienceMs)) return undefined;
    this.#discard(index);
    this.#keyFrameWanted = false;
    return this.#held[0];
  }

  #giveUp(): void {
    this.#flowing = false;
    this.#keyFrameWanted = true;
  }

  /** Drops what no key frame still under way can precede, and what there is no room for. */
  #discardHopeless(now: number): void {
    this.#held = this.#held.filter(({ frame, arrival }) => {
      const hopeful = now - arrival < this.#patienceMs;
      if (!hopeful) {
        this.#counts.undecodable++;
        this.#heldBytes -= frame.byteLength;
      }
      return hopeful;
    });
    while (this.#held.length > MAX_HELD_FRAMES || this.#heldBytes > MAX_HELD_BYTES) this.#discard(1);
  }

  /** Drops the first `count` frames held. */
  #discard(count: number): void {
    for (const { frame } of this.#held.splice(0, count)) {
      this.#counts.undecodable++;
      this.#heldBytes -= frame.byteLength;
    }
  }

  #request(now: number): boolean {
    if (!this.#keyFrameWanted || now - this.#requestedAt < this.#repeatMs) return false;
    this.#requestedAt = now;
    this.#counts.keyFrameRequests++;
    return true;
  }

  /** Since when something held could have been delivered if nothing were missing. */
  get #gapSince(): number {
    return this.#held.reduce((earliest, { arrival }) => Math.min(earliest, arrival), Infinity);
  }

  /** Two round trips: the first retransmission may be lost as well. */
  get #patienceMs(): number {
    return clamp(2 * this.#roundTripMs + 4 * this.#jitterMs + 20, MIN_PATIENCE_MS, MAX_PATIENCE_MS);
  }

  /** With a key frame at hand, only mere disorder is worth waiting for. */
  get #shortPatienceMs(): number {
    return Math.min(2 * this.#jitterMs + 10, this.#patienceMs);
  }

  get #repeatMs(): number {
    return clamp(2 * this.#roundTripMs, MIN_REPEAT_MS, MAX_REPEAT_MS);
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
