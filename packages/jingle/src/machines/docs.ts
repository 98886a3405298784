import { callMachine } from './call-machine.js';
import { toMarkdownTable, toMermaid } from './diagram.js';
import { jmiMachine } from './jmi-machine.js';
import type { Machine } from './machine.js';
import { offerMachine } from './offer-machine.js';
import { sessionMachine } from './session-machine.js';

/** The text of `docs/state-machines.md`. */
export function stateMachinesPage(): string {
  return [
    '# State machines',
    '',
    'Generated from the tables in `packages/jingle/src/machines` by `npx tsx packages/jingle/src/machines/write-docs.testing.ts`.',
    'A call is the four of them together: the first is what its user sees, the others are what is said to the peer.',
    'An event that a table does not list in a state is an error with a name; a Jingle action that is not listed is answered with',
    '`unknown-session` before a session begins and after it has ended, with `out-of-order` in between.',
    '',
    ...section('Call', callMachine),
    ...section('Jingle Message Initiation (XEP-0353)', jmiMachine),
    ...section('Jingle session (XEP-0166)', sessionMachine),
    ...section('Offers and answers in a session (RFC 3264, XEP-0166 §7.2.16)', offerMachine),
  ].join('\n');
}

function section<State extends string, Event extends string, Effect extends string>(
  title: string,
  machine: Machine<State, Event, Effect>,
): string[] {
  return [`## ${title}`, '', '```mermaid', toMermaid(machine), '```', '', toMarkdownTable(machine), ''];
}
