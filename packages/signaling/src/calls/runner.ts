import { transition } from '@xmpp-call/jingle';
import type { Machine, Transition } from '@xmpp-call/jingle';

/** Holds the state of one machine. The caller executes the effects that `step` gives. */
export class Runner<State extends string, Event extends string, Effect, Name extends string> {
  #state: State;

  constructor(
    private readonly machine: Machine<State, Event, Effect, Name>,
    initial: State = machine.initial,
  ) {
    this.#state = initial;
  }

  get state(): State {
    return this.#state;
  }

  /** Takes the event and moves; an event in error leaves the state. */
  step(event: Event): Transition<State, Effect, Name> {
    const next = transition(this.machine, this.#state, event);
    if (!('error' in next)) this.#state = next.to;
    return next;
  }
}
