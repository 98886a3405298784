import { initDecoding } from '@xmpp-call/opus/decoding';
import type { RendererCommand } from '../messages/renderer-messages.js';
import type { PlayoutCommand, WorkletMessage } from '../messages/worklet-messages.js';
import { PlayoutRenderer } from './playout-renderer.js';

/** Plays the audio that the media worker receives. After a change of the worker, audio of the former one fades out. */
class PlayoutProcessor extends AudioWorkletProcessor {
  #worker: MessagePort | undefined;
  #renderer: PlayoutRenderer | undefined;
  #fadingOut: PlayoutRenderer[] = [];
  /** Position of the next sample to render [samples since the context began]. */
  #frame = 0;
  #isEnding = false;
  #hasEnded = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayoutCommand>) => {
      if (data.type === 'end') this.#end();
      else this.#connect(data.port);
    };
  }

  override process(_inputs: unknown, [output]: readonly (readonly Float32Array[])[]): boolean {
    if (this.#isEnding) {
      // Firefox calls `process` again until the graph follows.
      if (!this.#hasEnded) this.port.postMessage('ended' satisfies WorkletMessage);
      this.#hasEnded = true;
      return false;
    }
    const channel = output?.[0];
    if (!channel) return true;
    this.#renderer?.render(channel, currentFrame);
    for (const renderer of this.#fadingOut) renderer.render(channel, currentFrame);
    if (this.#fadingOut.length > 0) this.#fadingOut = this.#fadingOut.filter(({ isSilent }) => !isSilent);
    this.#frame = currentFrame + channel.length;
    return true;
  }

  #end(): void {
    this.#disconnect();
    this.#renderer = undefined;
    this.#fadingOut = [];
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
    if (this.#renderer) this.#fadingOut.push(this.#renderer);
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
