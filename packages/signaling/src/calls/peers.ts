import { NS, attribute, bareOf, canBeCalled, isSameJid } from '@xmpp-call/jingle';
import type { DiscoInfo, Element, MediaKind } from '@xmpp-call/jingle';
import { BoundedMap } from './bounded-map.js';

const MAX_ACCOUNTS = 500;
/** Devices of one account; with MAX_ACCOUNTS and the length of addresses a limit to what strangers can fill. */
const MAX_DEVICES = 10;
const MAX_KEPT_DEVICES = 50;

/** What we know of who is there: only what servers and peers chose to tell. */
export class PresenceBook {
  /** Full JIDs that are available, by bare JID. An empty set: all known ones have left. */
  readonly #devices: BoundedMap<string, Set<string>>;

  /** @param keeps accounts that strangers do not push out: our own, and those in calls with us */
  constructor(private readonly keeps: (account: string) => boolean) {
    this.#devices = new BoundedMap(MAX_ACCOUNTS, keeps);
  }

  /** @returns the full JID and whether it is there, for presence that says so */
  note(presence: Element): { readonly jid: string; readonly available: boolean } | undefined {
    const jid = attribute(presence, 'from');
    const type = attribute(presence, 'type');
    const bare = bareOf(jid ?? '');
    if (jid === undefined || bare === undefined || (type !== undefined && type !== 'unavailable')) return undefined;
    const devices = this.#devices.get(bare) ?? new Set<string>();
    if (type) devices.delete(jid);
    else if (devices.size < (this.keeps(bare) ? MAX_KEPT_DEVICES : MAX_DEVICES)) devices.add(jid);
    if (type && jid === bare) devices.clear();
    this.#devices.set(bare, devices);
    return { jid, available: !type };
  }

  /** Forgets everything: what was known belongs to a session that is gone. */
  clear(): void {
    this.#devices.clear();
  }

  devicesOf(account: string): readonly string[] {
    return [...(this.#devices.get(account) ?? [])].filter((device) => device !== account);
  }

  /** Whether an account has a device that is there, other than `own`; undefined where nobody told. */
  hasDevice(jid: string, own = ''): boolean | undefined {
    const devices = this.#devices.get(bareOf(jid) ?? '');
    return devices && [...devices].some((device) => !isSameJid(device, own));
  }
}

/** How a device can be called. */
export type Reach = 'jmi' | 'direct' | 'none';

export function reachOf({ features }: DiscoInfo, media: readonly MediaKind[]): Reach {
  if (features.includes(NS.jmi)) return 'jmi';
  return canBeCalled(features, media) ? 'direct' : 'none';
}

/** Habits of clients that cannot be read from features. */
export interface Habits {
  /** Movim writes and reads `senders` without regard to roles. */
  readonly alwaysSendersBoth: boolean;
  /** Fails or ignores a restart of ICE that we start. */
  readonly deafToRestart: boolean;
}

export function habitsOf({ identities, node = '' }: DiscoInfo): Habits {
  const is = (client: string) =>
    node.includes(client) || identities.some(({ name }) => name.toLowerCase().startsWith(client));
  return { alwaysSendersBoth: is('movim'), deafToRestart: is('dino') || is('monal') };
}
