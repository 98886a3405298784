/** What the switch turns on and off. */
export interface CameraHost {
  readonly cameraOn: boolean;
  open(): Promise<MediaStreamTrack>;
  /** Sends the camera, and offers it where that is needed; owns the track from then on. */
  start(track: MediaStreamTrack): Promise<void>;
  stop(): Promise<void>;
}

/** The camera as it was wished for last, in whatever order devices and descriptions come. */
export class CameraSwitch {
  /** The last wish. */
  wanted: boolean;
  #opening = false;
  #running: Promise<void> | undefined;

  constructor(wanted: boolean) {
    this.wanted = wanted;
  }

  /**
   * Resolves once the camera is as it was wished for last.
   * @throws what opening or starting throws; the camera is off then
   */
  async set(on: boolean, ready: Promise<CameraHost>): Promise<void> {
    this.wanted = on;
    // What is being opened will be put away at once: nothing is on meanwhile.
    if (!on && this.#opening) return;
    this.#running ??= this.#run(ready);
    await this.#running;
  }

  async #run(ready: Promise<CameraHost>): Promise<void> {
    let host: CameraHost | undefined;
    try {
      host = await ready;
      while (this.wanted !== host.cameraOn) {
        if (this.wanted) await this.#start(host);
        else await host.stop();
      }
    } catch (cause) {
      this.wanted = host?.cameraOn ?? false;
      throw cause;
    } finally {
      // In the same turn as the last look at the wish: none is missed.
      this.#running = undefined;
    }
  }

  async #start(host: CameraHost): Promise<void> {
    this.#opening = true;
    let track: MediaStreamTrack;
    try {
      track = await host.open();
    } finally {
      this.#opening = false;
    }
    if (this.wanted) await host.start(track);
    else track.stop();
  }
}
