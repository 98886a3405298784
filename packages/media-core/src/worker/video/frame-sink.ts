/** Where decoded pictures go. It owns what it is shown, and closes it. */
export interface FrameSink {
  /** Whether the picture is seen; a sink that does not keep up drops it. */
  show(frame: VideoFrame): boolean;
  close(): void;
}

/** Into the track that a page made of a generator. */
export class StreamFrameSink implements FrameSink {
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
