import type { MediaKind, SessionInfo } from '@xmpp-call/jingle';

/** What the peer says of its media. */
export interface RemoteStatus {
  /** Names of the contents that the peer has muted (XEP-0167 §9). */
  readonly muted: ReadonlySet<string>;
  /** The first audio content is muted. */
  readonly audioMuted: boolean;
  /** The first video content is muted. */
  readonly videoMuted: boolean;
  readonly held: boolean;
}

/** The contents of a session, as far as muting looks at them. */
export interface Contents {
  /** Of those that are not closed, in the order of their m-lines. */
  contentNames(): readonly string[];
  mediaOf(name: string): MediaKind | undefined;
}

export const UNMUTED: RemoteStatus = { muted: new Set(), audioMuted: false, videoMuted: false, held: false };

/** The microphone and the camera are the first content of their kind; further ones are other sources. */
export function firstOf(contents: Contents, kind: MediaKind): string | undefined {
  return contents.contentNames().find((name) => contents.mediaOf(name) === kind);
}

/** What a session-info of the peer's (XEP-0167 §9) makes of its status; the same object where nothing changes. */
export function statusAfter(status: RemoteStatus, info: SessionInfo, contents: Contents): RemoteStatus {
  switch (info.kind) {
    case 'hold':
    case 'unhold': {
      const held = info.kind === 'hold';
      return status.held === held ? status : { ...status, held };
    }
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
      const isMuted = (kind: MediaKind) => muted.has(firstOf(contents, kind) ?? '');
      return { ...status, muted, audioMuted: isMuted('audio'), videoMuted: isMuted('video') };
    }
    default:
      return status;
  }
}
