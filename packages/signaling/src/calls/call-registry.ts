import type { Environment } from '../environment.js';
import type { StanzaStream } from '../stanza-stream.js';
import { BoundedMap } from './bounded.js';
import { Call } from './call.js';
import type { CallContext, CallInit, CallSettings } from './call-context.js';
import type { Tell } from './page.js';

/** Session ids that are remembered after their call, so that nothing late starts it again. */
const MAX_REMEMBERED = 512;
/** ms after the stream came online during which servers deliver what they had kept. */
const CATCH_UP_MS = 3_000;

/** The calls of a stream, and the order in which their work is done. */
export class CallRegistry {
  readonly #calls = new Map<string, Call>();
  readonly #seen = new BoundedMap<string, true>(MAX_REMEMBERED);
  readonly #context: CallContext;
  #queue: (() => void)[] = [];
  #cancelDrain: (() => void) | undefined;
  #onlineSince: number;

  constructor(stream: StanzaStream, environment: Environment, tell: Tell, settings: CallSettings) {
    this.#onlineSince = environment.now();
    this.#context = {
      stream,
      environment,
      tell,
      settings,
      defer: (task) => {
        this.defer(task);
      },
      catchingUp: () => environment.now() - this.#onlineSince < CATCH_UP_MS,
    };
  }

  get context(): CallContext {
    return this.#context;
  }

  /** Calls that have not ended. */
  get live(): readonly Call[] {
    return [...this.#calls.values()];
  }

  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  /** The id belongs, or belonged, to a call; or to one that must not start. */
  isKnown(id: string): boolean {
    return this.#calls.has(id) || this.#seen.has(id);
  }

  remember(id: string): void {
    this.#seen.set(id, true);
  }

  create(init: CallInit): Call {
    this.remember(init.id);
    const call = new Call(init, this.#context, () => {
      this.#calls.delete(init.id);
      this.remember(init.id);
    });
    this.#calls.set(init.id, call);
    return call;
  }

  cameOnline(): void {
    this.#onlineSince = this.#context.environment.now();
  }

  /** Runs a task later, after everything that was deferred before: answers to IQs go out first. */
  defer(task: () => void): void {
    this.#queue.push(task);
    this.#cancelDrain ??= this.#context.environment.after(0, () => {
      this.#drain();
    });
  }

  /** Forgets what was deferred. */
  close(): void {
    this.#cancelDrain?.();
    this.#cancelDrain = undefined;
    this.#queue = [];
  }

  #drain(): void {
    this.#cancelDrain = undefined;
    const tasks = this.#queue;
    this.#queue = [];
    for (const task of tasks) {
      try {
        task();
      } catch (error) {
        this.#context.environment.log('error', 'a stanza could not be handled', { error: String(error) });
      }
    }
  }
}
