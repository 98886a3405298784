import { init as initOpus } from '@xmpp-call/opus';
import { init as initVp8 } from '@xmpp-call/vp8';
import type { HelperMessage, PageMessage, TransformOptions, WorkerMessage } from '../messages/media-worker-messages.js';
import { systemClock } from './system-clock.js';
import { EncoderHost } from './video/encoder-host.js';
import { MediaWorker } from './media-worker.js';

declare const self: DedicatedWorkerGlobalScope;

const worker = new MediaWorker({
  clock: systemClock,
  // Without credentials, as the worker's script, because the files may be on another origin.
  loaders: { fetch: fetchBytes, opus: (input) => initOpus(input), vp8: (input) => initVp8(input) },
  createFrame: 'VideoFrame' in self ? (data, init) => new VideoFrame(data, init) : undefined,
  post: (message: WorkerMessage) => self.postMessage(message),
});

self.onmessage = ({ data }: MessageEvent<PageMessage | HelperMessage>) => {
  if (data.type === 'encode-for') new EncoderHost(data.port, initVp8, systemClock);
  else worker.handle(data);
};
self.onrtctransform = ({ transformer }) => worker.transform(transformer, transformer.options as TransformOptions);
self.onunhandledrejection = ({ reason }) => {
  const context = { error: String(reason) };
  self.postMessage({ type: 'log', level: 'error', message: 'unhandled', context } satisfies WorkerMessage);
};

async function fetchBytes(url: URL): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`HTTP ${response.status} ${response.url}`);
  return response.arrayBuffer();
}
