import type { CodecPath } from '../core/choice/core-choice.js';

/** Time constant of a fade, seconds: 95 % in 30 ms. */
const FADE = 0.01;
/**
 * Seconds from now until a fade begins: the clock that the page sees stands still while a context renders ahead, by tens of ms
 * in Firefox, and of a fade that has begun in the past only the end is heard, as a click.
 */
const LEAD = 0.1;

/** Two ways of the same sound, of which one is heard; a change fades over. */
export class CrossFade {
  readonly #context: BaseAudioContext;
  readonly #gains: Readonly<Record<CodecPath, GainNode>>;
  #path: CodecPath = 'native';

  constructor(context: BaseAudioContext, destination: AudioNode) {
    this.#context = context;
    this.#gains = { native: new GainNode(context, { gain: 1 }), wasm: new GainNode(context, { gain: 0 }) };
    for (const gain of Object.values(this.#gains)) gain.connect(destination);
  }

  /** What is heard. */
  get path(): CodecPath {
    return this.#path;
  }

  /** Where the sound of a way goes in. */
  input(path: CodecPath): AudioNode {
    return this.#gains[path];
  }

  /** @param at when the fade begins, seconds of the context; by default as soon as it can */
  hear(path: CodecPath, at = this.#context.currentTime + LEAD): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#gains.native.gain.setTargetAtTime(path === 'native' ? 1 : 0, at, FADE);
    this.#gains.wasm.gain.setTargetAtTime(path === 'wasm' ? 1 : 0, at, FADE);
  }
}
