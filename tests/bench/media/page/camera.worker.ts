/** Paints the frames of a camera. The first message starts it. */
import { type I420Frame, i420Frame } from '@xmpp-call/wasm-testing';
import { type ClipSettings, COLOR_SPACE, clipOf, FRAME_RATE, numbered, pictureIndex } from './clip.js';

export interface CameraStart extends ClipSettings {
  /** Where the frames go; without it the pictures are sent to the page once, and then the times to show them. */
  readonly frames: WritableStream<VideoFrame> | undefined;
}

export type CameraMessage =
  /** All pictures are there. */
  | { readonly type: 'ready'; readonly bitmaps: readonly ImageBitmap[] }
  /** It is time for that frame. */
  | { readonly type: 'tick'; readonly counter: number }
  /** When the frames from `first` on were shown, ms since the epoch; NaN for one that was left out. */
  | { readonly type: 'shown'; readonly first: number; readonly times: readonly number[] };

interface WorkerScope {
  onmessage: ((event: MessageEvent<CameraStart>) => void) | null;
  postMessage(message: CameraMessage, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
/** Frames whose times are sent together. */
const BATCH = 15;

scope.onmessage = ({ data }) => void run(data);

async function run(settings: CameraStart): Promise<void> {
  const clip = clipOf(settings);
  const pictures = Array.from({ length: settings.pictures }, (_, index) => clip.frame(index));
  if (settings.frames) {
    scope.postMessage({ type: 'ready', bitmaps: [] });
    stream(settings, pictures, settings.frames.getWriter());
    return;
  }
  const bitmaps = await Promise.all(pictures.map(bitmapOf));
  scope.postMessage({ type: 'ready', bitmaps }, bitmaps);
  everyFrame((counter) => scope.postMessage({ type: 'tick', counter }));
}

function stream(
  { width, height }: CameraStart,
  pictures: readonly I420Frame[],
  writer: WritableStreamDefaultWriter<VideoFrame>,
): void {
  const times: number[] = [];
  const canvas = i420Frame(width, height);
  let shown = -1;
  everyFrame((counter) => {
    const picture = pictures[pictureIndex(counter, pictures.length)];
    if (!picture) return;
    canvas.data.set(picture.data);
    const frame = frameOf(numbered(canvas, counter), counter);
    const now = performance.timeOrigin + performance.now();
    for (let left = shown + 1; left < counter; left += 1) times.push(Number.NaN);
    times.push(now);
    shown = counter;
    void writer.write(frame);
    if (times.length < BATCH) return;
    scope.postMessage({ type: 'shown', first: counter + 1 - times.length, times: times.splice(0) });
  });
}

/** Calls back 30 times a second, with the number of the frame that is due: a late one takes the place of those before it. */
function everyFrame(show: (counter: number) => void): void {
  const begin = performance.now();
  const next = (counter: number): void => {
    show(counter);
    const following = Math.max(counter + 1, Math.floor(((performance.now() - begin) * FRAME_RATE) / 1000));
    setTimeout(() => next(following), Math.max(0, begin + (following * 1000) / FRAME_RATE - performance.now()));
  };
  next(0);
}

function frameOf({ width, height, data }: I420Frame, counter: number): VideoFrame {
  return new VideoFrame(data, {
    format: 'I420',
    codedWidth: width,
    codedHeight: height,
    timestamp: Math.round((counter * 1e6) / FRAME_RATE),
    colorSpace: COLOR_SPACE,
  });
}

async function bitmapOf(picture: I420Frame): Promise<ImageBitmap> {
  const frame = frameOf(picture, 0);
  const bitmap = await createImageBitmap(frame);
  frame.close();
  return bitmap;
}
