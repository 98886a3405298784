import type { Candidate } from '../model.js';
import { candidateType } from '../xep-0176-ice-udp.js';
import { el } from '../xml.js';

/**
 * Reads a candidate as a browser gives it (RFC 8839 §5.1), with or without `a=` and `candidate:`. Undefined for an end of
 * candidates and for anything that is not a candidate. Unknown extension pairs are skipped.
 */
export function parseCandidateLine(line: string, id: string): Candidate | undefined {
  const fields = line
    .trim()
    .replace(/^(a=)?(candidate:)?/, '')
    .split(/\s+/);
  const [foundation = '', component, protocol, priority, ip, port] = fields;
  const pairs = new Map<string, string | undefined>();
  for (let at = 6; at < fields.length; at += 2) pairs.set(fields[at] ?? '', fields[at + 1]);
  const [relAddr, relPort] = [pairs.get('raddr'), pairs.get('rport')];
  // The attributes of XEP-0176 are these fields under other names.
  const attributes = { component, protocol, priority, ip, port, id };
  const extensions = { type: pairs.get('typ'), tcptype: pairs.get('tcptype'), generation: pairs.get('generation') };
  // One without the other is of no use to anybody.
  const related = relAddr && relPort ? { 'rel-addr': relAddr, 'rel-port': relPort } : {};
  const known = { ...attributes, ...extensions, ...related, foundation: foundation && numericFoundation(foundation) };
  return candidateType.parse(el('candidate', known));
}

/** Foundations are compared for equality only, and Siskin reads numbers only: others become their FNV-1a hash. */
function numericFoundation(foundation: string): string {
  if (/^\d{1,10}$/.test(foundation)) return foundation;
  let hash = 0x811c9dc5;
  for (let at = 0; at < foundation.length; at++) hash = Math.imul(hash ^ foundation.charCodeAt(at), 0x01000193);
  return String(hash >>> 0);
}

/** False for what no XMPP peer can use: mDNS names, TCP, RTCP components (we multiplex), link-local addresses. */
export function isWorthSending(candidate: Candidate): boolean {
  return isWorthAdding(candidate) && candidate.protocol === 'udp' && !candidate.ip.endsWith('.local');
}

/** False for what no browser would use: RTCP components, link-local addresses, TCP without a listening port. */
export function isWorthAdding({ component, port, ip, protocol, tcptype = 'active' }: Candidate): boolean {
  return component === 1 && port !== 0 && !isLinkLocal(ip) && (protocol === 'udp' || tcptype !== 'active');
}

function isLinkLocal(ip: string): boolean {
  return /^(fe[89ab][0-9a-f]:|169\.254\.)/i.test(ip);
}

/** The candidate as `RTCIceCandidateInit.candidate` (RFC 8839 §5.1). */
export function candidateLine(candidate: Candidate, ufrag?: string): string {
  const { foundation, component, protocol, priority, ip, port, type, relAddr, relPort, tcptype, generation } =
    candidate;
  let line = `candidate:${foundation} ${component} ${protocol} ${priority} ${ip} ${port} typ ${type}`;
  if (type !== 'host') {
    // The grammar wants a related address with every other type; these stand for a hidden one (RFC 8839 §5.1).
    const isKnown = relAddr !== undefined && relPort !== undefined;
    const hidden = ip.includes(':') ? '::' : '0.0.0.0';
    line += ` raddr ${isKnown ? relAddr : hidden} rport ${isKnown ? relPort : 9}`;
  }
  if (tcptype) line += ` tcptype ${tcptype}`;
  line += ` generation ${generation}`;
  return ufrag === undefined ? line : `${line} ufrag ${ufrag}`;
}
