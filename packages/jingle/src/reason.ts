import type { Reason, ReasonCondition } from './model.js';
import { NS } from './namespaces.js';
import { el, elementsOf, LIMITS, localName, namespaceOf, textOf, type Element } from './xml.js';

const CONDITIONS: ReadonlySet<ReasonCondition> = new Set<ReasonCondition>([
  'alternative-session',
  'busy',
  'cancel',
  'connectivity-error',
  'decline',
  'expired',
  'failed-application',
  'failed-transport',
  'general-error',
  'gone',
  'incompatible-parameters',
  'media-error',
  'security-error',
  'success',
  'timeout',
  'unsupported-applications',
  'unsupported-transports',
]);

/**
 * XEP-0166 §7.4, the `<reason/>` of `<jingle/>` or of a XEP-0353 message; undefined where there is none. Tolerant: of
 * two conditions the first known one counts, underscores stand for hyphens (Dino), and a text beside the reason is read
 * too.
 */
export function parseReason(parent: Element): Reason | undefined {
  let reason: Element | undefined;
  let stray: Element | undefined;
  for (const child of elementsOf(parent)) {
    if (!isReasonNamespace(child)) continue;
    if (localName(child) === 'reason') reason ??= child;
    else if (localName(child) === 'text') stray ??= child;
  }
  if (!reason) return undefined;
  let condition: ReasonCondition = 'unknown';
  let text = stray ? textOf(stray) : '';
  for (const child of elementsOf(reason)) {
    if (!isReasonNamespace(child)) continue;
    const name = localName(child).replaceAll('_', '-');
    if (name === 'text') text = textOf(child);
    else if (condition === 'unknown' && (CONDITIONS as ReadonlySet<string>).has(name))
      condition = name as ReasonCondition;
  }
  text = text.trim().slice(0, LIMITS.text);
  return text === '' ? { condition } : { condition, text };
}

function isReasonNamespace(element: Element): boolean {
  const namespace = namespaceOf(element);
  return namespace === NS.jingle || namespace === NS.jmi;
}

/** `xmlns` is needed where the parent is not `<jingle/>`. An unknown condition becomes `general-error`: exactly one is due. */
export function buildReason(reason: Reason, xmlns?: string): Element {
  const condition = reason.condition === 'unknown' ? 'general-error' : reason.condition;
  const text = reason.text === undefined || reason.text === '' ? undefined : el('text', undefined, [reason.text]);
  return el('reason', { xmlns }, [el(condition), text]);
}
