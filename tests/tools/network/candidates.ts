/** Host candidates over UDP and IPv4 as a description or a trickle has them (RFC 8839 §5.1). */
const CANDIDATE =
  /^(?<prefix>(?:a=)?candidate:\S+ \d+ udp \d+) (?<address>\d+\.\d+\.\d+\.\d+) \d+(?<suffix> typ host.*)$/i;

/** The candidate with the relay's port in the place of its own; undefined for one that would go past the relay. */
export function throughRelay(candidate: string, port: number): string | undefined {
  const groups = CANDIDATE.exec(candidate)?.groups;
  return groups && `${groups.prefix} ${groups.address} ${port}${groups.suffix}`;
}

/** The description with all of its candidates so changed, or left out. */
export function descriptionThroughRelay(sdp: string, port: number): string {
  return sdp
    .split('\r\n')
    .flatMap((line) => (line.startsWith('a=candidate:') ? (throughRelay(line, port) ?? []) : line))
    .join('\r\n');
}

/** Has a page send all that it sends to its peer to the relay's port: to be run before its own scripts. */
export const relayScript = (port: number): string => `{
  const CANDIDATE = ${String(CANDIDATE)};
  ${throughRelay.toString()}
  ${descriptionThroughRelay.toString()}
  const { addIceCandidate, setRemoteDescription } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addIceCandidate = async function (init) {
    const candidate = init?.candidate && throughRelay(init.candidate, ${port});
    if (candidate || !init?.candidate) await addIceCandidate.call(this, init && { ...init, candidate: candidate ?? '' });
  };
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    return setRemoteDescription.call(this, { type, sdp: descriptionThroughRelay(sdp, ${port}) });
  };
}`;
