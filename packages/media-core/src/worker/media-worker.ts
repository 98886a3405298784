import type {
  CoreCapabilities,
  CoreDecisions,
  CorePreference,
  MediaFlow,
  MediaKind,
} from '../core/choice/core-choice.js';
import { CoreChooser } from '../core/choice/core-chooser.js';
import { EventLimiter, withHeld } from '../core/event-limiter.js';
import type {
  LogLevel,
  PageMessage,
  StartMessage,
  TransformOptions,
  WorkerMessage,
} from '../messages/media-worker-messages.js';
import { type Clock, every } from '../core/clock.js';
import { CodecBank, type CodecLoaders } from './codec-bank.js';
import { FrameLoop } from './frames/frame-loop.js';
import { MediaPipelines } from './media-pipelines.js';
import type { FrameFactory } from './video/picture-player.js';
import type { PipelineHost } from './pipeline-host.js';
import type { FramePipeline, Transformer } from './frames/transformer.js';
import { probeWasm } from './wasm-probe.js';

export interface MediaWorkerOptions {
  readonly clock: Clock;
  readonly loaders: CodecLoaders;
  /** Undefined where there is no VideoFrame. */
  readonly createFrame: FrameFactory | undefined;
  post(message: WorkerMessage): void;
}

const TICK_MS = 1000;
/** ms between two complaints about overload. */
const OVERLOAD_PATIENCE_MS = 5000;
/** ms until codecs that were too slow are measured again, doubled each time, and at most. */
const MEASURE_AGAIN_MS = 30_000;
const MAX_MEASURE_AGAIN_MS = 480_000;
const WAYS: readonly (readonly [MediaKind, MediaFlow])[] = [
  ['audio', 'send'],
  ['audio', 'receive'],
  ['video', 'send'],
  ['video', 'receive'],
];

/**
 * All media of one call: which way goes through our codecs, and the pipelines that it takes then. Frames pass untouched
 * before `start` and after `stop`. Nothing that goes wrong gets out of here but as a message.
 */
