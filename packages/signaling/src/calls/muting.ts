import type { MediaKind, SessionInfo } from '@xmpp-call/jingle';
import type { RemoteStatus } from './session-owner.js';

export const UNMUTED: RemoteStatus = { audioMuted: false, videoMuted: false, held: false };

/** What a session-info of the peer's (XEP-0167 §9) makes of its status; the same object where nothing changes. */
export function statusAfter(
  status: RemoteStatus,
  info: SessionInfo,
  mediaOf: (name: string) => MediaKind | undefined,
): RemoteStatus {
  switch (info.kind) {
    case 'hold':
      return status.held ? status : { ...status, held: true };
    case 'unhold':
      return status.held ? { ...status, held: false } : status;
    case 'active':
      return UNMUTED;
    case 'mute':
    case 'unmute': {
      const muted = info.kind === 'mute';
      if (info.name === undefined) return { ...status, audioMuted: muted, videoMuted: muted };
      const media = mediaOf(info.name);
      if (media === undefined) return status;
      return media === 'audio' ? { ...status, audioMuted: muted } : { ...status, videoMuted: muted };
    }
    case 'ping':
    case 'ringing':
    case 'unsupported':
      return status;
  }
}
