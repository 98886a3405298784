import type { Machine } from './machine.js';

/** A machine as a Mermaid state diagram. Events that change nothing are left out: they are in the table. */
export function toMermaid<State extends string, Event extends string, Effect extends string>({
  initial,
  final,
  table,
}: Machine<State, Event, Effect>): string {
  const lines = ['stateDiagram-v2', `    [*] --> ${initial}`];
  for (const [from, row] of table) {
    for (const [event, { to, effects }] of row) {
      const label = effects.length > 0 ? `${event} / ${effects.join(', ')}` : event;
      if (to !== from || effects.length > 0) lines.push(`    ${from} --> ${to}: ${label}`);
    }
  }
  lines.push(`    ${final} --> [*]`);
  return lines.join('\n');
}

/** A machine as a Markdown table: one row per state and event. */
export function toMarkdownTable<State extends string, Event extends string, Effect extends string>({
  table,
}: Machine<State, Event, Effect>): string {
  const rows = [...table].flatMap(([state, row]) =>
    [...row].map(([event, { to, effects }]) => `| ${state} | ${event} | ${to} | ${effects.join(', ')} |`),
  );
  return ['| state | event | next | effects |', '|---|---|---|---|', ...rows].join('\n');
}
