import { initDecoding } from '@xmpp-call/opus/decoding';
import type { RendererCommand } from '../messages/renderer-messages.js';
import type { PlayoutCommand, WorkletMessage } from '../messages/worklet-messages.js';
import { PlayoutRenderer } from './playout-renderer.js';

/** Plays what the media worker receives; an earlier worker's sound fades out meanwhile. */
class PlayoutProcessor extends AudioWorkletProcessor {
  #worker: MessagePort | undefined;
  #renderer: PlayoutRenderer | undefined;
  #leaving: PlayoutRenderer[] = [];
  /** Position of the next sample to be rendered. */
  #frame = 0;
  #isEnding = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayoutCommand>) => {
      if (data.type === 'end') this.#end();
      else this.#connect(data.port);
    };
  }

  override process(_inputs: unknown, [output]: readonly (readonly Float32Array[])[]): boolean {
    if (this.#isEnding) {
      this.port.postMessage('ended' satisfies WorkletMessage);
      return false;
    }
    const channel = output?.[0];
    if (!channel) return true;
    this.#renderer?.render(channel, currentFrame);
    for (const renderer of this.#leaving) renderer.render(channel, currentFrame);
    if (this.#leaving.length > 0) this.#leaving = this.#leaving.filter(({ isSilent }) => !isSilent);
    this.#frame = currentFrame + channel.length;
    return true;
  }

  #end(): void {
    this.#disconnect();
    this.#renderer = undefined;
    this.#leaving = [];
    this.#isEnding = true;
    this.port.onmessage = null;
  }

  #disconnect(): void {
    if (this.#worker) this.#worker.onmessage = null;
    this.#worker?.close();
    this.#worker = undefined;
  }

  #connect(port: MessagePort): void {
    this.#disconnect();
    this.#worker = port;
    this.#renderer?.end();
    if (this.#renderer) this.#leaving.push(this.#renderer);
    const renderer = new PlayoutRenderer({
      load: initDecoding,
      post: (report) => port.postMessage(report),
      now: () => Date.now(),
    });
    this.#renderer = renderer;
    port.onmessage = ({ data }: MessageEvent<RendererCommand>) => renderer.follow(data, this.#frame);
  }
}

registerProcessor('xmpp-call-playout', PlayoutProcessor);
