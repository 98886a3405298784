/** A frame with the fields of its trailer. */
export interface SequencedFrame {
  /** Sequence number of the frame, modulo 2^32. */
  readonly sequence: number;
  /** Capture time on the sender's clock [ms]; the clock continues across a restart of the sender. */
  readonly captureTime: number;
  readonly keyFrame: boolean;
  readonly byteLength: number;
}

export interface Reordered<F> {
  /** Frames that can be decoded in this order after those returned before. */
  readonly frames: readonly F[];
  /** Whether to request a key frame from the sender now. */
  readonly keyFrameNeeded: boolean;
}

export interface ReorderStatistics {
  readonly delivered: number;
  /** Arrived after their position had been delivered or given up. */
  readonly late: number;
  /** Arrived again while the first copy was held. */
  readonly duplicates: number;
  /** Arrived in time, but a frame that they depend on was missing. */
  readonly undecodable: number;
  /** Sequence numbers skipped for any reason. */
  readonly skipped: number;
  readonly keyFrameRequests: number;
  /** Restarts of the sender. */
  readonly restarts: number;
  /** Frames held now. */
  readonly held: number;
  /** How long a gap is waited for [ms]. */
  readonly gapTimeoutMs: number;
  /** Interarrival jitter (RFC 3550 §6.4.1) [ms]. */
  readonly jitterMs: number;
}

const MIN_GAP_TIMEOUT_MS = 50;
const MAX_GAP_TIMEOUT_MS = 400;
/** Round trip assumed before the first measurement [ms]. */
const ASSUMED_ROUND_TRIP_MS = 100;
const MIN_REPEAT_MS = 300;
const MAX_REPEAT_MS = 2000;
const MAX_HELD_FRAMES = 128;
const MAX_HELD_BYTES = 8_000_000;
/** A larger jump of the sequence number is a restart of the sender: one minute at 60 frames/s. */
const MAX_JUMP = 3600;
/** A capture time this far [ms] ahead of what the arrival allows belongs to another clock. */
const MAX_CLOCK_JUMP_MS = 10_000;
/**
 * A frame with an implausible sequence number or capture time is accepted if a second one within this distance [frames]
 * follows within this time [ms].
 */
const MAX_CONFIRM_DISTANCE = 30;
const MAX_CONFIRM_MS = 1000;
/** If all frames for this long [ms], and at least this many, are late, the stream restarts at the latest. */
const ALL_LATE_MS = 1000;
const ALL_LATE_FRAMES = 5;
const JITTER_GAIN = 1 / 16;

interface Held<F> {
  readonly frame: F;
  /** Sequence number without wraps. */
  readonly position: number;
  readonly arrival: number;
}

/**
 * Puts the frames of one sender in order. NACK and retransmission (RFC 4588) close most gaps within two round trips, so
 * a gap is waited for that long plus a multiple of the jitter. After that all frames are withheld until a key frame,
 * which is requested repeatedly. A key frame beyond a gap shortens the wait. Poll at `nextDeadline`.
 *
 * A restart of the sender is followed; a single frame with an implausible sequence number changes nothing
 * (docs/decisions/0025).
 */
export class VideoReorder<F extends SequencedFrame> {
  /** Sorted by position. */
  #held: Held<F>[] = [];
  #heldBytes = 0;
  /** Position after the last delivered frame, since the last restart. */
  #next: number | undefined;
  /** Whether the frame at `#next` can be decoded; if not, only a key frame can. */
  #isDecodable = false;
  /** Frames at this position or before are late. */
  #floor = -Infinity;
  /** The frame with the highest position. */
  #newest:
    | { readonly sequence: number; readonly position: number; readonly captureTime: number; readonly arrival: number }
    | undefined;
  /** A frame with an implausible sequence number or capture time: possibly the first after a restart. */
  #doubtful: { readonly frame: F; readonly arrival: number } | undefined;
  /** Consecutive late frames, and the arrival time of the first. */
  #late = { frames: 0, since: 0 };
  /** Capture time of the last frame before the restart. */
  #previousEnd = -Infinity;
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

  /** Sets the measured round trip [ms]; undefined keeps the last one. */
  setRoundTrip(ms: number | undefined): void {
    if (ms !== undefined && ms >= 0) this.#roundTripMs = ms;
  }

