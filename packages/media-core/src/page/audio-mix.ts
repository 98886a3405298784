import { MediaStreamTrackProcessor } from './browser-apis.js';
import type { CodecPath } from '../core/choice/core-choice.js';
import { CrossFade } from './cross-fade.js';

/** Time constant of a fade at the loudspeaker [s]. */
const FADE = 0.01;

interface NativeSource {
  readonly track: MediaStreamTrack;
  readonly node: MediaStreamAudioSourceNode;
  readonly element: HTMLAudioElement | undefined;
}

/** Mixes the browser's received audio and ours into one track. One of them is audible; a change is a cross-fade. */
export class AudioMix {
  readonly #context: AudioContext;
  readonly #onRefused: (cause: unknown) => void;
  readonly #fade: CrossFade;
  readonly #output: MediaStreamAudioDestinationNode;
  readonly #loudspeaker: GainNode;
  #native: NativeSource | undefined;
  #refused: MediaStreamTrack | undefined;

  /** @param onRefused called if the browser cannot connect a track to the context */
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

  /** Input for our audio. */
  get input(): AudioNode {
    return this.#fade.input('wasm');
  }

  /** Whether the selected audio is connected. */
  get isComplete(): boolean {
    return this.#fade.path === 'wasm' || this.#native !== undefined;
  }

  /** Plays the mix at the context's loudspeaker too, or stops that. */
  play(on: boolean): void {
    this.#loudspeaker.gain.setTargetAtTime(on ? 1 : 0, this.#context.currentTime, FADE);
  }

  /** Selects the audible input. */
  select(path: CodecPath): void {
    this.#fade.select(path);
  }

  /** Connects the browser's received track in place of an earlier one; undefined for none. */
  connectNative(track: MediaStreamTrack | undefined): void {
    if (track === this.#native?.track || (track && track === this.#refused)) return;
    this.#native?.node.disconnect();
    if (this.#native?.element) this.#native.element.srcObject = null;
    this.#native = undefined;
    this.#refused = undefined;
    if (!track) return;
    const mediaStream = new MediaStream([track]);
    try {
      const node = new MediaStreamAudioSourceNode(this.#context, { mediaStream });
      node.connect(this.#fade.input('native'));
      this.#native = { track, node, element: MediaStreamTrackProcessor && playSilently(mediaStream) };
    } catch (cause) {
      this.#refused = track;
      this.#onRefused(cause);
    }
  }

  close(): void {
    this.connectNative(undefined);
    this.track?.stop();
  }
}

/** Chromium decodes received audio only while an element plays it. */
function playSilently(stream: MediaStream): HTMLAudioElement {
  const element = new Audio();
  element.muted = true;
  element.autoplay = true;
  element.srcObject = stream;
  return element;
}
