const RECORDER = `registerProcessor('recorder', class extends AudioWorkletProcessor {
  process([[channel]]) {
    this.port.postMessage(channel ? channel.slice() : new Float32Array(128));
    return true;
  }
})`;

/** Samples to skip at the start, until a context has synchronized to the clock of a track. */
const SETTLED = 24_000;

/** Number of samples to keep: one second. */
const KEPT = 48_000;

/** Records the last second of a track. */
export class Recording {
  readonly #source: MediaStreamAudioSourceNode;
  readonly #recorder: AudioWorkletNode;
  readonly #blocks: Float32Array[] = [];
  #skipped = 0;

  private constructor(context: AudioContext, track: MediaStreamTrack) {
    this.#source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
    this.#recorder = new AudioWorkletNode(context, 'recorder');
    this.#source.connect(this.#recorder).connect(context.destination);
  }

  /** Resolves when samples are being recorded. */
  static async start(context: AudioContext, track: MediaStreamTrack): Promise<Recording> {
    const url = URL.createObjectURL(new Blob([RECORDER], { type: 'text/javascript' }));
    await context.audioWorklet.addModule(url);
    URL.revokeObjectURL(url);
    const recording = new Recording(context, track);
    await new Promise<void>((resolve) => {
      recording.#recorder.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
        if (recording.#skipped >= SETTLED) recording.#blocks.push(data);
        else if ((recording.#skipped += data.length) >= SETTLED) resolve();
      };
    });
    return recording;
  }

  /** Returns the recorded samples, mono. */
  stop(): Float32Array {
    this.#source.disconnect();
    this.#recorder.disconnect();
    this.#recorder.port.close();
    const samples = new Float32Array(this.#blocks.reduce((sum, { length }) => sum + length, 0));
    let position = 0;
    for (const block of this.#blocks) {
      samples.set(block, position);
      position += block.length;
    }
    return samples.subarray(-KEPT);
  }
}

export interface Continuity {
  /** Largest step between two samples, as a multiple of the largest step in a steady tone of this frequency and level. */
  readonly largestStep: number;
  /** Longest time with less than half of the median level [ms]. */
  readonly longestGapMs: number;
}

/** Measures clicks and gaps in a recorded tone. */
export function measureContinuity(samples: Float32Array, hz: number, sampleRate: number): Continuity {
  const period = Math.round(sampleRate / hz);
  const levels: number[] = [];
  let largest = 0;
  for (let start = 0; start + period < samples.length; start += period) {
    let square = 0;
    for (let i = start; i < start + period; i += 1) {
      const sample = samples[i] ?? 0;
      square += sample ** 2;
      largest = Math.max(largest, Math.abs((samples[i + 1] ?? 0) - sample));
    }
    levels.push(Math.sqrt(square / period));
  }
  const usual = [...levels].sort((a, b) => a - b)[levels.length >> 1] ?? 0;
  let gap = 0;
  let longest = 0;
  for (const level of levels) {
    gap = level < usual / 2 ? gap + 1 : 0;
    longest = Math.max(longest, gap);
  }
  return {
    largestStep: largest / (2 * Math.PI * (hz / sampleRate) * usual * Math.SQRT2),
    longestGapMs: (longest * period * 1000) / sampleRate,
  };
}
