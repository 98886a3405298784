import { readMachine } from './machine.js';

/**
 * Offers and answers inside one session, one at a time (RFC 3264 §4): the first exchange by session-initiate and
 * session-accept, later ones by content-add or a restart of ICE.
 *
 * `offering`: ours is with the peer. `answering`: theirs is with the page.
 */
export type OfferState = 'idle' | 'offering' | 'answering' | 'stable' | 'closed';

export type OfferEvent =
  | 'local offer'
  | 'local answer'
  /** The page or this side cannot answer the peer's offer. */
  | 'local refusal'
  | 'remote offer'
  | 'remote answer'
  /** The peer refused our offer. */
  | 'remote refusal'
  /** The peer answered our offer with tie-break, or offered itself while ours was with it and wins. */
  | 'tie lost'
  | 'close';

export type OfferEffect =
  | 'send-offer'
  | 'send-answer'
  | 'send-refusal'
  | 'describe-offer'
  | 'describe-answer'
  | 'describe-refusal'
  /** Later: theirs waits until the exchange under way is over. */
  | 'queue-remote-offer'
  | 'next-remote-offer'
  /** Our offer was lost or crossed theirs: ask the page for a new one when this exchange is over. */
  | 'want-offer-later';

// A local offer while answering: the page made it before it saw the peer's, and rolled it back since (RFC 8829 §4.1.10.2).
export const offerMachine = readMachine<OfferState, OfferEvent, OfferEffect>(
  'offers',
  'idle',
  'closed',
  `
idle, stable | local offer | offering | send-offer
idle, stable | remote offer | answering | describe-offer
offering, answering | remote offer | = | queue-remote-offer
offering | remote answer | stable | describe-answer, next-remote-offer
offering | remote refusal | stable | describe-refusal, next-remote-offer
offering | tie lost | stable | want-offer-later, next-remote-offer
answering | local answer | stable | send-answer, next-remote-offer
answering | local refusal | stable | send-refusal, next-remote-offer
answering | local offer | = | want-offer-later
answering, stable | remote answer, remote refusal | =
answering, stable | tie lost | = | want-offer-later
idle, offering, answering, stable | close | closed
closed | close | =`,
);
