import { decodeFromWorker, encodeCommand, WIRE_VERSION } from '@xmpp-call/wire';
import type { Event as WireEvent, Reply } from '@xmpp-call/wire';
import { XmppCallError } from './errors.js';
import { toError } from './wire-map.js';

type CommandBody = Parameters<typeof encodeCommand>[1];
type ReplyResult = Exclude<Reply['result'], { case: undefined } | { case: 'failure' }>;

interface Pending {
  resolve(result: ReplyResult): void;
  reject(error: XmppCallError): void;
}

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
  readonly #pending = new Map<number, Pending>();
  readonly #listening = new AbortController();
  #lastId = 0;
  #lastSeq = 0;
  #dead: XmppCallError | undefined;

  constructor(endpoint: WireEndpoint, observer: WirePortObserver) {
    this.#endpoint = endpoint;
    this.#observer = observer;
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

  /** @throws XmppCallError what the worker answers, or `worker-failed` */
  command(body: CommandBody): Promise<ReplyResult> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#endpoint.postMessage(encodeCommand(id, body));
    });
  }

  /** Stops the worker. Commands without a reply reject. */
  close(): void {
    this.#end(new XmppCallError('worker-failed', { message: 'closed' }));
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
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
