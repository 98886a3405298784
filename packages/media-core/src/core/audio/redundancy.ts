import type { RedundantPacket } from '../frames/frame-trailer.js';

/** Loss that the receiver measured, before any recovery. */
export interface LossReport {
  /** 0 to 1. */
  readonly lossFraction: number;
  /** Mean number of consecutive lost packets, at least 1. */
  readonly meanBurst?: number;
}

/** Limits for redundancy. */
export interface RedundancyBudget {
  /** Bitrate for copies [bits/s]. */
  readonly bitrate: number;
  /** Mean payload size [bytes]. */
  readonly packetBytes: number;
  readonly packetsPerSecond: number;
  /** Whether packets carry in-band FEC of the packet before. */
  readonly hasFec: boolean;
}

/** Maximum distance of a copy [packets]: 120 ms at 20 ms per packet. */
const MAX_REDUNDANT_DISTANCE = 6;
const MAX_PACKETS = 3;
/** Mean burst length where the receiver reports none. */
const DEFAULT_BURST = 1.5;

/**
 * Cost model, in units of packet loss: each copy; each ms of distance that the receiver waits (the E-model of ITU-T
 * G.107: 20 ms of delay equal 0.1 % of loss below 150 ms, 0.5 % above); the lower bitrate of FEC relative to a copy.
 */
const COPY_COST = 0.01;
const DELAY_COST = 0.0002;
const FEC_COST = 0.2;
/** A new plan replaces the current one only if its cost is below this share of the current cost. */
const IMPROVEMENT = 0.85;
/** A reported loss applies at once and decays with this time constant [ms]. */
const LOSS_DECAY_MS = 10_000;
/** Time constant of the mean burst length [ms]. */
const BURST_DECAY_MS = 8000;

/** All sets of one to three distances, in rising order. */
const PLANS: readonly (readonly number[])[] = subsets(MAX_REDUNDANT_DISTANCE).filter(
  (plan) => plan.length <= MAX_PACKETS,
);

/**
 * Plans redundancy: which earlier packets, none to three, to repeat in each packet. Distances are chosen to exceed the
 * length of loss bursts. Loss is modelled as a two-state Markov chain (Gilbert). Of all plans within the budget, the
 * one with the lowest sum of residual loss, bitrate cost and delay cost is chosen.
 */
export class RedundancyPlanner {
  #distances: readonly number[] = [];
  #loss = 0;
  #burst: number | undefined;
  #updated: number | undefined;

  /** Distances of the packets to repeat [packets], in rising order. */
  get distances(): readonly number[] {
    return this.#distances;
  }

  /**
   * Call it for each loss report.
   * @returns the new `distances`
   */
  update(report: LossReport, budget: RedundancyBudget, nowMs: number): readonly number[] {
    const elapsed = nowMs - (this.#updated ?? nowMs);
    this.#updated = nowMs;
    const reported = Math.min(0.9, Math.max(0, report.lossFraction));
    this.#loss = Math.max(reported, reported + (this.#loss - reported) * Math.exp(-elapsed / LOSS_DECAY_MS));

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
    this.#burst = burst + ((this.#burst ?? burst) - burst) * Math.exp(-elapsed / BURST_DECAY_MS);
    return this.#burst;
  }
}

/** Share of packets that are neither received nor recovered with copies at these distances. */
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
  const delayMs = ((plan.at(-1) ?? 0) * 1000) / packetsPerSecond;
  const spent = plan.length * COPY_COST + delayMs * DELAY_COST;
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

/** Keeps the last packets sent, so that later packets can repeat them. */
export class RedundancyHistory {
  readonly #sent: { readonly sequence: number; readonly captureTime: number; readonly payload: Uint8Array }[] = [];

  /** Stores a copy of a sent packet; DTX packets need no copy. */
  add(sequence: number, captureTime: number, payload: Uint8Array): void {
    this.#sent.push({ sequence, captureTime, payload: payload.slice() });
    if (this.#sent.length > MAX_REDUNDANT_DISTANCE) this.#sent.shift();
  }

  /**
   * Returns the earlier packets to append to a packet. Packets across a pause or a restart are left out, because the
   * receiver derives the capture time from the distance.
   * @param packetMs duration of a packet [ms]
   */
  select(sequence: number, captureTime: number, distances: readonly number[], packetMs: number): RedundantPacket[] {
    return distances.flatMap((distance) => {
      const found = this.#sent.find((packet) => packet.sequence === (sequence - distance) >>> 0);
      const age = captureTime - (found?.captureTime ?? 0);
      if (!found || Math.abs(age - distance * packetMs) > packetMs / 2) return [];
      return [{ distance, payload: found.payload }];
    });
  }
}
