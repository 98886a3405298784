import { PLAYOUT_REPORT, type PlayoutBlock, type PlayoutReport } from '../core/messages.js';
import type { PlayoutCommand } from '../core/worklet-messages.js';

/** Samples of the fade to silence where sound is missing, and back: 2 ms. */
const FADE = 96;

/** Plays what the media worker decodes, and tells it what is left. */
class PlayoutProcessor extends AudioWorkletProcessor {
  #worker: MessagePort | undefined;
  #queue: PlayoutBlock[] = [];
  /** Samples of the queue's first block that were played. */
  #offset = 0;
  #level = 0;
  #least = 0;
  #received = 0;
  #missing = 0;
  #sinceReport = 0;
  /** The last sample got, held while it fades. */
  #held = 0;
  #gain = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayoutCommand>) => this.#connect(data.port);
  }

  override process(_inputs: unknown, [output]: readonly (readonly Float32Array[])[]): boolean {
    const channel = output?.[0];
    if (channel) this.#play(channel);
    this.#least = Math.min(this.#least, this.#level);
    this.#sinceReport += channel?.length ?? 0;
    if (this.#sinceReport >= PLAYOUT_REPORT) this.#report();
    return true;
  }

  #connect(port: MessagePort): void {
    if (this.#worker) this.#worker.onmessage = null;
    this.#worker?.close();
    this.#worker = port;
    port.onmessage = ({ data }: MessageEvent<PlayoutBlock>) => {
      this.#queue.push(data);
      this.#level += data.length;
      this.#received += data.length;
    };
  }

  #play(channel: Float32Array): void {
    for (let i = 0; i < channel.length; i++) {
      const sample = this.#next();
      if (sample === undefined) {
        this.#gain = Math.max(0, this.#gain - 1 / FADE);
        if (this.#received > 0) this.#missing++;
      } else {
        this.#gain = Math.min(1, this.#gain + 1 / FADE);
        this.#held = sample;
      }
      channel[i] = this.#held * this.#gain;
    }
  }

  #next(): number | undefined {
    const block = this.#queue[0];
    if (!block) return undefined;
    const sample = block[this.#offset++];
    this.#level--;
    if (this.#offset >= block.length) {
      this.#queue.shift();
      this.#offset = 0;
    }
    return sample;
  }

  #report(): void {
    this.#sinceReport = 0;
    const report: PlayoutReport = {
      received: this.#received,
      level: this.#level,
      least: this.#least,
      missing: this.#missing,
    };
    this.#worker?.postMessage(report);
    this.#least = this.#level;
  }
}

registerProcessor('xmpp-call-playout', PlayoutProcessor);
