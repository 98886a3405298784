import type { CodecPath } from '../core/choice/core-choice.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';
import { AUDIO_SAMPLE_RATE } from '../messages/media-worker-messages.js';
import { AudioMix } from './audio-mix.js';
import { Worklets } from './worklets.js';

/** Gestures after which a browser lets a suspended context start; with a finger only the end of one counts. */
const GESTURES = ['pointerdown', 'pointerup', 'keydown'] as const;

/**
 * Chromium renders in bursts of 10 ms for 'interactive', and what comes between two of them waits; for 0 it renders as often
 * as the device can.
 */
const LATENCY = MediaStreamTrackProcessor ? 0 : 'interactive';

export interface AudioGraphOptions {
  /** Address of the script with both worklets. */
  readonly workletsUrl: string;
  /** `isRunning` may have changed. */
  onChange(): void;
  /** As often as `tick` says, while the context runs. */
  onTick(): void;
  onError(message: string, cause: unknown): void;
}

/** The microphone into the media worker, and sound out of it, beside the browser's, into a track: one AudioContext with two worklets. */
export class AudioGraph {
  readonly #options: AudioGraphOptions;
  readonly #context: AudioContext;
  readonly #mix: AudioMix;
  readonly #closing = new AbortController();
  #isLoaded = false;
  /** From when the context runs for the first time. */
  #worklets: Worklets | undefined;
  #captured: { readonly track: MediaStreamTrack; readonly source: MediaStreamAudioSourceNode } | undefined;
  #tickFrames = Infinity;
  /** The browser cannot bring this track into the context. */
  #refused: MediaStreamTrack | undefined;

  /** Begins to load. Call it on a user's gesture, or soon after one. @throws DOMException without any audio */
  constructor(options: AudioGraphOptions) {
    this.#options = options;
    this.#context = new AudioContext({ sampleRate: AUDIO_SAMPLE_RATE, latencyHint: LATENCY });
    this.#mix = new AudioMix(this.#context, (cause) => {
      options.onError('the browser’s sound cannot be mixed with ours', cause);
    });
    const { signal } = this.#closing;
    this.#context.addEventListener(
      'statechange',
      () => {
        this.#begin();
        options.onChange();
      },
      { signal },
    );
    for (const gesture of GESTURES) addEventListener(gesture, this.#resume, { signal, capture: true, passive: true });
    this.#resume();
    void this.#load();
  }

  get isRunning(): boolean {
    return this.#context.state === 'running' && this.#worklets !== undefined && !this.#refused;
  }

  get isCapturing(): boolean {
    return this.#captured !== undefined;
  }

  /**
   * What is received as one track, whoever decodes it.
   * @param native what the browser receives; undefined for none
   * @returns undefined where the browser's own track has to be played: while the context does not run, sound in it is lost
   */
  mix(native: MediaStreamTrack | undefined): MediaStreamTrack | undefined {
    this.#mix.bring(native);
    return this.#context.state === 'running' && this.#mix.isComplete ? this.#mix.track : undefined;
  }

  /** Whose sound is heard in the mix. */
  hear(path: CodecPath): void {
    this.#mix.hear(path);
  }

  /** Whether the mix is heard at the loudspeaker: what plays its track is to be mute then. */
  play(on: boolean): void {
    this.#mix.play(on);
  }

  /** ms between microphone and worklet, and between worklet and loudspeaker, as far as the browser tells. */
  get latencyMs(): { readonly captureMs: number; readonly playoutMs: number } {
    const { latency } = (this.#captured?.track.getSettings() ?? {}) as { readonly latency?: number };
    // Firefox asks the device while it holds the lock that the device's callback needs: both may stand still.
    const outputLatency = MediaStreamTrackProcessor ? this.#context.outputLatency : 0;
    return { captureMs: (latency ?? 0) * 1000, playoutMs: (this.#context.baseLatency + outputLatency) * 1000 };
  }

  /** Captures this track from now on; without one, none. */
  capture(track: MediaStreamTrack | undefined): void {
    if (track === this.#captured?.track || (track && track === this.#refused)) return;
    this.#captured?.source.disconnect();
    this.#captured = undefined;
    if (!track || !this.#worklets) return;
    this.#refused = undefined;
    try {
      const source = new MediaStreamAudioSourceNode(this.#context, { mediaStream: new MediaStream([track]) });
      source.connect(this.#worklets.capture);
      this.#captured = { track, source };
    } catch (cause) {
      // Firefox does not convert between the rate of a device and that of a context.
      this.#refused = track;
      this.#options.onError('the microphone cannot be heard', cause);
      this.#options.onChange();
    }
  }

  /** Makes the way between the capture worklet and a worker, and returns the worker's end. */
  connectCapture(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#worklets?.toCapture({ type: 'connect', port: port1 }, [port1]);
    return port2;
  }

  disconnectCapture(): void {
    this.#worklets?.toCapture({ type: 'connect' });
  }

  /** The same for the playout worklet. */
  connectPlayout(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#worklets?.toPlayout({ type: 'connect', port: port1 }, [port1]);
    return port2;
  }

  /** Ticks so many times a second from now on, or never: for a hidden page, whose timers do not. */
  tick(perSecond: number): void {
    const frames = perSecond > 0 ? AUDIO_SAMPLE_RATE / perSecond : Infinity;
    if (!this.#worklets || frames === this.#tickFrames) return;
    this.#tickFrames = frames;
    this.#worklets.toCapture({ type: 'tick', frames });
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.capture(undefined);
    this.#mix.close();
    void this.#end();
  }

  async #end(): Promise<void> {
    const worklets = this.#worklets;
    this.#worklets = undefined;
    await worklets?.end();
    // A context ends by itself with its document.
    await this.#context.close().catch(() => undefined);
  }

  /** Not awaited: where no sound device is found, Firefox never answers. */
  readonly #resume = (): void => {
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => undefined);
  };

  async #load(): Promise<void> {
    const { signal } = this.#closing;
    try {
      await this.#context.audioWorklet.addModule(this.#options.workletsUrl);
      if (signal.aborted) return;
      this.#isLoaded = true;
      this.#begin();
    } catch (cause) {
      if (!signal.aborted) this.#options.onError('the audio worklets cannot be loaded', cause);
      return;
    }
    this.#options.onChange();
  }

  #begin(): void {
    if (!this.#isLoaded || this.#worklets || this.#closing.signal.aborted || this.#context.state !== 'running') return;
    try {
      this.#worklets = new Worklets(this.#context, () => {
        this.#options.onTick();
      });
      this.#worklets.playout.connect(this.#mix.input);
    } catch (cause) {
      this.#isLoaded = false;
      this.#options.onError('the audio worklets cannot be made', cause);
    }
  }
}
