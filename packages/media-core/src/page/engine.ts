import type { CoreDecisions, MediaFlow, MediaKind } from '../core/choice/core-choice.js';
import type {
  HelperMessage,
  PageCapabilities,
  PageMessage,
  StartMessage,
  WorkerMessage,
} from '../messages/media-worker-messages.js';
import type { AudioGraph } from './audio-graph.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';
import type { CoreTransceivers } from './core-transceivers.js';
import type { ReceivedTracks } from './received-tracks.js';
import { AudioCapture } from './audio-capture.js';
import { captureVideo, usefulBitrate, scaledDownToFit, type VideoCapture } from './video-capture.js';
import { playVideo } from './video-playout.js';
import { WorkerLink, type WorkerLinkObserver } from './worker-link.js';

export interface EngineOptions {
  readonly worker: Worker;
  /** Encodes frames for `worker`; undefined if the browser cannot start a second worker. */
  readonly helper: Worker | undefined;
  readonly start: StartMessage;
  readonly transceivers: CoreTransceivers;
  readonly received: ReceivedTracks;
  /** Undefined if the browser cannot create an AudioContext, or before there is one. */
  readonly graph: AudioGraph | undefined;
  readonly observer: WorkerLinkObserver;
}

/** Change of the device latency from which the worker is informed [ms]; smaller changes are measurement noise. */
const LATENCY_STEP_MS = 5;
/** Divisor of width and height while our frames replace the browser's, which makes its encoder nearly free of cost. */
const REPLACED_SCALE_DOWN = 10;

