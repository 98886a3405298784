import type { MediaKind, Negotiation, Role, SessionInfo } from '@xmpp-call/jingle';
import type { SendJingle } from './jingle-sending.js';
import type { ContentSource, LocalMute, SessionContent } from './page-events.js';

/** What the peer says of its media. */
interface RemoteStatus {
  /** Names of the contents that the peer has muted (XEP-0167 §9). */
  readonly muted: ReadonlySet<string>;
  readonly held: boolean;
}

type Contents = Pick<Negotiation, 'agreed' | 'contentNames' | 'mediaOf'>;

const UNMUTED: RemoteStatus = { muted: new Set(), held: false };

/** The microphone and the camera are the first content of their kind; of further ones it has to be said what they are. */
const KINDS: Readonly<Record<ContentSource, MediaKind | undefined>> = {
  microphone: 'audio',
  camera: 'video',
  screen: undefined,
};
const SOURCES: Readonly<Record<MediaKind, ContentSource>> = { audio: 'microphone', video: 'camera' };

/** The source of each medium by the rule that the first of a kind is the microphone or the camera. */
export function withSources<T extends { readonly kind: MediaKind }>(
  contents: readonly T[],
): (T & { readonly source: ContentSource | undefined })[] {
  return contents.map((content) => {
    const isFirst = contents.find(({ kind }) => kind === content.kind) === content;
    return { ...content, source: isFirst ? SOURCES[content.kind] : undefined };
  });
}

/** The contents of a session for the page. @param role ours */
function sessionContents(contents: Contents, { muted }: RemoteStatus, role: Role): SessionContent[] {
  return withSources(contents.agreed()).map(({ name, mid, kind, source, senders }) => {
    const sender = senders === role ? 'local' : 'remote';
    return {
      mid,
      kind,
      source,
      senders: senders === 'both' || senders === 'none' ? senders : sender,
      muted: muted.has(name),
    };
  });
}

/** The name of the content that the page means; undefined while there is none. */
function nameOf(contents: Contents, { mid, source }: LocalMute): string | undefined {
  const agreed = contents.agreed();
  const kind = source && KINDS[source];
  return (agreed.find((one) => one.mid === mid) ?? agreed.find((one) => one.kind === kind))?.name;
}

/** What a session-info of the peer's (XEP-0167 §9) makes of its status; the same object where nothing changes. */
function statusAfter(status: RemoteStatus, info: SessionInfo, contents: Contents): RemoteStatus {
  switch (info.kind) {
    case 'hold':
    case 'unhold':
      return { ...status, held: info.kind === 'hold' };
    case 'active':
      return UNMUTED;
    case 'mute':
    case 'unmute': {
      if (info.name !== undefined && !contents.mediaOf(info.name)) return status;
      const muted = new Set(status.muted);
      // Without a name it is about every content.
      for (const name of info.name === undefined ? contents.contentNames() : [info.name]) {
        if (info.kind === 'mute') muted.add(name);
        else muted.delete(name);
      }
      return { ...status, muted };
    }
    default:
      return status;
  }
}

/** What muting needs of its session. */
export interface MutingSession {
  readonly negotiation: Contents;
  /** Ours. */
  readonly role: Role;
  /** Both sides have agreed. */
  readonly isActive: boolean;
  readonly send: SendJingle;
  /** What the session has agreed on, or what the peer says of it, has changed. */
  onStatus(held: boolean, contents: readonly SessionContent[]): void;
}

/** What is muted and held in a session: told to the peer, and the peer's told to the page. */
export class Muting {
  readonly #session: MutingSession;
  #status = UNMUTED;
  /** The status as the page knows it, to tell what has changed. */
  #told = JSON.stringify([false, []]);
  #wanted: readonly LocalMute[] = [];
  /** This side holds the call: what the page wants, and what the peer was told. */
  readonly #hold = { wanted: false, told: false };
  /** Names of our contents of which the peer was told that they are muted. */
  readonly #muted = new Set<string>();

  constructor(session: MutingSession) {
    this.#session = session;
  }

  /** Mutes contents of ours: told once the session stands. */
  set(contents: readonly LocalMute[]): void {
    this.#wanted = contents;
    this.#send();
  }

  /** Puts the call on hold, or takes it off hold: told once the session stands. */
  setHeld(isHeld: boolean): void {
    this.#hold.wanted = isHeld;
    this.#send();
  }

  /** A session-info of the peer's. */
  takeInfo(info: SessionInfo): void {
    this.#status = statusAfter(this.#status, info, this.#session.negotiation);
    this.#tell();
  }

  contentsChanged(): void {
    const names = this.#session.negotiation.contentNames();
    // A later content may have the name of one that is gone.
    for (const name of this.#muted) if (!names.includes(name)) this.#muted.delete(name);
    this.#status = { ...this.#status, muted: new Set(names.filter((name) => this.#status.muted.has(name))) };
    this.#send();
    this.#tell();
  }

  #tell(): void {
    const { negotiation, role } = this.#session;
    const { held } = this.#status;
    const contents = sessionContents(negotiation, this.#status, role);
    const status = JSON.stringify([held, contents]);
    if (status === this.#told) return;
    this.#told = status;
    this.#session.onStatus(held, contents);
  }

  #send(): void {
    const { isActive, negotiation, send } = this.#session;
    if (!isActive) return;
    const hold = this.#hold;
    if (hold.wanted !== hold.told) {
      hold.told = hold.wanted;
      send('session-info', { info: { kind: hold.wanted ? 'hold' : 'unhold' } });
    }
    for (const content of this.#wanted) {
      const { muted } = content;
      const name = nameOf(negotiation, content);
      if (name === undefined || muted === this.#muted.has(name)) continue;
      if (muted) this.#muted.add(name);
      else this.#muted.delete(name);
      send('session-info', { info: { kind: muted ? 'mute' : 'unmute', name, creator: 'initiator' } });
    }
  }
}
