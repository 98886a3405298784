// An audio worklet that sends its input through an encoder and a decoder made from bytes.
import { init, type OpusDecoder, type OpusEncoder } from './index.js';

declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

const FRAME = 960;

class Echo extends AudioWorkletProcessor {
  readonly #input = new Float32Array(FRAME);
  readonly #output = new Float32Array(FRAME);
  readonly #packet = new Uint8Array(1276);
  #encoder: OpusEncoder | undefined;
  #decoder: OpusDecoder | undefined;
  #position = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      void init(data).then((opus) => {
        this.#encoder = opus.createEncoder({ sampleRate: 48000, channels: 1, bitrate: 64_000 });
        this.#decoder = opus.createDecoder({ sampleRate: 48000, channels: 1 });
        this.port.postMessage('ready');
      });
    };
  }

  /** Frames are whole after as many blocks as the smallest common multiple has, so each sample is taken by itself. */
  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    const samples = input?.[0];
    const target = output?.[0];
    if (target === undefined) return true;
    for (let index = 0; index < target.length; index += 1) {
      target[index] = this.#output[this.#position] ?? 0;
      this.#input[this.#position] = samples?.[index] ?? 0;
      this.#position += 1;
      if (this.#position === FRAME) this.#code();
    }
    return true;
  }

  #code(): void {
    this.#position = 0;
    const size = this.#encoder?.encode(this.#input, this.#packet) ?? 0;
    if (size > 0) this.#decoder?.decode(this.#packet.subarray(0, size), this.#output);
  }
}

registerProcessor('echo', Echo);
