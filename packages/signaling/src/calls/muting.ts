import type { MediaKind, Negotiation, Role, SessionInfo } from '@xmpp-call/jingle';
import type { ContentSource, LocalMute, SessionContent } from './page-events.js';

/** What the peer says of its media. */
export interface RemoteStatus {
  /** Names of the contents that the peer has muted (XEP-0167 §9). */
  readonly muted: ReadonlySet<string>;
  readonly held: boolean;
}

export type Contents = Pick<Negotiation, 'agreed' | 'contentNames' | 'mediaOf'>;

export const UNMUTED: RemoteStatus = { muted: new Set(), held: false };

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
export function sessionContents(contents: Contents, { muted }: RemoteStatus, role: Role): SessionContent[] {
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
export function nameOf(contents: Contents, { mid, source }: LocalMute): string | undefined {
  const agreed = contents.agreed();
  const kind = source && KINDS[source];
  return (agreed.find((one) => one.mid === mid) ?? agreed.find((one) => one.kind === kind))?.name;
}

/** What a session-info of the peer's (XEP-0167 §9) makes of its status; the same object where nothing changes. */
export function statusAfter(status: RemoteStatus, info: SessionInfo, contents: Contents): RemoteStatus {
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
