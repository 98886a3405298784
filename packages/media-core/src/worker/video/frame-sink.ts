/** Shows decoded frames. It owns the frames that it gets, and closes them. */
export interface FrameSink {
  /** @returns whether the frame is shown; a sink that is too slow drops it */
  show(frame: VideoFrame): boolean;
  close(): void;
}

/** Writes frames into the track of the page's generator. */
export class StreamFrameSink implements FrameSink {
  readonly #writer: WritableStreamDefaultWriter<VideoFrame>;
  readonly #onEnd: (reason: unknown) => void;

  /** @param onEnd the page ended the track */
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
