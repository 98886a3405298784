import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Element } from '@xmpp-call/jingle';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import type { Environment, LogContext, LogLevel } from '../environment.js';
import { parseXml } from './parse-xml.js';

interface Timer {
  at: number;
  readonly task: () => void;
}

/** Time stands still until `advance`; chance is 0.5 unless set. */
export class VirtualEnvironment implements Environment {
  readonly logs: { readonly level: LogLevel; readonly message: string; readonly context: LogContext | undefined }[] =
    [];
  randomValue = 0.5;
  #time = Date.UTC(2026, 0, 1);
  #ids = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#time;
  }

  after(ms: number, task: () => void): () => void {
    const timer: Timer = { at: this.#time + ms, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  random(): number {
    return this.randomValue;
  }

  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}`;
  }

  log(level: LogLevel, message: string, context?: LogContext): void {
    this.logs.push({ level, message, context });
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  /** ms until the next timer; undefined without one. */
  nextTimerIn(): number | undefined {
    const times = [...this.#timers].map(({ at }) => at - this.#time);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** The device sleeps for `ms`: the clock goes on, timers do not. */
  sleep(ms: number): void {
    this.#time += ms;
    const timers = [...this.#timers];
    for (const timer of timers) timer.at += ms;
  }

  /** Lets `ms` pass, running what falls due in order. */
  advance(ms: number): void {
    const end = this.#time + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#time = Math.max(this.#time, due.at);
      due.task();
    }
    this.#time = end;
  }
}

/** The server's end of one WebSocket. */
export class ServerConnection {
  readonly closed: Promise<unknown>;
  readonly #frames: Element[] = [];
  #waiting: ((frame: Element) => void) | undefined;
  /** Questions for the time (XEP-0202), which every login asks; kept apart from the other frames. */
  readonly timeQuestions: Element[] = [];
  /** Answers them. */
  onTimeQuestion: (question: Element) => void = () => undefined;

  constructor(readonly socket: ServerSocket) {
    this.closed = once(socket, 'close');
    socket.on('message', (data: Buffer) => {
      const frame = parseXml(data.toString('utf8'));
      if (frame.getChild('time', 'urn:xmpp:time')) {
        this.timeQuestions.push(frame);
        this.onTimeQuestion(frame);
        return;
      }
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting) waiting(frame);
      else this.#frames.push(frame);
    });
  }

  /** The next frame of the client. */
  next(): Promise<Element> {
    const frame = this.#frames.shift();
    if (frame) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The next frame that is called `name`; others before it are let go. */
  async until(name: string): Promise<Element> {
    for (;;) {
      const frame = await this.next();
      if (frame.getName() === name) return frame;
    }
  }

  /** Puts frames back in front of those that have come. */
  unread(frames: readonly Element[]): void {
    this.#frames.unshift(...frames);
  }

  /** Frames that have come and were not asked for. */
  get pending(): readonly Element[] {
    return this.#frames;
  }

  send(...frames: string[]): void {
    for (const frame of frames) this.socket.send(frame);
  }

  /** Cuts the line without a word. */
  kill(): void {
    this.socket.terminate();
  }

  result(request: Element, payload = '', from?: string): void {
    const sender = from ?? request.attrs.to;
    const address = sender === undefined ? '' : ` from="${sender}"`;
    this.send(`<iq xmlns="jabber:client" type="result" id="${request.attrs.id}"${address}>${payload}</iq>`);
  }

  error(request: Element, condition: string): void {
    const from = request.attrs.to === undefined ? '' : ` from="${request.attrs.to}"`;
    this.send(
      `<iq xmlns="jabber:client" type="error" id="${request.attrs.id}"${from}><error type="cancel">` +
        `<${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
    );
  }

  /** Answers `<open/>` with features. */
  async open(features: string): Promise<void> {
    const open = await this.until('open');
    this.send(
      `<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" version="1.0" id="1" from="${open.attrs.to}"/>`,
      `<stream:features xmlns:stream="http://etherx.jabber.org/streams">${features}</stream:features>`,
    );
  }

  /** Logs the client in anonymously and opens the second stream. */
  async authenticate(features = `${BIND}${SM}`): Promise<void> {
    await this.open(mechanisms('ANONYMOUS'));
    await this.until('auth');
    this.send(`<success xmlns="${NS_SASL}"/>`);
    await this.open(features);
  }

  async bind(jid: string): Promise<void> {
    const request = await this.until('iq');
    this.result(request, `<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>${jid}</jid></bind>`);
  }

  /** The whole of a new session with stream management. */
  async establish(jid: string, sessionId = 'session-1'): Promise<void> {
    await this.authenticate();
    await this.bind(jid);
    await this.until('enable');
    this.send(`<enabled xmlns="urn:xmpp:sm:3" id="${sessionId}" resume="true"/>`);
  }
}

export const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
export const BIND = '<bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"/>';
export const SM = '<sm xmlns="urn:xmpp:sm:3"/>';

export function mechanisms(...names: string[]): string {
  return `<mechanisms xmlns="${NS_SASL}">${names.map((name) => `<mechanism>${name}</mechanism>`).join('')}</mechanisms>`;
}

/** An XMPP server that does what the test says, on a loopback port. */
export class ScriptedServer {
  readonly #connections: ServerConnection[] = [];
  #waiting: ((connection: ServerConnection) => void) | undefined;

  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket) => {
      const connection = new ServerConnection(socket);
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting) waiting(connection);
      else this.#connections.push(connection);
    });
  }

  static async start(): Promise<ScriptedServer> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'xmpp' });
    await once(server, 'listening');
    return new ScriptedServer(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/xmpp-websocket`;
  }

  /** Sockets that are open. */
  get openCount(): number {
    return this.server.clients.size;
  }

  accept(): Promise<ServerConnection> {
    const connection = this.#connections.shift();
    if (connection) return Promise.resolve(connection);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async stop(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

/** The server's side of SCRAM (RFC 5802 §3), by other means than the client's. */
export function scramServer(hash: 'sha1' | 'sha256' | 'sha512', password: string, clientFirst: string) {
  const firstBare = clientFirst.replace(/^n,,/, '');
  const clientNonce = /r=([^,]+)/.exec(firstBare)?.[1] ?? '';
  const salt = randomBytes(16);
  const iterations = 4096;
  const serverFirst = `r=${clientNonce}${randomBytes(9).toString('base64')},s=${salt.toString('base64')},i=${iterations}`;
  const salted = pbkdf2Sync(password, salt, iterations, { sha1: 20, sha256: 32, sha512: 64 }[hash], hash);
  const sign = (key: Buffer, data: string): Buffer => createHmac(hash, key).update(data).digest();
  return {
    serverFirst,
    /** undefined when the proof is wrong. */
    serverFinal(clientFinal: string): string | undefined {
      const [, withoutProof = '', proof = ''] = /^(.*),p=(.*)$/.exec(clientFinal) ?? [];
      const authMessage = `${firstBare},${serverFirst},${withoutProof}`;
      const clientKey = sign(salted, 'Client Key');
      const signature = sign(createHash(hash).update(clientKey).digest(), authMessage);
      const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
      if (expected.toString('base64') !== proof) return undefined;
      return `v=${sign(sign(salted, 'Server Key'), authMessage).toString('base64')}`;
    },
  };
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

export function unbase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
