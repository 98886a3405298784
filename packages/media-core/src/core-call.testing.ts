import { HEIGHT, WIDTH, type BarCode, paintBarCode, readBarCode } from '../../../tests/tools/page/bar-code.js';
import { measureTone, type ToneReading } from '../../../tests/tools/page/tone.js';
import type { CorePreference } from './core/choice/core-choice.js';
import { MediaCore } from './media-core.js';
import { PageRecord } from './page/page-record.js';
import { PeerSession } from '@xmpp-call/media';
import { type Continuity, measureContinuity, Recording } from './page/recording.testing.js';

/** Where `npm run build` puts the files of the core. */
const FILES = new URL('/packages/element/dist/cdn/', location.href);
const FRAME_RATE = 25;
const WINDOW_SAMPLES = 16_384;
const POLL_MS = 40;
const SAMPLE_MS = 20;

export interface PeerOptions {
  /** Undefined for a page without the core. */
  readonly core?: CorePreference;
  /** Whether the core may play the received audio itself. */
  readonly playSound?: boolean;
  /** Frequency of the microphone's tone [Hz]. */
  readonly toneHz: number;
  /** Record of the page's earlier calls; by default there were none. */
  readonly record?: PageRecord;
  /** Number in the camera's bar code. */
  readonly sender: number;
  /** Where the core's files are; by default where the build puts them. */
  readonly filesUrl?: URL;
  /** Source of a module that its workers run first. */
  readonly workerPrelude?: string;
}

/** A worker that records whether it was terminated. */
export class CountedWorker extends Worker {
  isTerminated = false;

  override terminate(): void {
    this.isTerminated = true;
    super.terminate();
  }
}

/** One side of a call in this page. Its microphone gives a tone, its camera a bar code. */
export class TestPeer {
  readonly remoteStream = new MediaStream();
  readonly log: string[] = [];
  readonly workers: CountedWorker[] = [];
  readonly options: PeerOptions;
  readonly #video = document.createElement('video');
  readonly #sources: Sources;
  /** Each peer has the record of a page of its own. */
  readonly record: PageRecord;
  readonly #closing = new AbortController();
  #session: PeerSession | undefined;
  #connection: RTCPeerConnection | undefined;
  core: MediaCore | undefined;

