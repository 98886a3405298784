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
/** ms by which a frame may be captured later than its arrival allows: further off it is of another clock. */
const MAX_TIME_LEAP_MS = 10_000;
/** A frame that leaps is believed when another one is as near to it as this within so many ms. */
const NEAR = 30;
const DOUBT_MS = 1000;
/** When all that came for so many ms, so many frames at least, was late, the count has gone elsewhere. */
const ALL_LATE_MS = 1000;
const ALL_LATE_FRAMES = 5;
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
 *
 * A sender may count anew; one frame alone, with whatever number, does not make it so.
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
  #newest:
    | { readonly sequence: number; readonly position: number; readonly captureTime: number; readonly arrival: number }
    | undefined;
  /** Far from all others: the first of another count, or nothing. */
  #doubtful: { readonly frame: F; readonly arrival: number } | undefined;
  /** The frames in a row that were late, and when the first of them came. */
  #late = { frames: 0, since: 0 };
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
    if (this.#isLeap(frame, now)) this.#doubt(frame, now);
    else this.#add(frame, now);
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
    const held = this.#held.length + (this.#doubtful ? 1 : 0);
    return { ...this.#counts, held, patienceMs: this.#patienceMs, jitterMs: this.#jitterMs };
  }

  /** Whether a frame cannot be of this count: within one, a frame is captured later exactly if it is numbered higher. */
  #isLeap({ sequence, captureTime }: F, now: number): boolean {
    const newest = this.#newest;
    if (!newest) return false;
    const ahead = (sequence - newest.sequence) | 0;
    if (captureTime - newest.captureTime > now - newest.arrival + MAX_TIME_LEAP_MS) return true;
    return ahead <= 0 ? captureTime > newest.captureTime : ahead > MAX_LEAP;
  }

  /** Believes a frame that leaps when it is the second one there. */
  #doubt(frame: F, now: number): void {
    const before = this.#doubtful;
    this.#doubtful = { frame, arrival: now };
    if (!before) return;
    if (now - before.arrival > DOUBT_MS || !areNear(before.frame, frame)) {
      this.#counts.undecodable++;
      return;
    }
    this.#restart(before.frame, before.arrival);
    this.#add(before.frame, before.arrival);
    this.#add(frame, now);
  }

  #add(frame: F, now: number): void {
    const position = this.#place(frame, now);
    if (position === undefined || position <= this.#floor) this.#tooLate(frame, now);
    else if (this.#held.some((held) => held.position === position)) this.#counts.duplicates++;
    else {
      this.#late.frames = 0;
      this.#hold({ frame, position, arrival: now });
    }
  }

  /** Where nothing else comes any more, the count goes on with the frame. */
  #tooLate(frame: F, now: number): void {
    if (this.#late.frames === 0) this.#late.since = now;
    this.#late.frames++;
    if (this.#late.frames >= ALL_LATE_FRAMES && now - this.#late.since >= ALL_LATE_MS) {
      this.#restart(frame, now);
      this.#add(frame, now);
    } else {
      this.#counts.late++;
    }
  }

  /** The frame's position; undefined for one of a count that was left. */
  #place({ sequence, captureTime }: F, now: number): number | undefined {
    const newest = this.#newest;
    if (captureTime <= this.#leftAt) return undefined;
    const ahead = newest ? (sequence - newest.sequence) | 0 : 1;
    const position = (newest?.position ?? 0) + ahead;
    if (ahead > 0) {
      this.#newest = { sequence, position, captureTime, arrival: now };
      this.#measureJitter(now - captureTime);
    }
    return position;
  }

  /** Begins another count with a frame, which is still to be added. */
  #restart({ sequence, captureTime }: F, arrival: number): void {
    const left = this.#newest?.captureTime ?? -Infinity;
    this.#leftAt = left < captureTime ? left : -Infinity;
    // Leaves room for frames of the new count that come after this one and go before it.
    const position = (this.#newest?.position ?? 0) + MAX_LEAP + 1;
    this.#floor = Math.min(this.#floor, position - 1 - MAX_LEAP);
    this.#newest = { sequence, position, captureTime, arrival };
    this.#counts.restarts++;
    this.#discard(this.#held.length);
    this.#doubtful = undefined;
    this.#late.frames = 0;
    this.#next = undefined;
    this.#flowing = false;
  }

  #measureJitter(transit: number): void {
    // A capture time may be anything.
    const change = Math.min(Math.abs(transit - (this.#lastTransit ?? transit)), MAX_PATIENCE_MS);
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

/** Whether two frames may be of one count. */
function areNear(a: SequencedFrame, b: SequencedFrame): boolean {
  const ahead = (b.sequence - a.sequence) | 0;
  return ahead !== 0 && Math.abs(ahead) <= NEAR && ahead > 0 === b.captureTime > a.captureTime;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
