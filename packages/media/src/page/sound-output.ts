import type { HelperAnswer, HelperMessage, WorkerMessage } from '../core/messages.js';
import type { TapCommand } from '../core/worklet-messages.js';
import { MediaStreamTrackGenerator } from './browser-apis.js';

/** What leads out of an AudioContext into a track. */
export interface SoundOutput {
  readonly input: AudioNode;
  readonly track: MediaStreamTrack | undefined;
  close(): void;
}

/** ms that the worker may take to load. */
const LOAD_TIMEOUT_MS = 3000;

/** As every browser has it: in blocks of 10 ms. */
export function destinationOutput(context: AudioContext): SoundOutput {
  const input = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const [track] = input.stream.getAudioTracks();
  return { input, track, close: () => track?.stop() };
}

/** A track that a worker writes, quantum by quantum, as a tap worklet hears them. */
export class SoundTrack {
  readonly track: MediaStreamTrack;
  readonly #worker: Worker;
  readonly #port: MessagePort;

  private constructor(worker: Worker, port: MessagePort, track: MediaStreamTrack) {
    this.#worker = worker;
    this.#port = port;
    this.track = track;
  }

  /** @returns undefined where there is no generator, or no worker for it */
  static async open(launchHelper: () => Worker | undefined): Promise<SoundTrack | undefined> {
    const worker = MediaStreamTrackGenerator && launchHelper();
    if (!MediaStreamTrackGenerator || !worker) return undefined;
    const generator = new MediaStreamTrackGenerator<AudioData>({ kind: 'audio' });
    const { port1, port2 } = new MessageChannel();
    const message: HelperMessage = { type: 'write-sound', port: port2, track: generator.writable };
    worker.postMessage(message, [port2, generator.writable]);
    const track = new SoundTrack(worker, port1, generator);
    if (await answers(worker)) return track;
    track.close();
    return undefined;
  }

  /** The worklets must have been loaded. @param onFailure nothing is heard any more */
  tap(context: AudioContext, onFailure: (reason: string) => void): SoundOutput {
    const input = new AudioWorkletNode(context, 'xmpp-call-tap', { channelCount: 1, channelCountMode: 'explicit' });
    // Silent; only what leads to the destination is rendered.
    input.connect(context.destination);
    const command: TapCommand = { port: this.#port };
    input.port.postMessage(command, [this.#port]);
    this.#worker.addEventListener(
      'error',
      (event) => {
        event.preventDefault();
        onFailure(event.message);
      },
      { once: true },
    );
    return {
      input,
      track: this.track,
      close: () => {
        input.disconnect();
        this.close();
      },
    };
  }

  close(): void {
    this.track.stop();
    this.#worker.terminate();
  }
}

/** Whether the worker takes up its work. */
function answers(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    const timeout = setTimeout(() => resolve(false), LOAD_TIMEOUT_MS);
    const settle = (event: Event) => {
      clearTimeout(timeout);
      if (event.type === 'error') event.preventDefault();
      resolve(
        event.type === 'message' && (event as MessageEvent<HelperAnswer | WorkerMessage>).data.type === 'writing-sound',
      );
    };
    worker.addEventListener('message', settle, { once: true });
    worker.addEventListener('error', settle, { once: true });
  });
}
