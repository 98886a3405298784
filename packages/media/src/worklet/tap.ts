import type { RenderedBlock, TapCommand } from '../core/worklet-messages.js';

/** Sends each quantum of what it hears to a worker, as soon as it is rendered. */
export class TapProcessor extends AudioWorkletProcessor {
  #worker: MessagePort | undefined;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<TapCommand>) => {
      this.#worker = data.port;
    };
  }

  override process([input]: readonly (readonly Float32Array[])[]): boolean {
    const [channel] = input ?? [];
    // Without a channel nothing is connected: silence.
    const block: RenderedBlock = channel ? new Float32Array(channel) : new Float32Array(128);
    this.#worker?.postMessage(block, [block.buffer]);
    return true;
  }
}