  /**
   * Adds a received frame.
   * @param now ms, monotonic, in all calls
   */
  push(frame: F, now: number): Reordered<F> {
    if (this.#isImplausible(frame, now)) this.#confirmRestart(frame, now);
    else this.#add(frame, now);
    if (this.#held.length > MAX_HELD_FRAMES || this.#heldBytes > MAX_HELD_BYTES) this.#abandonGap();
    return this.poll(now);
  }

  /** Returns the frames that are due now. */
  poll(now: number): Reordered<F> {
    const frames: F[] = [];
    this.#take(frames, now);
    if (this.#held.length > 0 && now - this.#gapSince >= this.#gapTimeoutMs) this.#abandonGap();
    if (this.#keyFrameWanted) this.#discardExpired(now);
    return { frames, keyFrameNeeded: this.#request(now) };
  }

  /**
   * Withholds all frames until a key frame and requests one: after a decoder error, or when another decoder takes over.
   */
  requireKeyFrame(now: number): Reordered<F> {
    this.#abandonGap();
    return this.poll(now);
  }

  /** When to poll [ms]; undefined while no frame is missing. */
  get nextDeadline(): number | undefined {
    if (this.#keyFrameWanted) return this.#requestedAt + this.#repeatMs;
    if (this.#held.length === 0) return undefined;
    return (
      this.#gapSince + (this.#held.some(({ frame }) => frame.keyFrame) ? this.#reorderTimeoutMs : this.#gapTimeoutMs)
    );
  }

  get statistics(): ReorderStatistics {
    const held = this.#held.length + (this.#doubtful ? 1 : 0);
    return { ...this.#counts, held, gapTimeoutMs: this.#gapTimeoutMs, jitterMs: this.#jitterMs };
  }

  /** Whether a frame is implausible after the newest one: capture times must rise with sequence numbers. */
  #isImplausible({ sequence, captureTime }: F, now: number): boolean {
    const newest = this.#newest;
    if (!newest) return false;
    const ahead = (sequence - newest.sequence) | 0;
    if (captureTime - newest.captureTime > now - newest.arrival + MAX_CLOCK_JUMP_MS) return true;
    return ahead <= 0 ? captureTime > newest.captureTime : ahead > MAX_JUMP;
  }

  /** Restarts at an implausible frame if a second one confirms it. */
  #confirmRestart(frame: F, now: number): void {
    const before = this.#doubtful;
    this.#doubtful = { frame, arrival: now };
    if (!before) return;
    if (now - before.arrival > MAX_CONFIRM_MS || !canFollow(before.frame, frame)) {
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

  /** Counts a late frame, or restarts at it if all frames have been late for too long. */
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

  /** Returns the frame's position; undefined for a frame from before the restart. */
  #place({ sequence, captureTime }: F, now: number): number | undefined {
    const newest = this.#newest;
    if (captureTime <= this.#previousEnd) return undefined;
    const ahead = newest ? (sequence - newest.sequence) | 0 : 1;
    const position = (newest?.position ?? 0) + ahead;
    if (ahead > 0) {
      this.#newest = { sequence, position, captureTime, arrival: now };
      this.#measureJitter(now - captureTime);
    }
    return position;
  }

  /** Restarts the stream at a frame, which is added by the caller. */
  #restart({ sequence, captureTime }: F, arrival: number): void {
    const end = this.#newest?.captureTime ?? -Infinity;
    this.#previousEnd = end < captureTime ? end : -Infinity;
    // Leaves room for frames before this one that arrive after it.
    const position = (this.#newest?.position ?? 0) + MAX_JUMP + 1;
    this.#floor = Math.min(this.#floor, position - 1 - MAX_JUMP);
    this.#newest = { sequence, position, captureTime, arrival };
    this.#counts.restarts++;
    this.#discard(this.#held.length);
    this.#doubtful = undefined;
    this.#late.frames = 0;
    this.#next = undefined;
    this.#isDecodable = false;
  }

  #measureJitter(transit: number): void {
    // Capped, because the peer can send any capture time.
    const change = Math.min(Math.abs(transit - (this.#lastTransit ?? transit)), MAX_GAP_TIMEOUT_MS);
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
      const inOrder = this.#isDecodable && first.position === this.#next;
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
      this.#isDecodable = true;
      frames.push(first.frame);
    }
  }

  /** Moves the first held key frame to the front, if it is time to continue there. */
  #keyFrameToJumpTo(now: number): Held<F> | undefined {
    const index = this.#held.findIndex(({ frame }) => frame.keyFrame);
    if (index < 0 || (this.#isDecodable && now - this.#gapSince < this.#reorderTimeoutMs)) return undefined;
    this.#discard(index);
    this.#keyFrameWanted = false;
    return this.#held[0];
  }

  #abandonGap(): void {
    this.#isDecodable = false;
    this.#keyFrameWanted = true;
  }

  /** Drops frames that no key frame can precede any more, and frames beyond the capacity. */
  #discardExpired(now: number): void {
    this.#held = this.#held.filter(({ frame, arrival }) => {
      const isRecent = now - arrival < this.#gapTimeoutMs;
      if (!isRecent) {
        this.#counts.undecodable++;
        this.#heldBytes -= frame.byteLength;
      }
      return isRecent;
    });
    while (this.#held.length > MAX_HELD_FRAMES || this.#heldBytes > MAX_HELD_BYTES) this.#discard(1);
  }

  /** Drops the first `count` held frames. */
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

  /** Arrival of the earliest held frame: since then a frame has been missing. */
  get #gapSince(): number {
    return this.#held.reduce((earliest, { arrival }) => Math.min(earliest, arrival), Infinity);
  }

  /** Two round trips, because the first retransmission may be lost too. */
  get #gapTimeoutMs(): number {
    return clamp(2 * this.#roundTripMs + 4 * this.#jitterMs + 20, MIN_GAP_TIMEOUT_MS, MAX_GAP_TIMEOUT_MS);
  }

  /** With a key frame held, only reordering is worth waiting for. */
  get #reorderTimeoutMs(): number {
    return Math.min(2 * this.#jitterMs + 10, this.#gapTimeoutMs);
  }

  get #repeatMs(): number {
    return clamp(2 * this.#roundTripMs, MIN_REPEAT_MS, MAX_REPEAT_MS);
  }
}

/** Whether two frames can belong to the same sequence. */
function canFollow(a: SequencedFrame, b: SequencedFrame): boolean {
  const ahead = (b.sequence - a.sequence) | 0;
  return ahead !== 0 && Math.abs(ahead) <= MAX_CONFIRM_DISTANCE && ahead > 0 === b.captureTime > a.captureTime;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
