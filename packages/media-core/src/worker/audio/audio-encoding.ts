import type { OpusApplication, OpusEncoderSettings } from '@xmpp-call/opus';
import { ComplexityController } from '../../core/audio/complexity-controller.js';
import { type LossReport, RedundancyPlanner, residualLoss } from '../../core/audio/redundancy.js';

/** What the peer's core reports about our audio. */
export interface AudioReport extends LossReport {
  /** Queue delay on the network path [ms]. */
  readonly queueDelayMs: number;
}

export interface AudioEncodingOptions {
  /** Bitrate without redundancy [bits/s]. */
  readonly bitrate?: number | undefined;
  /** Maximum complexity, 0 to 10. */
  readonly complexity?: number | undefined;
}

/** Duration of a packet for which encoding times are compared [ms]. */
const REFERENCE_MS = 20;
const DEFAULT_BITRATE = 32_000;
/** Additional bitrate with which short CELT frames reach the same quality [bits/s]. */
const LOW_DELAY_BITRATE = 8000;
const DEFAULT_COMPLEXITY = 9;
/** Bitrate for copies of earlier packets while the capacity is unknown [bits/s]. */
const REDUNDANCY_BITRATE = 64_000;
/** Loss from which packets contain FEC. From the second value on they get additional bits for it [bits/s]. */
const FEC_LOSS = 0.01;
const FEC_BITRATE_LOSS = 0.05;
const FEC_BITRATE = 8000;
/** Bitrate with two or more copies of each packet, or during congestion [bits/s]. */
const REDUCED_BITRATE = 24_000;
/** Queue delay that counts as congestion [ms]: our own packets fill the queue, and copies would cause more loss. */
const CONGESTED_MS = 150;
/** The encoder is configured with the expected loss in steps, up to a maximum. */
const LOSS_STEP = 0.05;
const MAX_EXPECTED_LOSS = 0.3;

/** Decides on encoder settings and redundancy, from reported loss and the time of encoding. */
export class AudioEncoding {
  /** Maximum bitrate for redundancy [bits/s]. */
  redundancyBitrate = REDUNDANCY_BITRATE;
  /** Duration of a packet [ms]. */
  frameMs = REFERENCE_MS;

  readonly #bitrate: number;
  readonly #complexity: ComplexityController;
  readonly #planner = new RedundancyPlanner();
  #loss: LossReport = { lossFraction: 0 };
  #isCongested = false;
  /** Mean bitrate of packets without redundancy [bits/s]. */
  #meanBitrate: number;
  #hasFec = false;

  constructor({ bitrate = DEFAULT_BITRATE, complexity = DEFAULT_COMPLEXITY }: AudioEncodingOptions = {}) {
    this.#bitrate = bitrate;
    this.#complexity = new ComplexityController(complexity);
    this.#meanBitrate = bitrate;
  }

  /** Distances of the packets to repeat, for peers with the core. */
  get distances(): readonly number[] {
    return this.#planner.distances;
  }

  /**
   * Short packets to peers with the core use CELT alone. Its delay is 4 ms lower, and copies replace its missing FEC.
   * @param copies whether the peer accepts copies
   */
  application(copies: boolean): OpusApplication {
    return copies && this.frameMs < REFERENCE_MS ? 'restricted-lowdelay' : 'voip';
  }

  /** Handles a report of the peer's core. @param now ms, monotonic */
  report(report: AudioReport, now: number): void {
    this.#loss = report;
    this.#isCongested = report.queueDelayMs > CONGESTED_MS;
    const packetsPerSecond = 1000 / this.frameMs;
    const budget = {
      bitrate: this.#isCongested ? 0 : this.redundancyBitrate,
      // With copies, short packets do without their additional bitrate.
      packetBytes: Math.min(this.#meanBitrate, this.#bitrate) / 8 / packetsPerSecond,
      packetsPerSecond,
      hasFec: this.#hasFec,
    };
    this.#planner.update(report, budget, now);
  }

  /** Loss that a plain peer reports by RTCP, 0 to 1. */
  set reportedLoss(lossFraction: number) {
    this.#loss = { lossFraction };
  }

  /**
   * Reports an encoded packet that is not DTX.
   * @param ms time of encoding
   * @param now ms, monotonic
   */
  encoded(bytes: number, ms: number, now: number): void {
    const seconds = this.frameMs / 1000;
    this.#meanBitrate += ((bytes * 8) / seconds - this.#meanBitrate) * seconds;
    this.#complexity.record((ms * REFERENCE_MS) / this.frameMs, now);
  }

  /** @param copies whether the peer accepts copies @param dtx whether the encoder may use DTX */
  settings(copies: boolean, dtx: boolean): Required<OpusEncoderSettings> {
    const distances = copies ? this.distances : [];
    const { lossFraction, meanBurst = 1 } = this.#loss;
    // With copies FEC is off, because it costs quality in every packet.
    const isLowDelay = this.application(copies) === 'restricted-lowdelay';
    const inbandFec = lossFraction >= FEC_LOSS && distances.length === 0 && !isLowDelay;
    const additional =
      (isLowDelay ? LOW_DELAY_BITRATE : 0) + (inbandFec && lossFraction >= FEC_BITRATE_LOSS ? FEC_BITRATE : 0);
    const expected = residualLoss(distances, Math.min(lossFraction, 0.9), Math.max(meanBurst, 1));
    const isReduced = distances.length > 1 || (copies && this.#isCongested);
    this.#hasFec = inbandFec;
    return {
      bitrate: isReduced ? Math.min(this.#bitrate, REDUCED_BITRATE) : this.#bitrate + additional,
      complexity: this.#complexity.complexity,
      inbandFec,
      expectedLoss: Math.round(Math.min(Math.ceil(expected / LOSS_STEP - 1e-6) * LOSS_STEP, MAX_EXPECTED_LOSS) * 100),
      dtx,
      maxBandwidth: 'fullband',
      signal: 'auto',
      constantBitrate: false,
    };
  }
}
