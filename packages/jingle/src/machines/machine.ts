/** What an event does in a state: the state that follows and what is to be done, as data. */
export interface Move<State, Effect> {
  readonly to: State;
  readonly effects: readonly Effect[];
}

/** A finite state machine as a table. Nothing runs here: whoever owns a state executes the effects. */
export interface Machine<State extends string, Event extends string, Effect extends string> {
  readonly name: string;
  readonly initial: State;
  /** No event leaves it. */
  readonly final: State;
  /** In the order of the rules that name them first. */
  readonly table: ReadonlyMap<State, ReadonlyMap<Event, Move<State, Effect>>>;
}

/** The table has no cell for this event in this state: whoever sent it misread the state. */
export interface UnlistedEvent {
  readonly error: 'unlisted-event';
  readonly machine: string;
  readonly state: string;
  readonly event: string;
}

export type Transition<State, Effect> = Move<State, Effect> | UnlistedEvent;

/**
 * Reads a table. One rule a line: `states | events | next state | effects`, the lists with commas; `=` stays. A test says
 * that the rules name what the types do, and nothing else.
 */
export function readMachine<State extends string, Event extends string, Effect extends string>(
  name: string,
  initial: State,
  final: State,
  rules: string,
): Machine<State, Event, Effect> {
  const table = new Map<State, Map<Event, Move<State, Effect>>>();
  for (const rule of rules.trim().split('\n')) {
    const [states = [], events = [], [to] = [], effects = []] = rule.split('|').map(listOf);
    for (const state of states as State[]) {
      const row = table.get(state) ?? new Map<Event, Move<State, Effect>>();
      table.set(state, row);
      const move = { to: to === '=' ? state : (to as State), effects: effects as Effect[] };
      for (const event of events as Event[]) row.set(event, move);
    }
  }
  return { name, initial, final, table };
}

/** Looks up `event` in `state`. Pure; every pair gives a move or an error with a name. */
export function transition<State extends string, Event extends string, Effect extends string>(
  { name, table }: Machine<State, Event, Effect>,
  state: State,
  event: Event,
): Transition<State, Effect> {
  return table.get(state)?.get(event) ?? { error: 'unlisted-event', machine: name, state, event };
}

function listOf(cell: string): string[] {
  const text = cell.trim();
  return text === '' ? [] : text.split(', ');
}
