/** Descriptions as a browser writes them, cut down to what signaling looks at. */

export interface SectionInit {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  readonly rejected?: boolean;
}

export interface SdpInit {
  readonly sections: readonly SectionInit[];
  readonly setup: 'actpass' | 'active' | 'passive';
  readonly ufrag?: string;
  readonly candidates?: readonly string[];
}

const FINGERPRINT = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0').toUpperCase()).join(
  ':',
);

export const AUDIO: readonly SectionInit[] = [{ mid: '0', kind: 'audio' }];
export const AUDIO_VIDEO: readonly SectionInit[] = [...AUDIO, { mid: '1', kind: 'video' }];

export function candidateLine(port: number): string {
  return `candidate:${String(port)} 1 udp 2122260223 192.0.2.1 ${String(port)} typ host generation 0 network-id 1`;
}

export function sdp({ sections, setup, ufrag = 'abcd', candidates = [] }: SdpInit): string {
  const mids = sections.filter(({ rejected }) => !rejected).map(({ mid }) => mid);
  const lines = [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mids.join(' ')}`,
    'a=extmap-allow-mixed',
    'a=msid-semantic: WMS',
    ...sections.flatMap((section) => sectionLines(section, setup, ufrag, candidates)),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function sectionLines(
  { mid, kind, direction = 'sendrecv', rejected }: SectionInit,
  setup: SdpInit['setup'],
  ufrag: string,
  candidates: readonly string[],
): string[] {
  const format = kind === 'audio' ? '111' : '96';
  return [
    `m=${kind} ${rejected ? '0' : '9'} UDP/TLS/RTP/SAVPF ${format}`,
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    ...(rejected ? [] : candidates.map((candidate) => `a=${candidate}`)),
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${ufrag}-0123456789abcdefghijklm`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    `a=setup:${setup}`,
    `a=mid:${mid}`,
    `a=${rejected ? 'inactive' : direction}`,
    'a=rtcp-mux',
    kind === 'audio' ? 'a=rtpmap:111 opus/48000/2' : 'a=rtpmap:96 VP8/90000',
    ...(kind === 'audio' ? ['a=fmtp:111 minptime=10;useinbandfec=1'] : ['a=rtcp-fb:96 nack pli']),
  ];
}
