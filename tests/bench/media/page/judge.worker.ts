/** Compares received pictures with those that were sent. */
import { lumaPsnr, i420Frame } from '@xmpp-call/wasm-testing';
import { type ClipSettings, clipOf, numbered, pictureIndex } from './clip.js';
import { scaleLuma } from './luma.js';
import { CELLS, cellSize, readStrip } from './strip.js';

/** The first message says what is sent, the others bring pictures. */
export type JudgeMessage = ClipSettings | VideoFrame;

/** One picture, compared. */
export interface Judgement {
  readonly counter: number;
  /** Of the luma, dB. */
  readonly psnrDb: number;
  /** Size as received, pixels. */
  readonly width: number;
  readonly height: number;
}

interface WorkerScope {
  onmessage: ((event: MessageEvent<JudgeMessage>) => void) | null;
  postMessage(message: Judgement): void;
}

const scope = globalThis as unknown as WorkerScope;
let settings: ClipSettings | undefined;
let clip: ReturnType<typeof clipOf> | undefined;
let work = Promise.resolve();

scope.onmessage = ({ data }) => {
  if (data instanceof VideoFrame) {
    work = work.then(() => judge(data)).finally(() => data.close());
  } else {
    settings = data;
    clip = clipOf(data);
  }
};

async function judge(frame: VideoFrame): Promise<void> {
  if (!settings || !clip) return;
  const { width, height, pictures } = settings;
  const luma = await lumaOf(frame);
  const seen = i420Frame(width, height);
  scaleLuma(luma, seen.y, width, height);
  const counter = numberIn(seen.y, width);
  if (counter === undefined) return;
  const sent = numbered(clip.frame(pictureIndex(counter, pictures)), counter);
  // The strip is easy to encode and not part of the picture.
  const below = (cellSize(width) + 8) * width;
  const rows = height - below / width;
  const [a, b] = [sent, seen].map(({ y }) => {
    const part = i420Frame(width, rows);
    part.y.set(y.subarray(below));
    return part;
  });
  if (!a || !b) return;
  scope.postMessage({ counter, psnrDb: lumaPsnr(a, b), width: luma.width, height: luma.height });
}

/** The luma plane as it was decoded; of a picture in RGB, the luma that BT.601 gives it. */
async function lumaOf(frame: VideoFrame): Promise<{ data: Uint8Array; stride: number; width: number; height: number }> {
  const rect = frame.visibleRect;
  if (!rect) throw new Error('the picture is closed');
  const { width, height } = rect;
  if (frame.format === 'I420' || frame.format === 'NV12' || frame.format === 'I420A') {
    const data = new Uint8Array(frame.allocationSize());
    const [plane] = await frame.copyTo(data);
    return { data: data.subarray(plane?.offset ?? 0), stride: plane?.stride ?? width, width, height };
  }
  const rgba = new Uint8Array(frame.allocationSize({ format: 'RGBA' }));
  await frame.copyTo(rgba, { format: 'RGBA' });
  const data = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const [red, green, blue] = [0, 1, 2].map((channel) => rgba[pixel * 4 + channel] ?? 0) as [number, number, number];
    return Math.round(16 + (219 / 255) * (0.299 * red + 0.587 * green + 0.114 * blue));
  });
  return { data, stride: width, width, height };
}

function numberIn(luma: Uint8Array, width: number): number | undefined {
  const size = cellSize(width);
  const levels = Array.from({ length: CELLS }, (_, cell) => {
    let sum = 0;
    for (const row of [0.25, 0.5, 0.75])
      sum += luma[Math.floor(row * size) * width + Math.floor((cell + 0.5) * size)] ?? 0;
    return sum / 3;
  });
  return readStrip(levels);
}
