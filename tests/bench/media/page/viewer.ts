import { CELLS, cellSize, readStrip } from './strip.js';

/** Rows of samples in a cell. */
const ROWS = 3;

/** A picture that was presented. */
export interface Sighting {
  /** ms since the epoch. */
  readonly at: number;
  /** Undefined where it could not be read. */
  readonly counter: number | undefined;
}

/** Reads the numbers of the frames that a video element presents, from as few pixels as possible. */
export class Viewer {
  readonly sightings: Sighting[] = [];
  readonly #video: HTMLVideoElement;
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #onPicture: ((counter: number) => void) | undefined;
  #handle = 0;

  /** @param onPicture a numbered picture is there to be looked at more closely */
  constructor(video: HTMLVideoElement, onPicture?: (counter: number) => void) {
    this.#video = video;
    this.#onPicture = onPicture;
    const context = new OffscreenCanvas(CELLS, ROWS).getContext('2d', { willReadFrequently: true, alpha: false });
    if (!context) throw new Error('no 2d canvas');
    this.#context = context;
    this.#handle = video.requestVideoFrameCallback(this.#look);
  }

  close(): void {
    this.#video.cancelVideoFrameCallback(this.#handle);
  }

  readonly #look = (_now: number, { presentationTime }: VideoFrameCallbackMetadata): void => {
    this.#handle = this.#video.requestVideoFrameCallback(this.#look);
    const counter = this.#read();
    this.sightings.push({ at: performance.timeOrigin + presentationTime, counter });
    if (counter !== undefined) this.#onPicture?.(counter);
  };

  #read(): number | undefined {
    const size = cellSize(this.#video.videoWidth);
    const context = this.#context;
    context.drawImage(this.#video, 0, 0, CELLS * size, size, 0, 0, CELLS, ROWS);
    const { data } = context.getImageData(0, 0, CELLS, ROWS);
    const levels = Array.from({ length: CELLS }, (_, cell) => {
      let sum = 0;
      for (let row = 0; row < ROWS; row += 1) sum += data[(row * CELLS + cell) * 4 + 1] ?? 0;
      return sum / ROWS;
    });
    return readStrip(levels);
  }
}
