import type { CorePreference, MediaFlow, MediaKind } from './core/choice/core-choice.js';
import type { LogLevel } from './messages/media-worker-messages.js';
import type { PageRecord } from './page/page-record.js';

export interface MediaCoreOptions {
  readonly preference: CorePreference;
  /** The initiator placed the call. */
  readonly role: 'initiator' | 'responder';
  /** Stream with the received tracks; the core replaces the tracks of the connection in it by its own. */
  readonly remoteStream: MediaStream;
  /** Whether the core may play the received audio itself, see `MediaCore.playsSound`. */
  readonly playSound?: boolean | undefined;
  /** A track of `remoteStream` was replaced, or `playsSound` changed. */
  onStreams(): void;
  /** The encryption of the frames of one medium and direction started to fail or to work. */
  onFrameEncryption?(state: FrameEncryptionState): void;
  /** Starts `media.worker.js`. @throws if it cannot be started */
  launchWorker(url: URL): Worker;
  /** Where the worker, the worklets and the codec modules are; by default beside this script. */
  readonly filesUrl?: URL | undefined;
  /** What all calls of the page share; replaced in tests. */
  readonly record?: PageRecord | undefined;
  /** Closes the core, as closing its connection does. */
  readonly signal: AbortSignal;
  log(level: LogLevel, message: string, context: Readonly<Record<string, string>>): void;
}

/** Encryption of the frames of one medium and direction. */
export interface FrameEncryptionState {
  readonly kind: MediaKind;
  readonly flow: MediaFlow;
  /** While it is `failing` nothing is sent, or nothing is played and shown. */
  readonly state: 'failing' | 'working';
  readonly reason: string | undefined;
}
