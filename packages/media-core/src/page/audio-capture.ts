import { AUDIO_SAMPLE_RATE, type PageMessage } from '../messages/media-worker-messages.js';
import type { AudioGraph } from './audio-graph.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';

type Post = (message: PageMessage, transfer?: Transferable[]) => void;

/**
 * The microphone's way to the worker. Out of a track processor, where there is one, sound comes on the clock of the
 * browser's own frames, without the delay of an AudioContext; else, and where it has another rate, by the capture worklet.
 */
export class AudioCapture {
  readonly #graph: AudioGraph;
  readonly #post: Post;
  #track: MediaStreamTrack | undefined;
  #way: 'none' | 'processor' | 'worklet' = 'none';
  /** Cannot be processed. */
  #refused: MediaStreamTrack | undefined;

  constructor(graph: AudioGraph, post: Post) {
    this.#graph = graph;
    this.#post = post;
  }

  /** Captures this track from now on; without one, none. To be repeated: the graph may not have loaded yet. */
  capture(track: MediaStreamTrack | undefined): void {
    if (track === this.#track && this.#way !== 'worklet' && (!track || this.#way === 'processor')) return;
    const before = this.#way;
    this.#track = track;
    if (track && canProcess(track) && track !== this.#refused) this.#process(track);
    else this.#useWorklet(track);
    if (before !== 'none' && this.#way === 'none') this.#post({ type: 'capture-ended', kind: 'audio' });
  }

  /** What the processor gives is of no use to the worker. */
  refuse(): void {
    if (this.#way !== 'processor') return;
    this.#refused = this.#track;
    this.#useWorklet(this.#track);
  }

  close(): void {
    this.#useWorklet(undefined);
    this.#track = undefined;
  }

  /** The track itself, no clone: a clone would not be muted with it. */
  #process(track: MediaStreamTrack): void {
    if (!MediaStreamTrackProcessor) return;
    this.#useWorklet(undefined);
    try {
      const { readable } = new MediaStreamTrackProcessor<AudioData>({ track });
      this.#post({ type: 'capture-audio-stream', frames: readable }, [readable]);
      this.#way = 'processor';
    } catch {
      // A track that has just ended, or a stream that cannot be transferred.
      this.#refused = track;
      this.#useWorklet(track);
    }
  }

  #useWorklet(track: MediaStreamTrack | undefined): void {
    const wasCapturing = this.#way === 'worklet';
    this.#graph.capture(track);
    this.#way = this.#graph.isCapturing ? 'worklet' : 'none';
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
