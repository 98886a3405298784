import type { CaptureCommand, PlayoutCommand, WorkletMessage } from '../messages/worklet-messages.js';

/** Maximum time to wait for a processor to end [ms]. */
const END_MS = 500;

/** The nodes of both worklets. Create them in a running context with loaded modules, because a suspended one cannot end them. */
export class Worklets {
  readonly capture: AudioWorkletNode;
  readonly playout: AudioWorkletNode;
  readonly #context: AudioContext;

  /** @param onTick called at the rate that the capture worklet was set to */
  constructor(context: AudioContext, onTick: () => void) {
    const mono: AudioWorkletNodeOptions = { channelCount: 1, channelCountMode: 'explicit', outputChannelCount: [1] };
    this.#context = context;
    this.capture = new AudioWorkletNode(context, 'xmpp-call-capture', mono);
    this.capture.port.onmessage = onTick;
    // Some browsers render only nodes that are connected to the destination. The output is silence.
    this.capture.connect(context.destination);
    this.playout = new AudioWorkletNode(context, 'xmpp-call-playout', { ...mono, numberOfInputs: 0 });
  }

  toCapture(command: CaptureCommand, transfer: Transferable[] = []): void {
    this.capture.port.postMessage(command, transfer);
  }

  toPlayout(command: PlayoutCommand, transfer: Transferable[] = []): void {
    this.playout.port.postMessage(command, transfer);
  }

  /** Ends both processors and disconnects their nodes. Await it before the context is closed. */
  async end(): Promise<void> {
    // No processor runs in a suspended context. The promise is not awaited, because without an audio device it never settles.
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
