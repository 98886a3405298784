import type { OpusApplication, OpusEncoderSettings } from '@xmpp-call/opus';
import { ComplexityController } from '../../core/audio/complexity-controller.js';
import { type LossReport, RedundancyPlanner, residualLoss } from '../../core/audio/redundancy.js';

/** What the peer tells of our sound. */
export interface AudioReport extends LossReport {
  /** ms that frames stand in queues on the way. */
  readonly queueDelayMs: number;
}

export interface AudioEncodingOptions {
  /** bits/s, without redundancy. */
  readonly bitrate?: number | undefined;
  /** 0 to 10, at most. */
  readonly complexity?: number | undefined;
}

/** ms of a packet by which effort is judged. */
const USUAL_MS = 20;
const DEFAULT_BITRATE = 32_000;
/** What short frames of CELT take more to sound as well. */
const LOW_DELAY_BITRATE = 8000;
const DEFAULT_COMPLEXITY = 9;
/** bits/s for copies of earlier packets, where nothing is known of what the way can bear. */
const REDUNDANCY_BITRATE = 64_000;
/** Loss from which packets hold FEC, and from which they get more bits for it. */
const FEC_LOSS = 0.01;
const FEC_BITRATE_LOSS = 0.05;
const FEC_BITRATE = 8000;
/** bits/s where each packet is sent three times, or where the way is full. */
const LEAN_BITRATE = 24_000;
/** A queue of so many ms is of our own making: copies would make it longer, and loss worse. */
const FULL_MS = 150;
/** The encoder is told of loss in steps, and of no more than it can use. */
const LOSS_STEP = 0.05;
const MOST_LOSS = 0.3;

/** Decides how sound is encoded and what is sent twice, by the loss that is reported and by what encoding costs. */
export class AudioEncoding {
  /** bits/s for redundancy. */
  redundancyBitrate = REDUNDANCY_BITRATE;
  /** ms of sound in a packet. */
  frameMs = USUAL_MS;

  readonly #bitrate: number;
  readonly #complexity: ComplexityController;
  readonly #planner = new RedundancyPlanner();
  #loss: LossReport = { lossFraction: 0 };
  #isFull = false;
  /** Of the packets themselves, bits/s. */
  #meanBitrate: number;
  #hasFec = false;

  constructor({ bitrate = DEFAULT_BITRATE, complexity = DEFAULT_COMPLEXITY }: AudioEncodingOptions = {}) {
    this.#bitrate = bitrate;
    this.#complexity = new ComplexityController(complexity);
    this.#meanBitrate = bitrate;
  }

  /** Distances of the packets to send once more; for peers that can take them. */
  get distances(): readonly number[] {
    return this.#planner.distances;
  }

  /**
   * Without SILK sound is 4 ms less late, and has no FEC: for peers that can take copies, where packets are short.
   * @param copies whether the peer takes copies
   */
  application(copies: boolean): OpusApplication {
    return copies && this.frameMs < USUAL_MS ? 'restricted-lowdelay' : 'voip';
  }

  /** What our own peer reports. */
  report(report: AudioReport, now: number): void {
    this.#loss = report;
    this.#isFull = report.queueDelayMs > FULL_MS;
    const packetsPerSecond = 1000 / this.frameMs;
    const budget = {
      bitrate: this.#isFull ? 0 : this.redundancyBitrate,
      // What short packets take more they give up where copies are sent.
      packetBytes: Math.min(this.#meanBitrate, this.#bitrate) / 8 / packetsPerSecond,
      packetsPerSecond,
      hasFec: this.#hasFec,
    };
    this.#planner.update(report, budget, now);
  }

  /** What RTCP says of a peer that reports nothing else. */
  set reportedLoss(lossFraction: number) {
    this.#loss = { lossFraction };
  }

  /** A packet of sound was encoded. */
  encoded(bytes: number, ms: number, now: number): void {
    const seconds = this.frameMs / 1000;
    this.#meanBitrate += ((bytes * 8) / seconds - this.#meanBitrate) * seconds;
    this.#complexity.record((ms * USUAL_MS) / this.frameMs, now);
  }

  /** @param copies whether the peer takes copies @param dtx whether silence need not be sent */
  settings(copies: boolean, dtx: boolean): Required<OpusEncoderSettings> {
    const distances = copies ? this.distances : [];
    const { lossFraction, meanBurst = 1 } = this.#loss;
    // What copies bring back needs no FEC, which would cost quality in each packet.
    const isLowDelay = this.application(copies) === 'restricted-lowdelay';
    const inbandFec = lossFraction >= FEC_LOSS && distances.length === 0 && !isLowDelay;
    const more =
      (isLowDelay ? LOW_DELAY_BITRATE : 0) + (inbandFec && lossFraction >= FEC_BITRATE_LOSS ? FEC_BITRATE : 0);
    const expected = residualLoss(distances, Math.min(lossFraction, 0.9), Math.max(meanBurst, 1));
    const lean = distances.length > 1 || (copies && this.#isFull);
    this.#hasFec = inbandFec;
    return {
      bitrate: lean ? Math.min(this.#bitrate, LEAN_BITRATE) : this.#bitrate + more,
      complexity: this.#complexity.complexity,
      inbandFec,
      expectedLoss: Math.round(Math.min(Math.ceil(expected / LOSS_STEP - 1e-6) * LOSS_STEP, MOST_LOSS) * 100),
      dtx,
      maxBandwidth: 'fullband',
      signal: 'auto',
      constantBitrate: false,
    };
  }
}
