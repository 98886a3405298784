import { AUDIO_SAMPLE_RATE, type CaptureBlock } from '../../messages/media-worker-messages.js';

/** ms by which a block's time may be off before sound counts as missing: browsers reckon it from when blocks came. */
const JUMP_MS = 60;

export interface AudioStreamObserver {
  /** The samples are valid during the call. */
  onBlock(block: CaptureBlock): void;
  /** Its sound is of another rate than ours, or the stream has failed; nothing comes any more. */
  onRefused(reason: string): void;
}

/** A track processor's stream as blocks of mono: they come on the same clock as the browser's own frames. */
export class AudioStream {
  readonly #reader: ReadableStreamDefaultReader<AudioData>;
  readonly #observer: AudioStreamObserver;
  #isClosed = false;
  #samples = new Float32Array(0);
  #channel = new Float32Array(0);
  #frame = 0;
  /** µs, when the next block is due. */
  #due: number | undefined;

  constructor(frames: ReadableStream<AudioData>, observer: AudioStreamObserver) {
    this.#reader = frames.getReader();
    this.#observer = observer;
    void this.#pump();
  }

  close(): void {
    this.#isClosed = true;
    // A stream that has failed cannot be cancelled, and need not be.
    this.#reader.cancel().catch(() => undefined);
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (done) return;
        const fits = this.#isClosed || this.#take(value);
        value.close();
        if (fits) continue;
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

  /** The mean of all channels, as an AudioContext mixes stereo down. */
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
