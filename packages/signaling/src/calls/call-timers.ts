import type { ReasonCondition } from '@xmpp-call/jingle';
import { ErrorCode } from '@xmpp-call/wire';
import type { Environment } from '../environment.js';
import { LIMITS_MS } from './call-context.js';
import { failed } from './endings.js';
import type { Ending } from './endings.js';
import { Timers } from './timers.js';

/** How long a call waits for the next step of the peer or the page. */
export class CallTimers {
  readonly #timers: Timers<'ring' | 'initiate' | 'accept' | 'page'>;
  readonly #onTimeout: (ending: Ending, told: ReasonCondition) => void;

  constructor(environment: Environment, onTimeout: (ending: Ending, told: ReasonCondition) => void) {
    this.#timers = new Timers(environment);
    this.#onTimeout = onTimeout;
  }

  /** A session without JMI rings here or there. */
  awaitAnswer(ms: number, onTimeout: () => void): void {
    this.#timers.start('ring', ms, onTimeout);
  }

  /** We proceed; the caller has to initiate. */
  awaitInitiate(): void {
    this.#timers.start('initiate', LIMITS_MS.initiate, () => {
      this.#onTimeout(failed(ErrorCode.CONNECTIVITY_FAILED, 'the caller sent no session-initiate'), 'timeout');
    });
  }

  /** The callee proceeded and has our session-initiate. */
  awaitAccept(): void {
    this.#timers.start('accept', LIMITS_MS.accept, () => {
      this.#onTimeout(failed(ErrorCode.PEER_FAILED, 'no session-accept in time'), 'timeout');
    });
  }

  /** The page has to make an offer or an answer. */
  awaitPage(): void {
    this.#timers.start('page', LIMITS_MS.page, () => {
      this.#onTimeout(failed(ErrorCode.MEDIA_FAILED, 'the page gave no description in time'), 'media-error');
    });
  }

  stop(name: 'ring' | 'initiate' | 'accept' | 'page'): void {
    this.#timers.stop(name);
  }

  stopAll(): void {
    this.#timers.stopAll();
  }
}
