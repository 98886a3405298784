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

/** False for what no browser would use, or would refuse: each of these costs the candidate. */
export function isWorthAdding(candidate: Candidate): boolean {
  const { component, port, ip, protocol, tcptype = 'active', priority, generation, foundation } = candidate;
  return (
    // RTCP has no component of its own where it is multiplexed.
    component === 1 &&
    isUint(port, 0xffff) &&
    port !== 0 &&
    isUint(priority, 0xffffffff) &&
    isUint(generation, 0xff) &&
    // RFC 8839 §5.1, `foundation`, and what peers write in its place.
    /^[!-~]{1,32}$/.test(foundation) &&
    isReachable(ip) &&
    // TCP wants somebody who listens.
    (protocol === 'udp' || tcptype !== 'active')
  );
}

function isUint(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

/** An address of another host, or an mDNS name. Browsers look up no other names. */
function isReachable(ip: string): boolean {
  if (/^[\w-]{1,200}\.local$/i.test(ip)) return true;
  return isIp(ip) && !/^(fe[89ab][0-9a-f]:|169\.254\.|0\.0\.0\.0$|::$)/i.test(ip);
}

function isIp(text: string): boolean {
  return text.includes(':') ? isIpv6(text) : isIpv4(text);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** RFC 4291 §2.2: eight groups, or fewer with one `::`; the last two may be an IPv4 address. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const tail = groups.at(-1) ?? '';
  const isMapped = tail.includes('.') && !text.endsWith('::');
  if (isMapped && !isIpv4(tail)) return false;
  const count = groups.length + Number(isMapped);
  const words = isMapped ? groups.slice(0, -1) : groups;
  return (halves.length === 1 ? count === 8 : halves.length === 2 && count < 8) && words.every(isGroup);
}

function isGroup(word: string): boolean {
  return /^[0-9a-f]{1,4}$/i.test(word);
}

/** The candidate as `RTCIceCandidateInit.candidate` (RFC 8839 §5.1). */
export function candidateLine(candidate: Candidate, ufrag?: string): string {
  const { foundation, component, protocol, priority, ip, port, type, relAddr, relPort, tcptype, generation } =
    candidate;
  let line = `candidate:${foundation} ${component} ${protocol} ${priority} ${ip} ${port} typ ${type}`;
  if (type !== 'host') {
    // The grammar wants a related address with every other type; these stand for a hidden one (RFC 8839 §5.1).
    const isKnown = relAddr !== undefined && isIp(relAddr) && relPort !== undefined && isUint(relPort, 0xffff);
    const hidden = ip.includes(':') ? '::' : '0.0.0.0';
    line += ` raddr ${isKnown ? relAddr : hidden} rport ${isKnown ? relPort : 9}`;
  }
  // Chromium refuses it of UDP.
  if (tcptype && protocol === 'tcp') line += ` tcptype ${tcptype}`;
  line += ` generation ${generation}`;
  return ufrag === undefined ? line : `${line} ufrag ${ufrag}`;
}
