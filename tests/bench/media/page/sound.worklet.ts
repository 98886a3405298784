/** A microphone that plays a loop, and an ear that notes when it hears chirps, or records. */
import { OnsetDetector } from './onset.js';

/** What is used of AudioWorkletGlobalScope (Web Audio §1.32), which TypeScript's library does not know. */
interface Processor {
  readonly port: MessagePort;
}
declare const AudioWorkletProcessor: new () => Processor;
declare const registerProcessor: (name: string, processor: new () => Processor) => void;
declare const currentFrame: number;

type Channels = readonly (readonly Float32Array[])[];

/** A chirp at that time, ms since the epoch. */
export interface OnsetMessage {
  readonly type: 'onset';
  readonly at: number;
}
/** Samples at 48 kHz that were heard. */
export interface RecordingMessage {
  readonly type: 'recording';
  readonly samples: Float32Array;
}
export type SoundCommand =
  { readonly type: 'play'; readonly loop: Float32Array } | { readonly type: 'record'; readonly on: boolean };

const SAMPLES_PER_MS = 48;
const QUANTUM = 128;
const RECORDED_BLOCK = 9600;
/** Of the running mean, about a second. */
const WEIGHT = 1 / 400;

/** When samples of the context were rendered. Blocks come in bursts as large as the device's buffer: a mean evens them out. */
class RenderClock {
  #offset: number | undefined;

  /** Call for each block. */
  tick(): void {
    const offset = Date.now() - currentFrame / SAMPLES_PER_MS;
    this.#offset = this.#offset === undefined ? offset : this.#offset + WEIGHT * (offset - this.#offset);
  }

  timeOf(frame: number): number {
    return (this.#offset ?? Number.NaN) + frame / SAMPLES_PER_MS;
  }
}

/** Tells of the chirps in what passes. */
class OnsetReporter {
  readonly #clock = new RenderClock();
  readonly #detector = new OnsetDetector();
  readonly #first = currentFrame;

  report(port: MessagePort, block: Float32Array | undefined): void {
    this.#clock.tick();
    if (!block) {
      this.#detector.skip(QUANTUM);
      return;
    }
    const position = this.#detector.process(block);
    if (position === undefined) return;
    const message: OnsetMessage = { type: 'onset', at: this.#clock.timeOf(this.#first + position) };
    port.postMessage(message);
  }
}

class Microphone extends AudioWorkletProcessor {
  #onsets: OnsetReporter | undefined;
  #loop = new Float32Array(QUANTUM);
  #position = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<SoundCommand>) => {
      if (data.type === 'play') this.#loop = Float32Array.from(data.loop);
    };
  }

  process(_inputs: Channels, [output]: Channels): boolean {
    const block = output?.[0];
    if (!block) return true;
    for (let index = 0; index < block.length; index += 1) {
      block[index] = this.#loop[this.#position] ?? 0;
      this.#position = (this.#position + 1) % this.#loop.length;
    }
    this.#onsets ??= new OnsetReporter();
    this.#onsets.report(this.port, block);
    return true;
  }
}

class Ear extends AudioWorkletProcessor {
  #onsets: OnsetReporter | undefined;
  #recorded: Float32Array<ArrayBuffer> | undefined;
  #filled = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<SoundCommand>) => {
      if (data.type !== 'record') return;
      this.#recorded = data.on ? new Float32Array(RECORDED_BLOCK) : undefined;
      this.#filled = 0;
    };
  }

  process([input]: Channels): boolean {
    const block = input?.[0];
    this.#onsets ??= new OnsetReporter();
    this.#onsets.report(this.port, block);
    if (this.#recorded) this.#record(this.#recorded, block);
    return true;
  }

  #record(recorded: Float32Array<ArrayBuffer>, block: Float32Array | undefined): void {
    if (block) recorded.set(block, this.#filled);
    this.#filled += QUANTUM;
    if (this.#filled < recorded.length) return;
    const message: RecordingMessage = { type: 'recording', samples: recorded };
    this.port.postMessage(message, [recorded.buffer]);
    this.#recorded = new Float32Array(RECORDED_BLOCK);
    this.#filled = 0;
  }
}

registerProcessor('bench-microphone', Microphone);
registerProcessor('bench-ear', Ear);
