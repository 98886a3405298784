import { HEIGHT, WIDTH, readBarCode } from './bar-code.js';
import { sharedAudioContext } from './sources.js';
import { measureTone, type ToneReading } from './tone.js';

const WINDOW_SAMPLES = 16_384;
const AUDIBLE_DB = -50;
const HIDDEN_POLL_MS = 20;

export interface BarCodeReading {
  /** Pictures looked at. */
  readonly frames: number;
  /** Pictures with a valid bar code. */
  readonly valid: number;
  /** Valid pictures with all eight colours. */
  readonly coloured: number;
  /** Different frame numbers seen. */
  readonly distinct: number;
  /** Every sender seen. */
  readonly senders: readonly number[];
  readonly width: number;
  readonly height: number;
}

/**
 * Listens to the sound of a stream once it is audible.
 * @returns the reading with the median SNR of `windows` consecutive windows of a third of a second
 */
export async function listen(stream: MediaStream, windows: number, timeoutMs: number): Promise<ToneReading> {
  const ear = await openEar(stream);
  try {
    const deadline = performance.now() + timeoutMs;
    const readings: ToneReading[] = [];
    let last: ToneReading | undefined;
    while (readings.length < windows) {
      const samples = await ear.next();
      last = measureTone(samples, ear.sampleRate);
      // A window that began in silence is no measurement of the tone.
      if (last.levelDb > AUDIBLE_DB && samples.subarray(0, 512).some((sample) => Math.abs(sample) > 0.005)) {
        readings.push(last);
      } else if (performance.now() > deadline) {
        throw new Error(`no sound within ${timeoutMs.toFixed(0)} ms: level ${last.levelDb.toFixed(0)} dB`);
      }
    }
    readings.sort((a, b) => a.snrDb - b.snrDb);
    const median = readings[Math.floor(readings.length / 2)];
    if (!median) throw new Error('at least one window is needed');
    return median;
  } finally {
    ear.close();
  }
}

/** Whether nothing is audible for a third of a second. */
export async function isSilent(stream: MediaStream): Promise<boolean> {
  const ear = await openEar(stream);
  try {
    return measureTone(await ear.next(), ear.sampleRate).levelDb < AUDIBLE_DB;
  } finally {
    ear.close();
  }
}

interface Ear {
  readonly sampleRate: number;
  /** The next third of a second. */
  next(): Promise<Float32Array>;
  close(): void;
}

async function openEar(stream: MediaStream): Promise<Ear> {
  const context = sharedAudioContext();
  await context.resume();
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream(stream.getAudioTracks()) });
  const analyser = new AnalyserNode(context, { fftSize: WINDOW_SAMPLES });
  source.connect(analyser);
  return {
    sampleRate: context.sampleRate,
    async next() {
      await elapse((WINDOW_SAMPLES / context.sampleRate) * 1000);
      const samples = new Float32Array(WINDOW_SAMPLES);
      analyser.getFloatTimeDomainData(samples);
      return samples;
    },
    close() {
      source.disconnect();
    },
  };
}

/** Looks at a video's pictures as they are presented, until `distinct` different frame numbers were seen. */
export async function watch(video: HTMLVideoElement, distinct: number, timeoutMs: number): Promise<BarCodeReading> {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no 2d canvas');
  const counters = new Set<number>();
  const senders = new Set<number>();
  let [frames, valid, coloured] = [0, 0, 0];
  const deadline = performance.now() + timeoutMs;
  while (counters.size < distinct && performance.now() < deadline) {
    if (!(await nextPicture(video, deadline - performance.now()))) break;
    context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const code = readBarCode(context.getImageData(0, 0, WIDTH, HEIGHT).data);
    frames += 1;
    if (!code) continue;
    valid += 1;
    if (code.colours === 8) coloured += 1;
    counters.add(code.counter);
    senders.add(code.sender);
  }
  const size = { width: video.videoWidth, height: video.videoHeight };
  return { frames, valid, coloured, distinct: counters.size, senders: [...senders], ...size };
}

/** Resolves with false when no new picture was presented in time. A hidden page is not told of them. */
async function nextPicture(video: HTMLVideoElement, timeoutMs: number): Promise<boolean> {
  if (document.hidden) {
    await elapse(HIDDEN_POLL_MS);
    return true;
  }
  return new Promise((resolve) => {
    const handle = video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve(true);
    });
    const timer = setTimeout(() => {
      video.cancelVideoFrameCallback(handle);
      resolve(false);
    }, timeoutMs);
  });
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
