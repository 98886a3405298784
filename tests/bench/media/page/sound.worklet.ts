/** A microphone that plays a loop, and an ear for where there is no track processor. */
import { Ear } from './ear.js';
import { OnsetReporter } from './onset-reporter.js';
import type { OnsetMessage, PlayCommand, RecordCommand } from './sound-messages.js';

/** The parts of AudioWorkletGlobalScope (Web Audio §1.32) that we use and that TypeScript's library lacks. */
interface Processor {
  readonly port: MessagePort;
}
declare const AudioWorkletProcessor: new () => Processor;
declare const registerProcessor: (name: string, processor: new () => Processor) => void;

type Channels = readonly (readonly Float32Array[])[];

const QUANTUM = 128;

class Microphone extends AudioWorkletProcessor {
  readonly #onsets = new OnsetReporter();
  #loop = new Float32Array(QUANTUM);
  #position = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayCommand>) => {
      this.#loop = Float32Array.from(data.loop);
    };
  }

  process(_inputs: Channels, [output]: Channels): boolean {
    const block = output?.[0];
    if (!block) return true;
    for (let index = 0; index < block.length; index += 1) {
      block[index] = this.#loop[this.#position] ?? 0;
      this.#position = (this.#position + 1) % this.#loop.length;
    }
    const at = this.#onsets.process(block, Date.now());
    if (at === undefined) return true;
    const message: OnsetMessage = { type: 'onset', at };
    this.port.postMessage(message);
    return true;
  }
}

class WorkletEar extends AudioWorkletProcessor {
  readonly #ear = new Ear((message, transfer = []) => {
    this.port.postMessage(message, transfer);
  });

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<RecordCommand>) => {
      this.#ear.record(data.on);
    };
  }

  process([input]: Channels): boolean {
    this.#ear.hear(input?.[0] ?? QUANTUM, Date.now());
    return true;
  }
}

registerProcessor('bench-microphone', Microphone);
registerProcessor('bench-ear', WorkletEar);
