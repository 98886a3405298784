import type { CodecPath } from '../core/choice/core-choice.js';

/** Time constant of a fade [s]: 95 % in 30 ms. */
const FADE = 0.01;
/**
 * Time until a fade begins [s]. The clock that the page reads lags behind rendering, by tens of ms in Firefox. A fade that
 * begins in the past starts in its middle, which is audible as a click.
 */
const LEAD = 0.1;

/** Two inputs with the same audio of which one is audible; a change is a cross-fade. */
export class CrossFade {
  readonly #context: BaseAudioContext;
  readonly #gains: Readonly<Record<CodecPath, GainNode>>;
  #path: CodecPath = 'native';

  constructor(context: BaseAudioContext, destination: AudioNode) {
    this.#context = context;
    this.#gains = { native: new GainNode(context, { gain: 1 }), wasm: new GainNode(context, { gain: 0 }) };
    for (const gain of Object.values(this.#gains)) gain.connect(destination);
  }

  /** The audible input. */
  get path(): CodecPath {
    return this.#path;
  }

  /** The node to which a source is connected. */
  input(path: CodecPath): AudioNode {
    return this.#gains[path];
  }

  /**
   * Selects the audible input.
   * @param at start of the fade [s], on the context's clock; by default as early as possible
   */
  select(path: CodecPath, at = this.#context.currentTime + LEAD): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#gains.native.gain.setTargetAtTime(path === 'native' ? 1 : 0, at, FADE);
    this.#gains.wasm.gain.setTargetAtTime(path === 'wasm' ? 1 : 0, at, FADE);
  }
}
