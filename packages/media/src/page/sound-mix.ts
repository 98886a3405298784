import { MediaStreamTrackProcessor } from './browser-apis.js';
import { CrossFade, type SoundPath } from './cross-fade.js';
import type { SoundOutput } from './sound-output.js';

interface Brought {
  readonly track: MediaStreamTrack;
  readonly source: MediaStreamAudioSourceNode;
  readonly element: HTMLAudioElement | undefined;
}

/** What is received as one track: the browser's sound and ours, of which one is heard; they fade into each other. */
export class SoundMix {
  readonly #context: AudioContext;
  readonly #onRefused: (cause: unknown) => void;
  readonly #mixed: GainNode;
  readonly #fade: CrossFade;
  #output: SoundOutput | undefined;
  #brought: Brought | undefined;
  #refused: MediaStreamTrack | undefined;

  /** @param onRefused the browser cannot bring a track into the context */
  constructor(context: AudioContext, onRefused: (cause: unknown) => void) {
    this.#context = context;
    this.#onRefused = onRefused;
    this.#mixed = new GainNode(context, { channelCount: 1, channelCountMode: 'explicit' });
    this.#fade = new CrossFade(context, this.#mixed);
  }

  /** Undefined until there is an output. */
  get track(): MediaStreamTrack | undefined {
    return this.#output?.track;
  }

  /** Where our sound goes in. */
  get input(): AudioNode {
    return this.#fade.input('own');
  }

  /** Whether what is heard is in the mix. */
  get isComplete(): boolean {
    return this.#fade.path === 'own' || this.#brought !== undefined;
  }

  /** The mix goes there from now on; it is closed with the mix, or when another takes its place. */
  leadTo(output: SoundOutput): void {
    this.#mixed.disconnect();
    this.#output?.close();
    this.#output = output;
    this.#mixed.connect(output.input);
  }

  hear(path: SoundPath): void {
    this.#fade.hear(path);
  }

  /** Brings in what the browser receives, in the place of what it was before. */
  bring(track: MediaStreamTrack | undefined): void {
    if (track === this.#brought?.track || (track && track === this.#refused)) return;
    this.#brought?.source.disconnect();
    if (this.#brought?.element) this.#brought.element.srcObject = null;
    this.#brought = undefined;
    this.#refused = undefined;
    if (!track) return;
    const mediaStream = new MediaStream([track]);
    try {
      const source = new MediaStreamAudioSourceNode(this.#context, { mediaStream });
      source.connect(this.#fade.input('native'));
      this.#brought = { track, source, element: MediaStreamTrackProcessor && playSilently(mediaStream) };
    } catch (cause) {
      this.#refused = track;
      this.#onRefused(cause);
    }
  }

  close(): void {
    this.bring(undefined);
    this.#output?.close();
  }
}

/** Chromium decodes received sound only where an element plays it. */
function playSilently(stream: MediaStream): HTMLAudioElement {
  const element = new Audio();
  element.muted = true;
  element.autoplay = true;
  element.srcObject = stream;
  return element;
}
