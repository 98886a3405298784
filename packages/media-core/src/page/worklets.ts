import type { CaptureCommand, PlayoutCommand, WorkletMessage } from '../messages/worklet-messages.js';

/** ms that a context has to run until its processors have ended. */
const END_MS = 500;

/** The nodes of both worklets. Make them in a context that runs, whose modules are loaded: one that does not cannot end them. */
export class Worklets {
  readonly capture: AudioWorkletNode;
  readonly playout: AudioWorkletNode;
  readonly #context: AudioContext;

  /** @param onTick as often as the capture worklet was told */
  constructor(context: AudioContext, onTick: () => void) {
    const mono: AudioWorkletNodeOptions = { channelCount: 1, channelCountMode: 'explicit', outputChannelCount: [1] };
    this.#context = context;
    this.capture = new AudioWorkletNode(context, 'xmpp-call-capture', mono);
    this.capture.port.onmessage = onTick;
    // Silent; only what leads to the destination is rendered everywhere.
    this.capture.connect(context.destination);
    this.playout = new AudioWorkletNode(context, 'xmpp-call-playout', { ...mono, numberOfInputs: 0 });
  }

  toCapture(command: CaptureCommand, transfer: Transferable[] = []): void {
    this.capture.port.postMessage(command, transfer);
  }

  toPlayout(command: PlayoutCommand, transfer: Transferable[] = []): void {
    this.playout.port.postMessage(command, transfer);
  }

  /** Ends both processors, and lets go of what hangs on their nodes; to be awaited before the context is closed. */
  async end(): Promise<void> {
    // In a context that the browser has suspended no processor runs; without a sound device it never does.
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => undefined);
    const ends = [this.capture, this.playout].map((node) => ended(node));
    this.toCapture({ type: 'end' });
    this.toPlayout({ type: 'end' });
    await Promise.all(ends);
  }
}

async function ended(node: AudioWorkletNode): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, END_MS);
    node.port.onmessage = ({ data }: MessageEvent<WorkletMessage>) => {
      if (data === 'ended') resolve();
    };
  });
  clearTimeout(timer);
  node.port.onmessage = null;
  node.port.close();
  node.disconnect();
}
