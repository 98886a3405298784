/** Packet durations that the core encodes and plays [ms]. */
const PACKET_DURATIONS = [10, 20] as const;

export type PacketMs = (typeof PACKET_DURATIONS)[number];

/** Returns the duration if the core supports it [ms]. */
export function packetMsOf(durationMs: number | undefined): PacketMs | undefined {
  return PACKET_DURATIONS.find((one) => one === durationMs);
}
