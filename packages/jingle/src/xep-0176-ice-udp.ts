import type { Candidate, CandidateType, IceUdpTransport } from './model.js';
import { NS } from './namespaces.js';
import {
  attribute,
  el,
  elementsOf,
  isWord,
  LIMITS,
  localName,
  namespaceOf,
  uintAttribute,
  wordAttribute,
  type Element,
} from './xml.js';
import { buildFingerprint, isFingerprint, parseFingerprints } from './xep-0320-dtls.js';

const TYPES: ReadonlySet<CandidateType> = new Set<CandidateType>(['host', 'prflx', 'relay', 'srflx']);
const TCP_TYPES: ReadonlySet<'active' | 'passive' | 'so'> = new Set(['active', 'passive', 'so']);
const ADDRESS = /^[\w.:-]{1,255}$/;

/** XEP-0176 §5. Always gives a transport: what is wrong in it (a bad candidate, a broken fingerprint) is left out. */
export function parseTransport(element: Element): IceUdpTransport {
  const ufrag = word(element, 'ufrag');
  const pwd = word(element, 'pwd');
  const fingerprints: Element[] = [];
  const candidates: Candidate[] = [];
  const iceOptions: string[] = [];
  let iceLite = false;
  let gatheringComplete = false;
  for (const child of elementsOf(element)) {
    const namespace = namespaceOf(child);
    const name = localName(child);
    if (name === 'fingerprint') {
      if (isFingerprint(child) && fingerprints.length < LIMITS.fingerprints) fingerprints.push(child);
    } else if (namespace === NS.iceOption) {
      if (name.length <= 32 && isWord(name) && iceOptions.length < 8 && !iceOptions.includes(name))
        iceOptions.push(name);
    } else if (namespace === NS.iceUdp) {
      if (name === 'candidate' && candidates.length < LIMITS.candidates) {
        const candidate = parseCandidate(child);
        if (candidate) candidates.push(candidate);
      } else if (name === 'ice-lite') iceLite = true;
      else if (name === 'gathering-complete') gatheringComplete = true;
    }
  }
  return {
    ...(ufrag !== undefined && { ufrag }),
    ...(pwd !== undefined && { pwd }),
    fingerprints: parseFingerprints(fingerprints),
    candidates,
    iceOptions,
    iceLite,
    gatheringComplete,
  };
}

/** RFC 8839 §5.4: credentials are at most 256 characters; which characters is for the ICE agent to judge. */
function word(element: Element, name: string): string | undefined {
  const value = attribute(element, name, 256);
  return value !== undefined && isWord(value) ? value : undefined;
}

/**
 * XEP-0176 §5.3. Undefined for a candidate that no ICE agent could use. An IQ error would be allowed, but peers end
 * the call upon any error.
 */
export function parseCandidate(element: Element): Candidate | undefined {
  const component = uintAttribute(element, 'component', 256);
  const foundation = attribute(element, 'foundation', 32);
  const ip = readAddress(element, 'ip');
  const port = uintAttribute(element, 'port', 65535);
  const priority = uintAttribute(element, 'priority', 0xffffffff);
  const protocol = attribute(element, 'protocol', 8)?.toLowerCase();
  const type = wordAttribute(element, 'type', TYPES);
  if (component === undefined || foundation === undefined || !isWord(foundation) || ip === undefined) return undefined;
  if (port === undefined || priority === undefined || type === undefined) return undefined;
  if (protocol !== 'udp' && protocol !== 'tcp') return undefined;
  const tcptype = wordAttribute(element, 'tcptype', TCP_TYPES);
  const relAddr = readAddress(element, 'rel-addr');
  // `rel_port` is what Monal writes.
  const relPort = uintAttribute(element, 'rel-port', 65535) ?? uintAttribute(element, 'rel_port', 65535);
  return {
    component,
    foundation,
    generation: uintAttribute(element, 'generation', 255) ?? 0,
    id: attribute(element, 'id', 128) ?? '',
    ip,
    network: uintAttribute(element, 'network', 255) ?? 0,
    port,
    priority,
    protocol,
    ...(tcptype !== undefined && { tcptype }),
    type,
    ...(relAddr !== undefined && { relAddr }),
    ...(relPort !== undefined && { relPort }),
  };
}

/** An address without brackets or IPv6 zone (RFC 4007 §11: a zone has no meaning on another host). */
function readAddress(element: Element, name: string): string | undefined {
  const raw = attribute(element, name, 255);
  if (raw === undefined) return undefined;
  const bare = raw.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return ADDRESS.test(bare) ? bare : undefined;
}

export function buildTransport(transport: IceUdpTransport): Element {
  const children: Element[] = [];
  for (const option of transport.iceOptions) if (isWord(option)) children.push(el(option, { xmlns: NS.iceOption }));
  for (const fingerprint of transport.fingerprints) children.push(buildFingerprint(fingerprint));
  for (const candidate of transport.candidates) children.push(buildCandidate(candidate));
  if (transport.iceLite) children.push(el('ice-lite'));
  if (transport.gatheringComplete) children.push(el('gathering-complete'));
  return el('transport', { xmlns: NS.iceUdp, ufrag: transport.ufrag, pwd: transport.pwd }, children);
}

export function buildCandidate(candidate: Candidate): Element {
  return el('candidate', {
    component: candidate.component,
    foundation: candidate.foundation,
    generation: candidate.generation,
    id: candidate.id === '' ? undefined : candidate.id,
    ip: candidate.ip,
    network: candidate.network,
    port: candidate.port,
    priority: candidate.priority,
    protocol: candidate.protocol,
    tcptype: candidate.tcptype,
    type: candidate.type,
    'rel-addr': candidate.relAddr,
    'rel-port': candidate.relPort,
  });
}
