import { move } from './machine.js';
import type { Machine } from './machine.js';

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

export const offerMachine: Machine<OfferState, OfferEvent, OfferEffect> = {
  title: 'Offers and answers in a session (RFC 3264, XEP-0166 §7.2.16)',
  initial: 'idle',
  final: 'closed',
  events: [
    'local offer',
    'local answer',
    'local refusal',
    'remote offer',
    'remote answer',
    'remote refusal',
    'tie lost',
    'close',
  ],
  describe: (effect) => effect,
  table: {
    idle: {
      'local offer': move('offering', 'send-offer'),
      'remote offer': move('answering', 'describe-offer'),
      close: move('closed'),
    },
    offering: {
      'remote answer': move('stable', 'describe-answer', 'next-remote-offer'),
      'remote refusal': move('stable', 'describe-refusal', 'next-remote-offer'),
      'remote offer': move('offering', 'queue-remote-offer'),
      'tie lost': move('stable', 'want-offer-later', 'next-remote-offer'),
      close: move('closed'),
    },
    answering: {
      'local answer': move('stable', 'send-answer', 'next-remote-offer'),
      'local refusal': move('stable', 'send-refusal', 'next-remote-offer'),
      // The page made it before it saw the peer's, and rolled it back since (RFC 8829 §4.1.10.2).
      'local offer': move('answering', 'want-offer-later'),
      'remote offer': move('answering', 'queue-remote-offer'),
      'remote answer': move('answering'),
      'remote refusal': move('answering'),
      'tie lost': move('answering', 'want-offer-later'),
      close: move('closed'),
    },
    stable: {
      'local offer': move('offering', 'send-offer'),
      'remote offer': move('answering', 'describe-offer'),
      'remote answer': move('stable'),
      'remote refusal': move('stable'),
      'tie lost': move('stable', 'want-offer-later'),
      close: move('closed'),
    },
    closed: {
      close: move('closed'),
    },
  },
};
