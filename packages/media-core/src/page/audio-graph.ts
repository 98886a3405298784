import type { CodecPath } from '../core/choice/core-choice.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';
import { AUDIO_SAMPLE_RATE } from '../messages/media-worker-messages.js';
import { AudioMix } from './audio-mix.js';
import { Worklets } from './worklets.js';

/** Events in which browsers allow a suspended context to resume; for touch that is `pointerup` only. */
const GESTURES = ['pointerdown', 'pointerup', 'keydown'] as const;

/**
 * For `interactive` Chromium renders in bursts of 10 ms, which delays packets that arrive between two bursts. For 0 it renders
 * as often as the device allows.
 */
const LATENCY = MediaStreamTrackProcessor ? 0 : 'interactive';

export interface AudioGraphOptions {
  /** URL of the script with both worklets. */
  readonly workletsUrl: string;
  /** `isRunning` may have changed. */
  onChange(): void;
  /** Called at the rate set with `tick`, while the context runs. */
  onTick(): void;
  onError(message: string, cause: unknown): void;
}

/**
 * The AudioContext of the core with its two worklets: one captures the microphone for the media worker, one plays the worker's
 * audio. The latter is mixed with the browser's received audio into one track.
 */
export class AudioGraph {
  readonly #options: AudioGraphOptions;
  readonly #context: AudioContext;
  readonly #mix: AudioMix;
  readonly #closing = new AbortController();
  #isLoaded = false;
  /** Undefined until the context runs for the first time. */
  #worklets: Worklets | undefined;
  #source: { readonly track: MediaStreamTrack; readonly node: MediaStreamAudioSourceNode } | undefined;
  #tickFrames = Infinity;
  /** A track that the browser cannot connect to the context. */
  #refused: MediaStreamTrack | undefined;

  /**
   * Loads the worklets. Call it in a user gesture or soon after one, so that the context may start.
   * @throws DOMException if the browser cannot create an AudioContext
   */
  constructor(options: AudioGraphOptions) {
    this.#options = options;
    this.#context = new AudioContext({ sampleRate: AUDIO_SAMPLE_RATE, latencyHint: LATENCY });
    this.#mix = new AudioMix(this.#context, (cause) => {
      options.onError('the browser’s audio cannot be mixed with ours', cause);
    });
    const { signal } = this.#closing;
    this.#context.addEventListener(
      'statechange',
      () => {
        this.#makeWorklets();
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
    return this.#source !== undefined;
  }

  /**
   * Returns one track with the received audio, whichever decoder is used.
   * @param native the browser's received track, if any
   * @returns undefined if the browser's track is to be played, because a context that does not run loses audio
   */
  mix(native: MediaStreamTrack | undefined): MediaStreamTrack | undefined {
    this.#mix.connectNative(native);
    return this.#context.state === 'running' && this.#mix.isComplete ? this.#mix.track : undefined;
  }

  /** Selects the decoder whose audio the mix contains. */
  select(path: CodecPath): void {
    this.#mix.select(path);
  }

  /** Plays the mix at the context's loudspeaker, or stops it. Elements that play its track have to be muted meanwhile. */
  play(on: boolean): void {
    this.#mix.play(on);
  }

  /** Latency between microphone and worklet, and between worklet and loudspeaker [ms], as far as the browser reports it. */
  get latencyMs(): { readonly captureMs: number; readonly playoutMs: number } {
    const { latency } = (this.#source?.track.getSettings() ?? {}) as { readonly latency?: number };
    // In Firefox `outputLatency` may cause a deadlock: it queries the device with the lock that the device's callback needs.
    const outputLatency = MediaStreamTrackProcessor ? this.#context.outputLatency : 0;
    return { captureMs: (latency ?? 0) * 1000, playoutMs: (this.#context.baseLatency + outputLatency) * 1000 };
  }

  /** Captures this track from now on; undefined ends capture. */
  capture(track: MediaStreamTrack | undefined): void {
    if (track === this.#source?.track || (track && track === this.#refused)) return;
    this.#source?.node.disconnect();
    this.#source = undefined;
    if (!track || !this.#worklets) return;
    this.#refused = undefined;
    try {
      const node = new MediaStreamAudioSourceNode(this.#context, { mediaStream: new MediaStream([track]) });
      node.connect(this.#worklets.capture);
      this.#source = { track, node };
    } catch (cause) {
      // Firefox does not resample between the rate of a device and that of a context.
      this.#refused = track;
      this.#options.onError('the microphone cannot be connected to the AudioContext', cause);
      this.#options.onChange();
    }
  }

  /** Connects the capture worklet to a worker. @returns the port for the worker */
  connectCapture(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#worklets?.toCapture({ type: 'connect', port: port1 }, [port1]);
    return port2;
  }

  disconnectCapture(): void {
    this.#worklets?.toCapture({ type: 'connect' });
  }

  /** Connects the playout worklet to a worker. @returns the port for the worker */
  connectPlayout(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#worklets?.toPlayout({ type: 'connect', port: port1 }, [port1]);
    return port2;
  }

  /** Sets the rate of `onTick` [1/s], 0 for never. Hidden pages need it, because browsers throttle their timers. */
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
    // `close` is rejected if the document of the context has gone.
    await this.#context.close().catch(() => undefined);
  }

  /** The promise is not awaited, because without an audio device Firefox never settles it. */
  readonly #resume = (): void => {
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => undefined);
  };

  async #load(): Promise<void> {
    const { signal } = this.#closing;
    try {
      await this.#context.audioWorklet.addModule(this.#options.workletsUrl);
      if (signal.aborted) return;
      this.#isLoaded = true;
      this.#makeWorklets();
    } catch (cause) {
      if (!signal.aborted) this.#options.onError('the audio worklets cannot be loaded', cause);
      return;
    }
    this.#options.onChange();
  }

  #makeWorklets(): void {
    if (!this.#isLoaded || this.#worklets || this.#closing.signal.aborted || this.#context.state !== 'running') return;
    try {
      this.#worklets = new Worklets(this.#context, () => {
        this.#options.onTick();
      });
      this.#worklets.playout.connect(this.#mix.input);
    } catch (cause) {
      this.#isLoaded = false;
      this.#options.onError('the audio worklets cannot be created', cause);
    }
  }
}
