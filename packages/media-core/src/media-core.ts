import type { CoreDecisions, CorePreference, MediaFlow, MediaKind, WarmUp } from './core/choice/core-choice.js';
import { EventLimiter, withHeld } from './core/event-limiter.js';
import type { CoreStatistics } from './core/core-statistics.js';
import type { LogLevel, PageCapabilities, StartMessage, WorkerMessage } from './messages/media-worker-messages.js';
import { coreFiles, type CoreFiles } from './core-files.js';
import { AudioGraph } from './page/audio-graph.js';
import {
  deviceMemory,
  hasVideoFrames,
  isProvenBrowser,
  MediaStreamTrackGenerator,
  MediaStreamTrackProcessor,
} from './page/browser-apis.js';
import { CoreConnection } from './page/core-connection.js';
import {
  markDescription,
  randomToken,
  sameToken,
  unmarkDescription,
  withoutLipSync,
  withShortPackets,
} from './page/core-marker.js';
import { Engine } from './page/engine.js';
import { CoreTransceivers } from './page/core-transceivers.js';
import { NetworkMonitor } from './page/network-monitor.js';
import { type PageRecord, pageRecord } from './page/page-record.js';
import { ReceivedTracks } from './page/received-tracks.js';
import type { MediaCoreStatistics } from './media-core-statistics.js';

export interface MediaCoreOptions {
  readonly preference: CorePreference;
  /** `initiator` is who placed the call. */
  readonly role: 'initiator' | 'responder';
  /** The stream that shows the peer: the core puts its own tracks in the place of the connection's. */
  readonly remoteStream: MediaStream;
  /** Whether the core may play the sound of `remoteStream` itself, see `playsSound`. */
  readonly playSound?: boolean | undefined;
  /** Tracks of `remoteStream` were exchanged, or `playsSound` has changed. */
  onStreams(): void;
  /** Frames of one way cannot be encrypted or opened, or can again. */
  onFrameEncryption?(state: FrameEncryptionState): void;
  /** Starts `media.worker.js`. @throws when that is not possible */
  launchWorker(url: URL): Worker;
  /** Where the worker, the worklets and the codecs' modules are; by default beside this script. */
  readonly filesUrl?: URL | undefined;
  /** Of all calls of the page. */
  readonly record?: PageRecord | undefined;
  /** Ends the core, as closing its connection does. */
  readonly signal: AbortSignal;
  log(level: LogLevel, message: string, context: Readonly<Record<string, string>>): void;
}

/** How the encryption of one way's frames does. */
export interface FrameEncryptionState {
  readonly kind: MediaKind;
  readonly flow: MediaFlow;
  /** While it is `failing` nothing is sent, or heard and seen. */
  readonly state: 'failing' | 'working';
  readonly reason: string | undefined;
}

const TICK_MS = 100;
/** Fetched from the camera of a hidden page where they do not come by themselves. */
const PICTURES_PER_SECOND = 30;
/** ms until a worker that could not be loaded is tried again, doubled each time, and at most. */
const RELAUNCH_MS = 2000;
const MAX_RELAUNCH_MS = 64_000;
/** ms on the browser's codecs after the first crash of a worker. */
const PENALTY_MS = 30_000;

/**
 * Our codecs in one call: a media worker that stands in the transceivers of a connection, what is captured for it, and what
 * it plays. Whatever fails, the browser's own codecs go on.
 */
export class MediaCore {
  readonly #options: MediaCoreOptions;
  readonly #files: CoreFiles;
  readonly #record: PageRecord;
  readonly #token = randomToken();
  readonly #closing = new AbortController();
  readonly #transceivers = new CoreTransceivers();
  readonly #limiter = new EventLimiter();
  readonly #received: ReceivedTracks;
  /** Tells whether the first worker lives. */
  #opened: (lives: boolean) => void = () => undefined;
  #preference: CorePreference;
  #peerToken: Uint8Array | undefined;
  #frameKey: { readonly id: number; readonly secret: Uint8Array | undefined } | undefined;
  #network: NetworkMonitor | undefined;
  #graph: AudioGraph | undefined;
  #engine: Engine | undefined;
  /** Workers started so far. */
  #workers = 0;
  #crashes = 0;
  /** ms, monotonic: without a worker until then. */
  #relaunchAt = Infinity;
  #relaunchMs = RELAUNCH_MS;
  /** ms, monotonic: the browser's codecs until then, after a crash. */
  #penaltyUntil: number | undefined;
  #warmUp: WarmUp | undefined;
  #sample: CoreStatistics | undefined;
  #playsSound = false;
  #tickedAt = -Infinity;

