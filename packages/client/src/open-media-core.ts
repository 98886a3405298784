import { MediaCore } from '@xmpp-call/media/media-core.js';
import type { Call, CallClientOptions, Log } from './api.js';

/** The media core of a call. Loaded on its own, so it imports nothing that the client has too. */
export function openMediaCore(
  call: Call,
  signal: AbortSignal,
  { mediaCore = 'native', workerUrl }: CallClientOptions,
  launchWorker: (url: URL) => Worker,
  log: Log,
): Promise<MediaCore | undefined> {
  return MediaCore.open({
    preference: mediaCore,
    role: call.direction === 'outgoing' ? 'initiator' : 'responder',
    remoteStream: call.remoteStream,
    onStreams: () => {
      call.dispatchEvent(new Event('streams-change'));
    },
    launchWorker,
    signal,
    filesUrl: workerUrl === undefined ? undefined : new URL(workerUrl, document.baseURI),
    log,
  });
}
