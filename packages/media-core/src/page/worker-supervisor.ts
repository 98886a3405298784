import type { CoreDecisions, CorePreference, WarmUp } from '../core/choice/core-choice.js';
import type { CoreStatistics } from '../core/core-statistics.js';
import type { CoreFiles } from '../core-files.js';
import type { MediaCoreOptions } from '../media-core-options.js';
import { crashedDecisions } from '../media-core-statistics.js';
import type {
  LogLevel,
  PageCapabilities,
  PageMessage,
  StartMessage,
  WorkerMessage,
} from '../messages/media-worker-messages.js';
import type { AudioGraph } from './audio-graph.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';
import type { CoreTransceivers } from './core-transceivers.js';
import { Engine } from './engine.js';
import type { PageRecord } from './page-record.js';
import type { ReceivedTracks } from './received-tracks.js';

/** After a worker could not be loaded another one is started after this time, doubled each time up to a maximum [ms]. */
const RELAUNCH_MS = 2000;
const MAX_RELAUNCH_MS = 64_000;
/** Time on the browser's codecs after a worker crashed [ms]. */
const PENALTY_MS = 30_000;

export interface WorkerSupervisorOptions {
  readonly call: MediaCoreOptions;
  readonly files: CoreFiles;
  readonly record: PageRecord;
  /** Our token, which the peer's frames carry. */
  readonly token: Uint8Array;
  readonly transceivers: CoreTransceivers;
  readonly received: ReceivedTracks;
  capabilities(): PageCapabilities;
  /** A worker has sent its first or another message. */
  onMessage(): void;
  /** A worker failed before its first message. */
  onLoadFailed(): void;
  log(level: LogLevel, message: string, context?: Readonly<Record<string, unknown>>): void;
}

/**
 * Starts the media worker of a call and replaces it when it fails. After a crash the browser's codecs are used for 30 s. A
 * new worker is started at once all the same, because Chromium holds frames back until their transform has a worker.
 */
export class WorkerSupervisor {
  readonly #options: WorkerSupervisorOptions;
  #engine: Engine | undefined;
  #graph: AudioGraph | undefined;
  #preference: CorePreference;
  #peerToken: Uint8Array | undefined;
  #frameKey: { readonly id: number; readonly secret: Uint8Array | undefined } | undefined;
  /** Number of workers started so far. */
  #workers = 0;
  #crashes = 0;
  /** When to start another worker after one could not be loaded [ms, monotonic]. */
  #relaunchAt = Infinity;
  #relaunchMs = RELAUNCH_MS;
  /** Until when the browser's codecs are used after a crash [ms, monotonic]. */
  #penaltyUntil: number | undefined;
  #warmUp: WarmUp | undefined;
  #sample: CoreStatistics | undefined;

  constructor(options: WorkerSupervisorOptions) {
    this.#options = options;
    this.#preference = options.call.preference;
  }

  get crashes(): number {
    return this.#crashes;
  }

  /** Latest measurement of the codecs. */
  get warmUp(): WarmUp | undefined {
    return this.#warmUp;
  }

  /** Statistics of the last second. */
  get sample(): CoreStatistics | undefined {
    return this.#sample;
  }

