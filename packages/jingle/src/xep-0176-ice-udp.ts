import type { Candidate, IceUdpTransport } from './model.js';
import { NS } from './namespaces.js';
import { CANDIDATE_TYPES, TCP_TYPES } from './vocabulary.js';
import { append, el, elementsOf, LIMITS, localName, namespaceOf, type Element } from './xml.js';
import {
  assumed,
  elementType,
  flag,
  implied,
  list,
  lower,
  oneOf,
  optional,
  or,
  record,
  required,
  uint,
  upTo,
  valueAt,
  word,
  type Field,
  type Reader,
} from './xml-table.js';
import { fingerprints } from './xep-0320-dtls.js';

/** An address without brackets or IPv6 zone (RFC 4007 §11: a zone has no meaning on another host). */
const address: Reader<string> = (text) => {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return /^[\w.:-]{1,255}$/.test(bare) ? bare : undefined;
};
const port = uint(65535);
const byte = assumed(or(uint(255), 0), 0);
const relPort = optional(port, 'rel-port');

/**
 * XEP-0176 §5.3. A candidate that no ICE agent could use is left out. An IQ error would be allowed, but peers end the call
 * upon any error.
 */
export const candidateType = elementType(
  'candidate',
  NS.iceUdp,
  record<Candidate>({
    component: required(uint(256)),
    foundation: required(word(32)),
    generation: byte,
    id: implied(upTo(2048), ''),
    ip: required(address),
    network: byte,
    port: required(port),
    priority: required(uint(0xffffffff)),
    protocol: required(lower(oneOf(['udp', 'tcp']))),
    tcptype: optional(oneOf(TCP_TYPES)),
    type: required(oneOf(CANDIDATE_TYPES)),
    relAddr: optional(address, 'rel-addr'),
    // `rel_port` is what Monal writes.
    relPort: { ...relPort, read: (element, key) => relPort.read(element, key) ?? valueAt(element, 'rel_port', port) },
  }),
);

/** Options are elements whose names are the words of `a=ice-options`. */
const iceOptions: Field<readonly string[]> = {
  read(element) {
    const options = elementsOf(element).filter((one) => namespaceOf(one) === NS.iceOption);
    const names = new Set(options.flatMap((one) => word(32)(localName(one)) ?? []));
    return [...names].slice(0, 8);
  },
  write(options, element) {
    for (const option of options) append(element, el(option, { xmlns: NS.iceOption }));
  },
};

/** RFC 8839 §5.4: a ufrag has at least 4 characters, a password at least 22. Browsers take some more than its `ice-char`. */
export function isCredential(text: string, minLength: 4 | 22): boolean {
  return text.length >= minLength && /^[\w+/=#-]{1,256}$/.test(text);
}

// What is none is kept as it came: whether it can be used is for those to say who write it for a browser.
const credential = optional(word(256));
const transportType = elementType(
  'transport',
  NS.iceUdp,
  record<IceUdpTransport>({
    ufrag: credential,
    pwd: credential,
    iceOptions,
    fingerprints,
    candidates: list(candidateType, LIMITS.candidates),
    iceLite: flag('ice-lite', NS.iceUdp),
    gatheringComplete: flag('gathering-complete', NS.iceUdp),
  }),
);

/** XEP-0176 §5. Always gives a transport: what is wrong in it (a bad candidate, a broken fingerprint) is left out. */
export function parseTransport(element: Element): IceUdpTransport {
  return transportType.parse(element) ?? NO_TRANSPORT;
}

export function buildTransport(transport: IceUdpTransport): Element {
  return transportType.build(transport);
}

/** What an empty `<transport/>` says. */
export const NO_TRANSPORT: IceUdpTransport = {
  fingerprints: [],
  candidates: [],
  iceOptions: [],
  iceLite: false,
  gatheringComplete: false,
};
