import { decodeFromWorker, encodeCommand, WIRE_VERSION } from '@xmpp-call/wire';
import type { Event as WireEvent, Reply } from '@xmpp-call/wire';
import { pageClock } from './clock.js';
import type { Clock } from './clock.js';
import { XmppCallError } from './errors.js';
import type { ErrorCode } from './errors.js';
import { toError } from './wire-map.js';

type CommandBody = Parameters<typeof encodeCommand>[1];
type ReplyResult = Exclude<Reply['result'], { case: undefined } | { case: 'failure' }>;

interface Pending {
  resolve(result: ReplyResult): void;
  reject(error: XmppCallError): void;
  stopWaiting(): void;
}

interface Limit {
  readonly ms: number;
  readonly code: ErrorCode;
  /** Without a reply the worker is of no use any more. Else only the command fails: it waits for the network. */
  readonly ends: boolean;
}

const LIMIT: Limit = { ms: 10_000, code: 'worker-failed', ends: true };
/** Where the worker itself waits, the limit is above those of its own. */
const LIMITS: Readonly<Partial<Record<NonNullable<CommandBody['case']>, Limit>>> = {
  // Until then the script is loaded, over whatever network.
  hello: { ...LIMIT, ms: 30_000 },
  // Two documents of discovery at 8 s, the stream at 20 s, and one before it that is closed.
  connect: { ms: 60_000, code: 'signaling-unreachable', ends: true },
  // Two questions of 5 s; of 20 s. While the stream is lost they wait for it.
  fetchIceServers: { ms: 15_000, code: 'signaling-unreachable', ends: false },
  queryAvailability: { ms: 30_000, code: 'signaling-unreachable', ends: false },
};
/** ms that a timer may be late before it is taken for the sleep of a machine, during which no worker answers. */
const OVERSLEPT_MS = 5000;

/** What WirePort needs of a Worker. */
export type WireEndpoint = Pick<Worker, 'postMessage' | 'addEventListener' | 'removeEventListener' | 'terminate'>;

export interface WirePortObserver {
  onEvent(event: NonNullable<WireEvent['body']>): void;
  /** The worker is of no use any more; nothing follows. */
  onFailure(error: XmppCallError): void;
}

/** The page's end of the contract: commands get exactly one reply each, events arrive in order. */
export class WirePort {
  readonly #endpoint: WireEndpoint;
  readonly #observer: WirePortObserver;
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  readonly #listening = new AbortController();
  #lastId = 0;
  #lastSeq = 0;
  #dead: XmppCallError | undefined;

  constructor(endpoint: WireEndpoint, observer: WirePortObserver, clock: Clock = pageClock) {
    this.#endpoint = endpoint;
    this.#observer = observer;
    this.#clock = clock;
    const { signal } = this.#listening;
    const fail = (event: Event) => {
      const { message } = event as ErrorEvent;
      this.#fail(
        new XmppCallError('worker-failed', { message: message || 'the signaling worker could not be loaded' }),
      );
    };
    endpoint.addEventListener(
      'message',
      (event) => {
        this.#receive((event as MessageEvent<unknown>).data);
      },
      { signal },
    );
    endpoint.addEventListener('error', fail, { signal });
    endpoint.addEventListener('messageerror', fail, { signal });
  }

  /** Agrees on the contract. @throws XmppCallError `version-mismatch`, `worker-failed` */
  async hello(): Promise<void> {
    await this.command({ case: 'hello', value: { version: WIRE_VERSION } });
  }

  /**
   * Every command has a time limit; one that passes ends the worker, but where only the network is slow.
   * @throws XmppCallError what the worker answers, or what its limit says, or `worker-failed`
   */
  command(body: CommandBody): Promise<ReplyResult> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const pending: Pending = { resolve, reject, stopWaiting: () => undefined };
      this.#pending.set(id, pending);
      this.#wait(id, pending, body.case);
      this.#endpoint.postMessage(encodeCommand(id, body));
    });
  }

  /** Stops the worker. Commands without a reply reject. */
  close(): void {
    this.#end(new XmppCallError('worker-failed', { message: 'closed' }));
  }

  #wait(id: number, pending: Pending, name: CommandBody['case'], again = false): void {
    const { ms, code, ends } = (name && LIMITS[name]) ?? LIMIT;
    const due = this.#clock.now() + ms;
    pending.stopWaiting = this.#clock.after(ms, () => {
      // Once: the timers of a hidden page are late each time.
      if (!again && this.#clock.now() > due + OVERSLEPT_MS) {
        this.#wait(id, pending, name, true);
        return;
      }
      const error = new XmppCallError(code, { message: `no reply to ${String(name)} within ${String(ms)} ms` });
      this.#pending.delete(id);
      pending.reject(error);
      if (ends) this.#fail(error);
    });
  }

  #receive(data: unknown): void {
    let message;
    try {
      message = decodeFromWorker(data);
    } catch (cause) {
      this.#fail(new XmppCallError('version-mismatch', { message: 'unreadable message from the worker', cause }));
      return;
    }
    if (message.body.case === 'reply') this.#settle(message.body.value);
    else if (message.body.case === 'event') this.#emit(message.body.value);
  }

  #settle({ id, result }: Reply): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (!pending) return;
    pending.stopWaiting();
    if (result.case === 'failure') pending.reject(toError(result.value));
    else if (result.case === undefined)
      pending.reject(new XmppCallError('version-mismatch', { message: 'unknown reply' }));
    else pending.resolve(result);
  }

  #emit({ seq, body }: WireEvent): void {
    if (seq !== this.#lastSeq + 1) {
      this.#fail(new XmppCallError('internal', { message: `event ${String(seq)} after ${String(this.#lastSeq)}` }));
      return;
    }
    this.#lastSeq = seq;
    this.#observer.onEvent(body);
  }

  #fail(error: XmppCallError): void {
    if (this.#dead) return;
    this.#end(error);
    this.#observer.onFailure(error);
  }

  #end(error: XmppCallError): void {
    if (this.#dead) return;
    this.#dead = error;
    this.#listening.abort();
    this.#endpoint.terminate();
    for (const pending of this.#pending.values()) {
      pending.stopWaiting();
      pending.reject(error);
    }
    this.#pending.clear();
  }
}
