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
import { SoundCapture } from './sound-capture.js';
import { captureVideo, enoughOf, scaledDownToFit, type VideoCapture } from './video-capture.js';
import { playVideo } from './video-playout.js';
import { WorkerLink, type WorkerLinkObserver } from './worker-link.js';

export interface EngineOptions {
  readonly worker: Worker;
  /** Encodes pictures for it; undefined where that cannot be had. */
  readonly helper: Worker | undefined;
  readonly start: StartMessage;
  readonly transceivers: CoreTransceivers;
  readonly received: ReceivedTracks;
  /** Undefined where there is no AudioContext, or not yet. */
  readonly graph: AudioGraph | undefined;
  readonly observer: WorkerLinkObserver;
}

/** ms by which the latency of devices may change before the worker is told: it is never quite the same. */
const LATENCY_STEP_MS = 5;
/** Of each dimension, while ours take the place of the browser's pictures: small ones cost the browser next to nothing. */
const REPLACED_SCALED_DOWN_BY = 10;

/** One media worker with all that is captured for it and played from it; another worker gets another engine. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #link: WorkerLink;
  #capabilities: string;
  #decisions: CoreDecisions | undefined;
  readonly #sending = new Set<MediaKind>();
  #graph: AudioGraph | undefined;
  #microphone: SoundCapture | undefined;
  #playsAudio = false;
  #camera: { readonly capture: VideoCapture; settings: string } | undefined;
  /** Shows what the worker decodes. */
  #screen: MediaStreamTrack | undefined;
  #showsOwn = false;
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
    if (options.helper) this.#employ(options.helper);
  }

  get decisions(): CoreDecisions | undefined {
    return this.#decisions;
  }

  /** Whether pictures have to be fetched by ticks when the page is hidden. */
  get wantsPictureTicks(): boolean {
    return this.#camera !== undefined && this.#uses('video', 'send') && !MediaStreamTrackProcessor;
  }

  /** Sound comes and goes by this AudioContext from now on; there was none before. */
  useGraph(graph: AudioGraph): void {
    this.#graph = graph;
    this.#microphone = new SoundCapture(graph, this.post);
  }

  readonly post = (message: PageMessage, transfer: Transferable[] = []): void => {
    this.#link.post(message, transfer);
  };

  /** Whatever may have changed: tracks, transceivers, the state of the page. */
  update(capabilities: PageCapabilities): void {
    const text = JSON.stringify(capabilities);
    if (text !== this.#capabilities) this.post({ type: 'capabilities', capabilities });
    this.#capabilities = text;
    this.#captureAudio();
    this.#captureVideo();
    this.#play();
    this.#reportLatency();
  }

  /** Each 100 ms. */
  tick(): void {
    this.#link.tick();
    this.#reportSettings();
  }

  tickForPictures(): void {
    this.#camera?.capture.tick();
  }

  /** Ends the worker, and what was captured and played for it; the browser's tracks and carriers are as before. */
  close(): void {
    const { transceivers } = this.#options;
    this.#link.close();
    this.#options.helper?.terminate();
    this.#decisions = undefined;
    this.#showsOwn = false;
    this.#graph?.hear('native');
    this.#microphone?.close();
    this.#camera?.capture.close();
    this.#play();
    this.#screen?.stop();
    transceivers.carrier?.scaleDown(1);
    transceivers.carrier?.limit(undefined);
  }

  /** Without its answer the media worker encodes alone: a helper that cannot be loaded is none. */
  #employ(helper: Worker): void {
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
        setMember(this.#sending, message.kind, message.path === 'own');
        break;
      case 'receiving':
        if (message.kind === 'audio') this.#graph?.hear(message.path);
        else this.#showsOwn = message.path === 'own';
        break;
      case 'sound-refused':
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
    const standsBy = this.#decisions?.video.send.reason === 'calm-way';
    const sent = transceivers.sentTrack('video');
    // Ours go on until the browser has made a key frame.
    const track = isUsed || (standsBy && this.#sending.has('video')) ? sent : undefined;
    if (track !== this.#camera?.capture.track) {
      this.#camera?.capture.close();
      this.#camera = track && { capture: captureVideo(track, this.post), settings: '' };
      if (track) this.#reportSettings();
      else this.post({ type: 'capture-ended', kind: 'video' });
    }
    const isReplaced = MediaStreamTrackProcessor !== undefined && isUsed && this.#sending.has('video');
    transceivers.carrier?.scaleDown(isReplaced ? REPLACED_SCALED_DOWN_BY : sent ? scaledDownToFit(sent) : 1);
    // Where there is no processor the carrier's own bitrate is the only measure of what the network takes.
    if (!MediaStreamTrackProcessor)
      transceivers.carrier?.limit(sent && (isUsed || standsBy) ? enoughOf(sent) : undefined);
  }

  /** The browser learns some of them only with the first picture; a camera may change them later. */
  #reportSettings(): void {
    if (!this.#camera) return;
    const settings = this.#camera.capture.settings();
    const text = JSON.stringify(settings);
    if (text === this.#camera.settings) return;
    this.#camera.settings = text;
    this.post({ type: 'capture-settings', settings });
  }

  /** An AudioContext that has just begun does not know it, and devices are exchanged. */
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
    if (this.#uses('video', 'receive')) this.#screen ??= playVideo(this.post);
    received.show('video', transceivers.receivedTrack('video'), this.#showsOwn ? this.#screen : undefined);
  }
}

function setMember<T>(set: Set<T>, member: T, isMember: boolean): void {
  if (isMember) set.add(member);
  else set.delete(member);
}
