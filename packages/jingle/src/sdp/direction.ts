import type { Role, Senders } from '../model.js';

/** RFC 8866 §6.7. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What `senders` means in the SDP of the side that holds `author` (XEP-0167 §6; senders are in session terms). */
export function directionOf(senders: Senders, author: Role): Direction {
  if (senders === 'both') return 'sendrecv';
  if (senders === 'none') return 'inactive';
  return senders === author ? 'sendonly' : 'recvonly';
}

export function sendersOf(direction: Direction, author: Role): Senders {
  if (direction === 'sendrecv') return 'both';
  if (direction === 'inactive') return 'none';
  return direction === 'sendonly' ? author : otherRole(author);
}

export function otherRole(role: Role): Role {
  return role === 'initiator' ? 'responder' : 'initiator';
}

/** Who sends where both sides have a say: an answer cannot widen what was offered (RFC 3264 §6.1). */
export function narrower(a: Senders, b: Senders): Senders {
  if (a === 'both' || a === b) return b;
  return b === 'both' ? a : 'none';
}

/** The same senders seen by a peer that has the two roles mixed up. */
export function swapped(senders: Senders): Senders {
  if (senders === 'initiator') return 'responder';
  return senders === 'responder' ? 'initiator' : senders;
}
