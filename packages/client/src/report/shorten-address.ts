const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/;
const MAPPED_IPV4 = /^::(?:ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i;
/** Names that stand for a host address towards the peer (draft-ietf-mmusic-mdns-ice-candidates §3.1.1): random, of this call only. */
const MDNS = /^[\da-f-]{1,64}\.local$/i;

/**
 * The network of an address: 192.0.2.0/24, 2001:db8:1::/48. Random names of multicast DNS stay. Undefined is what is no address.
 */
export function shortenAddress(address: string): string | undefined {
  const [, a, b, c] = IPV4.exec(address) ?? [];
  if (a !== undefined && b !== undefined && c !== undefined) return `${a}.${b}.${c}.0/24`;
  const [, mapped] = MAPPED_IPV4.exec(address) ?? [];
  if (mapped !== undefined) return shortenAddress(mapped);
  if (MDNS.test(address)) return address;
  const groups = firstGroups(address);
  return groups && `${groups.map((group) => group.toString(16)).join(':')}::/48`;
}

/** An address as it is, if it is one: of anything else nothing is known that may be shown. */
export function fullAddress(address: string): string | undefined {
  return shortenAddress(address) === undefined ? undefined : address.replace(/%.*$/, '');
}

/** The first three groups of an IPv6 address (RFC 4291 §2.2), whose zone (RFC 4007 §11) is of no matter. */
function firstGroups(address: string): readonly number[] | undefined {
  const [bare = ''] = address.split('%');
  if (!bare.includes(':') || !/^[\da-f:]{2,39}$/i.test(bare.replace(/\d{1,3}(?:\.\d{1,3}){3}$/, '0:0')))
    return undefined;
  const halves = bare.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const size = [...head, ...tail].reduce((count, group) => count + (group.includes('.') ? 2 : 1), 0);
  if (halves.length === 1 ? size !== 8 : size > 7) return undefined;
  const groups = halves.length === 1 ? head : [...head, ...Array<string>(8 - size).fill('0'), ...tail];
  if (groups.some((group) => !group.includes('.') && !/^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.slice(0, 3).map((group) => Number.parseInt(group, 16));
}
