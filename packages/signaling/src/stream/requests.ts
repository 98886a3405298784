import { NS, type Element } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import { IqError } from '../stanza-stream.js';

/** ms; longer than any server takes, shorter than any caller waits. */
const TIMEOUT_MS = 20_000;

interface Pending {
  /** Whether an answer from there (undefined: without `from`) is the one that was asked for. */
  answers(from: string | undefined): boolean;
  settle(outcome: Element | IqError): void;
  /** It is sent again by the next session, and goes on in it. */
  readonly repeated: boolean;
  startTimeout(): void;
  cancelTimeout: () => void;
}

/** IQs of ours that have not been answered. Answers are matched by id and sender (RFC 6120 §8.1.3, §8.2.3). */
export class Requests {
  readonly #pending = new Map<string, Pending>();
  #paused = false;

  constructor(private readonly environment: Environment) {}

  /** @returns the result stanza. @throws IqError */
  add(id: string, answers: Pending['answers'], timeoutMs = TIMEOUT_MS, repeated = false): Promise<Element> {
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        answers,
        repeated,
        settle: (outcome) => {
          pending.cancelTimeout();
          this.#pending.delete(id);
          if (outcome instanceof IqError) reject(outcome);
          else resolve(outcome);
        },
        startTimeout: () => {
          pending.cancelTimeout = this.environment.after(timeoutMs, () => pending.settle(new IqError('timeout')));
        },
        cancelTimeout: () => undefined,
      };
      this.#pending.set(id, pending);
      if (!this.#paused) pending.startTimeout();
    });
  }

  /**
   * Takes an IQ of type `result` or `error`. What answers nothing that was asked is let go.
   * @param outcome what it says
   */
  settle(stanza: Element, outcome = stanza.attrs.type === 'result' ? stanza : toIqError(stanza)): void {
    const { id = '', from } = stanza.attrs;
    const pending = this.#pending.get(id);
    if (pending?.answers(from)) pending.settle(outcome);
  }

  /** While the stream is away, time does not count: the requests are delivered when it is resumed. */
  pause(): void {
    this.#paused = true;
    for (const pending of this.#pending.values()) pending.cancelTimeout();
  }

  resume(): void {
    this.#paused = false;
    for (const pending of this.#pending.values()) pending.startTimeout();
  }

  /** The session is gone, and with it all requests but those that the next one repeats: they wait for `resume`. */
  disconnect(): void {
    this.pause();
    for (const pending of [...this.#pending.values()])
      if (!pending.repeated) pending.settle(new IqError('disconnected'));
  }

  /** No other session follows. */
  end(): void {
    this.#paused = false;
    for (const pending of [...this.#pending.values()]) pending.settle(new IqError('disconnected'));
  }
}

/** RFC 6120 §8.3: condition, optional text, optional application condition, in whatever order they come. */
function toIqError(stanza: Element): IqError {
  let condition = 'undefined-condition';
  let application: string | undefined;
  let text: string | undefined;
  for (const child of stanza.getChild('error')?.getChildElements() ?? []) {
    const name = child.getName();
    const namespace = child.getNS();
    if (namespace !== NS.stanzas) application ??= namespace === NS.client ? undefined : name;
    else if (name === 'text') text = child.getText().slice(0, 500);
    else condition = name;
  }
  return new IqError(condition, application, text && `${condition}: ${text}`);
}
