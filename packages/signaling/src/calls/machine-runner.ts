import { transition } from '@xmpp-call/jingle';
import type { Machine } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import { invalidState } from './command-error.js';

/** Holds the state of one machine. The caller executes the effects. */
export class Runner<State extends string, Event extends string, Effect extends string> {
  #state: State;

  constructor(
    private readonly machine: Machine<State, Event, Effect>,
    private readonly environment: Environment,
    initial = machine.initial,
  ) {
    this.#state = initial;
  }

  get state(): State {
    return this.#state;
  }

  /** Takes an event and moves. One that the table does not list is logged and leaves the state: undefined. */
  step(event: Event): readonly Effect[] | undefined {
    const next = transition(this.machine, this.#state, event);
    if ('error' in next) {
      const { error, ...where } = next;
      this.environment.log('debug', error, where);
      return undefined;
    }
    this.#state = next.to;
    return next.effects;
  }

  /** An event of the page's. @throws CommandError where the table does not list it. */
  command(event: Event): readonly Effect[] {
    const effects = this.step(event);
    if (!effects) throw invalidState(`${event} while ${this.#state}`);
    return effects;
  }
}
