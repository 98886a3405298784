import { bareOf, type Element } from '@xmpp-call/jingle';

export type Availability = 'available' | 'unavailable' | 'unknown';

/** Contacts and resources remembered; beyond that the oldest are forgotten, and asking about them gives `unknown`. */
const MAX_CONTACTS = 1_000;
const MAX_RESOURCES = 64;

/** Who is available, as far as presence tells (RFC 6121 §4). */
export class PresenceTracker {
  /** Full JIDs that are available, by bare JID; an empty set after the last one left. */
  readonly #contacts = new Map<string, Set<string>>();

  handle(presence: Element): void {
    const { from, type } = presence.attrs;
    const bare = from === undefined ? undefined : bareOf(from);
    if (from === undefined || bare === undefined) return;
    if (type === undefined) {
      const resources = this.#of(bare);
      resources.add(from);
      forgetOldest(resources, MAX_RESOURCES);
    } else if (type === 'unavailable') {
      this.#unavailable(bare, from);
    } else if (type === 'error') {
      this.#contacts.delete(bare);
    }
  }

  availabilityOf(jid: string): Availability {
    const resources = this.#contacts.get(bareOf(jid) ?? '');
    if (!resources) return 'unknown';
    return resources.size > 0 ? 'available' : 'unavailable';
  }

  clear(): void {
    this.#contacts.clear();
  }

  /** From a bare JID it speaks for all resources (RFC 6121 §4.5.2). */
  #unavailable(bare: string, from: string): void {
    const resources = this.#of(bare);
    if (from.includes('/')) resources.delete(from);
    else resources.clear();
  }

  #of(bare: string): Set<string> {
    const resources = this.#contacts.get(bare) ?? new Set();
    this.#contacts.set(bare, resources);
    forgetOldest(this.#contacts, MAX_CONTACTS);
    return resources;
  }
}

/** Maps and sets keep their entries in the order of insertion. */
function forgetOldest(entries: Map<string, unknown> | Set<string>, limit: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= limit) return;
    entries.delete(key);
  }
}
