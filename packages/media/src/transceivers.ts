export type MediaKind = 'audio' | 'video';
type Direction = RTCRtpTransceiverDirection | null | undefined;

export function kindOf(transceiver: RTCRtpTransceiver): MediaKind {
  return transceiver.receiver.track.kind === 'video' ? 'video' : 'audio';
}

export function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}
