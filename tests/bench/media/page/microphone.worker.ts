/** The clock of a microphone: a block is delivered when its last sample is due. The first message starts it. */
import { OnsetReporter } from './onset-reporter.js';
import type { OnsetMessage, SpeakCommand } from './sound-messages.js';
import { SAMPLE_RATE } from './sounds.js';

interface WorkerScope {
  onmessage: ((event: MessageEvent<SpeakCommand>) => void) | null;
  postMessage(message: OnsetMessage): void;
}

const scope = globalThis as unknown as WorkerScope;
/** As browsers record. */
const BLOCK_MS = 10;
const BLOCK = (BLOCK_MS * SAMPLE_RATE) / 1000;
/** Tolerated lateness of a block, ms: timers have a resolution of 1 ms. */
const TOLERANCE_MS = 0.3;

scope.onmessage = ({ data }) => speak(data.loop, data.sound.getWriter());

function speak(loop: Float32Array, writer: WritableStreamDefaultWriter<AudioData>): void {
  const onsets = new OnsetReporter();
  const begin = performance.now();
  let blocks = 0;
  const untilDue = (): number => begin + (blocks + 1) * BLOCK_MS - performance.now();
  const next = (): void => {
    if (untilDue() < 1) while (untilDue() > 0);
    for (; untilDue() <= 0; blocks += 1) {
      const data = Float32Array.from(
        { length: BLOCK },
        (_, index) => loop[(blocks * BLOCK + index) % loop.length] ?? 0,
      );
      const recordedAt = begin + blocks * BLOCK_MS;
      void writer.write(
        new AudioData({
          format: 'f32-planar',
          sampleRate: SAMPLE_RATE,
          numberOfFrames: BLOCK,
          numberOfChannels: 1,
          timestamp: Math.round(recordedAt * 1000),
          data,
        }),
      );
      const at = onsets.process(data, performance.timeOrigin + recordedAt);
      if (at !== undefined) scope.postMessage({ type: 'onset', at });
    }
    setTimeout(next, Math.floor(untilDue() + TOLERANCE_MS));
  };
  next();
}
