import type { Role, Senders } from '../model.js';

/** RFC 8866 §6.7. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
export const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

export function isSending(direction: Direction): boolean {
  return direction.startsWith('send');
}

/** Senders in the order of `DIRECTIONS`, as the SDP of the side that holds `author` means them (XEP-0167 §6). */
function sendersFor(author: Role): readonly Senders[] {
  return ['both', author, otherRole(author), 'none'];
}

/** What `senders`, which are in session terms, means in the SDP of the side that holds `author`. */
export function directionOf(senders: Senders, author: Role): Direction {
  return DIRECTIONS[sendersFor(author).indexOf(senders)] ?? 'inactive';
}

export function sendersOf(direction: Direction, author: Role): Senders {
  return sendersFor(author)[DIRECTIONS.indexOf(direction)] ?? 'none';
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
  return sendersOf(directionOf(senders, 'initiator'), 'responder');
}
