import { AUDIO_SAMPLE_RATE } from '../core/messages.js';
import type { RenderedBlock } from '../core/worklet-messages.js';
import type { Clock } from './clock.js';

/** ms since this worker began. */
export type WorkerAge = Pick<Clock, 'now'>;

/** What is used of MessagePort. */
export interface BlockPort {
  onmessage: ((event: MessageEvent<RenderedBlock>) => void) | null;
  close(): void;
}

/**
 * ms of sound that may come at once: contexts render in bursts. More is what stood in line while this worker stood still, and
 * would be heard so much later from then on.
 */
const MAX_BURST_MS = 80;
/** Sound that is ahead of time is made up for a little faster than time passes: clocks differ. */
const CATCH_UP = 1.01;

/** Writes what a tap worklet hears into a track, without the blocks of 10 ms of a track that comes from a context. */
export class SoundWriter {
  readonly #port: BlockPort;
  readonly #writer: WritableStreamDefaultWriter<AudioData>;
  readonly #clock: WorkerAge;
  readonly #createData: (init: AudioDataInit) => AudioData;
  /** ms of sound that came before its time. */
  #aheadMs = 0;
  #cameAt = -Infinity;

  constructor(
    port: BlockPort,
    track: WritableStream<AudioData>,
    clock: WorkerAge,
    createData: (init: AudioDataInit) => AudioData,
  ) {
    this.#port = port;
    this.#writer = track.getWriter();
    this.#clock = clock;
    this.#createData = createData;
    port.onmessage = ({ data }) => this.#write(data);
  }

  #write(samples: RenderedBlock): void {
    const now = this.#clock.now();
    const ms = (samples.length / AUDIO_SAMPLE_RATE) * 1000;
    const aheadMs = Math.max(this.#aheadMs - CATCH_UP * (now - this.#cameAt), 0) + ms;
    this.#cameAt = now;
    this.#aheadMs = Math.min(aheadMs, MAX_BURST_MS);
    if (aheadMs > MAX_BURST_MS) return;
    const data = this.#createData({
      format: 'f32-planar',
      sampleRate: AUDIO_SAMPLE_RATE,
      numberOfFrames: samples.length,
      numberOfChannels: 1,
      // Elements play by it, and compare it with the time since the machine was started: what is later than that, as a time
      // since the epoch is, they never play.
      timestamp: Math.round(now * 1000),
      data: samples,
    });
    this.#writer
      .write(data)
      .catch(() => this.#end())
      .finally(() => data.close());
  }

  /** The track has ended. */
  #end(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }
}
