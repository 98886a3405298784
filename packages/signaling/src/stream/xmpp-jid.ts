import { parseJid, type Jid } from '@xmpp-call/jingle';

/**
 * Stands in for @xmpp/jid in the worker's bundle, where @xmpp/connection keeps the address that a stream was bound to.
 * @throws TypeError when `text` is no JID
 */
export default function jid(text: string): Jid {
  const parsed = parseJid(text);
  if (!parsed.ok) throw new TypeError(parsed.error.text);
  return parsed.value;
}
