import { CodecError, type Vp8 } from '@xmpp-call/vp8';
import type { EncoderAnswer, EncoderCommand, EncodeTask } from '../../messages/encoder-messages.js';
import type { Clock } from '../../core/clock.js';
import { type EncodedPayload, Vp8FrameEncoder } from './vp8-frame-encoder.js';

/** ms without an answer after which the other worker is given up. */
const PATIENCE_MS = 2000;

/** Encodes one picture after the other. */
export interface FrameEncoder {
  /** The frame stays open. Throws CodecError. */
  encode(frame: VideoFrame, task: EncodeTask): Promise<EncodedPayload>;
  dispose(): void;
}

/** What is used of MessagePort. */
export interface CommandPort {
  onmessage: ((event: MessageEvent<EncoderAnswer>) => void) | null;
  postMessage(command: EncoderCommand, transfer: Transferable[]): void;
  close(): void;
}

interface Waiting {
  resolve(picture: EncodedPayload): void;
  reject(error: unknown): void;
  cancel(): void;
}

/** The worker that encodes for this one, as long as it answers; without it pictures are encoded here. */
export class EncoderLink {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onChange: () => void;
  #port: CommandPort | undefined;
  #isReady = false;
  #module: WebAssembly.Module | undefined;
  #lastId = 0;

  /** @param onChange encoders made before are of no use any more, or not the best */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  attach(port: CommandPort): void {
    this.close();
    this.#port = port;
    port.onmessage = ({ data }) => this.#answered(data);
  }

  /** The encoder of a call: in the other worker, if that lives. */
  createEncoder(vp8: Vp8, task: EncodeTask): FrameEncoder {
    if (!this.#isReady) return new Vp8FrameEncoder(vp8, task);
    if (this.#module !== vp8.module) this.#post({ type: 'open', module: vp8.module });
    this.#module = vp8.module;
    this.#post({ type: 'reset' });
    return {
      encode: (frame, next) => this.#encode(frame, next),
      dispose: () => this.#post({ type: 'reset' }),
    };
  }

  close(): void {
    const port = this.#port;
    this.#port = undefined;
    this.#isReady = false;
    this.#module = undefined;
    if (port) port.onmessage = null;
    port?.close();
    for (const waiting of this.#waiting.values()) {
      waiting.cancel();
      waiting.reject(new Error('the worker that encodes is gone'));
    }
    this.#waiting.clear();
  }

  #encode(frame: VideoFrame, task: EncodeTask): Promise<EncodedPayload> {
    return new Promise((resolve, reject) => {
      if (!this.#port) throw new Error('the worker that encodes is gone');
      const id = ++this.#lastId;
      const sent = frame.clone();
      this.#post({ type: 'encode', id, frame: sent, task }, [sent]);
      const cancel = this.#clock.after(PATIENCE_MS, () => this.close());
      this.#waiting.set(id, { resolve, reject, cancel });
    });
  }

  #post(command: EncoderCommand, transfer: Transferable[] = []): void {
    this.#port?.postMessage(command, transfer);
  }

  #answered(answer: EncoderAnswer): void {
    if (answer.type === 'ready') {
      this.#isReady = true;
      this.#onChange();
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.cancel();
    if (answer.type === 'encoded') waiting?.resolve(answer);
    else waiting?.reject(errorOf(answer));
  }
}

function errorOf({ message, code }: Extract<EncoderAnswer, { readonly type: 'failed' }>): Error {
  return code === 'crashed' ? new CodecError(code, message) : new Error(message);
}
