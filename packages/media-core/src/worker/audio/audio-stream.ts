import { AUDIO_SAMPLE_RATE, type CaptureBlock } from '../../messages/media-worker-messages.js';

/**
 * Deviation of a block's timestamp above which audio counts as missing [ms]. Browsers derive timestamps from the arrival of
 * blocks, so smaller deviations are jitter.
 */
const JUMP_MS = 60;

export interface AudioStreamObserver {
  /** The samples are valid during the call. */
  onBlock(block: CaptureBlock): void;
  /** The sample rate is not AUDIO_SAMPLE_RATE, or the stream has failed. No further blocks follow. */
  onRefused(reason: string): void;
}

/** Reads the stream of a track processor as mono blocks, which arrive on the same clock as the browser's frames. */
export class AudioStream {
  readonly #reader: ReadableStreamDefaultReader<AudioData>;
  readonly #observer: AudioStreamObserver;
  #isClosed = false;
  #samples = new Float32Array(0);
  #channel = new Float32Array(0);
  #frame = 0;
  /** Expected timestamp of the next block [µs]. */
  #due: number | undefined;

  constructor(frames: ReadableStream<AudioData>, observer: AudioStreamObserver) {
    this.#reader = frames.getReader();
    this.#observer = observer;
    void this.#pump();
  }

  close(): void {
    this.#isClosed = true;
    // A stream that has failed rejects `cancel`.
    this.#reader.cancel().catch(() => undefined);
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) return;
        const isAccepted = this.#isClosed || this.#take(value);
        value.close();
        if (isAccepted) continue;
        this.close();
        this.#observer.onRefused(`${value.sampleRate.toFixed(0)} Hz`);
        return;
      }
    } catch (error) {
      if (!this.#isClosed) this.#observer.onRefused(String(error));
    }
  }

  #take(data: AudioData): boolean {
    if (data.sampleRate !== AUDIO_SAMPLE_RATE) return false;
    const late = data.timestamp - (this.#due ?? data.timestamp);
    if (late > JUMP_MS * 1000) this.#frame += Math.round((late * AUDIO_SAMPLE_RATE) / 1e6);
    if (this.#due === undefined || Math.abs(late) > JUMP_MS * 1000) this.#due = data.timestamp;
    this.#due += (data.numberOfFrames * 1e6) / AUDIO_SAMPLE_RATE;
    this.#observer.onBlock({ samples: this.#mono(data), frame: this.#frame });
    this.#frame += data.numberOfFrames;
    return true;
  }

  /** Returns the mean of all channels, the same down-mix as in an AudioContext. */
  #mono(data: AudioData): Float32Array<ArrayBuffer> {
    const { numberOfChannels: channels, numberOfFrames: frames } = data;
    if (this.#samples.length !== frames) {
      this.#samples = new Float32Array(frames);
      this.#channel = new Float32Array(frames);
    }
    data.copyTo(this.#samples, { planeIndex: 0, format: 'f32-planar' });
    for (let planeIndex = 1; planeIndex < channels; planeIndex++) {
      data.copyTo(this.#channel, { planeIndex, format: 'f32-planar' });
      for (let i = 0; i < frames; i++) this.#samples[i] = (this.#samples[i] ?? 0) + (this.#channel[i] ?? 0);
    }
    if (channels > 1) for (let i = 0; i < frames; i++) this.#samples[i] = (this.#samples[i] ?? 0) / channels;
    return this.#samples;
  }
}
