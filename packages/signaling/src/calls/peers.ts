import { NS, attribute, bareOf, canBeCalled, isSameJid } from '@xmpp-call/jingle';
import type { DiscoInfo, Element, MediaKind } from '@xmpp-call/jingle';
import { BoundedMap } from './bounded.js';

export type Presence = 'available' | 'unavailable' | 'unknown';

/** What we know of who is there: only what servers and peers chose to tell. */
export class PresenceBook {
  /** Full JIDs that are available, by bare JID. An empty set: all known ones have left. */
  readonly #resources = new BoundedMap<string, Set<string>>(500);

  /** @returns the full JID and whether it is there, for presence that says so */
  note(presence: Element): { readonly jid: string; readonly available: boolean } | undefined {
    const from = attribute(presence, 'from');
    const type = attribute(presence, 'type');
    const bare = from === undefined ? undefined : bareOf(from);
    if (from === undefined || bare === undefined || (type !== undefined && type !== 'unavailable')) return undefined;
    const known = this.#resources.get(bare) ?? new Set<string>();
    if (type === undefined) {
      if (known.size < 50) known.add(from);
    } else if (from === bare) {
      known.clear();
    } else {
      known.delete(from);
    }
    this.#resources.set(bare, known);
    return { jid: from, available: type === undefined };
  }

  /** Forgets everything: what was known belongs to a session that is gone. */
  clear(): void {
    this.#resources.clear();
  }

  of(bare: string): Presence {
    const known = this.#resources.get(bare);
    if (!known) return 'unknown';
    return known.size > 0 ? 'available' : 'unavailable';
  }

  /** Whether an account has an available resource besides `own`. */
  hasOther(own: string): boolean {
    const bare = bareOf(own);
    const known = bare === undefined ? undefined : this.#resources.get(bare);
    return known !== undefined && [...known].some((jid) => !isSameJid(jid, own));
  }
}

/** How a device can be called. */
export type Reach = 'jmi' | 'direct' | 'none';

export function reachOf(info: DiscoInfo, media: readonly MediaKind[]): Reach {
  if (info.features.includes(NS.jmi)) return 'jmi';
  return canBeCalled(info.features, media) ? 'direct' : 'none';
}

/** Habits of clients that cannot be read from features. */
export interface Habits {
  /** Writes and reads `senders` without regard to roles. */
  readonly alwaysSendersBoth: boolean;
  /** Fails or ignores a restart of ICE that we start. */
  readonly deafToRestart: boolean;
}

export const NO_HABITS: Habits = { alwaysSendersBoth: false, deafToRestart: false };

export function habitsOf(info: DiscoInfo): Habits {
  const names = info.identities.map(({ name }) => name.toLowerCase());
  const is = (client: string) => names.some((name) => name.startsWith(client)) || (info.node ?? '').includes(client);
  return { alwaysSendersBoth: is('movim'), deafToRestart: is('dino') || is('monal') };
}