  /** The worker's decisions; after a crash the crash is their reason. */
  get decisions(): CoreDecisions | undefined {
    const decisions = this.#engine?.decisions;
    if (!decisions || this.#penaltyUntil === undefined) return decisions;
    return crashedDecisions(decisions, this.#options.record.isOff ? 'switched-off' : 'worker-crashed');
  }

  /** Whether frames have to be fetched from the camera by ticks while the page is hidden. */
  get needsFrameTicks(): boolean {
    return this.#engine?.needsFrameTicks ?? false;
  }

  launch(): void {
    const { call, files, transceivers, received } = this.#options;
    this.#relaunchAt = Infinity;
    try {
      const worker = call.launchWorker(files.worker);
      this.#engine = new Engine({
        worker,
        helper: this.#launchEncoderWorker(),
        start: this.#startMessage(),
        transceivers,
        received,
        graph: this.#graph,
        observer: {
          onMessage: (message) => {
            this.#handle(message, worker);
          },
          onFailure: (reason, hasLived) => {
            this.#failed(reason, hasLived);
          },
        },
      });
    } catch (cause) {
      this.#failed(String(cause), false);
      return;
    }
    this.post({ type: 'peer-token', token: this.#peerToken });
    if (this.#frameKey) this.post({ type: 'frame-key', ...this.#frameKey });
  }

  /** Undefined without an AudioContext. Called once, when the connection is made. */
  useGraph(graph: AudioGraph | undefined): void {
    this.#graph = graph;
    if (graph) this.#engine?.useGraph(graph);
  }

  post(message: PageMessage): void {
    this.#engine?.post(message);
  }

  setPreference(preference: CorePreference): void {
    this.#preference = preference;
    if (this.#penaltyUntil === undefined) this.post({ type: 'preference', preference });
  }

  setPeerToken(token: Uint8Array | undefined): void {
    this.#peerToken = token;
    this.post({ type: 'peer-token', token });
  }

  setFrameKey(id: number, secret: Uint8Array | undefined): void {
    this.#frameKey = { id, secret };
    this.post({ type: 'frame-key', id, secret });
  }

  /** Call it every 100 ms. @param now ms, monotonic */
  tick(now: number): void {
    if (now >= this.#relaunchAt) this.launch();
    if (this.#penaltyUntil !== undefined && now >= this.#penaltyUntil) {
      this.#penaltyUntil = undefined;
      this.post({ type: 'preference', preference: this.#preference });
    }
    this.#engine?.tick();
  }

  /** Fetches a frame from the camera of a hidden page. */
  tickForFrames(): void {
    this.#engine?.tickForFrames();
  }

  /** Tracks, transceivers or the state of the page may have changed. */
  update(): void {
    this.#engine?.update(this.#options.capabilities());
  }

  close(): void {
    this.#engine?.close();
    this.#engine = undefined;
  }

  #launchEncoderWorker(): Worker | undefined {
    if (navigator.hardwareConcurrency < 2) return undefined;
    try {
      return this.#options.call.launchWorker(this.#options.files.worker);
    } catch (cause) {
      this.#options.log('info', 'no second worker to encode video', { error: String(cause) });
      return undefined;
    }
  }

  #startMessage(): StartMessage {
    const { call, files, record, token } = this.#options;
    return {
      type: 'start',
      opusUrl: files.opus.href,
      vp8Url: files.vp8.href,
      preference: this.#penaltyUntil === undefined ? this.#preference : 'native',
      capabilities: this.#options.capabilities(),
      token,
      generation: this.#workers++,
      warmUp: record.warmUp,
      role: call.role,
      videoCarrier: MediaStreamTrackProcessor ? 'scaled' : 'full',
    };
  }

  #handle(message: WorkerMessage, worker: Worker): void {
    const { call, record, transceivers } = this.#options;
    switch (message.type) {
      case 'ready':
      case 'measured':
        this.#warmUp = message.warmUp;
        record.noteWarmUp(message.warmUp);
        this.#options.log('info', `the WebAssembly codecs are ${message.type}, ms per frame`, { ...message.warmUp });
        break;
      case 'statistics':
        this.#sample = message.sample;
        break;
      case 'log':
        this.#options.log(message.level, message.message, message.context);
        break;
      case 'unavailable':
        this.#options.log('warn', 'the WebAssembly codecs cannot be used', { reason: message.reason });
        if (message.reason === 'module-failed') this.#noteFailure();
        break;
      case 'codec-failed':
        this.#noteFailure();
        break;
      case 'key-event': {
        const { kind, flow, state, reason } = message;
        this.#options.log(state === 'failing' ? 'warn' : 'info', `frame encryption is ${state}`, {
          kind,
          flow,
          reason,
        });
        call.onFrameEncryption?.({ kind, flow, state, reason });
        break;
      }
      case 'receiving':
      case 'sending':
        this.#options.log('info', `${message.kind} is ${message.type} by the ${message.path} path`);
        break;
      default:
    }
    // Frames were lost between the two workers, so the next frames may lack their reference.
    if (transceivers.attach(worker) && this.#crashes > 0) this.#requestKeyFrames();
    this.#relaunchMs = RELAUNCH_MS;
    this.#options.onMessage();
  }

  #failed(reason: string, hasLived: boolean): void {
    const { transceivers } = this.#options;
    this.close();
    this.#sample = undefined;
    transceivers.detach(this.#frameKey?.secret !== undefined);
    this.#options.log('warn', 'the media worker has failed', { reason });
    if (hasLived) {
      this.#crashes += 1;
      this.#penaltyUntil = performance.now() + PENALTY_MS;
    }
    this.#noteFailure();
    if (hasLived) {
      this.launch();
      return;
    }
    this.#options.onLoadFailed();
    this.#relaunchAt = performance.now() + this.#relaunchMs;
    this.#relaunchMs = Math.min(2 * this.#relaunchMs, MAX_RELAUNCH_MS);
  }

  /** Once the core is off on the page, the running call does without it too. */
  #noteFailure(): void {
    const { record } = this.#options;
    record.noteFailure();
    if (!record.isOff || this.#penaltyUntil === Infinity) return;
    this.#penaltyUntil = Infinity;
    this.#options.log('warn', 'the media core has failed twice on this page and stays off');
    this.post({ type: 'preference', preference: 'native' });
  }

  #requestKeyFrames(): void {
    this.#options.transceivers.carrier?.makeKeyFrame();
    this.post({ type: 'want-key-frame' });
  }
}
