import type { CorePreference } from './core/choice/core-choice.js';
import { EventLimiter, withHeld } from './core/event-limiter.js';
import { coreFiles, type CoreFiles } from './core-files.js';
import type { MediaCoreOptions } from './media-core-options.js';
import type { MediaCoreStatistics } from './media-core-statistics.js';
import type { LogLevel } from './messages/media-worker-messages.js';
import { AudioGraph } from './page/audio-graph.js';
import { MediaStreamTrackProcessor } from './page/browser-apis.js';
import { CoreConnection } from './page/core-connection.js';
import { CoreTransceivers } from './page/core-transceivers.js';
import { NetworkMonitor } from './page/network-monitor.js';
import { readPageCapabilities } from './page/page-capabilities.js';
import { type PageRecord, pageRecord } from './page/page-record.js';
import { PeerRecognition } from './page/peer-recognition.js';
import { ReceivedTracks } from './page/received-tracks.js';
import { WorkerSupervisor } from './page/worker-supervisor.js';

const TICK_MS = 100;
/** Frame rate of the camera of a hidden page where frames have to be fetched by ticks [frames/s]. */
const HIDDEN_FRAME_RATE = 30;

/**
 * The WebAssembly codecs in one call: the media worker in the transforms of a connection, the capture for it and the playout
 * of what it decodes. If anything fails the browser's codecs take over.
 */
export class MediaCore {
  readonly #options: MediaCoreOptions;
  readonly #files: CoreFiles;
  readonly #record: PageRecord;
  readonly #closing = new AbortController();
  readonly #transceivers = new CoreTransceivers();
  readonly #limiter = new EventLimiter();
  readonly #received: ReceivedTracks;
  readonly #recognition = new PeerRecognition((token) => {
    this.#supervisor?.setPeerToken(token);
  });
  /** Settles `open`: whether the first worker has sent a message. */
  #opened: (isOpen: boolean) => void = () => undefined;
  #preference: CorePreference;
  #network: NetworkMonitor | undefined;
  #graph: AudioGraph | undefined;
  #supervisor: WorkerSupervisor | undefined;
  #playsSound = false;
  #isSilent = false;
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
   * Loads the worker and the codecs. The worker has to run before there is a connection: Chromium loses the frames of a
   * transform without a worker.
   * @returns undefined if the core cannot be used; the reason is logged
   */
  static async open(options: MediaCoreOptions): Promise<MediaCore | undefined> {
    const core = new MediaCore(options);
    const isOpen = await new Promise<boolean>((resolve) => {
      core.#opened = resolve;
      core.#start();
    });
    if (isOpen) return core;
    core.#close();
    return undefined;
  }

  /** Decisions with their reasons, and the statistics of the last second. */
  get statistics(): MediaCoreStatistics {
    const { decisions, warmUp, sample, crashes = 0 } = this.#supervisor ?? {};
    return { decisions, warmUp, sample, crashes };
  }

  /**
   * Whether the core plays the audio of `remoteStream` itself; media elements with that stream have to be muted. Chromium's
   * elements play a track that is not of a connection 60 ms later, and at first at a wrong pitch.
   */
  get playsSound(): boolean {
    return this.#playsSound;
  }

  /**
   * Creates the connection of the call and the AudioContext: call it once, on a user's gesture or soon after one. Closing the
   * connection closes the core.
   */
  readonly connect = (configuration: RTCConfiguration): RTCPeerConnection => {
    const connection = new CoreConnection(configuration, {
      toPeer: (sdp) => this.#recognition.mark(sdp),
      fromPeer: (sdp) => this.#recognition.recognize(sdp, this.#preference),
      onTransceivers: this.#update,
      onClose: () => {
        this.#close();
      },
    });
    this.#transceivers.follow(connection);
    this.#network = new NetworkMonitor(connection);
    this.#graph = this.#openGraph();
    this.#supervisor?.useGraph(this.#graph);
    return connection;
  };

  /** Takes effect in the running call. */
  setPreference(preference: CorePreference): void {
    this.#preference = preference;
    this.#supervisor?.setPreference(preference);
  }

  /** Whether the core plays no audio itself; the audio of `remoteStream` goes on. */
  setSilent(isSilent: boolean): void {
    this.#isSilent = isSilent;
    this.#update();
  }

  /** Encrypts frames under a key that the peer's core has too; without a secret they are not encrypted. */
  setFrameKey(id: number, secret: Uint8Array | undefined): void {
    this.#supervisor?.setFrameKey(id, secret);
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
    const supervisor = this.#createSupervisor();
    this.#supervisor = supervisor;
    supervisor.launch();
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
          this.#supervisor?.tickForFrames();
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

  #createSupervisor(): WorkerSupervisor {
    return new WorkerSupervisor({
      call: this.#options,
      files: this.#files,
      record: this.#record,
      token: this.#recognition.token,
      transceivers: this.#transceivers,
      received: this.#received,
      capabilities: () => readPageCapabilities(this.#transceivers, this.#graph?.isRunning ?? false),
      onMessage: () => {
        this.#update();
        this.#opened(true);
      },
      onLoadFailed: () => {
        this.#opened(false);
      },
      log: (level, message, context) => {
        this.#log(level, message, context);
      },
    });
  }

  readonly #tick = (): void => {
    const now = performance.now();
    // Timers of hidden pages are throttled, so the worklet ticks too.
    if (now - this.#tickedAt < TICK_MS * 0.9) return;
    this.#tickedAt = now;
    this.#supervisor?.tick(now);
    this.#update();
    void this.#readNetwork();
  };

  readonly #update = (): void => {
    if (this.#closing.signal.aborted) return;
    this.#transceivers.update();
    this.#supervisor?.update();
    const native = this.#transceivers.receivedTrack('audio');
    // Without a token the peer is plain, and its audio is never decoded by the core.
    const mixed = this.#graph?.mix(this.#recognition.peerToken && native);
    this.#setPlaysSound(native !== undefined && mixed !== undefined);
    this.#received.show('audio', native, mixed);
    const ticksPerSecond = this.#supervisor?.needsFrameTicks ? HIDDEN_FRAME_RATE : 1000 / TICK_MS;
    this.#graph?.tick(document.hidden ? ticksPerSecond : 0);
  };

  #setPlaysSound(isMixed: boolean): void {
    const plays =
      isMixed && !this.#isSilent && this.#options.playSound === true && MediaStreamTrackProcessor !== undefined;
    if (plays === this.#playsSound) return;
    this.#playsSound = plays;
    this.#graph?.play(plays);
    this.#options.onStreams();
  }

  async #readNetwork(): Promise<void> {
    const reading = await this.#network?.read();
    if (!reading || this.#closing.signal.aborted) return;
    this.#supervisor?.post({ type: 'network', report: reading.report });
    if (reading.routeChanged) this.#supervisor?.post({ type: 'route-changed' });
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
    this.#supervisor?.close();
    this.#graph?.close();
    this.#playsSound = false;
    this.#opened(false);
  };
}
