import assert from 'node:assert/strict';
import { el, type Element } from '@xmpp-call/jingle';
import { WebSocket as NodeWebSocket } from 'ws';
import type { StreamState } from '../stanza-stream.js';
import type { WebSocketConstructor } from './connection.js';
import { StreamError } from './errors.js';
import type { Credentials, PlainPolicy } from './sasl.js';
import { Session } from './xmpp-session.js';
import type { ScriptedServer, ServerConnection, VirtualEnvironment } from './stream.testing.js';

const WebSocketClass = NodeWebSocket as unknown as WebSocketConstructor;

/** A session and everything it says, with events to wait for. */
export class Probe {
  readonly states: StreamState[] = [];
  readonly stanzas: Element[] = [];
  readonly events: string[] = [];
  readonly session: Session;
  #waiting: { readonly event: string; readonly resolve: () => void } | undefined;

  constructor(
    readonly environment: VirtualEnvironment,
    options: {
      service: string | (() => Promise<string>);
      credentials?: Credentials;
      plain?: PlainPolicy;
      WebSocket?: WebSocketConstructor;
    },
  ) {
    const { service } = options;
    this.session = new Session(
      {
        findService: () => (typeof service === 'string' ? Promise.resolve(service) : service()),
        domain: 'example.org',
        credentials: options.credentials ?? { kind: 'anonymous' },
        plain: options.plain ?? { isRefused: false, scramAccounts: new Set() },
        resource: 'call.1',
        WebSocket: options.WebSocket ?? WebSocketClass,
      },
      {
        onStanza: (stanza) => {
          this.stanzas.push(stanza);
          this.#happened(`stanza ${stanza.name}`);
        },
        onState: (state) => {
          this.states.push(state);
          this.#happened(state);
        },
        onBound: () => this.#happened('bound'),
        onRebound: () => this.#happened('rebound'),
        onResumed: () => this.#happened('resumed'),
        onLost: (resumable) => this.#happened(`lost resumable=${resumable}`),
        onEnded: () => this.#happened('ended'),
      },
      environment,
    );
  }

  /** Resolves when `event` happens next. */
  until(event: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = { event, resolve };
    });
  }

  #happened(event: string): void {
    this.events.push(event);
    if (this.#waiting?.event !== event) return;
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve();
  }
}

export const chat = (body: string): Element =>
  el('message', { xmlns: 'jabber:client', to: 'desk@example.org', id: body });
/** Resolves when `condition` holds; looked at whenever the event loop has come round. */
export const happened = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
};
/** Resolves when no timer is left: closed sockets keep one until their peer has said goodbye. */
export const quiet = async (environment: VirtualEnvironment): Promise<void> => {
  await happened(() => environment.timerCount === 0);
};
export const code =
  (expected: string) =>
  (error: unknown): boolean =>
    error instanceof StreamError && error.code === expected;

/** A session that is online, and the server's end of it. */
export const logIn = async (
  server: ScriptedServer,
  environment: VirtualEnvironment,
  WebSocket = WebSocketClass,
): Promise<{ probe: Probe; line: ServerConnection }> => {
  const probe = new Probe(environment, { service: server.url, WebSocket });
  const connected = probe.session.connect();
  const line = await server.accept();
  await line.establish('a1@example.org/call.1');
  assert.equal(await connected, 'a1@example.org/call.1');
  return { probe, line };
};
