import type {
  CoreCapabilities,
  CoreDecisions,
  CorePreference,
  MediaFlow,
  MediaKind,
} from '../core/choice/core-choice.js';
import { CoreChooser } from '../core/choice/core-chooser.js';
import { type Clock, every } from '../core/clock.js';
import type { PageMessage, StartMessage } from '../messages/media-worker-messages.js';
import { CodecBank, type CodecLoaders } from './codec-bank.js';
import type { FramePipeline } from './frames/transformer.js';
import { MediaPipelines } from './media-pipelines.js';
import type { PipelineHost } from './pipeline-host.js';
import type { FrameFactory } from './video/vp8-frame-decoder.js';
import { probeWasm } from './wasm-probe.js';

export interface WorkerCallOptions {
  readonly clock: Clock;
  readonly loaders: CodecLoaders;
  /** Undefined where the browser has no VideoFrame. */
  readonly createFrame: FrameFactory | undefined;
}

export const DIRECTIONS: readonly (readonly [MediaKind, MediaFlow])[] = [
  ['audio', 'send'],
  ['audio', 'receive'],
  ['video', 'send'],
  ['video', 'receive'],
];

const TICK_MS = 1000;
/** Minimum interval between reports of an overloaded encoder [ms]. */
const OVERLOAD_INTERVAL_MS = 5000;
/** Time until codecs that were too slow are measured again [ms]: initial and maximum; it doubles each time. */
const MEASURE_AGAIN_MS = 30_000;
const MAX_MEASURE_AGAIN_MS = 480_000;

/** One call in the worker, from `start` to `stop`: its codecs, its pipelines, and the codec path of each direction. */
export class WorkerCall {
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
  #overloadReportedAt = -Infinity;
  #measureAgainMs = MEASURE_AGAIN_MS;
  #measureAgainAt: number;

  constructor(start: StartMessage, { loaders, createFrame }: WorkerCallOptions, host: PipelineHost) {
    this.#start = start;
    this.#hasFrames = createFrame !== undefined;
    this.#host = host;
    this.#page = start.capabilities;
    this.#preference = start.preference;
    this.#codecs = new CodecBank(host, loaders, start.warmUp);
    this.#pipelines = new MediaPipelines(start, {
      codecs: this.#codecs,
      createFrame: createFrame ?? noFrame,
      host,
      onCongestionChange: () => this.#apply(this.#chooser.decisions),
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
    // A new chooser decides at once; the settling time is meant for changes during the call.
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
      this.#checkOverload(now);
      if (now >= this.#measureAgainAt) void this.#measureAgain(now);
      this.#host.post({ type: 'statistics', sample: this.#pipelines.sample(this.#decisions) });
    } catch (error) {
      this.#host.log('error', 'statistics failed', { error: String(error) });
    }
  }

  #checkOverload(now: number): void {
    if (this.#pipelines.isEncodingOverloaded && now - this.#overloadReportedAt >= OVERLOAD_INTERVAL_MS) {
      this.#overloadReportedAt = now;
      this.#host.log('warn', 'encoding takes too long', {});
      this.#apply(this.#chooser.trouble('overloaded', now));
    }
    if (this.#pipelines.isDecodingOverloaded) {
      this.#host.log('warn', 'decoding takes too long', {});
      this.#apply(this.#chooser.trouble('overloaded', now, { kind: 'video', flow: 'receive' }));
    }
  }

  /** Measures codecs again that were too slow, because the load on the device may have ended. */
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
    let isChanged = false;
    for (const [kind, flow] of DIRECTIONS) {
      const { path, reason } = decisions[kind][flow];
      const last = before[kind][flow];
      if (path === last.path && reason === last.reason) continue;
      isChanged = true;
      if (path === 'wasm' && last.path !== 'wasm') this.#codecs.restore(kind, flow);
      this.#host.log('info', 'media path', { kind, flow, path, reason });
    }
    if (!isChanged) return;
    this.#follow(decisions);
    this.#host.post({ type: 'decisions', decisions });
  }

  #follow(decisions: CoreDecisions): void {
    this.#pipelines.follow(decisions, this.#page.codecNegotiated);
  }
}

/** Never called: without VideoFrame no direction of video uses our codec. */
function noFrame(): never {
  throw new Error('there is no VideoFrame');
}
