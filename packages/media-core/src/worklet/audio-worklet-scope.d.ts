/** What is used of AudioWorkletGlobalScope (Web Audio §1.32), which TypeScript's library does not know. */

declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  /** Blocks of 128 samples per input, output and channel; false lets the node go. */
  abstract process(
    inputs: readonly (readonly Float32Array[])[],
    outputs: readonly (readonly Float32Array[])[],
  ): boolean;
}

declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Position of the block being processed, samples since the context began. */
declare const currentFrame: number;
