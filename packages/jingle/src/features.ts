import { NS } from './namespaces.js';
import type { DiscoInfo } from './xep-0030-disco.js';

/**
 * What we answer to disco#info. Clients show their call buttons by these. `urn:ietf:rfc:3264` is left out on purpose: it
 * announces a gateway without trickle ICE, and Conversations holds back all candidates for it.
 */
export const ourFeatures: readonly string[] = [
  NS.caps,
  NS.discoInfo,
  NS.dtls,
  NS.grouping,
  NS.iceUdp,
  NS.jingle,
  NS.jmi,
  NS.ping,
  NS.receipts,
  NS.rfc5576,
  NS.rfc5888,
  NS.rtcpFb,
  NS.rtp,
  NS.rtpAudio,
  NS.rtpHdrext,
  NS.rtpVideo,
  NS.safetyCode,
  NS.ssma,
];

/** Announced where texts in a call are shown; real-time text only where it is wanted too. */
export const chatFeatures: readonly string[] = [NS.chatStates, NS.correction];

/** Our answer to disco#info; `name` is that of the product. */
export function ourDiscoInfo(name: string): DiscoInfo {
  return { identities: [{ category: 'client', type: 'web', lang: '', name }], features: ourFeatures, forms: [] };
}

/** What a resource must announce before it can be called with `media` (XEP-0167, Determining Support). */
export function canBeCalled(features: Iterable<string>, media: readonly ('audio' | 'video')[]): boolean {
  const announced = new Set(features);
  const needed: string[] = [NS.jingle, NS.rtp, NS.iceUdp, NS.dtls];
  if (media.includes('audio')) needed.push(NS.rtpAudio);
  if (media.includes('video')) needed.push(NS.rtpVideo);
  return needed.every((feature) => announced.has(feature));
}
