import {
  buildCaps,
  buildDiscoInfo,
  buildDiscoRequest,
  caps2Node,
  capsVer,
  childOf,
  elementsOf,
  fault,
  formatJid,
  isSameBare,
  NS,
  parseCaps,
  parseCaps2,
  parseDiscoInfo,
  parseJid,
  verifyCaps,
  verifyCaps2,
  type Caps,
  type Digest,
  type DiscoInfo,
  type Element,
} from '@xmpp-call/jingle';
import { IqError, type IncomingIq, type IqReply } from '../stanza-stream.js';

const CAPS_NODE = 'urn:x-xmpp-call:client';
const MAX_PEERS = 1_000;
const MAX_CACHED = 100;
/** XEP-0300 names of the digests that WebCrypto has, under the same names. */
const DIGESTS = /^sha-(1|256|512)$/;

const digestWith =
  (algorithm: string): Digest =>
  async (bytes) =>
    new Uint8Array(await crypto.subtle.digest(algorithm, new Uint8Array(bytes)));

/** What we can do, and how we say it: answers to disco#info (XEP-0030) and the `<c/>` of presence (XEP-0115). */
export class OwnCapabilities {
  private constructor(
    private readonly info: DiscoInfo,
    private readonly caps: Caps,
  ) {}

  static async create(info: DiscoInfo): Promise<OwnCapabilities> {
    return new OwnCapabilities(info, { node: CAPS_NODE, ver: await capsVer(info, digestWith('sha-1')) });
  }

  element(): Element {
    return buildCaps(this.caps);
  }

  answer({ type, payload }: IncomingIq): IqReply {
    if (type !== 'get' || payload.getName() !== 'query') return fault('bad-request', 'no query');
    const { node } = payload.attrs;
    if (!node) return { result: buildDiscoInfo(this.info) };
    if (node !== `${CAPS_NODE}#${this.caps.ver}`) return fault('item-not-found', 'unknown node');
    return { result: buildDiscoInfo({ ...this.info, node }) };
  }
}

/** The one of a peer's hashes that is used. */
interface Announcement {
  /** What is asked for. It holds the hash, and so names the answer in the cache as well. */
  readonly node: string;
  isGenuine(info: DiscoInfo): Promise<boolean>;
}

/** What others can do. Answers are cached for everybody who announces the same hash, once the hash is verified. */
export class PeerCapabilities {
  readonly #announced = new Map<string, Announcement>();
  readonly #cache = new Map<string, DiscoInfo>();
  readonly #asking = new Map<string, Promise<DiscoInfo>>();

  /** @param request sends an IQ and gives its result; throws IqError */
  constructor(private readonly request: (to: string, payload: Element) => Promise<Element>) {}

  /** @param account our own, whose devices no stranger's presence makes us forget */
  notePresence(presence: Element, account: string): void {
    const jid = normalize(presence.attrs.from ?? '');
    if (jid === undefined) return;
    this.#announced.delete(jid);
    const announcement = presence.attrs.type === undefined && announcementOf(presence);
    if (announcement) remember(this.#announced, jid, announcement, MAX_PEERS, (key) => isSameBare(key, account));
  }

  /** The announcements belong to a session; the cache does not. */
  forgetPeers(): void {
    this.#announced.clear();
  }

  /** @throws IqError */
  async infoOf(jid: string): Promise<DiscoInfo> {
    const address = normalize(jid);
    if (address === undefined) throw new IqError('jid-malformed');
    const asking = this.#asking.get(address) ?? this.#ask(address);
    this.#asking.set(address, asking);
    try {
      return await asking;
    } finally {
      this.#asking.delete(address);
    }
  }

  async #ask(jid: string): Promise<DiscoInfo> {
    const announcement = this.#announced.get(jid);
    if (!announcement) return this.#query(jid);
    const { node } = announcement;
    const cached = this.#cache.get(node);
    if (cached) return cached;
    try {
      const info = await this.#query(jid, node);
      if (await announcement.isGenuine(info)) remember(this.#cache, node, info, MAX_CACHED);
      return info;
    } catch (error) {
      // Some clients answer for their JID only, not for the node that they announce.
      if (!(error instanceof IqError) || error.condition !== 'item-not-found') throw error;
      return this.#query(jid);
    }
  }

  async #query(jid: string, node?: string): Promise<DiscoInfo> {
    const result = await this.request(jid, buildDiscoRequest(node));
    const query = childOf(result, 'query', NS.discoInfo) ?? elementsOf(result)[0];
    if (!query) return { identities: [], features: [], forms: [] };
    const info = parseDiscoInfo(query);
    if (!info.ok) throw new IqError('undefined-condition');
    return info.value;
  }
}

function announcementOf(presence: Element): Announcement | undefined {
  const caps = parseCaps(presence);
  if (caps?.hash === 'sha-1') {
    return { node: `${caps.node}#${caps.ver}`, isGenuine: (info) => verifyCaps(info, caps, digestWith('sha-1')) };
  }
  const hash = parseCaps2(presence)?.find(({ algo }) => DIGESTS.test(algo));
  return hash && { node: caps2Node(hash), isGenuine: (info) => verifyCaps2(info, hash, digestWith(hash.algo)) };
}

function normalize(jid: string): string | undefined {
  const parsed = parseJid(jid);
  return parsed.ok ? formatJid(parsed.value) : undefined;
}

/** Adds an entry and forgets the oldest beyond `limit`, those that are kept last. */
function remember<T>(
  entries: Map<string, T>,
  key: string,
  value: T,
  limit: number,
  isKept: (key: string) => boolean = () => false,
): void {
  entries.set(key, value);
  if (entries.size <= limit) return;
  for (const oldest of entries.keys()) if (entries.size > limit && !isKept(oldest)) entries.delete(oldest);
  for (const oldest of entries.keys()) if (entries.size > limit) entries.delete(oldest);
}
