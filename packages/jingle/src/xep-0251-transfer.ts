import { defined } from './defined.js';
import { parseJid } from './jid.js';
import type { Reason } from './model.js';
import { NS } from './namespaces.js';
import { fault, ok, type Result } from './result.js';
import { attribute, el, elementsOf, isNamed, type Element } from './xml.js';
import { upTo, valueAt } from './xml-table.js';

/**
 * XEP-0251 0.2, `<transfer/>`. In a session-info (`request`) `to` is whom the receiver is to call. In a session-initiate
 * (`transferred`) `from` is who asked for the call; nothing proves it (Security Considerations). `sid` makes the transfer
 * attended: it is the session of `from` and `to`, which the new one replaces; the XEP then gives all three.
 */
export type Transfer =
  | { readonly kind: 'request'; readonly to: string; readonly from?: string; readonly sid?: string }
  | { readonly kind: 'transferred'; readonly from: string; readonly to?: string; readonly sid?: string };

const MAX_JID = 3071;
const jid = (text: string): string | undefined => (text.length <= MAX_JID && parseJid(text).ok ? text : undefined);

/**
 * The transfer in a `<jingle/>`; undefined where there is none. Two at once are a fault: which one counts is not
 * defined. XEP-0251 does not say what an element with both addresses means: the place decides.
 */
export function parseTransfer(jingle: Element): Result<Transfer> | undefined {
  const [element, second] = elementsOf(jingle).filter((one) => isNamed(one, 'transfer', NS.transfer));
  if (!element) return undefined;
  if (second) return fault('bad-request', 'two transfers');
  const sid = valueAt(element, 'sid', upTo(256));
  if (sid === undefined && element.attrs.sid !== undefined) return fault('bad-request', 'senseless sid');
  const [to, from] = [valueAt(element, 'to', jid), valueAt(element, 'from', jid)];
  switch (attribute(jingle, 'action')) {
    case 'session-info':
      return to === undefined
        ? fault('bad-request', 'no address to call')
        : ok(defined({ kind: 'request' as const, to, from, sid }));
    case 'session-initiate':
      return from === undefined
        ? fault('bad-request', 'no address that asked')
        : ok(defined({ kind: 'transferred' as const, from, to, sid }));
    default:
      return undefined;
  }
}

/** The child of the `<jingle/>` of a session-info (`request`) or a session-initiate (`transferred`). */
export function buildTransfer(transfer: Transfer): Element {
  const { from, sid, to } = transfer;
  return el('transfer', { xmlns: NS.transfer, from, sid, to });
}

const TRANSFERRED = 'transferred';

/**
 * How the asked side ends its session with the one that asked: `success` with `<transferred/>`, as in the examples. The
 * XEP has no form for a failed transfer. The least one, ours: the session goes on, and the asked side sends `<unhold/>`
 * (XEP-0167) or nothing, so that peers without this module notice nothing.
 */
export const TRANSFER_SUCCESS: Reason = {
  condition: 'success',
  application: { namespace: NS.transfer, name: TRANSFERRED },
};

/** True for the end of a session because its other side went on to the one that it was transferred to. */
export function isTransferred(reason: Reason | undefined): boolean {
  const { condition, application } = reason ?? {};
  return condition === 'success' && application?.namespace === NS.transfer && application.name === TRANSFERRED;
}
