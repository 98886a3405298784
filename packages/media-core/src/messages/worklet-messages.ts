/** Page to capture worklet. */
export type CaptureCommand =
  /** Sends blocks to this port from now on; without a port, to none. Transferred. */
  | { readonly type: 'connect'; readonly port?: MessagePort | undefined }
  /** Sends `tick` to the page each time this many samples [frames] have passed; Infinity for never. */
  | { readonly type: 'tick'; readonly frames: number }
  | EndCommand;

/** Page to playout worklet. */
export type PlayoutCommand =
  /** The port of a new media worker, which sends RendererCommand. Transferred. */
  { readonly type: 'connect'; readonly port: MessagePort } | EndCommand;

/**
 * The last command, answered by `ended`. Chromium keeps a node and everything connected to it as long as its processor runs,
 * even after the context was closed.
 */
export interface EndCommand {
  readonly type: 'end';
}

/** Worklet to page: the requested time has passed; the processor has ended. */
export type WorkletMessage = 'tick' | 'ended';
