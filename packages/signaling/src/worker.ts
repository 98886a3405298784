import { randomUuid } from '@xmpp-call/wire';
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
