/** The page's side of the tests: runs before the page's own scripts, as `globalThis.xmppCallTest`. */
import {
  concealment,
  descriptions,
  observeConnections,
  openConnections,
  receivedBytes,
  selectedPairs,
  sendInstead,
} from './connections.js';
import { find, findAll, spotOf } from './find.js';
import { isSilent, listen, watch } from './meters.js';
import { installSources, liveTracks, openDevices, plugIn, type SourceOptions } from './sources.js';

export interface ProbeOptions extends SourceOptions {
  /** Overrides what the page asks for. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy;
}

const tools = {
  find,
  findAll,
  spotOf,
  liveTracks,
  selectedPairs,
  observeConnections,
  receivedBytes,
  descriptions,
  concealment,
  plugIn,
  openConnections: () => openConnections().length,

  /** Test sources instead of devices, and an eye on every peer connection. */
  startProbe(options: ProbeOptions): void {
    installSources(options);
    observeConnections(options.iceTransportPolicy);
  },

  /** Sends from what is plugged in now, in place of what is sent. */
  async changeDevices(): Promise<void> {
    for (const track of await openDevices({ audio: true, video: true })) await sendInstead(track);
  },

  /** @param selector of an audio or video element that plays a stream, or soon will */
  async listen(selector: string, windows: number, timeoutMs: number) {
    const begin = performance.now();
    const stream = await soon(timeoutMs, `${selector} plays no stream with sound`, () => playedStream(selector));
    return await listen(stream, windows, timeoutMs - (performance.now() - begin));
  },

  /** Whether the stream that is played had nothing audible for a third of a second. */
  async isSilent(selector: string): Promise<boolean> {
    const stream = playedStream(selector);
    return stream !== undefined && (await isSilent(stream));
  },

  async watch(selector: string, distinct: number, timeoutMs: number) {
    const begin = performance.now();
    const video = await soon(timeoutMs, `${selector} is no video element`, () => {
      const element = find(selector);
      return element instanceof HTMLVideoElement ? element : undefined;
    });
    return await watch(video, distinct, timeoutMs - (performance.now() - begin));
  },
};

function playedStream(selector: string): MediaStream | undefined {
  return findAll(selector)
    .map((element) => (element instanceof HTMLMediaElement ? element.srcObject : null))
    .find((source): source is MediaStream => source instanceof MediaStream && source.getAudioTracks().length > 0);
}

/** Looks every 20 ms until there is something. */
async function soon<T>(timeoutMs: number, problem: string, look: () => T | undefined): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${problem} within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export type PageTools = typeof tools;

declare global {
  var xmppCallTest: PageTools;
}

globalThis.xmppCallTest = tools;
// The compiler that runs the tests wraps named functions in this call, also those that are sent to the page.
Object.assign(globalThis, { __name: (value: unknown) => value });
