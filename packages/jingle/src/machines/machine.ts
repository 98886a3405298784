/** What an event does in a state: the state that follows and what is to be done, as data. */
export interface Move<State, Effect> {
  readonly to: State;
  readonly effects: readonly Effect[];
}

/** The event is known and refused in this state, by a name that the machine defines. The state stays. */
export interface Refusal<Name extends string> {
  readonly refuse: Name;
}

export type Cell<State, Effect, Name extends string> = Move<State, Effect> | Refusal<Name>;
export type Row<State, Event extends string, Effect, Name extends string> = Readonly<
  Partial<Record<Event, Cell<State, Effect, Name>>>
>;

/** A finite state machine as a table. Nothing runs here: whoever owns a state executes the effects. */
export interface Machine<State extends string, Event extends string, Effect, Name extends string = never> {
  readonly title: string;
  readonly initial: State;
  /** No event leaves it. */
  readonly final: State;
  readonly events: readonly Event[];
  readonly table: Readonly<Record<State, Row<State, Event, Effect, Name>>>;
  /** One line for diagrams. */
  readonly describe: (effect: Effect) => string;
}

/** The table has no cell for this event in this state: whoever sent it misread the state. */
export interface UnlistedEvent {
  readonly error: 'unlisted-event';
  readonly machine: string;
  readonly state: string;
  readonly event: string;
}

export interface RefusedEvent<Name extends string> {
  readonly error: Name;
}

export type Transition<State, Effect, Name extends string> = Move<State, Effect> | UnlistedEvent | RefusedEvent<Name>;

/** Looks up `event` in `state`. Pure; every pair gives a move or an error with a name. */
export function transition<State extends string, Event extends string, Effect, Name extends string>(
  machine: Machine<State, Event, Effect, Name>,
  state: State,
  event: Event,
): Transition<State, Effect, Name> {
  const cell = cellOf(machine, state, event);
  if (!cell) return { error: 'unlisted-event', machine: machine.title, state, event };
  return 'refuse' in cell ? { error: cell.refuse } : cell;
}

/** The entry of a table; undefined where it lists none. */
export function cellOf<State extends string, Event extends string, Effect, Name extends string>(
  machine: Machine<State, Event, Effect, Name>,
  state: State,
  event: Event,
): Cell<State, Effect, Name> | undefined {
  const table: Readonly<Record<string, Row<State, Event, Effect, Name> | undefined>> = machine.table;
  return table[state]?.[event];
}

/** All states of a machine, in the order of its table. */
export function statesOf<State extends string, Event extends string, Effect, Name extends string>(
  machine: Machine<State, Event, Effect, Name>,
): readonly State[] {
  return Object.keys(machine.table) as State[];
}

export function move<State extends string, Effect>(to: State, ...effects: readonly Effect[]): Move<State, Effect> {
  return { to, effects };
}

export function refuse<Name extends string>(name: Name): Refusal<Name> {
  return { refuse: name };
}

/** The same cell for several events. */
export function each<Event extends string, C>(events: readonly Event[], cell: C): Readonly<Record<Event, C>> {
  return Object.fromEntries(events.map((event) => [event, cell])) as Record<Event, C>;
}
