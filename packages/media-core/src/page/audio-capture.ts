import { AUDIO_SAMPLE_RATE, type PageMessage } from '../messages/media-worker-messages.js';
import type { AudioGraph } from './audio-graph.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';

type Post = (message: PageMessage, transfer?: Transferable[]) => void;

/**
 * Captures the microphone for the worker. A track processor, where the browser has one, delivers audio on the clock of the
 * browser's frames and without the delay of an AudioContext. Otherwise, and for other sample rates, the capture worklet is used.
 */
export class AudioCapture {
  readonly #graph: AudioGraph;
  readonly #post: Post;
  #track: MediaStreamTrack | undefined;
  #source: 'none' | 'processor' | 'worklet' = 'none';
  /** A track for which the track processor cannot be used. */
  #refused: MediaStreamTrack | undefined;

  constructor(graph: AudioGraph, post: Post) {
    this.#graph = graph;
    this.#post = post;
  }

  /** Captures this track from now on; undefined ends capture. Call it repeatedly, because the graph may still be loading. */
  capture(track: MediaStreamTrack | undefined): void {
    if (track === this.#track && this.#source !== 'worklet' && (!track || this.#source === 'processor')) return;
    const before = this.#source;
    this.#track = track;
    if (track && canProcess(track) && track !== this.#refused) this.#process(track);
    else this.#useWorklet(track);
    if (before !== 'none' && this.#source === 'none') this.#post({ type: 'capture-ended', kind: 'audio' });
  }

  /** Changes to the worklet, because the worker cannot use the processor's audio. */
  refuse(): void {
    if (this.#source !== 'processor') return;
    this.#refused = this.#track;
    this.#useWorklet(this.#track);
  }

  close(): void {
    this.#useWorklet(undefined);
    this.#track = undefined;
  }

  /** Processes the track itself, because a clone would not be muted with it. */
  #process(track: MediaStreamTrack): void {
    if (!MediaStreamTrackProcessor) return;
    this.#useWorklet(undefined);
    try {
      const { readable } = new MediaStreamTrackProcessor<AudioData>({ track });
      this.#post({ type: 'capture-audio-stream', frames: readable }, [readable]);
      this.#source = 'processor';
    } catch {
      // The track has just ended, or the browser cannot transfer the stream.
      this.#refused = track;
      this.#useWorklet(track);
    }
  }

  #useWorklet(track: MediaStreamTrack | undefined): void {
    const wasCapturing = this.#source === 'worklet';
    this.#graph.capture(track);
    this.#source = this.#graph.isCapturing ? 'worklet' : 'none';
    if (this.#graph.isCapturing === wasCapturing) return;
    if (wasCapturing) {
      this.#graph.disconnectCapture();
      return;
    }
    const port = this.#graph.connectCapture();
    this.#post({ type: 'capture-audio', port }, [port]);
  }
}

function canProcess(track: MediaStreamTrack): boolean {
  const { sampleRate = AUDIO_SAMPLE_RATE } = track.getSettings();
  return MediaStreamTrackProcessor !== undefined && sampleRate === AUDIO_SAMPLE_RATE;
}
