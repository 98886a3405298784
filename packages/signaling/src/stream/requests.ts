import type { Element } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import { IqError } from '../stanza-stream.js';

/** ms; longer than any server takes, shorter than any caller waits. */
export const REQUEST_TIMEOUT_MS = 20_000;
const NS_STANZAS = 'urn:ietf:params:xml:ns:xmpp-stanzas';

interface Pending {
  /** Whether an answer from there (undefined: without `from`) is the one that was asked for. */
  readonly answers: (from: string | undefined) => boolean;
  readonly timeoutMs: number;
  readonly resolve: (result: Element) => void;
  readonly reject: (error: IqError) => void;
  cancelTimeout: () => void;
}

/** IQs of ours that have not been answered. Answers are matched by id and sender (RFC 6120 §8.1.3, §8.2.3). */
export class Requests {
  readonly #pending = new Map<string, Pending>();
  #paused = false;

  constructor(private readonly environment: Environment) {}

  get size(): number {
    return this.#pending.size;
  }

  /** @returns the result stanza. @throws IqError */
  add(id: string, answers: Pending['answers'], timeoutMs = REQUEST_TIMEOUT_MS): Promise<Element> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { answers, timeoutMs, resolve, reject, cancelTimeout: () => undefined };
      this.#pending.set(id, pending);
      if (!this.#paused) this.#startTimeout(id, pending);
    });
  }

  /** Takes an IQ of type `result` or `error`. @returns false when it answers nothing that was asked */
  settle(stanza: Element): boolean {
    const { id, from, type } = stanza.attrs;
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || !pending?.answers(from)) return false;
    this.#remove(id, pending);
    if (type === 'result') pending.resolve(stanza);
    else pending.reject(toIqError(stanza));
    return true;
  }

  /** While the stream is away, time does not count: the requests are delivered when it is resumed. */
  pause(): void {
    this.#paused = true;
    for (const pending of this.#pending.values()) pending.cancelTimeout();
  }

  resume(): void {
    this.#paused = false;
    for (const [id, pending] of this.#pending) this.#startTimeout(id, pending);
  }

  /** Ends all of them: their session is gone. */
  disconnect(): void {
    this.#paused = false;
    for (const [id, pending] of [...this.#pending]) {
      this.#remove(id, pending);
      pending.reject(new IqError('disconnected', undefined, 'the stream was lost'));
    }
  }

  #startTimeout(id: string, pending: Pending): void {
    pending.cancelTimeout();
    pending.cancelTimeout = this.environment.after(pending.timeoutMs, () => {
      this.#remove(id, pending);
      pending.reject(new IqError('timeout', undefined, `no answer within ${pending.timeoutMs} ms`));
    });
  }

  #remove(id: string, pending: Pending): void {
    pending.cancelTimeout();
    this.#pending.delete(id);
  }
}

/** RFC 6120 §8.3: condition, optional text, optional application condition, in whatever order they come. */
function toIqError(stanza: Element): IqError {
  const children = stanza.getChild('error')?.getChildElements() ?? [];
  const standard = children.filter((child) => child.getNS() === NS_STANZAS);
  const condition = standard.find((child) => child.getName() !== 'text')?.getName() ?? 'undefined-condition';
  const text = standard
    .find((child) => child.getName() === 'text')
    ?.getText()
    .slice(0, 500);
  const application = children.find((child) => child.getNS() !== NS_STANZAS && child.getNS() !== 'jabber:client');
  return new IqError(condition, application?.getName(), text ? `${condition}: ${text}` : undefined);
}
