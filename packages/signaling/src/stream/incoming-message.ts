import { delayedSince, isSameBare, parseJid, unwrapCarbon, type Element } from '@xmpp-call/jingle';
import type { IncomingMessage } from '../stanza-stream.js';

/**
 * A message as the calls layer sees it.
 * @param own our full JID
 * @returns undefined for what must not be processed: forged carbons (XEP-0280 §11) and addresses that are none
 */
export function readMessage(stanza: Element, own: string): IncomingMessage | undefined {
  const carbon = unwrapCarbon(stanza, own);
  if (carbon === 'forged') return undefined;
  const message = carbon?.message ?? stanza;
  const { from = own, to = own, type } = message.attrs;
  if (!parseJid(from).ok || !parseJid(to).ok) return undefined;
  if (carbon && !isSameBare(carbon.direction === 'sent' ? from : to, own)) return undefined;
  const delayed = delayedSince(message) ?? delayedSince(stanza);
  return {
    stanza: message,
    from,
    to,
    carbon: carbon?.direction ?? 'none',
    ...(delayed !== undefined && { delayedSince: delayed }),
    isError: type === 'error',
  };
}
