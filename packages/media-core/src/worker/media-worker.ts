import { EventLimiter, withHeld } from '../core/event-limiter.js';
import type {
  LogLevel,
  PageMessage,
  StartMessage,
  TransformOptions,
  WorkerMessage,
} from '../messages/media-worker-messages.js';
import { FrameLoop } from './frames/frame-loop.js';
import type { FramePipeline, Transformer } from './frames/transformer.js';
import type { PipelineHost } from './pipeline-host.js';
import { DIRECTIONS, WorkerCall, type WorkerCallOptions } from './worker-call.js';

export interface MediaWorkerOptions extends WorkerCallOptions {
  post(message: WorkerMessage): void;
}

/**
 * Passes the frames of each transformer through the pipeline of its medium and direction. Before `start` and after `stop`
 * frames pass unchanged. Errors leave the worker only as messages.
 */
export class MediaWorker {
  readonly #options: MediaWorkerOptions;
  readonly #host: PipelineHost;
  #call: WorkerCall | undefined;
  /** The last transformer of each medium and direction, for pipelines that are created after it. */
  readonly #transformers = new Map<string, Transformer>();
  readonly #limiter = new EventLimiter();

  constructor(options: MediaWorkerOptions) {
    this.#options = options;
    this.#host = {
      clock: options.clock,
      post: (message) => options.post(message),
      log: (level, message, context = {}) => this.#log(level, message, context),
      codecFailed: (kind, flow, error) => this.#call?.codecFailed(kind, flow, error),
    };
  }

  handle(message: PageMessage): void {
    try {
      if (message.type === 'start') this.#start(message);
      else if (message.type === 'stop') this.#stop();
      else if (this.#call) this.#call.handle(message);
      else release(message);
    } catch (error) {
      this.#host.log('error', 'a message could not be handled', { type: message.type, error: String(error) });
    }
  }

  transform(transformer: Transformer, options: TransformOptions): void {
    const { kind, flow } = options;
    this.#transformers.set(`${kind} ${flow}`, transformer);
    this.#call?.pipeline(kind, flow).attach?.(transformer);
    const pipeline: FramePipeline = {
      process: (frame, arrivedAt) => this.#call?.pipeline(kind, flow).process(frame, arrivedAt) ?? true,
    };
    new FrameLoop(transformer, pipeline, this.#options.clock, (error) =>
      this.#host.log('warn', 'a frame was lost', { kind, flow, error: String(error) }),
    );
  }

  /** Limits equal entries to one per second; warnings and errors are equal even if their context differs. */
  #log(level: LogLevel, message: string, context: Readonly<Record<string, unknown>>): void {
    const { kind, flow } = context;
    const isTrouble = level === 'warn' || level === 'error';
    const event = JSON.stringify([message, isTrouble ? { kind, flow } : context]);
    const held = this.#limiter.pass(event, this.#options.clock.now());
    if (held === undefined) return;
    this.#options.post({ type: 'log', level, message, context: withHeld(context, held) });
  }

  #start(message: StartMessage): void {
    this.#call?.stop();
    const call = new WorkerCall(message, this.#options, this.#host);
    this.#call = call;
    for (const [kind, flow] of DIRECTIONS) {
      const transformer = this.#transformers.get(`${kind} ${flow}`);
      if (transformer) call.pipeline(kind, flow).attach?.(transformer);
    }
    call.load().catch((error: unknown) => {
      this.#host.log('error', 'the codecs were not set up', { error: String(error) });
      this.#host.post({ type: 'unavailable', reason: 'module-failed' });
    });
  }

  #stop(): void {
    this.#call?.stop();
    this.#call = undefined;
    this.#host.post({ type: 'stopped' });
  }
}

/** Closes what a message transferred, when there is no call that uses it. */
function release(message: PageMessage): void {
  if (message.type === 'video-frame') message.frame.close();
  else if ('port' in message) message.port.close();
  else if (message.type === 'capture-video' || message.type === 'capture-audio-stream') void message.frames.cancel();
}
