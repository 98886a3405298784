import { MediaCore, missingCoreStatistics } from '@xmpp-call/media-core';
import type { MediaCoreStatistics } from '@xmpp-call/media-core';
import type { Call, CallClientOptions, Log, MediaCorePreference } from './api.js';

export interface OpenedCore {
  /** Undefined where it cannot be used. */
  readonly core: MediaCore | undefined;
  /** Where it cannot be used: what statistics say instead. */
  readonly missing: MediaCoreStatistics | undefined;
}

/** The media core of a call. Loaded on its own, so it imports nothing that the client has too. */
export async function openMediaCore(
  call: Call,
  signal: AbortSignal,
  mediaCore: MediaCorePreference,
  { playSound, workerUrl }: CallClientOptions,
  launchWorker: (url: URL) => Worker,
  log: Log,
): Promise<OpenedCore> {
  const core = await MediaCore.open({
    preference: mediaCore,
    role: call.direction === 'outgoing' ? 'initiator' : 'responder',
    remoteStream: call.remoteStream,
    playSound,
    onStreams: () => {
      call.dispatchEvent(new Event('streams-change'));
    },
    onFrameEncryption: (detail) => {
      call.dispatchEvent(new CustomEvent('frame-encryption', { detail }));
    },
    launchWorker,
    signal,
    filesUrl: workerUrl === undefined ? undefined : new URL(workerUrl, document.baseURI),
    log,
  });
  return { core, missing: core ? undefined : missingCoreStatistics() };
}
