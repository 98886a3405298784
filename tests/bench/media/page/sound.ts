import type { HearCommand, HearingMessage, OnsetMessage, PlayCommand, RecordCommand } from './sound-messages.js';
import { type SoundName, SAMPLE_RATE, loopOf } from './sounds.js';

/** What hears a stream: a worker with a track processor, or a worklet, behind whose queue of samples sound may be late. */
interface Hearing {
  listen(track: MediaStreamTrack | undefined): void;
  record(on: boolean): void;
  close(): void;
}

interface TrackProcessor {
  readonly readable: ReadableStream<AudioData>;
}

const { MediaStreamTrackProcessor } = globalThis as {
  readonly MediaStreamTrackProcessor?: new (init: { readonly track: MediaStreamTrack }) => TrackProcessor;
};
const MONO: AudioWorkletNodeOptions = { channelCount: 1, channelCountMode: 'explicit', outputChannelCount: [1] };

/** A page's microphone and ear. */
export class Sound {
  readonly track: MediaStreamTrack;
  /** When chirps left the microphone, ms since the epoch. */
  readonly emitted: number[] = [];
  /** When chirps were heard. */
  readonly heard: number[] = [];
  readonly recorded: Float32Array[] = [];
  readonly #context: AudioContext;
  readonly #hearing: Hearing;
  #listening: MediaStreamTrack | undefined;

  private constructor(context: AudioContext, name: SoundName) {
    this.#context = context;
    const microphone = new AudioWorkletNode(context, 'bench-microphone', { ...MONO, numberOfInputs: 0 });
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    microphone.connect(destination);
    const [track] = destination.stream.getAudioTracks();
    if (!track) throw new Error('the microphone has no track');
    this.track = track;
    microphone.port.onmessage = ({ data }: MessageEvent<OnsetMessage>) => this.emitted.push(data.at);
    const onMessage = ({ data }: MessageEvent<HearingMessage>) => {
      if (data.type === 'onset') this.heard.push(data.at);
      else this.recorded.push(data.samples);
    };
    this.#hearing = MediaStreamTrackProcessor ? earInWorker(onMessage) : earInWorklet(context, onMessage);
    const play: PlayCommand = { type: 'play', loop: loopOf(name) };
    microphone.port.postMessage(play);
  }

  static async open(name: SoundName): Promise<Sound> {
    const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
    await context.resume();
    await context.audioWorklet.addModule('/sound.worklet.js');
    return new Sound(context, name);
  }

  /** What was said and heard so far is of no interest. */
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
    this.#hearing.listen(track);
  }

  record(on: boolean): void {
    this.#hearing.record(on);
  }

  async close(): Promise<void> {
    this.track.stop();
    this.#hearing.close();
    await this.#context.close();
  }
}

type OnMessage = (event: MessageEvent<HearingMessage>) => void;

function earInWorker(onMessage: OnMessage): Hearing {
  const worker = new Worker('/ear.worker.js', { type: 'module' });
  worker.onmessage = onMessage;
  worker.onerror = (event) => console.error(event.message);
  const post = (command: HearCommand | RecordCommand, transfer: Transferable[] = []) =>
    worker.postMessage(command, transfer);
  return {
    listen(track) {
      if (!track || !MediaStreamTrackProcessor) return;
      const { readable } = new MediaStreamTrackProcessor({ track });
      post({ type: 'hear', frames: readable }, [readable]);
    },
    record: (on) => post({ type: 'record', on }),
    close: () => worker.terminate(),
  };
}

function earInWorklet(context: AudioContext, onMessage: OnMessage): Hearing {
  const ear = new AudioWorkletNode(context, 'bench-ear', MONO);
  // Silent; only what leads to the destination is rendered everywhere.
  ear.connect(context.destination);
  ear.port.onmessage = onMessage;
  let source: MediaStreamAudioSourceNode | undefined;
  return {
    listen(track) {
      source?.disconnect();
      source = track && new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
      source?.connect(ear);
    },
    record(on) {
      const command: RecordCommand = { type: 'record', on };
      ear.port.postMessage(command);
    },
    close: () => ear.disconnect(),
  };
}
