import type { MediaKind, SessionInfo } from '@xmpp-call/jingle';

/** What the peer says of its media. */
export interface RemoteStatus {
  readonly audioMuted: boolean;
  readonly videoMuted: boolean;
  readonly held: boolean;
}

export const UNMUTED: RemoteStatus = { audioMuted: false, videoMuted: false, held: false };

/** What a session-info of the peer's (XEP-0167 §9) makes of its status; the same object where nothing changes. */
export function statusAfter(
  status: RemoteStatus,
  info: SessionInfo,
  mediaOf: (name: string) => MediaKind | undefined,
): RemoteStatus {
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
      const muted = info.kind === 'mute';
      const media = info.name === undefined ? 'both' : mediaOf(info.name);
      if (!media) return status;
      return {
        ...status,
        ...(media !== 'video' && { audioMuted: muted }),
        ...(media !== 'audio' && { videoMuted: muted }),
      };
    }
    default:
      return status;
  }
}