  constructor(options: PeerOptions, sources: Sources) {
    this.options = options;
    this.record = options.record ?? new PageRecord();
    this.#sources = sources;
    this.#video.muted = true;
    this.#video.autoplay = true;
    this.#video.srcObject = this.remoteStream;
    document.body.append(this.#video);
  }

  get session(): PeerSession {
    if (!this.#session) throw new Error('not opened');
    return this.#session;
  }

  async open(role: 'initiator' | 'responder', other: TestPeer): Promise<void> {
    if (this.options.core) this.core = await this.#openCore(this.options.core, role);
    const connect = this.core?.connect ?? ((configuration) => new RTCPeerConnection(configuration));
    this.#session = new PeerSession({
      iceServers: [],
      remoteStream: this.remoteStream,
      connect: (configuration) => (this.#connection = connect(configuration)),
      observer: {
        onCandidate: (candidate, mid, ufrag) => {
          void other.session.addCandidate({ candidate, mid, mLineIndex: Number(mid), ufrag });
        },
        onConnectivity: () => undefined,
        onStreams: () => undefined,
      },
    });
  }

  /** Bitrate limit of the browser's video encoder [bits/s]; undefined for none. */
  get videoLimit(): number | undefined {
    const sender = this.#connection?.getSenders().find(({ track }) => track?.kind === 'video');
    return sender?.getParameters().encodings[0]?.maxBitrate;
  }

  openCamera(): MediaStreamTrack {
    return this.#sources.openCamera(this.options.sender);
  }

  /** Replaces the browser's camera by `openCamera` during `action`. */
  async withCamera<T>(action: () => Promise<T>): Promise<T> {
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = () => Promise.resolve(new MediaStream([this.openCamera()]));
    try {
      return await action();
    } finally {
      mediaDevices.getUserMedia = open;
    }
  }

  async useDevices(): Promise<void> {
    const audio = this.#sources.openMicrophone(this.options.toneHz);
    await this.session.useDevices({ audio, video: this.openCamera(), videoError: undefined });
  }

  /** Measures the received audio for 0.34 s. */
  async hears(): Promise<ToneReading> {
    return this.#sources.listen(this.remoteStream);
  }

  /** Reads the bar code of the next frame. */
  async sees(): Promise<(BarCode & { readonly width: number }) | undefined> {
    const video = this.#video;
    const came = await within(1000, (done) => {
      const handle = video.requestVideoFrameCallback(done);
      return () => {
        video.cancelVideoFrameCallback(handle);
      };
    });
    if (!came) return undefined;
    const context = drawing();
    context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const code = readBarCode(context.getImageData(0, 0, WIDTH, HEIGHT).data);
    return code && { ...code, width: video.videoWidth };
  }

  /** Measures the continuity of the tone of `from` during `action`. */
  async hearsDuring(action: () => Promise<void>, from: TestPeer): Promise<Continuity> {
    return this.#sources.listenDuring(this.remoteStream, action, from.options.toneHz);
  }

  /** Measures the received video during `action`: the longest time without a new frame [ms], and the samples without a bar code. */
  async seesDuring(action: () => Promise<void>): Promise<{ readonly longestStillMs: number; readonly blanks: number }> {
    const context = drawing();
    let [longestStillMs, blanks, counter, changedAt] = [0, 0, -1, performance.now()];
    const sample = () => {
      context.drawImage(this.#video, 0, 0, WIDTH, HEIGHT);
      const code = readBarCode(context.getImageData(0, 0, WIDTH, HEIGHT).data);
      const now = performance.now();
      if (!code) blanks += 1;
      if (code && code.counter !== counter) [counter, changedAt] = [code.counter, now];
      longestStillMs = Math.max(longestStillMs, now - changedAt);
    };
    const timer = setInterval(sample, SAMPLE_MS);
    try {
      await action();
    } finally {
      clearInterval(timer);
    }
    return { longestStillMs, blanks };
  }

  /** State of the video element. */
  get screen(): Readonly<Record<string, unknown>> {
    const { paused, ended, readyState, currentTime, videoWidth } = this.#video;
    const tracks = this.remoteStream.getTracks().map(({ kind, readyState: state, muted }) => ({ kind, state, muted }));
    return { paused, ended, readyState, currentTime, videoWidth, tracks };
  }

  /** Path of each direction, such as `audio.send`: `wasm`, or the reason for native. */
  get paths(): Readonly<Record<string, string>> {
    const decisions = this.core?.statistics.decisions;
    const directions = [...(['audio', 'video'] as const)].flatMap((kind) =>
      (['send', 'receive'] as const).map((flow) => {
        const decision = decisions?.[kind][flow];
        return [`${kind}.${flow}`, decision?.path === 'wasm' ? 'wasm' : String(decision?.reason)] as const;
      }),
    );
    return Object.fromEntries(directions);
  }

  close(): void {
    this.#session?.close();
    this.#closing.abort();
    this.#video.remove();
  }

  async #openCore(preference: CorePreference, role: 'initiator' | 'responder'): Promise<MediaCore | undefined> {
    return MediaCore.open({
      preference,
      role,
      remoteStream: this.remoteStream,
      playSound: this.options.playSound,
      onStreams: () => undefined,
      filesUrl: this.options.filesUrl ?? FILES,
      record: this.record,
      signal: this.#closing.signal,
      launchWorker: (url) => {
        const worker = new CountedWorker(withPrelude(url, this.options.workerPrelude), { type: 'module' });
        this.workers.push(worker);
        return worker;
      },
      log: (level, message, context) => this.log.push(`${level} ${message} ${JSON.stringify(context)}`),
    });
  }
}

/** Connects two peers. */
export async function connect(
  callerOptions: PeerOptions,
  calleeOptions: PeerOptions,
  sources: Sources,
): Promise<{ readonly caller: TestPeer; readonly callee: TestPeer; close(): void }> {
  const caller = new TestPeer(callerOptions, sources);
  const callee = new TestPeer(calleeOptions, sources);
  await Promise.all([caller.open('initiator', callee), callee.open('responder', caller)]);
  caller.session.addMedia({ video: true });
  await Promise.all([caller.useDevices(), callee.useDevices()]);
  const answer = await callee.session.answer(await caller.session.createOffer());
  await caller.session.applyAnswer(answer);
  const close = () => {
    caller.close();
    callee.close();
  };
  return { caller, callee, close };
}

/** Creates microphones and cameras, and measures received audio. */
export class Sources {
  readonly #context = new AudioContext({ sampleRate: 48_000 });
  readonly #timers: ReturnType<typeof setInterval>[] = [];

