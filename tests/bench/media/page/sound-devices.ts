import type { HearingMessage, OnsetMessage } from './sound-messages.js';

/** What a page speaks into and hears by. */
export interface SoundDevices {
  /** The microphone's. */
  readonly track: MediaStreamTrack;
  /** Told when a chirp was said. */
  onSaid: (message: OnsetMessage) => void;
  onHeard: (message: HearingMessage) => void;
  /** Hears that track from now on. */
  listen(track: MediaStreamTrack | undefined): void;
  /** Whether what is heard is sent as well. */
  record(on: boolean): void;
  close(): Promise<void>;
}
