import { defined } from './defined.js';
import type { Reason, ReasonCondition } from './model.js';
import { NS } from './namespaces.js';
import { childOf, el, elementsOf, LIMITS, localName, namespaceOf, textOf, type Element } from './xml.js';
import { oneOf, upTo } from './xml-table.js';

const CONDITIONS: readonly ReasonCondition[] = [
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
];

/**
 * XEP-0166 §7.4, the `<reason/>` of `<jingle/>` or of a XEP-0353 message; undefined where there is none. Tolerant: of
 * two conditions the first known one counts, underscores stand for hyphens (Dino), and a text beside the reason is read
 * too.
 */
export function parseReason(parent: Element): Reason | undefined {
  const reason = partsOf(parent).get('reason');
  if (!reason) return undefined;
  const parts = partsOf(reason);
  const [condition = 'unknown'] = [...parts.keys()].flatMap((name) => oneOf(CONDITIONS)(name) ?? []);
  const words = parts.get('text') ?? partsOf(parent).get('text');
  const alternative = parts.get('alternative-session');
  const sid = alternative && childOf(alternative, 'sid', NS.jingle);
  return defined({
    condition,
    text: words && filled(textOf(words).trim().slice(0, LIMITS.text)),
    alternative: sid && filled(upTo(256)(textOf(sid).trim())),
    application: applicationOf(reason),
  });
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** XEP-0166 §7.4: an element of another namespace says more. */
function applicationOf(reason: Element): Reason['application'] {
  const found = elementsOf(reason).find((one) => !NAMESPACES.includes(namespaceOf(one)));
  const application = found && { namespace: namespaceOf(found), name: localName(found) };
  const isGood = application && /^[A-Za-z_][\w.-]{0,63}$/.test(application.name) && application.namespace.length <= 256;
  return isGood && application.namespace !== '' ? application : undefined;
}

const NAMESPACES: readonly string[] = [NS.jingle, NS.jmi];

/** The first element of each name, in order, in a namespace that reasons come in. */
function partsOf(parent: Element): Map<string, Element> {
  const parts = new Map<string, Element>();
  for (const one of elementsOf(parent)) {
    const name = localName(one).replaceAll('_', '-');
    if (NAMESPACES.includes(namespaceOf(one)) && !parts.has(name)) parts.set(name, one);
  }
  return parts;
}

/** `xmlns` is needed where the parent is not `<jingle/>`. An unknown condition becomes `general-error`: exactly one is due. */
export function buildReason({ condition, text, alternative, application }: Reason, xmlns?: string): Element {
  return el('reason', { xmlns }, [
    el(condition === 'unknown' ? 'general-error' : condition, undefined, [
      alternative === undefined ? undefined : el('sid', undefined, [alternative]),
    ]),
    text ? el('text', undefined, [text]) : undefined,
    application && el(application.name, { xmlns: application.namespace }),
  ]);
}
