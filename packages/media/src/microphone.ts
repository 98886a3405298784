import { devicesGranted, openMicrophone } from './devices.js';
import { MediaError, toMediaError } from './errors.js';

export interface MicrophoneOptions {
  readonly track: MediaStreamTrack;
  /** `deviceId` of the one that was chosen. */
  readonly chosen: () => string | undefined;
  /** Whether there is to be one now; false while it is let go of. */
  readonly wanted: () => boolean;
  /** Stops the one that is sent. */
  stop(): Promise<void>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Sends another track in place of the lost one, and owns it from then on. */
  use(track: MediaStreamTrack): Promise<void>;
  /** `sounding` changed. */
  onChange(): void;
  /** It is gone and no other can be had now. */
  onLost(error: MediaError): void;
}

/**
 * The microphone of a call: notices that it was unplugged, withdrawn (`ended`) or silenced by the system (`mute`), and opens
 * the default one in its place, at once and again when the devices change (Media Capture and Streams §4.3.1, §9.3).
 */
export class Microphone {
  readonly #options: MicrophoneOptions;
  #track: MediaStreamTrack;
  #lost = false;
  #reopening = false;
  /** The user has let go of it. */
  #released = false;

  constructor(options: MicrophoneOptions) {
    this.#options = options;
    this.#track = options.track;
    this.#follow(options.track);
    if (options.track.readyState === 'ended') void this.#reopen();
    navigator.mediaDevices.addEventListener(
      'devicechange',
      () => {
        void this.#retry();
      },
      { signal: options.signal },
    );
  }

  /** Whether its sound can be sent; muting by the user does not count. */
  get sounding(): boolean {
    return !this.#lost && !this.#track.muted;
  }

  /** Tries once more to get one where it is lost, at the price of a prompt. */
  reopen(): void {
    if (this.#lost || this.#released) void this.#reopen();
  }

  /** Stops it until `reopen`: the system's light goes out. */
  release(): void {
    if (this.#lost || this.#released || this.#reopening) return;
    this.#released = true;
    // A session that was closed meanwhile has stopped it.
    this.#options.stop().catch(() => undefined);
  }

  /** Sends another one in its place, which was opened. @throws what `use` throws */
  async replace(track: MediaStreamTrack): Promise<void> {
    await this.#options.use(track);
    this.#lost = this.#released = false;
    this.#follow(track);
    this.#options.onChange();
  }

  #follow(track: MediaStreamTrack): void {
    const { signal } = this.#options;
    this.#track = track;
    const report = () => {
      if (track === this.#track) this.#options.onChange();
    };
    track.addEventListener('mute', report, { signal });
    track.addEventListener('unmute', report, { signal });
    // `stop()` of our own fires nothing.
    track.addEventListener(
      'ended',
      () => {
        if (track === this.#track) void this.#reopen();
      },
      { signal },
    );
  }

  /** Only where no prompt can come of it: a user who said no is not asked again by a plugged-in headset. */
  async #retry(): Promise<void> {
    const granted = this.#lost && (await devicesGranted(false));
    if (granted && this.#lost) await this.#reopen();
  }

  async #reopen(): Promise<void> {
    if (this.#reopening) return;
    this.#reopening = true;
    const known = this.#lost;
    this.#lost = true;
    if (!known) this.#options.onChange();
    try {
      const { signal, chosen } = this.#options;
      const track = await openMicrophone({ signal, deviceId: chosen() });
      await this.#options.use(track);
      if (track.readyState === 'ended')
        throw new MediaError('device-not-found', 'gone again', { device: 'microphone' });
      this.#lost = this.#released = false;
      this.#follow(track);
      this.#options.onChange();
    } catch (cause) {
      if (!this.#options.signal.aborted && !known) this.#options.onLost(toMediaError(cause, 'microphone'));
    } finally {
      this.#reopening = false;
      // Muted again while it opened.
      if (!this.#options.wanted()) this.release();
    }
  }
}
