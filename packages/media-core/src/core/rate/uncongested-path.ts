/** Time without a queue before the path counts as uncongested again [ms]: initial and maximum. */
const WAIT_MS = 5000;
const MAX_WAIT_MS = 320_000;
/** A queue this soon after the return to the browser's frames [ms] doubles the next wait. */
const RELAPSE_MS = 60_000;
/**
 * Return to the browser's frames only after our encoder has sustained 1.5 times the bitrate at which the browser last
 * caused congestion.
 */
const HEADROOM = 1.5;

/** Bitrate of our encoder. */
export interface EncoderBitrate {
  /** Current bitrate [bits/s]. */
  readonly bitrate: number;
  /** Maximum bitrate that the encoder can use [bits/s]. */
  readonly max: number;
}

/**
 * Decides who encodes the sent video where the browser's own frames have full size (Firefox; docs/decisions/0014).
 * Without congestion the browser does: its frames arrive earlier and nothing is encoded twice. When a queue grows our
 * encoder takes over, since its bitrate falls at once, until the network path has sustained far more than the browser
 * sent when the queue grew.
 */
export class UncongestedPath {
  #uncongestedSince: number | undefined = -Infinity;
  #waitMs = WAIT_MS;
  #queuedAt = -Infinity;
  /** Bitrate of the browser when it last caused a queue [bits/s]. */
  #congestedBitrate = Infinity;

  /** Since when the path has been uncongested [ms]; undefined while it is congested. */
  get uncongestedSince(): number | undefined {
    return this.#uncongestedSince;
  }

  /**
   * A queue has started to grow, or is being drained.
   * @param bitrate bitrate of the browser's frames [bits/s]
   * @param now ms, monotonic
   */
  queueGrew(bitrate: number | undefined, now: number): void {
    this.#queuedAt = now;
    if (this.#uncongestedSince === undefined) return;
    this.#congestedBitrate = bitrate ?? Infinity;
    const isRelapse = now - this.#uncongestedSince < RELAPSE_MS;
    this.#waitMs = isRelapse ? Math.min(2 * this.#waitMs, MAX_WAIT_MS) : WAIT_MS;
    this.#uncongestedSince = undefined;
  }

  /** Call it every 100 ms while our encoder is used. */
  update({ bitrate, max }: EncoderBitrate, now: number): void {
    if (this.#uncongestedSince !== undefined || now - this.#queuedAt < this.#waitMs) return;
    if (bitrate >= Math.min(HEADROOM * this.#congestedBitrate, max)) this.#uncongestedSince = now;
  }

  /** The network route changed. */
  reset(): void {
    this.#uncongestedSince = -Infinity;
    this.#waitMs = WAIT_MS;
    this.#queuedAt = -Infinity;
    this.#congestedBitrate = Infinity;
  }
}
