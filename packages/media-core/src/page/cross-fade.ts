export type SoundPath = 'native' | 'own';

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
  readonly #gains: Readonly<Record<SoundPath, GainNode>>;
  #path: SoundPath = 'native';

  constructor(context: BaseAudioContext, destination: AudioNode) {
    this.#context = context;
    this.#gains = { native: new GainNode(context, { gain: 1 }), own: new GainNode(context, { gain: 0 }) };
    for (const gain of Object.values(this.#gains)) gain.connect(destination);
  }

  /** What is heard. */
  get path(): SoundPath {
    return this.#path;
  }

  /** Where the sound of a way goes in. */
  input(path: SoundPath): AudioNode {
    return this.#gains[path];
  }

  /** @param at when the fade begins, seconds of the context; by default as soon as it can */
  hear(path: SoundPath, at = this.#context.currentTime + LEAD): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#gains.native.gain.setTargetAtTime(path === 'native' ? 1 : 0, at, FADE);
    this.#gains.own.gain.setTargetAtTime(path === 'own' ? 1 : 0, at, FADE);
  }
}
