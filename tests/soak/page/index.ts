/** Measures the reception of a page, as `globalThis.soakMeter`; runs before the page's own scripts. */
import type {} from '@xmpp-call/element';
import { FreezeDetector } from '../../../packages/media-core/src/core/video/freeze-detector.js';
import type {} from '../../tools/page/index.js';
import type { Reception } from '../judgement.js';

/** ms of a window of the worklet. */
const WINDOW_MS = (512 / 48_000) * 1000;
const MIN_GAP_MS = 20;
const SAMPLE_MS = 500;

class SoakMeter {
  readonly #closing = new AbortController();
  readonly #freezing = new FreezeDetector();
  readonly #stream: MediaStream;
  readonly #sources = new Map<string, MediaStreamAudioSourceNode>();
  #expects = { audio: true, video: true };
  /** Audio has arrived since it is expected. */
  #hasHeard = false;
  #gapMs = 0;
  #longestGapMs = 0;
  /** When the network was cut; undefined while it is not. */
  #cutAt: number | undefined;
  #silentMs = 0;
  #concealed = 0;
  #played = 0;
  #nativeBefore: { readonly concealed: number; readonly played: number } | undefined;
  #coreTimestamp: number | undefined;
  #samples = { all: 0, wasm: 0 };

  constructor(stream: MediaStream) {
    this.#stream = stream;
  }

  async start(): Promise<void> {
    const context = await sharedContext();
    const meter = new AudioWorkletNode(context, 'gap-meter', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    const { signal } = this.#closing;
    meter.port.onmessage = ({ data }: MessageEvent<boolean>) => {
      if (!signal.aborted) this.#takeWindow(data);
    };
    const listen = () => {
      for (const track of this.#stream.getAudioTracks()) {
        if (this.#sources.has(track.id)) continue;
        const source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
        source.connect(meter);
        this.#sources.set(track.id, source);
      }
    };
    listen();
    const listening = setInterval(listen, 10);
    const sampling = setInterval(() => void this.#sample(), SAMPLE_MS);
    signal.addEventListener('abort', () => {
      clearInterval(listening);
      clearInterval(sampling);
      for (const source of this.#sources.values()) source.disconnect();
      meter.port.onmessage = null;
    });
    this.#watch();
  }

  /** Audio or frames that the peer does not send do not count as missing. */
  expect(expected: { readonly audio?: boolean; readonly video?: boolean }): void {
    this.#expects = { ...this.#expects, ...expected };
    if (!this.#expects.audio) this.#endGap();
    if (!this.#expects.video) this.#freezing.pause(performance.now());
  }

  /**
   * A gap that begins while the network is cut counts from the cut. How long the concealment before it sounds depends on
   * the background noise that the decoder has seen, so a mute earlier in the call would change the figure.
   */
  setNetworkCut(isCut: boolean): void {
    this.#cutAt = isCut ? performance.now() : undefined;
  }

  async stop(): Promise<Reception> {
    await this.#sample();
    this.#endGap();
    this.#closing.abort();
    const now = performance.now();
    return {
      longestGapMs: this.#longestGapMs,
      silentMs: this.#silentMs,
      concealedShare: this.#concealed / Math.max(1, this.#played),
      freezes: this.#freezing.freezes(now),
      frozenMs: this.#freezing.frozenMs(now),
      wasmShare: this.#samples.wasm / Math.max(1, this.#samples.all),
    };
  }

  #takeWindow(isSilent: boolean): void {
    if (!isSilent) {
      this.#hasHeard = true;
      this.#endGap();
    } else if (this.#hasHeard && this.#expects.audio) {
      if (this.#gapMs === 0 && this.#cutAt !== undefined) this.#gapMs = performance.now() - this.#cutAt;
      this.#gapMs += WINDOW_MS;
    }
  }

  #endGap(): void {
    if (this.#gapMs >= MIN_GAP_MS) {
      this.#longestGapMs = Math.max(this.#longestGapMs, this.#gapMs);
      this.#silentMs += this.#gapMs;
    }
    this.#gapMs = 0;
  }

  #watch(): void {
    const video = globalThis.xmppCallTest
      .findAll('[part~="remote-video"]')
      .find((one) => one instanceof HTMLVideoElement);
    if (this.#closing.signal.aborted) return;
    if (!video) {
      requestAnimationFrame(() => {
        this.#watch();
      });
      return;
    }
    video.requestVideoFrameCallback(() => {
      if (this.#expects.video && !this.#closing.signal.aborted) this.#freezing.rendered(performance.now());
      this.#watch();
    });
  }

  /** Concealment by the figures of whoever decodes: the core's, or the browser's. */
  async #sample(): Promise<void> {
    const core = (await document.querySelector('xmpp-call')?.call?.getStatistics())?.core?.sample;
    this.#samples.all++;
    if (core?.audio.receive.path === 'wasm') this.#samples.wasm++;
    const native = await globalThis.xmppCallTest.concealment();
    const before = this.#nativeBefore;
    this.#nativeBefore = native;
    if (!this.#expects.audio) return;
    if (core?.audio.receive.path === 'wasm') {
      if (core.timestamp === this.#coreTimestamp) return;
      this.#coreTimestamp = core.timestamp;
      this.#concealed += core.audio.receive.concealedSamples;
      this.#played += core.audio.receive.playedSamples;
    } else if (before && native.played >= before.played) {
      this.#concealed += native.concealed - before.concealed;
      this.#played += native.played - before.played;
    }
  }
}

let opening: Promise<AudioContext> | undefined;

/** One per page: browsers limit their number. */
function sharedContext(): Promise<AudioContext> {
  return (opening ??= openContext());
}

async function openContext(): Promise<AudioContext> {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.resume();
  await context.audioWorklet.addModule('/gap-meter.worklet.js');
  return context;
}

let meter: SoakMeter | undefined;

const tools = {
  /** Measures the call that is active now. */
  async start(): Promise<void> {
    const stream = document.querySelector('xmpp-call')?.call?.remoteStream;
    if (!stream) throw new Error('there is no call');
    meter = new SoakMeter(stream);
    await meter.start();
  },
  expect: (expected: { readonly audio?: boolean; readonly video?: boolean }) => meter?.expect(expected),
  setNetworkCut: (isCut: boolean) => meter?.setNetworkCut(isCut),
  stop: async (): Promise<Reception | undefined> => meter?.stop(),
};

export type SoakMeterTools = typeof tools;

declare global {
  var soakMeter: SoakMeterTools;
}

globalThis.soakMeter = tools;
