import type { Vp8 } from '@xmpp-call/vp8';
import type { EncoderAnswer, EncoderCommand, EncodeTask } from '../../messages/encoder-messages.js';
import type { Clock } from '../../core/clock.js';
import { Vp8FrameEncoder } from './vp8-frame-encoder.js';

/** What is used of MessagePort. */
export interface AnswerPort {
  onmessage: ((event: MessageEvent<EncoderCommand>) => void) | null;
  postMessage(answer: EncoderAnswer, transfer: Transferable[]): void;
}

/** Encodes pictures for a media worker, in a worker of its own: sound is not to wait for them. */
export class EncoderHost {
  readonly #port: AnswerPort;
  readonly #load: (module: WebAssembly.Module) => Promise<Vp8>;
  readonly #clock: Clock;
  #module: WebAssembly.Module | undefined;
  #vp8: Vp8 | undefined;
  #encoder: Vp8FrameEncoder | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(port: AnswerPort, load: (module: WebAssembly.Module) => Promise<Vp8>, clock: Clock) {
    this.#port = port;
    this.#load = load;
    this.#clock = clock;
    port.onmessage = ({ data }) => {
      this.#queue = this.#queue.then(() => this.#obey(data));
    };
    port.postMessage({ type: 'ready' }, []);
  }

  async #obey(command: EncoderCommand): Promise<void> {
    if (command.type === 'open') this.#module = command.module;
    else if (command.type === 'reset') this.#reset();
    else await this.#encode(command.id, command.frame, command.task);
  }

  async #encode(id: number, frame: VideoFrame, task: EncodeTask): Promise<void> {
    const started = this.#clock.now();
    try {
      const vp8 = (this.#vp8 ??= await this.#open());
      this.#encoder ??= new Vp8FrameEncoder(vp8, task);
      const { payload, keyFrame } = await this.#encoder.encode(frame, task);
      const sent = Uint8Array.from(payload);
      const answer = { type: 'encoded', id, payload: sent, keyFrame, ms: this.#clock.now() - started } as const;
      this.#port.postMessage(answer, [sent.buffer]);
    } catch (error) {
      this.#reset();
      // An instance that threw may be broken: the next picture gets another one.
      this.#vp8 = undefined;
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
      const answer = { type: 'failed', id, message: String(error), code: typeof code === 'string' ? code : undefined };
      this.#port.postMessage(answer as EncoderAnswer, []);
    } finally {
      frame.close();
    }
  }

  #open(): Promise<Vp8> {
    if (!this.#module) throw new Error('there is no codec yet');
    return this.#load(this.#module);
  }

  #reset(): void {
    this.#encoder?.dispose();
    this.#encoder = undefined;
  }
}