  private constructor(options: MediaCoreOptions) {
    this.#options = options;
    this.#files = coreFiles(options.filesUrl);
    this.#record = options.record ?? pageRecord;
    this.#preference = options.preference;
    this.#received = new ReceivedTracks(options.remoteStream, () => {
      if (!this.#closing.signal.aborted) options.onStreams();
    });
  }

  /**
   * Loads the worker and the codecs. The worker has to live before there is a connection: Chromium loses the frames of a
   * transform whose worker never comes.
   * @returns undefined where that cannot be, which is logged
   */
  static async open(options: MediaCoreOptions): Promise<MediaCore | undefined> {
    const core = new MediaCore(options);
    const lives = await new Promise<boolean>((resolve) => {
      core.#opened = resolve;
      core.#start();
    });
    if (lives) return core;
    core.#close();
    return undefined;
  }

  /** What is going on, and why; the figures of the last second. */
  get statistics(): MediaCoreStatistics {
    return {
      decisions: this.#decisions(),
      warmUp: this.#warmUp,
      sample: this.#sample,
      crashes: this.#crashes,
    };
  }

  /**
   * Whether what `remoteStream` sounds like is played at the loudspeaker already: elements with it are to be mute. Chromium's
   * play a track that is none of a connection's 60 ms later than that, and at another pitch until they have got used to it.
   */
  get playsSound(): boolean {
    return this.#playsSound;
  }

  /** Makes the call's connection, once, and the AudioContext: soon after a user's gesture. The core ends when it is closed. */
  readonly connect = (configuration: RTCConfiguration): RTCPeerConnection => {
    const connection = new CoreConnection(configuration, {
      toPeer: (sdp) => markDescription(sdp, this.#token),
      fromPeer: (sdp) => this.#recognize(sdp),
      onTransceivers: this.#update,
      onClose: () => {
        this.#close();
      },
    });
    this.#transceivers.follow(connection);
    this.#network = new NetworkMonitor(connection);
    this.#graph = this.#openGraph();
    if (this.#graph) this.#engine?.useGraph(this.#graph);
    return connection;
  };

  /** Takes effect in the running call. */
  setPreference(preference: CorePreference): void {
    this.#preference = preference;
    if (this.#penaltyUntil === undefined) this.#engine?.post({ type: 'preference', preference });
  }

  /** Frames are encrypted from now on under a key that the peer's core has too; without a secret, no more. */
  setFrameKey(id: number, secret: Uint8Array | undefined): void {
    this.#frameKey = { id, secret };
    this.#engine?.post({ type: 'frame-key', id, secret });
  }

  #start(): void {
    if (this.#record.isOff) {
      this.#log('warn', 'the media core has failed twice on this page and stays off');
      this.#opened(false);
      return;
    }
    if (!('RTCRtpScriptTransform' in globalThis)) {
      this.#log('info', 'this browser lacks encoded transforms: its own codecs are used');
      this.#opened(false);
      return;
    }
    if (this.#options.signal.aborted) {
      this.#opened(false);
      return;
    }
    const { signal } = this.#closing;
    this.#options.signal.addEventListener('abort', this.#close, { signal });
    this.#launch();
    const timer = setInterval(this.#tick, TICK_MS);
    signal.addEventListener('abort', () => {
      clearInterval(timer);
    });
    document.addEventListener('visibilitychange', this.#update, { signal });
  }

  #openGraph(): AudioGraph | undefined {
    try {
      return new AudioGraph({
        workletsUrl: this.#files.worklets.href,
        onChange: this.#update,
        onTick: () => {
          this.#engine?.tickForPictures();
          this.#tick();
        },
        onError: (message, cause) => {
          this.#log('warn', message, { error: String(cause) });
        },
      });
    } catch (cause) {
      this.#log('warn', 'there is no AudioContext', { error: String(cause) });
      return undefined;
    }
  }

  #launch(): void {
    this.#relaunchAt = Infinity;
    try {
      const worker = this.#options.launchWorker(this.#files.worker);
      this.#engine = new Engine({
        worker,
        helper: this.#launchHelper(),
        start: this.#startMessage(),
        transceivers: this.#transceivers,
        received: this.#received,
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
    this.#engine.post({ type: 'peer-token', token: this.#peerToken });
    if (this.#frameKey) this.#engine.post({ type: 'frame-key', ...this.#frameKey });
  }

  #launchHelper(): Worker | undefined {
    if (navigator.hardwareConcurrency < 2) return undefined;
    try {
      return this.#options.launchWorker(this.#files.worker);
    } catch (cause) {
      this.#log('info', 'there is no second worker for pictures', { error: String(cause) });
      return undefined;
    }
  }

  #startMessage(): StartMessage {
    return {
      type: 'start',
      opusUrl: this.#files.opus.href,
      vp8Url: this.#files.vp8.href,
      preference: this.#penaltyUntil === undefined ? this.#preference : 'native',
      capabilities: this.#capabilities(),
      token: this.#token,
      generation: this.#workers++,
      warmUp: this.#record.warmUp,
      role: this.#options.role,
      videoCarrier: MediaStreamTrackProcessor ? 'scaled' : 'full',
    };
  }

  #handle(message: WorkerMessage, worker: Worker): void {
    switch (message.type) {
      case 'ready':
      case 'measured':
        this.#warmUp = message.warmUp;
        this.#record.noteWarmUp(message.warmUp);
        this.#log('info', `the WebAssembly codecs are ${message.type}, ms per frame`, { ...message.warmUp });
        break;
      case 'statistics':
        this.#sample = message.sample;
        break;
      case 'log':
        this.#log(message.level, message.message, message.context);
        break;
      case 'unavailable':
        this.#log('warn', 'our codecs cannot be used', { reason: message.reason });
        if (message.reason === 'module-failed') this.#noteFailure();
        break;
      case 'codec-failed':
        this.#noteFailure();
        break;
      case 'key-event': {
        const { kind, flow, state, reason } = message;
        this.#log(state === 'failing' ? 'warn' : 'info', `frame encryption is ${state}`, { kind, flow, reason });
        this.#options.onFrameEncryption?.({ kind, flow, state, reason });
        break;
      }
      case 'receiving':
      case 'sending':
        this.#log('info', `${message.kind} is ${message.type} by the ${message.path} path`);
        break;
      default:
    }
    // Frames were lost between the two workers: no reference for the next one is sure to be there.
    if (this.#transceivers.attach(worker) && this.#crashes > 0) this.#askForKeyFrames();
    this.#relaunchMs = RELAUNCH_MS;
    this.#update();
    this.#opened(true);
  }

  /** The browser's codecs take over; a new worker stands by, since Chromium waits for one, and tries again later. */
  #failed(reason: string, hasLived: boolean): void {
    this.#engine?.close();
    this.#engine = undefined;
    this.#sample = undefined;
    this.#transceivers.detach(this.#frameKey?.secret !== undefined);
    this.#log('warn', 'the media worker has failed', { reason });
    if (hasLived) {
      this.#crashes += 1;
      this.#penaltyUntil = performance.now() + PENALTY_MS;
    }
    this.#noteFailure();
    if (!hasLived) {
      this.#opened(false);
      this.#relaunchAt = performance.now() + this.#relaunchMs;
      this.#relaunchMs = Math.min(2 * this.#relaunchMs, MAX_RELAUNCH_MS);
      return;
    }
    this.#launch();
  }

  /** The running call goes without the core too, once it is off on the page. */
  #noteFailure(): void {
    this.#record.noteFailure();
    if (!this.#record.isOff || this.#penaltyUntil === Infinity) return;
    this.#penaltyUntil = Infinity;
    this.#log('warn', 'the media core has failed twice on this page and stays off');
    this.#engine?.post({ type: 'preference', preference: 'native' });
  }

  #askForKeyFrames(): void {
    this.#transceivers.carrier?.makeKeyFrame();
    this.#engine?.post({ type: 'want-key-frame' });
  }

  readonly #tick = (): void => {
    const now = performance.now();
    // The worklet ticks too, for hidden pages.
    if (now - this.#tickedAt < TICK_MS * 0.9) return;
    this.#tickedAt = now;
    if (now >= this.#relaunchAt) this.#launch();
    if (this.#penaltyUntil !== undefined && now >= this.#penaltyUntil) {
      this.#penaltyUntil = undefined;
      this.#engine?.post({ type: 'preference', preference: this.#preference });
    }
    this.#engine?.tick();
    this.#update();
    void this.#readNetwork();
  };

  readonly #update = (): void => {
    if (this.#closing.signal.aborted) return;
    this.#transceivers.update();
    this.#engine?.update(this.#capabilities());
    const sound = this.#transceivers.receivedTrack('audio');
    // Of a plain peer we never decode anything.
    const mixed = this.#graph?.mix(this.#peerToken && sound);
    this.#playSound(sound !== undefined && mixed !== undefined);
    this.#received.show('audio', sound, mixed);
    const perSecond = this.#engine?.wantsPictureTicks ? PICTURES_PER_SECOND : 1000 / TICK_MS;
    this.#graph?.tick(document.hidden ? perSecond : 0);
  };

  #playSound(isMixed: boolean): void {
    const plays = isMixed && this.#options.playSound === true && MediaStreamTrackProcessor !== undefined;
    if (plays === this.#playsSound) return;
    this.#playsSound = plays;
    this.#graph?.play(plays);
    this.#options.onStreams();
  }

  #capabilities(): PageCapabilities {
    return {
      transforms: true,
      trackGenerator: MediaStreamTrackGenerator !== undefined,
      videoFrames: hasVideoFrames(),
      provenBrowser: isProvenBrowser(),
      codecNegotiated: {
        audio: this.#transceivers.sends('audio', 'opus'),
        video: this.#transceivers.sends('video', 'vp8'),
      },
      cores: navigator.hardwareConcurrency,
      memory: deviceMemory(),
      pageHidden: document.hidden,
      audioRunning: this.#graph?.isRunning ?? false,
    };
  }

  async #readNetwork(): Promise<void> {
    const reading = await this.#network?.read();
    if (!reading || this.#closing.signal.aborted) return;
    this.#engine?.post({ type: 'network', report: reading.report });
    if (reading.isOtherRoute) this.#engine?.post({ type: 'route-changed' });
  }

  #recognize(description: string): string {
    const { sdp, token } = unmarkDescription(description);
    // A peer that sends back what it does not understand is none of ours.
    const peerToken = sameToken(token, this.#token) ? undefined : token;
    if (!sameToken(peerToken, this.#peerToken)) {
      this.#peerToken = peerToken;
      this.#engine?.post({ type: 'peer-token', token: peerToken });
    }
    // Where there is no processor, sound comes on another clock than the browser's frames, which takes more than short packets
    // would save; and the browser shows its pictures beside our sound.
    if (!peerToken || this.#preference === 'native') return sdp;
    return MediaStreamTrackProcessor ? withShortPackets(sdp) : withoutLipSync(sdp);
  }

  /** Of a worker that stands by after a crash the reason is the crash. */
  #decisions(): CoreDecisions | undefined {
    const decisions = this.#engine?.decisions;
    if (!decisions || this.#penaltyUntil === undefined) return decisions;
    const reason = this.#record.isOff ? 'switched-off' : 'worker-crashed';
    const crashed = (since: number) => ({ path: 'native', reason, since }) as const;
    const { audio, video } = decisions;
    return {
      audio: { send: crashed(audio.send.since), receive: crashed(audio.receive.since) },
      video: { send: crashed(video.send.since), receive: crashed(video.receive.since) },
    };
  }

  #log(level: LogLevel, message: string, context: Readonly<Record<string, unknown>> = {}): void {
    const held = this.#limiter.pass(JSON.stringify([message, context]), performance.now());
    if (held === undefined) return;
    const entries = Object.entries(withHeld(context, held)).map(([key, value]) => [key, String(value)] as const);
    this.#options.log(level, message, Object.fromEntries(entries));
  }

  readonly #close = (): void => {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#engine?.close();
    this.#engine = undefined;
    this.#graph?.close();
    this.#playsSound = false;
    this.#opened(false);
  };
}
