/** ms of sound in the packets that the core makes and plays. */
const PACKET_DURATIONS = [10, 20] as const;

export type PacketMs = (typeof PACKET_DURATIONS)[number];

/** The duration if it is one of those, ms. */
export function packetMsOf(durationMs: number | undefined): PacketMs | undefined {
  return PACKET_DURATIONS.find((one) => one === durationMs);
}
