/** Where decoded pictures go. It owns what it is shown, and closes it. */
export interface PictureSink {
  /** Whether the picture is seen; a sink that does not keep up drops it. */
  show(frame: VideoFrame): boolean;
  close(): void;
}

/** Into the track that a page made of a generator. */
export class StreamSink implements PictureSink {
  readonly #writer: WritableStreamDefaultWriter<VideoFrame>;
  readonly #onEnd: (reason: unknown) => void;

  /** @param onEnd the page has ended the track: nothing can be shown any more */
  constructor(frames: WritableStream<VideoFrame>, onEnd: (reason: unknown) => void) {
    this.#writer = frames.getWriter();
    this.#onEnd = onEnd;
  }

  show(frame: VideoFrame): boolean {
    if ((this.#writer.desiredSize ?? 1) <= 0) {
      frame.close();
      return false;
    }
    this.#writer.write(frame).then(
      () => frame.close(),
      (reason: unknown) => {
        frame.close();
        this.#onEnd(reason);
      },
    );
    return true;
  }

  close(): void {
    // The track may have ended already.
    this.#writer.close().catch(() => undefined);
  }
}

/** Onto a canvas of the page's, which takes the picture's size. */
export class CanvasSink implements PictureSink {
  readonly #canvas: OffscreenCanvas;
  readonly #context: OffscreenCanvasRenderingContext2D;

  constructor(canvas: OffscreenCanvas) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('the canvas for received pictures cannot be drawn on');
    this.#canvas = canvas;
    this.#context = context;
  }

  show(frame: VideoFrame): boolean {
    const { displayWidth, displayHeight } = frame;
    if (this.#canvas.width !== displayWidth || this.#canvas.height !== displayHeight) {
      this.#canvas.width = displayWidth;
      this.#canvas.height = displayHeight;
    }
    this.#context.drawImage(frame, 0, 0);
    frame.close();
    return true;
  }

  close(): void {
    // The canvas and its last picture are the page's.
  }
}
