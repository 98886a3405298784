/** The used part of AudioWorkletGlobalScope (Web Audio §1.32), which TypeScript's library does not declare. */

declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
  /** Receives 128 samples per input, output and channel. The browser may release the node after it returned false. */
  abstract process(
    inputs: readonly (readonly Float32Array[])[],
    outputs: readonly (readonly Float32Array[])[],
  ): boolean;
}

declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Position of the block being processed [samples since the context began]. */
declare const currentFrame: number;
