import type { OnsetMessage, PlayCommand } from './sound-messages.js';
import { loopOf, SAMPLE_RATE } from './sounds.js';

/** Chirps that a page plays itself, in buffers as short as the browser offers: what browser and device take after rendering. */
export class Output {
  /** When chirps were rendered, ms since the epoch. */
  readonly rendered: number[] = [];
  readonly #context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 0 });

  static async open(): Promise<Output> {
    const output = new Output();
    await output.#play();
    return output;
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  async #play(): Promise<void> {
    await this.#context.resume();
    await this.#context.audioWorklet.addModule('/sound.worklet.js');
    const chirps = new AudioWorkletNode(this.#context, 'bench-microphone', {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    chirps.connect(this.#context.destination);
    chirps.port.onmessage = ({ data }: MessageEvent<OnsetMessage>) => this.rendered.push(data.at);
    const play: PlayCommand = { type: 'play', loop: loopOf('chirps') };
    chirps.port.postMessage(play);
  }
}
