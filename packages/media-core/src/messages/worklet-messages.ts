/** Page to capture worklet. */
export type CaptureCommand =
  /** Blocks go there from now on, or nowhere. Transferred. */
  | { readonly type: 'connect'; readonly port?: MessagePort | undefined }
  /** The page wants a message each time so many samples have passed. */
  | { readonly type: 'tick'; readonly frames: number }
  | EndCommand;

/** Page to playout worklet. */
export type PlayoutCommand =
  /** A media worker that was not there before, whose RendererCommands are followed. Transferred. */
  { readonly type: 'connect'; readonly port: MessagePort } | EndCommand;

/**
 * The last command, answered by `ended`: as long as a processor goes on, Chromium keeps its node, and all that hangs on it,
 * though the context be closed.
 */
export interface EndCommand {
  readonly type: 'end';
}

/** Worklet to page: the time asked for has passed; nothing is processed any more. */
export type WorkletMessage = 'tick' | 'ended';
