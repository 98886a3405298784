import type { CaptureBlock } from '../../messages/media-worker-messages.js';
import { AudioStream } from './audio-stream.js';

export interface AudioInputObserver {
  onBlock(block: CaptureBlock): void;
  /** The stream cannot be used: the capture worklet has to capture. */
  onRefused(reason: string): void;
}

/** Where captured audio comes from: the capture worklet, or the stream of a track processor. */
export class AudioInput {
  readonly #observer: AudioInputObserver;
  #port: MessagePort | undefined;
  #stream: AudioStream | undefined;

  constructor(observer: AudioInputObserver) {
    this.#observer = observer;
  }

  /** Captures from the worklet at the other end of the port, which gets the buffers back. */
  usePort(port: MessagePort): void {
    this.close();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<CaptureBlock>) => {
      this.#observer.onBlock(data);
      port.postMessage(data.samples, [data.samples.buffer]);
    };
  }

  useStream(frames: ReadableStream<AudioData>): void {
    this.close();
    this.#stream = new AudioStream(frames, {
      onBlock: (block) => this.#observer.onBlock(block),
      onRefused: (reason) => this.#observer.onRefused(reason),
    });
  }

  close(): void {
    this.#port?.close();
    this.#port = undefined;
    this.#stream?.close();
    this.#stream = undefined;
  }
}
