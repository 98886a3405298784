import { NS } from './namespaces.js';
import { attribute, childOf, el, type Element } from './xml.js';

/** XEP-0184: the id to acknowledge, where a message asks for a receipt and has an id. */
export function receiptRequested(message: Element): string | undefined {
  return childOf(message, 'request', NS.receipts) ? attribute(message, 'id') : undefined;
}

/** XEP-0184: the id of the message that this one acknowledges. */
export function receiptReceived(message: Element): string | undefined {
  const received = childOf(message, 'received', NS.receipts);
  return received && attribute(received, 'id');
}

/** Asks for a receipt, within a message that has an id. */
export function buildReceiptRequest(): Element {
  return el('request', { xmlns: NS.receipts });
}

/** The acknowledgement of message `id`, to the full JID that sent it. */
export function buildReceipt(to: string, id: string): Element {
  return el('message', { to, type: 'chat' }, [
    el('received', { xmlns: NS.receipts, id }),
    el('store', { xmlns: NS.hints }),
  ]);
}
