import { NS } from '@xmpp-call/jingle';
import type { Content, ContentGroup, Jingle, Senders } from '@xmpp-call/jingle';

/** Something of the peer's that changes the session's description: given to the page one at a time. */
export type RemoteOffer =
  | { readonly kind: 'add'; readonly contents: readonly Content[]; readonly groups: readonly ContentGroup[] }
  | { readonly kind: 'restart'; readonly contents: readonly Content[] }
  | { readonly kind: 'modify'; readonly name: string; readonly senders: Senders }
  | { readonly kind: 'remove'; readonly names: readonly string[] };

/** Offers of the peer that are kept while another one is with the page. */
const MAX_WAITING = 8;

/** Offers of the peer that wait for the exchange under way. */
export class OfferQueue {
  #offers: RemoteOffer[] = [];

  /** False where there is no room. One that says the same of the same thing as the last one replaces it. */
  push(offer: RemoteOffer): boolean {
    const last = this.#offers.at(-1);
    if (last && replaces(offer, last)) this.#offers.pop();
    if (this.#offers.length >= MAX_WAITING) return false;
    this.#offers.push(offer);
    return true;
  }

  shift(): RemoteOffer | undefined {
    return this.#offers.shift();
  }

  /** Takes out what is due an answer. */
  takeColliding(): RemoteOffer[] {
    const taken = this.#offers.filter(collides);
    this.#offers = this.#offers.filter((offer) => !collides(offer));
    return taken;
  }

  adds(name: string): boolean {
    return this.#offers.some((offer) => offer.kind === 'add' && offer.contents.some((one) => one.name === name));
  }

  /** The candidates of a content belong to an offer that waits: to an added content, or to new credentials. */
  hasPlaceFor(content: Content): boolean {
    if (this.adds(content.name)) return true;
    const ufrag = ufragOf(content);
    return this.#offers.some(
      (offer) =>
        offer.kind === 'restart' && ufrag !== undefined && offer.contents.some((one) => ufragOf(one) === ufrag),
    );
  }

  clear(): void {
    this.#offers = [];
  }
}

function replaces(offer: RemoteOffer, last: RemoteOffer): boolean {
  if (offer.kind === 'modify') return last.kind === 'modify' && last.name === offer.name;
  return offer.kind === 'restart' && last.kind === 'restart';
}

export function ufragOf({ transport }: Content): string | undefined {
  return transport && 'ufrag' in transport ? transport.ufrag : undefined;
}

/** The offers in an action that is not about the session as a whole; `restarts` tells new ICE credentials from old ones. */
export function remoteOffersIn(jingle: Jingle, restarts: (contents: readonly Content[]) => boolean): RemoteOffer[] {
  switch (jingle.action) {
    case 'content-add':
      return [{ kind: 'add', contents: jingle.contents, groups: jingle.groups }];
    case 'content-modify':
      return jingle.contents.map(({ name, senders }) => ({ kind: 'modify', name, senders }));
    case 'content-remove':
      return [{ kind: 'remove', names: jingle.contents.map(({ name }) => name) }];
    case 'transport-info':
      return restarts(jingle.contents) ? [{ kind: 'restart', contents: jingle.contents }] : [];
    default:
      return [];
  }
}

/** True for the two that XEP-0166 §7.2.16 lets collide: an answer is due to both, and one would undo the other. */
export function collides(offer: RemoteOffer): boolean {
  return offer.kind === 'add' || offer.kind === 'restart';
}

/**
 * A content as it is named in an answer that refuses it. Every client in the field looks contents up as the initiator's,
 * also those that the responder added; Conversations wants a transport in it. Nothing of that transport is repeated.
 */
export function refusalOf({ transport, ...content }: Content): Content {
  const namespace = transport && 'unsupported' in transport ? transport.unsupported : NS.iceUdp;
  return { ...content, creator: 'initiator', ...(transport && { transport: { unsupported: namespace } }) };
}

export function hasCandidates(contents: readonly Content[]): boolean {
  return contents.some(({ transport }) => transport && 'candidates' in transport && transport.candidates.length > 0);
}

/** `contents` with the candidates of `trickled` inside their transports. */
export function withCandidates<C extends Content>(contents: readonly C[], trickled: readonly Content[]): C[] {
  return contents.map((content) => {
    if (!content.transport || 'unsupported' in content.transport) return content;
    const more = trickled.flatMap(({ name, transport }) =>
      name === content.name && transport && 'candidates' in transport ? transport.candidates : [],
    );
    if (more.length === 0) return content;
    return { ...content, transport: { ...content.transport, candidates: [...content.transport.candidates, ...more] } };
  });
}

/**
 * The form that announces new ICE credentials: all contents with ufrag and pwd, nothing else. Conversations takes the one
 * without candidates as an offer and the one with candidates as its answer.
 */
export function credentialsOnly(contents: readonly Content[]): Content[] {
  return contents.map(({ name, senders, disposition, transport }) => ({
    name,
    creator: 'initiator',
    senders,
    disposition,
    ...(transport &&
      !('unsupported' in transport) && {
        transport: { ...transport, fingerprints: [], candidates: [], gatheringComplete: false },
      }),
  }));
}
