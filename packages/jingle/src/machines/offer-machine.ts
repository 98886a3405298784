import { readMachine } from './machine.js';

/**
 * Offers and answers inside one session, one at a time (RFC 3264 §4): the first exchange by session-initiate and
 * session-accept, later ones by content-add, content-modify, content-remove or a restart of ICE.
 *
 * `pending`: the peer's first offer waits for the user; nothing of the connection goes to the page or to the peer before.
 * `offering`: ours is with the peer. `answering`: theirs is with the page. `overdue`: the page still has theirs, which was
 * refused in the meantime.
 */
export type OfferState = 'idle' | 'pending' | 'offering' | 'answering' | 'overdue' | 'stable' | 'closed';

export type OfferEvent =
  /** The user wants the call that the peer offers. */
  | 'user accepts'
  | 'local offer'
  | 'local answer'
  /** The page or this side cannot answer the peer's offer. */
  | 'local refusal'
  /** The page has not answered the peer's offer in time. */
  | 'page overdue'
  | 'remote offer'
  | 'remote answer'
  /** The peer refused our offer. */
  | 'remote refusal'
  /** Our offer was not answered in time, or by what cannot be used. */
  | 'offer void'
  /** The peer answered our offer with tie-break, or offered itself while ours was with it and wins. */
  | 'tie lost'
  | 'close';

export type OfferEffect =
  /** Keep the peer's first offer, or what changes it, until the user accepts. */
  | 'keep-offer'
  | 'send-offer'
  | 'send-answer'
  | 'send-refusal'
  | 'describe-offer'
  | 'describe-answer'
  | 'describe-refusal'
  /** The page rolls our offer back, and the peer forgets it. */
  | 'void-offer'
  /** The page's answer to what was refused already. */
  | 'read-late-answer'
  /** The page rolled back what was refused already. */
  | 'read-late-refusal'
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
idle | local offer | offering | send-offer
idle | remote offer | pending | keep-offer
pending | remote offer | = | keep-offer
pending | user accepts | answering | describe-offer
stable | local offer | offering | send-offer
stable | remote offer | answering | describe-offer
offering, answering, overdue | remote offer | = | queue-remote-offer
offering | remote answer | stable | describe-answer, next-remote-offer
offering | remote refusal | stable | describe-refusal, next-remote-offer
offering | offer void | stable | void-offer, next-remote-offer
offering | tie lost | stable | want-offer-later, next-remote-offer
answering | local answer | stable | send-answer, next-remote-offer
answering | local refusal | stable | send-refusal, next-remote-offer
answering | page overdue | overdue | send-refusal
answering, overdue | local offer | = | want-offer-later
overdue | local answer | stable | read-late-answer, next-remote-offer
overdue | local refusal | stable | read-late-refusal, next-remote-offer
pending, answering, overdue, stable | remote answer, remote refusal, offer void | =
answering, overdue, stable | tie lost | = | want-offer-later
idle, pending, offering, answering, overdue, stable | close | closed
closed | close | =`,
);
