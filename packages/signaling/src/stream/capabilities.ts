import {
  buildCaps,
  buildDiscoInfo,
  buildDiscoRequest,
  caps2Node,
  capsVer,
  childOf,
  elementsOf,
  fault,
  NS,
  ok,
  parseCaps,
  parseCaps2,
  parseDiscoInfo,
  parseJid,
  formatJid,
  verifyCaps,
  verifyCaps2,
  type Caps,
  type CapsHash,
  type DiscoInfo,
  type Element,
} from '@xmpp-call/jingle';
import { IqError, type IncomingIq, type IqReply } from '../stanza-stream.js';

const CAPS_NODE = 'urn:x-xmpp-call:client';
const MAX_PEERS = 1_000;
const MAX_CACHED = 100;
/** XEP-0300 names of the digests that WebCrypto has. */
const DIGESTS: Readonly<Record<string, string>> = { 'sha-1': 'SHA-1', 'sha-256': 'SHA-256', 'sha-512': 'SHA-512' };

const digestWith =
  (algorithm: string) =>
  async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.digest(algorithm, new Uint8Array(bytes)));

/** What we can do, and how we say it: answers to disco#info (XEP-0030) and the `<c/>` of presence (XEP-0115). */
export class OwnCapabilities {
  private constructor(
    private readonly info: DiscoInfo,
    private readonly caps: Caps,
  ) {}

  static async create(info: DiscoInfo): Promise<OwnCapabilities> {
    const ver = await capsVer(info, digestWith('SHA-1'));
    return new OwnCapabilities(info, { hash: 'sha-1', node: CAPS_NODE, ver });
  }

  element(): Element {
    return buildCaps(this.caps);
  }

  answer({ type, payload }: IncomingIq): IqReply {
    if (type !== 'get' || payload.getName() !== 'query') return fault('bad-request', 'disco#info takes a query');
    const { node } = payload.attrs;
    if (node === undefined || node === '') return { result: buildDiscoInfo(this.info) };
    if (node !== `${CAPS_NODE}#${this.caps.ver}`) return fault('item-not-found', 'unknown node');
    return { result: buildDiscoInfo({ ...this.info, node }) };
  }
}

/** Which of a peer's hashes is asked for, and under which name its answer is cached. */
type Announcement =
  | { readonly key: string; readonly node: string; readonly caps: Caps }
  | { readonly key: string; readonly node: string; readonly hash: CapsHash };

/** What others can do. Answers are cached for everybody who announces the same hash, once the hash is verified. */
export class PeerCapabilities {
  readonly #announced = new Map<string, Announcement>();
  readonly #cache = new Map<string, DiscoInfo>();
  readonly #asking = new Map<string, Promise<DiscoInfo>>();

  /** @param request sends an IQ and gives its result; throws IqError */
  constructor(private readonly request: (to: string, payload: Element) => Promise<Element>) {}

  notePresence(presence: Element): void {
    const jid = normalize(presence.attrs.from ?? '');
    if (jid === undefined) return;
    const announcement = presence.attrs.type === undefined ? announcementOf(presence) : undefined;
    this.#announced.delete(jid);
    if (announcement) remember(this.#announced, jid, announcement, MAX_PEERS);
  }

  /** The announcements belong to a session; the cache does not. */
  forgetPeers(): void {
    this.#announced.clear();
  }

  /** @throws IqError */
  async infoOf(jid: string): Promise<DiscoInfo> {
    const address = normalize(jid);
    if (address === undefined) throw new IqError('jid-malformed');
    const announcement = this.#announced.get(address);
    const cached = announcement && this.#cache.get(announcement.key);
    if (cached) return cached;
    const asking = this.#asking.get(address) ?? this.#ask(address, announcement);
    this.#asking.set(address, asking);
    try {
      return await asking;
    } finally {
      this.#asking.delete(address);
    }
  }

  async #ask(jid: string, announcement: Announcement | undefined): Promise<DiscoInfo> {
    if (!announcement) return this.#query(jid, undefined);
    let info: DiscoInfo;
    try {
      info = await this.#query(jid, announcement.node);
    } catch (error) {
      // Some clients answer for their JID only, not for the node that they announce.
      if (!(error instanceof IqError) || error.condition !== 'item-not-found') throw error;
      return this.#query(jid, undefined);
    }
    if (await isGenuine(info, announcement)) remember(this.#cache, announcement.key, info, MAX_CACHED);
    return info;
  }

  async #query(jid: string, node: string | undefined): Promise<DiscoInfo> {
    const result = await this.request(jid, buildDiscoRequest(node));
    const query = childOf(result, 'query', NS.discoInfo) ?? elementsOf(result)[0];
    const info = query ? parseDiscoInfo(query) : ok({ identities: [], features: [], forms: [] });
    if (!info.ok) throw new IqError('undefined-condition', undefined, info.error.text);
    return info.value;
  }
}

function announcementOf(presence: Element): Announcement | undefined {
  const caps = parseCaps(presence);
  if (caps?.hash === 'sha-1') return { key: `1 ${caps.ver}`, node: `${caps.node}#${caps.ver}`, caps };
  const hash = parseCaps2(presence)?.find(({ algo }) => algo in DIGESTS);
  if (hash) return { key: `2 ${hash.algo} ${hash.value}`, node: caps2Node(hash), hash };
  return undefined;
}

async function isGenuine(info: DiscoInfo, announcement: Announcement): Promise<boolean> {
  if ('caps' in announcement) return verifyCaps(info, announcement.caps, digestWith('SHA-1'));
  const algorithm = DIGESTS[announcement.hash.algo];
  return algorithm !== undefined && verifyCaps2(info, announcement.hash, digestWith(algorithm));
}

function normalize(jid: string): string | undefined {
  const parsed = parseJid(jid);
  return parsed.ok ? formatJid(parsed.value) : undefined;
}

/** Adds an entry and forgets the oldest beyond `limit`. */
function remember<T>(entries: Map<string, T>, key: string, value: T, limit: number): void {
  entries.set(key, value);
  for (const oldest of entries.keys()) {
    if (entries.size <= limit) return;
    entries.delete(oldest);
  }
}
