import { MediaStreamTrackProcessor } from './browser-apis.js';
import type { CodecPath } from '../core/choice/core-choice.js';
import { CrossFade } from './cross-fade.js';

/** Time constant of a fade at the loudspeaker, seconds. */
const FADE = 0.01;

interface Brought {
  readonly track: MediaStreamTrack;
  readonly source: MediaStreamAudioSourceNode;
  readonly element: HTMLAudioElement | undefined;
}

/** What is received as one track: the browser's sound and ours, of which one is heard; they fade into each other. */
export class AudioMix {
  readonly #context: AudioContext;
  readonly #onRefused: (cause: unknown) => void;
  readonly #fade: CrossFade;
  readonly #output: MediaStreamAudioDestinationNode;
  readonly #loudspeaker: GainNode;
  #brought: Brought | undefined;
  #refused: MediaStreamTrack | undefined;

  /** @param onRefused the browser cannot bring a track into the context */
  constructor(context: AudioContext, onRefused: (cause: unknown) => void) {
    this.#context = context;
    this.#onRefused = onRefused;
    const mixed = new GainNode(context, { channelCount: 1, channelCountMode: 'explicit' });
    this.#fade = new CrossFade(context, mixed);
    this.#output = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    mixed.connect(this.#output);
    this.#loudspeaker = new GainNode(context, { gain: 0 });
    mixed.connect(this.#loudspeaker).connect(context.destination);
  }

  get track(): MediaStreamTrack | undefined {
    return this.#output.stream.getAudioTracks()[0];
  }

  /** Where our sound goes in. */
  get input(): AudioNode {
    return this.#fade.input('wasm');
  }

  /** Whether what is heard is in the mix. */
  get isComplete(): boolean {
    return this.#fade.path === 'wasm' || this.#brought !== undefined;
  }

  /** Whether the mix is heard at the context's loudspeaker too. */
  play(on: boolean): void {
    this.#loudspeaker.gain.setTargetAtTime(on ? 1 : 0, this.#context.currentTime, FADE);
  }

  hear(path: CodecPath): void {
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
    this.track?.stop();
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
