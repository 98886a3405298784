import { NS, chatFeatures, ourFeatures, toIceServers } from '@xmpp-call/jingle';
import {
  ConnectionState,
  ErrorCode,
  LogLevel,
  WIRE_VERSION,
  WireError,
  decodeCommand,
  encodeFromWorker,
} from '@xmpp-call/wire';
import type { Connect, EventBody, KnownCommand, ReplyResult } from '@xmpp-call/wire';
import { CallManager } from './calls/call-manager.js';
import { CommandError } from './calls/command-error.js';
import type { Environment, LogContext, LogLevel as Level } from './environment.js';
import { failureOf } from './service-errors.js';
import { limitLog } from './limited-log.js';
import type { StreamState } from './stanza-stream.js';
import type { StreamOptions, XmppStream } from './stream/index.js';
import { AVAILABILITIES, toCallCommand, toEventBody, toWireFailure } from './wire-mapping.js';

export type StreamFactory = (options: StreamOptions, environment: Environment) => XmppStream;

const DEFAULT_RING_TIMEOUT_MS = 45_000;
/** ms that TURN credentials are to last at least: a call is set up with them and renews its allocation later. */
const TURN_VALIDITY_MS = 600_000;

/** Entries of one kind that reach the page's console at once; after that it is one a second. */
const LOG_BURST = 5;

const DONE: ReplyResult = { case: 'done', value: {} };

const STATES: Readonly<Record<StreamState, ConnectionState>> = {
  offline: ConnectionState.OFFLINE,
  connecting: ConnectionState.CONNECTING,
  online: ConnectionState.ONLINE,
  reconnecting: ConnectionState.RECONNECTING,
};

const LEVELS: Readonly<Record<Level, LogLevel>> = {
  debug: LogLevel.DEBUG,
  info: LogLevel.INFO,
  warn: LogLevel.WARN,
  error: LogLevel.ERROR,
};

interface Connection {
  readonly stream: XmppStream;
  readonly calls: CallManager;
}

/**
 * The signaling worker's side of one port. Every command gets exactly one reply, in whatever order they are done; events
 * are numbered from 1. Nothing that comes in throws.
 */
export class SignalingService {
  readonly #post: (message: Uint8Array<ArrayBuffer>) => void;
  readonly #environment: Environment;
  readonly #createStream: StreamFactory;
  /** For the life of the worker, whatever is connected how often. */
  readonly #scramAccounts = new Set<string>();
  #greeted = false;
  #sequence = 0;
  #connection: Connection | undefined;

  constructor(post: (message: Uint8Array<ArrayBuffer>) => void, environment: Environment, createStream: StreamFactory) {
    this.#post = post;
    this.#createStream = createStream;
    const telling: Environment = {
      now: () => environment.now(),
      after: (ms, task) => environment.after(ms, task),
      random: () => environment.random(),
      uuid: () => environment.uuid(),
      log: (level, message, context) => {
        environment.log(level, message, context);
        this.#log(level, message, context);
      },
    };
    this.#environment = limitLog(telling, LOG_BURST);
  }

  /** The current stream's calls. */
  get calls(): CallManager | undefined {
    return this.#connection?.calls;
  }

