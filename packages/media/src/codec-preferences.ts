/**
 * Which codecs we offer and in which order. Peers such as Dino take the first that they know, so the one that every
 * client has stands first; RED and FEC payloads are left out because they would hide the encoded frames.
 */
const PREFERRED: Readonly<Record<'audio' | 'video', readonly string[]>> = {
  audio: ['audio/opus', 'audio/g722', 'audio/pcmu', 'audio/pcma', 'audio/telephone-event'],
  video: ['video/vp8', 'video/h264', 'video/vp9', 'video/av1', 'video/rtx'],
};

/** H.264 is offered once, as constrained baseline with fragmentation: what phones decode in hardware (RFC 7742 §6.2). */
function acceptable(codec: RTCRtpCodec): boolean {
  const fmtp = codec.sdpFmtpLine ?? '';
  switch (codec.mimeType.toLowerCase()) {
    case 'video/h264':
      return fmtp.includes('packetization-mode=1') && /profile-level-id=42e0/i.test(fmtp);
    case 'video/vp9':
      return !/profile-id=[1-9]/.test(fmtp);
    default:
      return true;
  }
}

/** The codecs of `capabilities` that we offer, best first. */
export function preferredCodecs(kind: 'audio' | 'video', capabilities: readonly RTCRtpCodec[]): RTCRtpCodec[] {
  const order = PREFERRED[kind];
  return capabilities
    .map((codec) => ({ codec, rank: order.indexOf(codec.mimeType.toLowerCase()) }))
    .filter(({ codec, rank }) => rank >= 0 && acceptable(codec))
    .sort((a, b) => a.rank - b.rank)
    .map(({ codec }) => codec);
}

export function preferCodecs(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video'): void {
  const codecs = preferredCodecs(kind, RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []);
  if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
}
