/** What is used of RTCEncodedVideoFrame and RTCEncodedAudioFrame. */
export interface EncodedFrame {
  data: ArrayBuffer;
}

/** What is used of RTCRtpScriptTransformer. */
export interface Transformer<F extends EncodedFrame = EncodedFrame> {
  readonly readable: ReadableStream<F>;
  readonly writable: WritableStream<F>;
  /** Asks the peer for a key frame; where this is a receiver of video. */
  sendKeyFrameRequest?(): Promise<unknown>;
  /** Has the browser's encoder make a key frame; where this is a sender of video, in some browsers. */
  generateKeyFrame?(): Promise<unknown>;
}

/** What stands in a transform. */
export interface FramePipeline {
  /**
   * Takes a frame, in their order; the next one waits until it is done.
   * @param arrivedAt ms, when the transform got it
   * @returns whether the frame, with what its `data` is now, goes on
   */
  process(frame: EncodedFrame, arrivedAt: number): boolean | Promise<boolean>;
  /** Frames of this transformer come from now on. */
  attach?(transformer: Transformer): void;
}
