import type { HearingMessage, OnsetMessage } from './sound-messages.js';

/** The microphone and the receiver of a page. */
export interface SoundDevices {
  /** The microphone's. */
  readonly track: MediaStreamTrack;
  /** Called for each chirp that is sent. */
  onSaid: (message: OnsetMessage) => void;
  onHeard: (message: HearingMessage) => void;
  /** Analyses that track from now on. */
  listen(track: MediaStreamTrack | undefined): void;
  /** Whether received samples are sent to the page as well. */
  record(on: boolean): void;
  close(): Promise<void>;
}
