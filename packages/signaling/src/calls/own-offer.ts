import type { Content, LocalOffer, Negotiation } from '@xmpp-call/jingle';
import { LIMITS_MS } from './limits.js';

/** An offer of ours that is with the peer. */
export interface OwnOffer {
  /** `first` by session-initiate, `add` by content-add, `modify` by content-modify, `restart` by transport-info. */
  readonly kind: 'first' | 'add' | 'modify' | 'restart';
  readonly sdp: string;
  /** The contents that it is about. */
  readonly names: readonly string[];
  /** Those of them that the peer has refused or removed so far. */
  readonly refused: Set<string>;
  /** The peer has it: its IQ was answered with a result. */
  acknowledged: boolean;
}

/** What an offer is, by what has changed in it. */
export function ownOffer({ contents, restart, modified }: LocalOffer, sdp: string, first: boolean): OwnOffer {
  const kind = first ? 'first' : restart ? 'restart' : contents.length > 0 ? 'add' : 'modify';
  const names = kind === 'modify' ? modified : contents.map(({ name }) => name);
  return { kind, sdp, names, refused: new Set(), acknowledged: false };
}

/** ms until an offer is void; undefined for the first one, whose call has a time limit of its own. */
export function patienceWith({ kind }: OwnOffer): number | undefined {
  if (kind === 'first') return undefined;
  return kind === 'add' ? LIMITS_MS.contentAnswer : LIMITS_MS.transportAnswer;
}

/**
 * The content-modify of each content, with the direction that we want now. 60: `none` ends a call with Conversations; a
 * direction that nobody uses is better left as it is.
 */
export function modifications({ names }: OwnOffer, negotiation: Negotiation): Content[] {
  return names.flatMap((name): Content[] => {
    const senders = negotiation.contentOf(name).local?.senders;
    return senders === undefined || senders === 'none' ? [] : [{ ...named(name), senders }];
  });
}

/** A content by its name only. */
export function named(name: string): Content {
  return { name, creator: 'initiator', senders: 'both', disposition: 'session' };
}
