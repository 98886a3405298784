/** Page to capture worklet. */
export type CaptureCommand =
  /** Blocks go there from now on, or nowhere. Transferred. */
  | { readonly type: 'connect'; readonly port?: MessagePort | undefined }
  /** The page wants a message each time so many samples have passed. */
  | { readonly type: 'tick'; readonly frames: number };

/** Page to playout worklet: a media worker that was not there before, whose PlayerCommands are followed. Transferred. */
export interface PlayoutCommand {
  readonly type: 'connect';
  readonly port: MessagePort;
}
