import { type SoundName, SAMPLE_RATE, loopOf } from './sounds.js';
import type { OnsetMessage, RecordingMessage, SoundCommand } from './sound.worklet.js';

/** A page's microphone and ear, in an AudioContext of their own. */
export class Sound {
  readonly track: MediaStreamTrack;
  /** When chirps left the microphone, ms since the epoch. */
  readonly emitted: number[] = [];
  /** When chirps were heard. */
  readonly heard: number[] = [];
  readonly recorded: Float32Array[] = [];
  readonly #context: AudioContext;
  readonly #ear: AudioWorkletNode;
  #listening: { readonly track: MediaStreamTrack; readonly source: MediaStreamAudioSourceNode } | undefined;

  private constructor(context: AudioContext, name: SoundName) {
    this.#context = context;
    const mono: AudioWorkletNodeOptions = { channelCount: 1, channelCountMode: 'explicit', outputChannelCount: [1] };
    const microphone = new AudioWorkletNode(context, 'bench-microphone', { ...mono, numberOfInputs: 0 });
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    microphone.connect(destination);
    const [track] = destination.stream.getAudioTracks();
    if (!track) throw new Error('the microphone has no track');
    this.track = track;
    this.#ear = new AudioWorkletNode(context, 'bench-ear', mono);
    // Silent; only what leads to the destination is rendered everywhere.
    this.#ear.connect(context.destination);
    microphone.port.onmessage = ({ data }: MessageEvent<OnsetMessage>) => this.emitted.push(data.at);
    this.#ear.port.onmessage = ({ data }: MessageEvent<OnsetMessage | RecordingMessage>) => {
      if (data.type === 'onset') this.heard.push(data.at);
      else this.recorded.push(data.samples);
    };
    const play: SoundCommand = { type: 'play', loop: loopOf(name) };
    microphone.port.postMessage(play);
  }

  static async open(name: SoundName): Promise<Sound> {
    const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
    await context.resume();
    await context.audioWorklet.addModule('/sound.worklet.js');
    return new Sound(context, name);
  }

  /** Listens to the stream's sound from now on; call it again when its tracks have changed. */
  listen(stream: MediaStream): void {
    const [track] = stream.getAudioTracks();
    if (track === this.#listening?.track) return;
    this.#listening?.source.disconnect();
    this.#listening = undefined;
    if (!track) return;
    const source = new MediaStreamAudioSourceNode(this.#context, { mediaStream: new MediaStream([track]) });
    source.connect(this.#ear);
    this.#listening = { track, source };
  }

  record(on: boolean): void {
    const command: SoundCommand = { type: 'record', on };
    this.#ear.port.postMessage(command);
  }

  async close(): Promise<void> {
    this.track.stop();
    await this.#context.close();
  }
}