  /** Takes one message of the port. Resolves when its reply is sent; never rejects. */
  async receive(data: unknown): Promise<void> {
    let command: KnownCommand;
    try {
      command = decodeCommand(data);
    } catch (error) {
      const id = error instanceof WireError ? error.commandId : undefined;
      const detail = error instanceof Error ? error.message : String(error);
      this.#environment.log('error', 'not a command', { detail });
      if (id !== undefined) this.#reply(id, { case: 'failure', value: { code: ErrorCode.VERSION_MISMATCH, detail } });
      return;
    }
    let result: ReplyResult;
    try {
      result = await this.#carryOut(command.body);
    } catch (error) {
      const failure = failureOf(error);
      this.#environment.log(failure.code === 'internal' ? 'error' : 'info', 'command failed', {
        command: command.body.case,
        detail: failure.detail,
      });
      result = { case: 'failure', value: toWireFailure(failure) };
    }
    this.#reply(command.id, result);
  }

  /** The network is said to be back. */
  hintOnline(): void {
    this.#connection?.stream.hintOnline();
  }

  /** Synchronous where it can be: commands take effect in the order in which they come. */
  #carryOut(body: KnownCommand['body']): ReplyResult | Promise<ReplyResult> {
    if (body.case === 'hello') return this.#greet(body.value.version);
    if (!this.#greeted) throw new CommandError('version-mismatch', 'Hello comes first');
    switch (body.case) {
      case 'connect':
        return this.#connect(body.value);
      case 'disconnect':
        return this.#disconnect();
      case 'queryAvailability':
        return this.#availability(body.value.jid);
      case 'fetchIceServers':
        return this.#iceServers();
      case 'networkChanged':
        this.hintOnline();
        return DONE;
      default:
        this.#online().calls.command(toCallCommand(body));
        return DONE;
    }
  }

  #greet(version: number): ReplyResult {
    this.#greeted = version === WIRE_VERSION;
    if (this.#greeted) return { case: 'welcome', value: { version: WIRE_VERSION } };
    const both = `the page speaks version ${String(version)} of the contract, the worker ${String(WIRE_VERSION)}`;
    throw new CommandError('version-mismatch', both);
  }

  async #connect(options: Connect): Promise<ReplyResult> {
    if (this.#connection && this.#connection.stream.state !== 'offline') {
      throw new CommandError('invalid-state', 'already connected');
    }
    await this.#letGo();
    const connection = this.#open(options);
    this.#connection = connection;
    try {
      return { case: 'connected', value: { jid: await connection.stream.connect() } };
    } catch (error) {
      if (this.#connection === connection) await this.#letGo();
      throw error;
    }
  }

  #open({
    service,
    domain,
    credentials,
    ringTimeoutMs,
    refusePlain,
    mediaCore,
    chat,
    realTimeText,
    maxCalls,
  }: Connect): Connection {
    const anonymous = credentials.case !== 'password';
    const stream = this.#createStream(
      {
        ...(service !== '' && { service }),
        domain,
        credentials:
          credentials.case === 'password'
            ? { kind: 'password', username: credentials.value.username, password: credentials.value.password }
            : { kind: 'anonymous' },
        plain: { isRefused: refusePlain, scramAccounts: this.#scramAccounts },
        identity: { category: 'client', type: 'web', name: 'xmpp-call' },
        features: [
          ...ourFeatures,
          ...(mediaCore ? [NS.mediaCore] : []),
          ...(chat ? chatFeatures : []),
          ...(chat && realTimeText ? [NS.realTimeText] : []),
        ],
      },
      this.#environment,
    );
    stream.onState((state) => {
      this.#tellState(stream, state);
    });
    const calls = new CallManager(
      stream,
      this.#environment,
      (event) => {
        this.#tell(toEventBody(event));
      },
      {
        anonymous,
        ringTimeoutMs: ringTimeoutMs > 0 ? ringTimeoutMs : DEFAULT_RING_TIMEOUT_MS,
        maxCalls: Math.max(1, maxCalls),
        chat: chat ? { realTimeText } : undefined,
      },
    );
    return { stream, calls };
  }

  async #disconnect(): Promise<ReplyResult> {
    await this.#letGo();
    return DONE;
  }

  async #letGo(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.calls.dispose();
    await connection?.stream.close();
  }

  async #availability(jid: string): Promise<ReplyResult> {
    return {
      case: 'availability',
      value: { jid, state: AVAILABILITIES[await this.#online().calls.availability(jid)] },
    };
  }

  async #iceServers(): Promise<ReplyResult> {
    const { stream } = this.#online();
    const services = await stream.externalServices({ minValidityMs: TURN_VALIDITY_MS });
    const servers = toIceServers(services, { now: stream.serverNow() });
    return {
      case: 'iceServers',
      value: { servers: servers.map(({ url, username = '', credential = '' }) => ({ url, username, credential })) },
    };
  }

  #online(): Connection {
    if (!this.#connection) throw new CommandError('invalid-state', 'not connected');
    return this.#connection;
  }

  #tellState(stream: XmppStream, state: StreamState): void {
    const reason = state === 'offline' ? stream.offlineReason : undefined;
    this.#tell({
      case: 'connectionChanged',
      value: {
        state: STATES[state],
        jid: stream.jid ?? '',
        ...(reason && { failure: toWireFailure(failureOf(reason)) }),
      },
    });
  }

  #log(level: Level, message: string, context: LogContext | undefined): void {
    const entries = Object.entries(context ?? {}).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, String(value)]],
    );
    this.#tell({ case: 'log', value: { level: LEVELS[level], message, context: Object.fromEntries(entries) } });
  }

  #tell(body: EventBody): void {
    this.#post(encodeFromWorker({ case: 'event', value: { seq: ++this.#sequence, body } }));
  }

  #reply(id: number, result: ReplyResult): void {
    this.#post(encodeFromWorker({ case: 'reply', value: { id, result } }));
  }
}
