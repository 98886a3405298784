import type { RedundantPacket } from '../frames/frame-trailer.js';

/** What the receiver reports of the packets it was sent, before any recovery. */
export interface LossReport {
  /** 0..1. */
  readonly lossFraction: number;
  /** Packets lost in a row, on average; at least 1. */
  readonly meanBurst?: number;
}

/** What may be spent. */
export interface RedundancyBudget {
  /** bits/s beyond those of the packets themselves. */
  readonly bitrate: number;
  /** Mean size of a packet's payload. */
  readonly packetBytes: number;
  readonly packetsPerSecond: number;
  /** Whether packets hold in-band FEC of the one before them. */
  readonly hasFec: boolean;
}

/** As far as the receiver will wait: 120 ms with packets of 20 ms. */
export const MAX_REDUNDANT_DISTANCE = 6;
const MAX_PACKETS = 3;
/** Where the receiver does not tell; packets are rarely lost alone. */
const DEFAULT_BURST = 1.5;

/**
 * What things cost, as the loss of packets that harms as much: a copy; waiting for it, per ms of distance (the E-model of
 * ITU-T G.107 puts 20 ms at 0.1 % of loss below 150 ms and 0.5 % above); the lower bitrate of FEC.
 */
const COPY_COST = 0.01;
const WAITING_COST = 0.0002;
const FEC_COST = 0.2;
/** A plan is changed for one that costs less than this share. */
const IMPROVEMENT = 0.85;
/** Reported loss counts at once; it is forgotten with this time constant in ms. */
const FORGETTING_MS = 10_000;
/** The length of bursts is known well only over many of them, ms. */
const BURST_MS = 8000;

/** All sets of one to three distances, in rising order. */
const PLANS: readonly (readonly number[])[] = subsets(MAX_REDUNDANT_DISTANCE).filter(
  (plan) => plan.length <= MAX_PACKETS,
);

/**
 * Decides which earlier packets to send once more with each packet: none to three, at distances that bursts of loss do not
 * reach over. Loss is modelled as Gilbert's chain of two states; of all plans within the budget the one with the least
 * residual loss is taken, less what its bits and the receiver's waiting cost.
 */
export class RedundancyPlanner {
  #distances: readonly number[] = [];
  #loss = 0;
  #burst: number | undefined;
  #updated: number | undefined;

  /** Distances of the packets to append, in rising order. */
  get distances(): readonly number[] {
    return this.#distances;
  }

  /** To be called with each report; gives the new `distances`. */
  update(report: LossReport, budget: RedundancyBudget, nowMs: number): readonly number[] {
    const elapsed = nowMs - (this.#updated ?? nowMs);
    this.#updated = nowMs;
    const reported = Math.min(0.9, Math.max(0, report.lossFraction));
    this.#loss = Math.max(reported, reported + (this.#loss - reported) * Math.exp(-elapsed / FORGETTING_MS));

    const burst = this.#meanBurst(reported > 0 ? report.meanBurst : undefined, elapsed);
    const cost = (plan: readonly number[]) => planCost(plan, this.#loss, burst, budget);
    const perPacket = budget.packetBytes * 8 * budget.packetsPerSecond;
    const affordable = PLANS.filter((plan) => plan.length * perPacket <= budget.bitrate || plan.length === 0);
    const best = affordable.reduce((least, plan) => (cost(plan) < cost(least) ? plan : least), []);
    const keeps = affordable.includes(this.#distances) && cost(best) > IMPROVEMENT * cost(this.#distances);
    if (!keeps) this.#distances = best;
    return this.#distances;
  }

  #meanBurst(reported: number | undefined, elapsed: number): number {
    if (reported === undefined) return this.#burst ?? DEFAULT_BURST;
    const burst = Math.max(1, reported);
    this.#burst = burst + ((this.#burst ?? burst) - burst) * Math.exp(-elapsed / BURST_MS);
    return this.#burst;
  }
}

/** Share of packets that are neither received nor recovered, if copies are sent at these distances. */
export function residualLoss(distances: readonly number[], loss: number, meanBurst: number): number {
  const recovery = 1 / meanBurst;
  const onset = Math.min(1, (loss * recovery) / (1 - loss));
  const memory = 1 - onset - recovery;
  let residual = loss;
  let previous = 0;
  for (const distance of distances) {
    residual *= loss + (1 - loss) * memory ** (distance - previous);
    previous = distance;
  }
  return residual;
}

function planCost(
  plan: readonly number[],
  loss: number,
  meanBurst: number,
  { packetsPerSecond, hasFec }: RedundancyBudget,
): number {
  const waitingMs = ((plan.at(-1) ?? 0) * 1000) / packetsPerSecond;
  const spent = plan.length * COPY_COST + waitingMs * WAITING_COST;
  const residual = residualLoss(plan, loss, meanBurst);
  if (!hasFec || plan.includes(1)) return residual + spent;
  const withFec = residualLoss([1, ...plan], loss, meanBurst);
  return withFec + FEC_COST * (residual - withFec) + spent;
}

function subsets(largest: number): number[][] {
  if (largest === 0) return [[]];
  const smaller = subsets(largest - 1);
  return [...smaller, ...smaller.map((set) => [...set, largest])];
}

/** The packets sent last, for those that carry them once more. */
export class RedundancyHistory {
  readonly #sent: { readonly sequence: number; readonly captureTime: number; readonly payload: Uint8Array }[] = [];

  /** Keeps a copy of a packet that was sent; one of a pause needs none. */
  add(sequence: number, captureTime: number, payload: Uint8Array): void {
    this.#sent.push({ sequence, captureTime, payload: payload.slice() });
    if (this.#sent.length > MAX_REDUNDANT_DISTANCE) this.#sent.shift();
  }

  /**
   * The earlier packets to append to the packet of this sequence number and capture time. Those that a pause or a new
   * beginning separates from it are left out: the receiver tells their capture time by the distance.
   * @param frameMs sound in a packet, in ms
   */
  select(sequence: number, captureTime: number, distances: readonly number[], frameMs: number): RedundantPacket[] {
    return distances.flatMap((distance) => {
      const found = this.#sent.find((packet) => packet.sequence === (sequence - distance) >>> 0);
      const age = captureTime - (found?.captureTime ?? 0);
      if (!found || Math.abs(age - distance * frameMs) > frameMs / 2) return [];
      return [{ distance, payload: found.payload }];
    });
  }
}
