import { kindOf, receives } from './transceivers.js';
import type { MediaKind } from './transceivers.js';

/** What has arrived of a content of the peer's. */
export interface ReceivedContent {
  readonly mid: string;
  readonly kind: MediaKind;
  /** The peer may send it, as far as was agreed. */
  readonly agreed: boolean;
  /** RTP packets since the start of the call. */
  readonly packets: number;
}

/** The fields of webrtc-stats that are read here. */
interface PacketReport {
  readonly type: string;
  readonly packetsReceived?: number;
}

/** The packets that a receiver's report counts. */
export function packetsOf(stats: RTCStatsReport): number {
  let packets = 0;
  stats.forEach(({ type, packetsReceived = 0 }: PacketReport) => {
    if (type === 'inbound-rtp') packets += packetsReceived;
  });
  return packets;
}

/** Every content in the order of the m-lines. */
export async function contentsReceived(transceivers: readonly RTCRtpTransceiver[]): Promise<ReceivedContent[]> {
  const contents: ReceivedContent[] = [];
  for (const transceiver of transceivers) {
    const { mid, currentDirection } = transceiver;
    if (mid === null) continue;
    const packets = packetsOf(await transceiver.receiver.getStats());
    contents.push({ mid, kind: kindOf(transceiver), agreed: receives(currentDirection), packets });
  }
  return contents;
}
