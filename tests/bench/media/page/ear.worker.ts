/** Analyses the output of a track processor without delay. */
import { Ear } from './ear.js';
import type { HearCommand, HearingMessage, RecordCommand } from './sound-messages.js';

interface WorkerScope {
  onmessage: ((event: MessageEvent<HearCommand | RecordCommand>) => void) | null;
  postMessage(message: HearingMessage, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const ear = new Ear((message, transfer = []) => scope.postMessage(message, transfer));
let reader: ReadableStreamDefaultReader<AudioData> | undefined;

scope.onmessage = ({ data }) => {
  if (data.type === 'record') ear.record(data.on);
  else void hear(data.frames);
};

async function hear(frames: ReadableStream<AudioData>): Promise<void> {
  void reader?.cancel();
  const own = (reader = frames.getReader());
  let samples = new Float32Array(0);
  for (;;) {
    const { done, value } = await own.read();
    if (done) return;
    const at = performance.timeOrigin + performance.now();
    if (samples.length !== value.numberOfFrames) samples = new Float32Array(value.numberOfFrames);
    if (value.sampleRate !== 48_000) throw new Error(`sound of ${value.sampleRate} Hz`);
    value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    value.close();
    if (own === reader) ear.hear(samples, at);
  }
}
