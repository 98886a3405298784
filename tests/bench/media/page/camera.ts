import type { CameraMessage, CameraStart } from './camera.worker.js';
import { type ClipSettings, pictureIndex } from './clip.js';
import { BLACK, cellSize, stripOf, WHITE } from './strip.js';

/** A synthesised camera whose frames are numbered. */
export interface Camera {
  readonly track: MediaStreamTrack;
  /** When each frame was shown, ms since the epoch; by its number, NaN for those left out. */
  readonly shownAt: readonly number[];
  /** Frames shown so far are of no interest. */
  forget(): void;
  close(): void;
}

type Generator = MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> };

/**
 * Opens a camera; the main thread has no part in its pictures where there is MediaStreamTrackGenerator, and elsewhere
 * copies them to a canvas.
 */
export async function openCamera(settings: ClipSettings): Promise<Camera> {
  const { MediaStreamTrackGenerator } = globalThis as {
    readonly MediaStreamTrackGenerator?: new (init: { readonly kind: 'video' }) => Generator;
  };
  const worker = new Worker('/camera.worker.js', { type: 'module' });
  const generator = MediaStreamTrackGenerator && new MediaStreamTrackGenerator({ kind: 'video' });
  const shownAt: number[] = [];
  const canvas = document.createElement('canvas');
  canvas.width = settings.width;
  canvas.height = settings.height;
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) throw new Error('no 2d canvas');
  const track = generator ?? canvas.captureStream().getVideoTracks()[0];
  if (!track) throw new Error('the canvas has no track');
  const bitmaps = await new Promise<readonly ImageBitmap[]>((resolve, reject) => {
    let pictures: readonly ImageBitmap[] = [];
    worker.onerror = (event) => reject(new Error(`the camera failed: ${event.message}`));
    worker.onmessage = ({ data }: MessageEvent<CameraMessage>) => {
      if (data.type === 'ready') resolve((pictures = data.bitmaps));
      else if (data.type === 'shown') for (const time of data.times) shownAt.push(time);
      else {
        paint(context, pictures, settings.width, data.counter);
        while (shownAt.length < data.counter) shownAt.push(Number.NaN);
        shownAt.push(performance.timeOrigin + performance.now());
      }
    };
    const start: CameraStart = { ...settings, frames: generator?.writable };
    worker.postMessage(start, start.frames ? [start.frames] : []);
  });
  return {
    track,
    shownAt,
    forget() {
      shownAt.length = 0;
    },
    close() {
      worker.terminate();
      track.stop();
      for (const bitmap of bitmaps) bitmap.close();
    },
  };
}

function paint(
  context: CanvasRenderingContext2D,
  pictures: readonly ImageBitmap[],
  width: number,
  counter: number,
): void {
  const picture = pictures[pictureIndex(counter, pictures.length)];
  if (!picture) return;
  context.drawImage(picture, 0, 0);
  const size = cellSize(width);
  stripOf(counter).forEach((bit, cell) => {
    const level = bit ? rgbOf(WHITE) : rgbOf(BLACK);
    context.fillStyle = `rgb(${level} ${level} ${level})`;
    context.fillRect(cell * size, 0, size, size);
  });
}

/** Of a grey of that luma, 16 to 235. */
function rgbOf(luma: number): number {
  return Math.round(((luma - 16) * 255) / 219);
}
