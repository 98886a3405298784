/** The XMPP stream of the signaling worker, in Node. */
import { randomUUID } from 'node:crypto';
import { createStream, type Environment, type StreamOptions, type XmppStream } from '@xmpp-call/signaling';
import { WebSocket } from 'ws';

/** @param clockErrorMs by how much the device's clock is ahead */
const environment = (clockErrorMs: number): Environment => ({
  now: () => Date.now() + clockErrorMs,
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  uuid: () => randomUUID(),
  log: () => undefined,
});

export function createNodeStream(
  options: Pick<StreamOptions, 'service' | 'domain' | 'credentials'>,
  clockErrorMs = 0,
): XmppStream {
  return createStream(
    {
      identity: { category: 'client', type: 'web', name: '' },
      features: [],
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
      ...options,
    },
    environment(clockErrorMs),
  );
}