/** One media worker with its capture and playout. A new worker gets a new engine. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #link: WorkerLink;
  #capabilities: string;
  #decisions: CoreDecisions | undefined;
  readonly #sending = new Set<MediaKind>();
  #graph: AudioGraph | undefined;
  #microphone: AudioCapture | undefined;
  #playsAudio = false;
  #camera: { readonly capture: VideoCapture; settings: string } | undefined;
  /** Track of the frames that the worker decodes. */
  #decodedVideo: MediaStreamTrack | undefined;
  #showsDecoded = false;
  #latency = { captureMs: 0, playoutMs: 0 };

  constructor(options: EngineOptions) {
    this.#options = options;
    const { worker, start, observer, graph } = options;
    if (graph) this.useGraph(graph);
    this.#link = new WorkerLink(worker, {
      onMessage: (message) => {
        this.#handle(message);
        observer.onMessage(message);
      },
      onFailure: (reason, hasLived) => {
        observer.onFailure(reason, hasLived);
      },
    });
    this.#capabilities = JSON.stringify(start.capabilities);
    this.post(start);
    if (options.helper) this.#connectHelper(options.helper);
  }

  get decisions(): CoreDecisions | undefined {
    return this.#decisions;
  }

  /** Whether a hidden page has to fetch camera frames in ticks. */
  get needsFrameTicks(): boolean {
    return this.#camera !== undefined && this.#uses('video', 'send') && !MediaStreamTrackProcessor;
  }

  /** Captures and plays with this AudioContext; there was none before. */
  useGraph(graph: AudioGraph): void {
    this.#graph = graph;
    this.#microphone = new AudioCapture(graph, this.post);
  }

  readonly post = (message: PageMessage, transfer: Transferable[] = []): void => {
    this.#link.post(message, transfer);
  };

  /** Call it after each change of tracks, transceivers or the state of the page. */
  update(capabilities: PageCapabilities): void {
    const text = JSON.stringify(capabilities);
    if (text !== this.#capabilities) this.post({ type: 'capabilities', capabilities });
    this.#capabilities = text;
    this.#captureAudio();
    this.#captureVideo();
    this.#play();
    this.#reportLatency();
  }

  /** Call it every 100 ms. */
  tick(): void {
    this.#link.tick();
    this.#reportSettings();
  }

  /** Fetches a camera frame in a hidden page. */
  tickForFrames(): void {
    this.#camera?.capture.tick();
  }

  /** Ends the worker, its capture and its playout, and restores the browser's tracks and carrier. */
  close(): void {
    const { transceivers } = this.#options;
    this.#link.close();
    this.#options.helper?.terminate();
    this.#decisions = undefined;
    this.#showsDecoded = false;
    this.#graph?.select('native');
    this.#microphone?.close();
    this.#camera?.capture.close();
    this.#play();
    this.#decodedVideo?.stop();
    transceivers.carrier?.scaleDown(1);
    transceivers.carrier?.limit(undefined);
  }

  /** Connects the helper to the media worker, which encodes by itself until the helper answers. */
  #connectHelper(helper: Worker): void {
    helper.addEventListener('error', (event) => {
      event.preventDefault();
    });
    const { port1, port2 } = new MessageChannel();
    helper.postMessage({ type: 'encode-for', port: port1 } satisfies HelperMessage, [port1]);
    this.post({ type: 'encoder', port: port2 }, [port2]);
  }

  #handle(message: WorkerMessage): void {
    switch (message.type) {
      case 'decisions':
        this.#decisions = message.decisions;
        break;
      case 'sending':
        setMember(this.#sending, message.kind, message.path === 'wasm');
        break;
      case 'receiving':
        if (message.kind === 'audio') this.#graph?.select(message.path);
        else this.#showsDecoded = message.path === 'wasm';
        break;
      case 'audio-stream-refused':
        this.#microphone?.refuse();
        break;
      case 'key-frame-wanted':
        this.#options.transceivers.carrier?.makeKeyFrame();
        break;
      default:
    }
  }

  #uses(kind: MediaKind, flow: MediaFlow): boolean {
    return this.#decisions?.[kind][flow].path === 'wasm';
  }

  #captureAudio(): void {
    this.#microphone?.capture(this.#uses('audio', 'send') ? this.#options.transceivers.sentTrack('audio') : undefined);
  }

  #captureVideo(): void {
    const { transceivers } = this.#options;
    const isUsed = this.#uses('video', 'send');
    const standsBy = this.#decisions?.video.send.reason === 'uncongested-path';
    const sent = transceivers.sentTrack('video');
    // Our frames are sent until the browser has made a key frame.
    const track = isUsed || (standsBy && this.#sending.has('video')) ? sent : undefined;
    if (track !== this.#camera?.capture.track) {
      this.#camera?.capture.close();
      this.#camera = track && { capture: captureVideo(track, this.post), settings: '' };
      if (track) this.#reportSettings();
      else this.post({ type: 'capture-ended', kind: 'video' });
    }
    const isReplaced = MediaStreamTrackProcessor !== undefined && isUsed && this.#sending.has('video');
    transceivers.carrier?.scaleDown(isReplaced ? REPLACED_SCALE_DOWN : sent ? scaledDownToFit(sent) : 1);
    // Without a track processor the carrier's bitrate is the only measure of the capacity.
    if (!MediaStreamTrackProcessor)
      transceivers.carrier?.limit(sent && (isUsed || standsBy) ? usefulBitrate(sent) : undefined);
  }

  /** Some settings are known only after the first frame, and a camera may change them later. */
  #reportSettings(): void {
    if (!this.#camera) return;
    const settings = this.#camera.capture.settings();
    const text = JSON.stringify(settings);
    if (text === this.#camera.settings) return;
    this.#camera.settings = text;
    this.post({ type: 'capture-settings', settings });
  }

  /** The latency is unknown when an AudioContext starts, and changes with the device. */
  #reportLatency(): void {
    const { captureMs, playoutMs } = this.#graph?.latencyMs ?? this.#latency;
    const change = Math.max(
      Math.abs(captureMs - this.#latency.captureMs),
      Math.abs(playoutMs - this.#latency.playoutMs),
    );
    if (change < LATENCY_STEP_MS) return;
    this.#latency = { captureMs, playoutMs };
    this.post({ type: 'device-latency', captureMs, playoutMs });
  }

  #play(): void {
    const { transceivers, received } = this.#options;
    if (this.#graph && !this.#playsAudio && this.#uses('audio', 'receive')) {
      this.#playsAudio = true;
      const port = this.#graph.connectPlayout();
      this.post({ type: 'playout-audio', port }, [port]);
    }
    if (this.#uses('video', 'receive')) this.#decodedVideo ??= playVideo(this.post);
    received.show('video', transceivers.receivedTrack('video'), this.#showsDecoded ? this.#decodedVideo : undefined);
  }
}

function setMember<T>(set: Set<T>, member: T, isMember: boolean): void {
  if (isMember) set.add(member);
  else set.delete(member);
}
