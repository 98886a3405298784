import type { Candidate, CandidateType } from '../model.js';
import { isWord } from '../xml.js';

const TYPES: ReadonlySet<string> = new Set<CandidateType>(['host', 'prflx', 'relay', 'srflx']);
const TCP_TYPES: ReadonlySet<string> = new Set(['active', 'passive', 'so']);

/**
 * Reads a candidate as a browser gives it (RFC 8839 §5.1), with or without `a=` and `candidate:`. Undefined for an end of
 * candidates and for anything that is not a candidate. Unknown extension pairs are skipped.
 */
export function parseCandidateLine(line: string, id: string): Candidate | undefined {
  const fields = line
    .trim()
    .replace(/^a=/, '')
    .replace(/^candidate:/, '')
    .split(/\s+/);
  const [foundation, component, transport, priority, ip, port, typ, type] = fields;
  if (!foundation || typ !== 'typ' || !type || !TYPES.has(type) || !ip || !isWord(ip)) return undefined;
  const protocol = transport?.toLowerCase();
  if (protocol !== 'udp' && protocol !== 'tcp') return undefined;
  const numbers = { component: uint(component, 256), priority: uint(priority, 0xffffffff), port: uint(port, 65535) };
  if (numbers.component === undefined || numbers.priority === undefined || numbers.port === undefined) return undefined;

  const extensions = new Map<string, string>();
  for (let at = 8; at + 1 < fields.length; at += 2) extensions.set(fields[at] ?? '', fields[at + 1] ?? '');
  const relAddr = extensions.get('raddr');
  const relPort = uint(extensions.get('rport'), 65535);
  const tcptype = extensions.get('tcptype');
  return {
    component: numbers.component,
    foundation: numericFoundation(foundation),
    generation: uint(extensions.get('generation'), 255) ?? 0,
    id,
    ip,
    network: 0,
    port: numbers.port,
    priority: numbers.priority,
    protocol,
    ...(tcptype !== undefined && TCP_TYPES.has(tcptype) && { tcptype: tcptype as 'active' | 'passive' | 'so' }),
    type: type as CandidateType,
    // One without the other is of no use to anybody.
    ...(relAddr !== undefined && relPort !== undefined && { relAddr, relPort }),
  };
}

function uint(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
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
  return (
    candidate.protocol === 'udp' &&
    candidate.component === 1 &&
    candidate.port > 0 &&
    !candidate.ip.endsWith('.local') &&
    !isLinkLocal(candidate.ip)
  );
}

/** False for what no browser would use: RTCP components, link-local addresses, TCP without a listening port. */
export function isWorthAdding(candidate: Candidate): boolean {
  if (candidate.component !== 1 || candidate.port === 0 || isLinkLocal(candidate.ip)) return false;
  return candidate.protocol === 'udp' || candidate.tcptype === 'passive' || candidate.tcptype === 'so';
}

function isLinkLocal(ip: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(ip) || ip.startsWith('169.254.');
}

/** The candidate as `RTCIceCandidateInit.candidate` (RFC 8839 §5.1). */
export function candidateLine(candidate: Candidate, ufrag?: string): string {
  const { foundation, component, protocol, priority, ip, port, type } = candidate;
  let line = `candidate:${foundation} ${component} ${protocol} ${priority} ${ip} ${port} typ ${type}`;
  if (type !== 'host') {
    // The grammar wants a related address with every other type; these stand for a hidden one (RFC 8839 §5.1).
    const known = candidate.relAddr !== undefined && candidate.relPort !== undefined;
    line += known
      ? ` raddr ${candidate.relAddr} rport ${candidate.relPort}`
      : ` raddr ${ip.includes(':') ? '::' : '0.0.0.0'} rport 9`;
  }
  if (candidate.tcptype !== undefined) line += ` tcptype ${candidate.tcptype}`;
  line += ` generation ${candidate.generation}`;
  return ufrag === undefined ? line : `${line} ufrag ${ufrag}`;
}
