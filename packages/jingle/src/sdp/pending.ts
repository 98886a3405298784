import type { Content, ContentGroup, IceUdpTransport, Jingle } from '../model.js';
import { bundleOf } from './line.js';
import { isRestarted, transportOf } from './remote-side.js';

/** Contents of all actions together; more than anybody offers. */
const MAX_CONTENTS = 16;
/** Transports with candidates that are kept for all contents together. */
const MAX_TRICKLED = 256;

/** The peer's first offer as it stands, before it is answered: session-initiate and what changed it since (XEP-0166 §6.4). */
export interface PendingOffer {
  readonly contents: readonly Content[];
  readonly groups: readonly ContentGroup[];
  /** Candidates that came by transport-info, of the credentials that hold now, in their order. */
  readonly trickled: readonly Content[];
}

/**
 * The offer after an action of the peer's; the same object where the action changes nothing. What is of no use (unknown
 * names, names twice, more than there is room for) is left out.
 */
export function changedPending(offer: PendingOffer, jingle: Jingle): PendingOffer {
  switch (jingle.action) {
    case 'content-add':
      return added(offer, jingle);
    case 'content-modify':
      return modified(offer, jingle.contents);
    case 'content-remove':
      return removed(offer, new Set(jingle.contents.map(({ name }) => name)));
    case 'transport-info':
      return jingle.contents.reduce(transported, offer);
    default:
      return offer;
  }
}

function added({ contents, groups, trickled }: PendingOffer, jingle: Jingle): PendingOffer {
  const known = new Set(contents.map(({ name }) => name));
  const fresh = jingle.contents.filter(({ name }) => !known.has(name));
  const all = [...contents, ...fresh].slice(0, MAX_CONTENTS);
  // A group replaces the earlier one (XEP-0338 §3); one that leaves earlier contents out does not mean to unbundle them.
  const bundle = [...new Set([...bundleOf(groups), ...bundleOf(jingle.groups)])];
  const others = [...jingle.groups, ...groups].filter(({ semantics }) => semantics !== 'BUNDLE');
  const merged = bundle.length > 0 ? [{ semantics: 'BUNDLE', contents: bundle }, ...others] : others;
  return { contents: all, groups: merged.slice(0, MAX_CONTENTS), trickled };
}

function modified(offer: PendingOffer, changes: readonly Content[]): PendingOffer {
  const senders = new Map(changes.map((one) => [one.name, one.senders]));
  const contents = offer.contents.map((one) => ({ ...one, senders: senders.get(one.name) ?? one.senders }));
  return { ...offer, contents };
}

function removed({ contents, groups, trickled }: PendingOffer, names: ReadonlySet<string>): PendingOffer {
  const stays = ({ name }: Content): boolean => !names.has(name);
  return {
    contents: contents.filter(stays),
    groups: groups.map((group) => ({ ...group, contents: group.contents.filter((name) => !names.has(name)) })),
    trickled: trickled.filter(stays),
  };
}

/** New credentials replace the old ones, and the candidates that came with those (RFC 8445 §9). */
function transported(offer: PendingOffer, news: Content): PendingOffer {
  const content = offer.contents.find(({ name }) => name === news.name);
  if (!content) return offer;
  const [before, now] = [transportOf(content), transportOf(news)];
  if (isRestarted(before, now)) return restarted(offer, news, before);
  const current = now.ufrag === undefined || now.ufrag === before.ufrag;
  if (!current || offer.trickled.length >= MAX_TRICKLED) return offer;
  return { ...offer, trickled: [...offer.trickled, news] };
}

/** The credentials of one bundled content count for all that share its transport. */
function restarted(offer: PendingOffer, news: Content, before: IceUdpTransport): PendingOffer {
  const bundle = bundleOf(offer.groups);
  const isRenewed = (one: Content): boolean => {
    const bundled = bundle.includes(one.name) && bundle.includes(news.name);
    return one.name === news.name || (bundled && isShared(transportOf(one), before));
  };
  const stale = new Set(offer.contents.filter(isRenewed).map(({ name }) => name));
  return {
    ...offer,
    contents: offer.contents.map((one) =>
      stale.has(one.name) ? { ...one, transport: renewed(transportOf(one), transportOf(news)) } : one,
    ),
    trickled: [...offer.trickled.filter(({ name }) => !stale.has(name)), news],
  };
}

function isShared(transport: IceUdpTransport, other: IceUdpTransport): boolean {
  return transport.ufrag !== undefined && transport.ufrag === other.ufrag && transport.pwd === other.pwd;
}

function renewed(before: IceUdpTransport, { ufrag = '', pwd = '', fingerprints }: IceUdpTransport): IceUdpTransport {
  return {
    ...before,
    ufrag,
    pwd,
    fingerprints: fingerprints.length > 0 ? fingerprints : before.fingerprints,
    candidates: [],
  };
}
