import { CodecError, type Vp8 } from '@xmpp-call/vp8';
import type { EncoderAnswer, EncoderCommand, EncodeTask } from '../../messages/encoder-messages.js';
import type { Clock } from '../../core/clock.js';
import { type EncodedPayload, Vp8FrameEncoder } from './vp8-frame-encoder.js';

/** The other worker has to answer within this time [ms]. */
const ANSWER_TIMEOUT_MS = 2000;

/** Encodes frames one after the other. */
export interface FrameEncoder {
  /** The frame stays open. Throws CodecError. */
  encode(frame: VideoFrame, task: EncodeTask): Promise<EncodedPayload>;
  dispose(): void;
}

/** The part of MessagePort that is used. */
export interface CommandPort {
  onmessage: ((event: MessageEvent<EncoderAnswer>) => void) | null;
  postMessage(command: EncoderCommand, transfer: Transferable[]): void;
  close(): void;
}

interface Waiting {
  resolve(encoded: EncodedPayload): void;
  reject(error: unknown): void;
  cancel(): void;
}

/** Encodes frames in another worker while that answers, otherwise in this one. */
export class EncoderLink {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onChange: () => void;
  #port: CommandPort | undefined;
  #isReady = false;
  #module: WebAssembly.Module | undefined;
  #lastId = 0;

  /** @param onChange encoders created before should be replaced */
  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  attach(port: CommandPort): void {
    this.close();
    this.#port = port;
    port.onmessage = ({ data }) => this.#answered(data);
  }

  /** Creates an encoder: in the other worker if that is ready. */
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
      waiting.reject(new Error('the encoder worker is gone'));
    }
    this.#waiting.clear();
  }

  #encode(frame: VideoFrame, task: EncodeTask): Promise<EncodedPayload> {
    return new Promise((resolve, reject) => {
      if (!this.#port) throw new Error('the encoder worker is gone');
      const id = ++this.#lastId;
      const sent = frame.clone();
      this.#post({ type: 'encode', id, frame: sent, task }, [sent]);
      const cancel = this.#clock.after(ANSWER_TIMEOUT_MS, () => this.close());
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
