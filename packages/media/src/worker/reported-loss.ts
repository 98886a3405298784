import type { StreamCounters } from '../core/messages.js';

/** Packets that a figure needs. */
const MIN_PACKETS = 50;

/** What share of packets was lost between two reports of RTCP. */
export class ReportedLoss {
  #packets: number | undefined;
  #lost = 0;

  /** The share since the figure before; undefined until enough packets were sent. */
  update({ packets, packetsLost }: StreamCounters): number | undefined {
    if (packets === undefined || packetsLost === undefined) return undefined;
    const sent = packets - (this.#packets ?? packets);
    const lost = packetsLost - this.#lost;
    const began = this.#packets === undefined || sent < 0;
    if (!began && sent < MIN_PACKETS) return undefined;
    this.#packets = packets;
    this.#lost = packetsLost;
    return began ? undefined : Math.min(Math.max(lost / sent, 0), 1);
  }
}
