import { isSameBare, parseJid } from './jid.js';
import { NS } from './namespaces.js';
import { attribute, childOf, elementsOf, isNamed, localName, namespaceOf, type Element } from './xml.js';

/** A message that another of our devices sent or received. */
export interface Carbon {
  readonly direction: 'sent' | 'received';
  readonly message: Element;
}

/**
 * XEP-0280. Undefined for a message that is no carbon. `forged` for one that does not come from our own bare JID
 * (Security Considerations: never process those) or holds no forwarded message.
 */
export function unwrapCarbon(message: Element, ownBareJid: string): Carbon | 'forged' | undefined {
  const wrapper = elementsOf(message).find((child) => {
    const name = localName(child);
    return (name === 'sent' || name === 'received') && namespaceOf(child) === NS.carbons;
  });
  if (!wrapper) return undefined;
  const from = attribute(message, 'from', 4096);
  const sender = from === undefined ? undefined : parseJid(from);
  // A server may leave out `from` on what it sends for our own account (RFC 6120 §8.1.2.1).
  if (sender && (!sender.ok || sender.value.resource !== '' || !isSameBare(from ?? '', ownBareJid))) return 'forged';
  const forwarded = childOf(wrapper, 'forwarded', NS.forward);
  const inner = forwarded && elementsOf(forwarded).find((child) => isNamed(child, 'message', NS.client));
  if (!inner) return 'forged';
  return { direction: localName(wrapper) as 'sent' | 'received', message: inner };
}
