import type { Environment } from './environment.js';
import { SignalingService } from './service.js';
import { createStream } from './stream/index.js';

declare const self: DedicatedWorkerGlobalScope;

/** ms; timers that are to be longer fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const environment: Environment = {
  now: () => Date.now(),
  after: (ms, task) => {
    const timer = setTimeout(task, Math.min(ms, LONGEST_TIMER_MS));
    return () => {
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
  uuid: randomUuid,
  // The page gets the log as events.
  log: () => undefined,
};

const service = new SignalingService(
  (message) => {
    self.postMessage(message, [message.buffer]);
  },
  environment,
  createStream,
);

self.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  void service.receive(data);
});
self.addEventListener('online', () => {
  service.hintOnline();
});

/** `crypto.randomUUID` is missing outside of secure contexts, where at least a clear error is owed to the page. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
