import type { Call, ChosenDevices, LogLevel, MediaCorePreference } from './api.js';
import type { Clock } from './clock.js';
import type { OpenedCore } from './open-media-core.js';
import type { WirePort } from './wire-port.js';

/** What a call needs of the client that it belongs to. */
export interface CallHost {
  readonly clock: Clock;
  readonly iceTransportPolicy: RTCIceTransportPolicy | undefined;
  /** Rejects when there is no worker (any more). */
  command: WirePort['command'];
  /** Connects first where needed. */
  iceServers(): Promise<readonly RTCIceServer[]>;
  freshIceServers(): Promise<readonly RTCIceServer[]>;
  /** The network may have changed. */
  networkChanged(): void;
  readonly mediaCore: MediaCorePreference;
  readonly devices: ChosenDevices;
  /** Whether a muted microphone is stopped. */
  readonly releasesMicrophone: boolean;
  /** Loads and starts the core of a call; it ends with the signal. Never rejects. */
  openCore(call: Call, signal: AbortSignal, preference: MediaCorePreference): Promise<OpenedCore>;
  /** Whether the core of this call may be started before the user has answered. */
  mayOpenCoreEarly(call: Call): boolean;
  log(level: LogLevel, message: string, context: Readonly<Record<string, string>>): void;
  /** The call has ended and lets go of everything. */
  onEnded(call: Call): void;
  /** Places the call that the peer of `from` asks for. @throws XmppCallError */
  callFor(from: Call, to: string): Call;
}