  openMicrophone(toneHz: number): MediaStreamTrack {
    void this.#context.resume();
    const oscillator = new OscillatorNode(this.#context, { frequency: toneHz });
    const gain = new GainNode(this.#context, { gain: 0.3 });
    const destination = new MediaStreamAudioDestinationNode(this.#context, { channelCount: 1 });
    oscillator.connect(gain).connect(destination);
    oscillator.start();
    return trackOf(destination.stream);
  }

  openCamera(sender: number): MediaStreamTrack {
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no 2d canvas');
    let counter = 0;
    const paint = () => {
      paintBarCode(
        (colour, x, y, width, height) => {
          context.fillStyle = `rgb(${colour.join(' ')})`;
          context.fillRect(x, y, width, height);
        },
        sender,
        counter++,
      );
    };
    paint();
    this.#timers.push(setInterval(paint, 1000 / FRAME_RATE));
    return trackOf(canvas.captureStream());
  }

  async listen(stream: MediaStream): Promise<ToneReading> {
    const source = new MediaStreamAudioSourceNode(this.#context, {
      mediaStream: new MediaStream(stream.getAudioTracks()),
    });
    const analyser = new AnalyserNode(this.#context, { fftSize: WINDOW_SAMPLES });
    source.connect(analyser);
    await elapse((WINDOW_SAMPLES / this.#context.sampleRate) * 1000 + 100);
    const samples = new Float32Array(WINDOW_SAMPLES);
    analyser.getFloatTimeDomainData(samples);
    source.disconnect();
    return measureTone(samples, this.#context.sampleRate);
  }

  async listenDuring(stream: MediaStream, action: () => Promise<void>, toneHz: number): Promise<Continuity> {
    const [track] = stream.getAudioTracks();
    if (!track) throw new Error('no audio track');
    const recording = await Recording.start(this.#context, track);
    await action();
    return measureContinuity(recording.stop(), toneHz, this.#context.sampleRate);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#context.close();
  }
}

/** Waits until `holds` returns something truthy. @throws with `describe()` after `timeoutMs` */
export async function eventually<T>(
  holds: () => T | Promise<T>,
  describe: () => unknown,
  timeoutMs = 12_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await holds();
    if (result) return result;
    if (performance.now() > deadline)
      throw new Error(`not within ${timeoutMs.toFixed(0)} ms: ${JSON.stringify(describe())}`);
    await elapse(POLL_MS);
  }
}

function withPrelude(url: URL, prelude: string | undefined): URL {
  if (prelude === undefined) return url;
  const blobOf = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  return new URL(blobOf(`import ${JSON.stringify(blobOf(prelude))};\nimport ${JSON.stringify(url.href)};`));
}

function drawing(): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('no 2d canvas');
  return context;
}

function trackOf(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getTracks();
  if (!track) throw new Error('no track');
  return track;
}

/** Whether `begin` calls `done` within `ms`; the function that it returns cancels it. */
function within(ms: number, begin: (done: () => void) => () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      cancel();
      resolve(false);
    }, ms);
    const cancel = begin(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
