import type { RemoteInfo } from '@xmpp-call/wire';
import type { RemoteContent, RemoteStatus } from './api.js';
import { CONTENT_SOURCES, MEDIA_KINDS, SENDS, wordFor } from './wire-map.js';

type Told = Pick<RemoteInfo, 'held' | 'contents'>;

export const NOTHING_KNOWN = statusOf({ held: false, contents: [] }, new Set());

/** The status of the peer, of what the worker has told last and of the contents that have arrived. */
export function statusOf({ held, contents: told }: Told, seen: ReadonlySet<string>): RemoteStatus {
  const contents = told.map(({ mid, kind, source, senders, muted }): RemoteContent => ({
    mid,
    kind: wordFor(MEDIA_KINDS, kind),
    source: wordFor(CONTENT_SOURCES, source),
    sends: wordFor(SENDS, senders),
    muted,
    seen: seen.has(mid),
  }));
  const first = (kind: RemoteContent['kind']) => contents.find((content) => content.kind === kind);
  return {
    audioMuted: first('audio')?.muted ?? false,
    videoMuted: first('video')?.muted ?? false,
    videoSeen: first('video')?.seen ?? false,
    held,
    contents,
  };
}