export class MediaWorker {
  readonly #options: MediaWorkerOptions;
  readonly #host: PipelineHost;
  #call: Call | undefined;
  /** The last transformer of each way, for pipelines that are made after it. */
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
      else disown(message);
    } catch (error) {
      this.#host.log('error', 'a message could not be followed', { type: message.type, error: String(error) });
    }
  }

  /** Frames of this transformer go through the pipeline of its way, as long as there is one. */
  transform(transformer: Transformer, options: TransformOptions): void {
    const { kind, flow } = options;
    this.#transformers.set(`${kind} ${flow}`, transformer);
    this.#call?.pipeline(kind, flow).attach?.(transformer);
    const way: FramePipeline = {
      process: (frame, arrivedAt) => this.#call?.pipeline(kind, flow).process(frame, arrivedAt) ?? true,
    };
    new FrameLoop(transformer, way, this.#options.clock, (error) =>
      this.#host.log('warn', 'a frame was lost', { kind, flow, error: String(error) }),
    );
  }

  /** What goes wrong again and again is told once a second; what goes on, if it is not the same. */
  #log(level: LogLevel, message: string, context: Readonly<Record<string, unknown>>): void {
    const { kind, flow } = context;
    const isTrouble = level === 'warn' || level === 'error';
    const of = JSON.stringify([message, isTrouble ? { kind, flow } : context]);
    const held = this.#limiter.pass(of, this.#options.clock.now());
    if (held === undefined) return;
    this.#options.post({ type: 'log', level, message, context: withHeld(context, held) });
  }

  #start(message: StartMessage): void {
    this.#call?.stop();
    const call = new Call(message, this.#options, this.#host);
    this.#call = call;
    for (const [kind, flow] of WAYS) {
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

/** What lives from `start` to `stop`. */
class Call {
  readonly #start: StartMessage;
  readonly #host: PipelineHost;
  readonly #codecs: CodecBank;
  readonly #pipelines: MediaPipelines;
  #chooser: CoreChooser;
  readonly #wasm = probeWasm();
  readonly #hasFrames: boolean;
  #page: StartMessage['capabilities'];
  #preference: CorePreference;
  #peerSendsTrailers = false;
  #isStopped = false;
  #decisions: CoreDecisions;
  #stopTicking: () => void;
  #complainedAt = -Infinity;
  #measureAgainMs = MEASURE_AGAIN_MS;
  #measureAgainAt: number;

  constructor(start: StartMessage, { loaders, createFrame }: MediaWorkerOptions, host: PipelineHost) {
    this.#start = start;
    this.#hasFrames = createFrame !== undefined;
    this.#host = host;
    this.#page = start.capabilities;
    this.#preference = start.preference;
    this.#codecs = new CodecBank(host, loaders, start.warmUp);
    const onCalm = () => this.#apply(this.#chooser.decisions);
    this.#pipelines = new MediaPipelines(start, {
      codecs: this.#codecs,
      createFrame: createFrame ?? noFrame,
      host,
      onCalm,
    });
    this.#measureAgainAt = host.clock.now() + MEASURE_AGAIN_MS;
    this.#chooser = new CoreChooser(start.preference, this.#capabilities(), host.clock.now());
    this.#decisions = this.#pipelines.decide(this.#chooser.decisions);
    this.#stopTicking = every(host.clock, TICK_MS, () => this.#tick());
    this.#follow(this.#decisions);
    host.post({ type: 'decisions', decisions: this.#decisions });
  }

  async load(): Promise<void> {
    const { opusUrl, vp8Url } = this.#start;
    const host = this.#host;
    if (!this.#wasm.wasmAllowed || !this.#wasm.wasmSimd) {
      host.post({ type: 'unavailable', reason: this.#wasm.wasmAllowed ? 'no-simd' : 'forbidden-by-csp' });
      return;
    }
    await this.#codecs.load(opusUrl, vp8Url);
    if (this.#isStopped) return;
    // Until now nothing could be decided: what is possible need not settle any more.
    this.#chooser = new CoreChooser(this.#preference, this.#capabilities(), host.clock.now());
    this.#apply(this.#chooser.decisions);
    const { warmUp, modules } = this.#codecs;
    this.#pipelines.expectCost(warmUp);
    if (modules.audio === 'failed' && modules.video === 'failed')
      host.post({ type: 'unavailable', reason: 'module-failed' });
    else host.post({ type: 'ready', warmUp });
  }

  pipeline(kind: MediaKind, flow: MediaFlow): FramePipeline {
    return this.#pipelines[kind][flow];
  }

  handle(message: Exclude<PageMessage, { readonly type: 'start' | 'stop' }>): void {
    const now = this.#host.clock.now();
    switch (message.type) {
      case 'capabilities':
        this.#page = message.capabilities;
        this.#apply(this.#chooser.update(this.#capabilities(), now));
        break;
      case 'preference':
        this.#preference = message.preference;
        this.#apply(this.#chooser.setPreference(message.preference, now));
        break;
      case 'peer-token':
        this.#peerSendsTrailers = message.token !== undefined;
        this.#pipelines.setPeerToken(message.token);
        this.#apply(this.#chooser.update(this.#capabilities(), now));
        break;
      default:
        this.#pipelines.handle(message);
    }
  }

  codecFailed(kind: MediaKind, flow: MediaFlow, error: unknown): void {
    this.#host.log('error', 'a codec failed: the browser takes over', { kind, flow, error: String(error) });
    this.#apply(this.#chooser.trouble('codec-failed', this.#host.clock.now(), { kind, flow }));
    if (flow === 'send') this.#host.post({ type: 'codec-failed', kind });
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopTicking();
    this.#pipelines.dispose();
    this.#codecs.dispose();
  }

  #capabilities(): CoreCapabilities {
    return {
      ...this.#page,
      ...this.#wasm,
      videoFrames: this.#page.videoFrames && this.#hasFrames,
      modules: this.#codecs.modules,
      warmUp: this.#codecs.warmUp,
      peerSendsTrailers: this.#peerSendsTrailers,
    };
  }

  #tick(): void {
    const now = this.#host.clock.now();
    try {
      this.#apply(this.#chooser.update(this.#capabilities(), now));
      if (this.#pipelines.isOverloaded && now - this.#complainedAt >= OVERLOAD_PATIENCE_MS) {
        this.#complainedAt = now;
        this.#host.log('warn', 'encoding takes too long', {});
        this.#apply(this.#chooser.trouble('overloaded', now));
      }
      if (this.#pipelines.isFlooded) {
        this.#host.log('warn', 'decoding takes too long', {});
        this.#apply(this.#chooser.trouble('overloaded', now, { kind: 'video', flow: 'receive' }));
      }
      if (now >= this.#measureAgainAt) void this.#measureAgain(now);
      this.#host.post({ type: 'statistics', sample: this.#pipelines.sample(this.#decisions) });
    } catch (error) {
      this.#host.log('error', 'statistics failed', { error: String(error) });
    }
  }

  /** The load that made a codec too slow may be gone. */
  async #measureAgain(now: number): Promise<void> {
    this.#measureAgainAt = now + this.#measureAgainMs;
    const slow = (['audio', 'video'] as const).filter((kind) => {
      const { send, receive } = this.#decisions[kind];
      return [send, receive].some(({ reason }) => reason === 'too-slow' || reason === 'not-measured');
    });
    if (slow.length === 0) return;
    this.#measureAgainMs = Math.min(2 * this.#measureAgainMs, MAX_MEASURE_AGAIN_MS);
    this.#measureAgainAt = now + this.#measureAgainMs;
    for (const kind of slow) await this.#codecs.measureAgain(kind);
    if (this.#isStopped) return;
    const { warmUp } = this.#codecs;
    this.#pipelines.expectCost(warmUp);
    this.#host.post({ type: 'measured', warmUp });
    this.#apply(this.#chooser.update(this.#capabilities(), this.#host.clock.now()));
  }

  #apply(chosen: CoreDecisions): void {
    const before = this.#decisions;
    const decisions = this.#pipelines.decide(chosen);
    this.#decisions = decisions;
    let changed = false;
    for (const [kind, flow] of WAYS) {
      const { path, reason } = decisions[kind][flow];
      const last = before[kind][flow];
      if (path === last.path && reason === last.reason) continue;
      changed = true;
      if (path === 'wasm' && last.path !== 'wasm') this.#codecs.restore(kind, flow);
      this.#host.log('info', 'media path', { kind, flow, path, reason });
    }
    if (!changed) return;
    this.#follow(decisions);
    this.#host.post({ type: 'decisions', decisions });
  }

  #follow(decisions: CoreDecisions): void {
    this.#pipelines.follow(decisions, this.#page.codecNegotiated);
  }
}

/** Not called: without frames no way of video is ours. */
function noFrame(): never {
  throw new Error('there is no VideoFrame');
}

/** What nobody takes is closed. */
function disown(message: PageMessage): void {
  if (message.type === 'video-frame') message.frame.close();
  else if ('port' in message) message.port.close();
  else if (message.type === 'capture-video' || message.type === 'capture-sound') void message.frames.cancel();
}
