import type { SoundDevices } from './sound-devices.js';
import { openSoundWorkers } from './sound-workers.js';
import { openSoundWorklets } from './sound-worklets.js';
import { loopOf, type SoundName } from './sounds.js';

/** A page's microphone and ear. */
export class Sound {
  /** When chirps were sent, ms since the epoch. */
  readonly emitted: number[] = [];
  /** When chirps were received. */
  readonly heard: number[] = [];
  readonly recorded: Float32Array[] = [];
  readonly #devices: SoundDevices;
  #listening: MediaStreamTrack | undefined;

  private constructor(devices: SoundDevices) {
    this.#devices = devices;
    devices.onSaid = ({ at }) => this.emitted.push(at);
    devices.onHeard = (message) => {
      if (message.type === 'onset') this.heard.push(message.at);
      else this.recorded.push(message.samples);
    };
  }

  static async open(name: SoundName): Promise<Sound> {
    const loop = loopOf(name);
    return new Sound(openSoundWorkers(loop) ?? (await openSoundWorklets(loop)));
  }

  /** The microphone's. */
  get track(): MediaStreamTrack {
    return this.#devices.track;
  }

  /** Drops the chirps so far. */
  forget(): void {
    this.emitted.length = 0;
    this.heard.length = 0;
    this.recorded.length = 0;
  }

  /** Listens to the stream's sound from now on; call it again when its tracks have changed. */
  listen(stream: MediaStream): void {
    const [track] = stream.getAudioTracks();
    if (track === this.#listening) return;
    this.#listening = track;
    this.#devices.listen(track);
  }

  record(on: boolean): void {
    this.#devices.record(on);
  }

  close(): Promise<void> {
    return this.#devices.close();
  }
}
