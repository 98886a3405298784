import { cellOf, statesOf } from './machine.js';
import type { Machine } from './machine.js';

/** A machine as a Mermaid state diagram. Refusals and events that change nothing are left out: they are in the table. */
export function toMermaid<State extends string, Event extends string, Effect, Name extends string>(
  machine: Machine<State, Event, Effect, Name>,
): string {
  const lines = ['stateDiagram-v2', `    [*] --> ${machine.initial}`];
  for (const from of statesOf(machine)) {
    for (const [label, to] of arrowsFrom(machine, from)) lines.push(`    ${from} --> ${to}: ${label}`);
  }
  lines.push(`    ${machine.final} --> [*]`);
  return lines.join('\n');
}

/** A machine as a Markdown table: one row per state and event, with refusals. */
export function toMarkdownTable<State extends string, Event extends string, Effect, Name extends string>(
  machine: Machine<State, Event, Effect, Name>,
): string {
  const rows = statesOf(machine).flatMap((state) =>
    machine.events.flatMap((event) => {
      const cell = cellOf(machine, state, event);
      if (!cell) return [];
      if ('refuse' in cell) return [`| ${state} | ${event} | refused: ${cell.refuse} | |`];
      return [`| ${state} | ${event} | ${cell.to} | ${cell.effects.map(machine.describe).join(', ')} |`];
    }),
  );
  return ['| state | event | next | effects |', '|---|---|---|---|', ...rows].join('\n');
}

function arrowsFrom<State extends string, Event extends string, Effect, Name extends string>(
  machine: Machine<State, Event, Effect, Name>,
  from: State,
): [label: string, to: State][] {
  return machine.events.flatMap((event): [string, State][] => {
    const cell = cellOf(machine, from, event);
    if (!cell || 'refuse' in cell || (cell.to === from && cell.effects.length === 0)) return [];
    const effects = cell.effects.map(machine.describe).join(', ');
    return [[effects ? `${event} / ${effects.replaceAll(':', '')}` : event, cell.to]];
  });
}
