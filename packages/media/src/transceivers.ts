export type MediaKind = 'audio' | 'video';
type Direction = RTCRtpTransceiverDirection | null | undefined;

export function kindOf(transceiver: RTCRtpTransceiver): MediaKind {
  return transceiver.receiver.track.kind === 'video' ? 'video' : 'audio';
}

/** The one that carries a kind, if any does (any more). */
export function transceiverOf(connection: RTCPeerConnection, kind: MediaKind): RTCRtpTransceiver | undefined {
  return connection.getTransceivers().find((one) => one.direction !== 'stopped' && kindOf(one) === kind);
}

export function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}
