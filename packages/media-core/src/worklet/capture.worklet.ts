import { CAPTURE_BLOCK, type CaptureBlock, type CaptureRecycled } from '../messages/media-worker-messages.js';
import type { CaptureCommand, WorkletMessage } from '../messages/worklet-messages.js';

/** Maximum number of spare buffers. The worker returns the buffer of each block, so that none is allocated here. */
const SPARE_BUFFERS = 8;

/** Sends its input to the media worker in blocks of 5 ms, and ticks for a page whose timers are throttled. */
class CaptureProcessor extends AudioWorkletProcessor {
  #worker: MessagePort | undefined;
  #block = new Float32Array(CAPTURE_BLOCK);
  #filled = 0;
  /** Position of the block's first sample [samples since the context began]. */
  #start = 0;
  readonly #spare: CaptureRecycled[] = [];
  #tickFrames = Infinity;
  #tickedAt = 0;
  #isEnding = false;
  #hasEnded = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<CaptureCommand>) => this.#obey(data);
  }

  override process([input]: readonly (readonly Float32Array[])[]): boolean {
    if (this.#isEnding) {
      // Firefox calls `process` again until the graph follows.
      if (!this.#hasEnded) this.#tell('ended');
      this.#hasEnded = true;
      return false;
    }
    if (this.#worker) this.#capture(input?.[0]);
    if (currentFrame - this.#tickedAt >= this.#tickFrames) {
      this.#tickedAt = currentFrame;
      this.#tell('tick');
    }
    return true;
  }

  #obey(command: CaptureCommand): void {
    if (command.type === 'tick') {
      this.#tickFrames = command.frames;
      return;
    }
    if (this.#worker) this.#worker.onmessage = null;
    this.#worker?.close();
    this.#worker = command.type === 'end' ? undefined : command.port;
    this.#filled = 0;
    if (command.type === 'end') {
      this.#isEnding = true;
      this.port.onmessage = null;
    }
    if (!this.#worker) return;
    this.#worker.onmessage = ({ data }: MessageEvent<CaptureRecycled>) => {
      if (this.#spare.length < SPARE_BUFFERS) this.#spare.push(data);
    };
  }

  #tell(message: WorkletMessage): void {
    this.port.postMessage(message);
  }

  /** @param channel undefined while no node is connected, which counts as silence */
  #capture(channel: Float32Array | undefined): void {
    const count = channel?.length ?? 128;
    for (let read = 0; read < count;) {
      if (this.#filled === 0) this.#start = currentFrame + read;
      const taken = Math.min(count - read, CAPTURE_BLOCK - this.#filled);
      if (channel) this.#block.set(channel.subarray(read, read + taken), this.#filled);
      else this.#block.fill(0, this.#filled, this.#filled + taken);
      this.#filled += taken;
      read += taken;
      if (this.#filled === CAPTURE_BLOCK) this.#send();
    }
  }

  #send(): void {
    const block: CaptureBlock = { samples: this.#block, frame: this.#start };
    this.#worker?.postMessage(block, [block.samples.buffer]);
    this.#block = this.#spare.pop() ?? new Float32Array(CAPTURE_BLOCK);
    this.#filled = 0;
  }
}

registerProcessor('xmpp-call-capture', CaptureProcessor);
