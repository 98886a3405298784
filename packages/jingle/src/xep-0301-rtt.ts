import { cutText, MAX_BODY } from './message-body.js';
import { NS } from './namespaces.js';
import { attribute, childOf, el, elementsOf, localName, namespaceOf, textOf, type Element } from './xml.js';
import { oneOf, uint, valueAt } from './xml-table.js';

/** XEP-0301 §4.6.3: one change of a text, in code points. `at` is the end of the text where it is absent. */
export type RttAction =
  | { readonly kind: 'insert'; readonly text: string; readonly at?: number }
  /** Removes `count` code points before `at`. */
  | { readonly kind: 'erase'; readonly count: number; readonly at?: number }
  | { readonly kind: 'wait'; readonly ms: number };

/** XEP-0301 §4.2.2. `edit` continues the text of the element before. */
export type RttEvent = 'edit' | 'new' | 'reset' | 'init' | 'cancel';

export interface Rtt {
  readonly seq: number;
  readonly event: RttEvent;
  readonly actions: readonly RttAction[];
}

/** Actions of one element: as many as somebody types within its interval of 0.7 s, and a paste. */
const MAX_ACTIONS = 256;
/** XEP-0301 §4.2.1: between 0 and 2^31 - 1. */
const MAX_SEQ = 0x7fffffff;

const EVENT = oneOf<RttEvent>(['edit', 'new', 'reset', 'init', 'cancel']);
/** XEP-0301 §4.6.4: those beyond the text are at its ends. */
const COUNT = uint(MAX_SEQ);

/** The real-time text of a message; undefined where there is none, or where it makes no sense. */
export function parseRtt(message: Element): Rtt | undefined {
  const element = childOf(message, 'rtt', NS.realTimeText);
  if (!element) return undefined;
  const seq = valueAt(element, 'seq', uint(MAX_SEQ));
  const event = element.attrs.event === undefined ? 'edit' : valueAt(element, 'event', EVENT);
  if (event === undefined) return undefined;
  if (event === 'cancel' || event === 'init') return { seq: seq ?? 0, event, actions: [] };
  const children = elementsOf(element);
  if (seq === undefined || children.length > MAX_ACTIONS) return undefined;
  return { seq, event, actions: children.flatMap(parseAction) };
}

/** XEP-0301 §4.6.1: what is not known or makes no sense is passed over. */
function parseAction(element: Element): RttAction[] {
  if (namespaceOf(element) !== NS.realTimeText) return [];
  const at = valueAt(element, 'p', COUNT);
  const place = at === undefined ? {} : { at };
  const given = attribute(element, 'n');
  const count = given === undefined ? 1 : COUNT(given);
  switch (localName(element)) {
    case 't':
      return [{ kind: 'insert', text: cutText(textOf(element)), ...place }];
    case 'e':
      return count === undefined ? [] : [{ kind: 'erase', count, ...place }];
    case 'w':
      return count === undefined || given === undefined ? [] : [{ kind: 'wait', ms: count }];
    default:
      return [];
  }
}

export function buildRtt({ seq, event, actions }: Rtt): Element {
  const attributes = { xmlns: NS.realTimeText, seq, event: event === 'edit' ? undefined : event };
  return el('rtt', attributes, actions.map(buildAction));
}

function buildAction(action: RttAction): Element {
  switch (action.kind) {
    case 'insert':
      return el('t', { p: action.at }, [action.text]);
    case 'erase':
      return el('e', { p: action.at, n: action.count === 1 ? undefined : action.count });
    case 'wait':
      return el('w', { n: action.ms });
  }
}

/** The text after some actions, at most `MAX_BODY` code points; positions beyond its ends are at the ends (§4.6.4). */
export function applyRtt(text: string, actions: readonly RttAction[]): string {
  let points = Array.from(text);
  for (const action of actions) {
    if (action.kind === 'wait') continue;
    const at = Math.min(action.at ?? points.length, points.length);
    if (action.kind === 'erase') points.splice(Math.max(0, at - action.count), Math.min(at, action.count));
    else points = [...points.slice(0, at), ...Array.from(action.text), ...points.slice(at)].slice(0, MAX_BODY);
  }
  return points.join('');
}

/** The actions that make one text of another: what is between their common beginning and their common end. */
export function rttBetween(before: string, after: string): readonly RttAction[] {
  const [old, now] = [Array.from(before), Array.from(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const erased = old.length - end - start;
  const inserted = now.slice(start, now.length - end).join('');
  const actions: RttAction[] = [];
  if (erased > 0) actions.push({ kind: 'erase', count: erased, at: old.length - end });
  if (inserted !== '') actions.push({ kind: 'insert', text: inserted, at: start });
  return actions;
}

/** A text that its writer is still at work on, as the elements of one sender make it. */
export class RealTimeText {
  #text = '';
  #seq: number | undefined;

  /** Undefined while nothing is written, or where elements were lost: it is known again with the next `new` or `reset`. */
  get text(): string | undefined {
    return this.#seq === undefined ? undefined : this.#text;
  }

  take({ seq, event, actions }: Rtt): void {
    if (event === 'cancel' || event === 'init') {
      this.clear();
    } else if (event === 'new' || event === 'reset') {
      this.#seq = seq;
      this.#text = applyRtt('', actions);
    } else if (this.#seq !== undefined && seq === this.#seq + 1) {
      this.#seq = seq;
      this.#text = applyRtt(this.#text, actions);
    } else {
      this.clear();
    }
  }

  /** The message was sent, or given up. */
  clear(): void {
    this.#text = '';
    this.#seq = undefined;
  }
}
