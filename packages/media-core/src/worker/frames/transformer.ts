/** The part of RTCEncodedVideoFrame and RTCEncodedAudioFrame that is used. */
export interface EncodedFrame {
  data: ArrayBuffer;
}

/** The part of RTCRtpScriptTransformer that is used. */
export interface Transformer<F extends EncodedFrame = EncodedFrame> {
  readonly readable: ReadableStream<F>;
  readonly writable: WritableStream<F>;
  /** Requests a key frame from the peer; only for received video. */
  sendKeyFrameRequest?(): Promise<unknown>;
  /** Requests a key frame from the browser's encoder; only for sent video, in Firefox. */
  generateKeyFrame?(): Promise<unknown>;
}

/** Processes the frames of one transform. */
export interface FramePipeline {
  /**
   * Processes a frame; the next frame waits until this one is done.
   * @param arrivedAt when the transform received it [ms]
   * @returns whether to pass the frame on, with its present `data`
   */
  process(frame: EncodedFrame, arrivedAt: number): boolean | Promise<boolean>;
  /** The frames come from this transformer from now on. */
  attach?(transformer: Transformer): void;
}
