import { attribute, buildReceipt, isSameBare, receiptReceived, receiptRequested } from '@xmpp-call/jingle';
import { bodyOf, correctedId, displayedId, originIdOf, stanzaIdOf } from '@xmpp-call/jingle/chat.js';
import type { Element } from '@xmpp-call/jingle';
import type { IncomingMessage } from '../../stanza-stream.js';
import { BoundedMap } from '../bounded-map.js';
import type { ChatReceipt } from '../page-events.js';
import { Quota } from '../quota.js';
import { ChatSender } from './chat-sender.js';
import { CHAT_MS, MAX_IDS, MESSAGES, SIGNS } from './chat-limits.js';
import type { ChatOwner } from './chat-owner.js';
import { PeerTyping } from './peer-typing.js';

/** The texts between this account and the peer of a call, while the call lasts. Nothing of anybody else comes here. */
export class Chat {
  readonly #owner: ChatOwner;
  readonly #since: number;
  readonly #messages = new Quota(MESSAGES);
  readonly #signs = new Quota(SIGNS);
  readonly #seen = new BoundedMap<string, true>(2 * MAX_IDS);
  /** Ids that the page knows, by those that the writer gave; the peer's are of its choice and may be like ours. */
  readonly #theirs = new BoundedMap<string, string>(MAX_IDS);
  readonly #ours = new BoundedMap<string, string>(MAX_IDS);
  readonly #sender: ChatSender;
  readonly #typing: PeerTyping;

  constructor(owner: ChatOwner, since: number) {
    this.#owner = owner;
    this.#since = since;
    this.#sender = new ChatSender(owner);
    this.#typing = new PeerTyping(owner);
  }

  send(id: string, text: string): void {
    if (this.#ours.has(id)) return;
    this.#ours.set(id, id);
    this.#seen.set(`out ${id}`, true);
    if (this.#owner.context.stream.state === 'offline') this.#tellReceipt(id, 'failed');
    else this.#sender.send(id, text);
  }

  setComposing(composing: boolean, text: string): void {
    this.#sender.setComposing(composing, text);
  }

  take(message: IncomingMessage): void {
    const { stanza, from } = message;
    const isOwn = !isSameBare(from, this.#owner.peer);
    if (message.isError) {
      if (!isOwn) this.#settle(attribute(stanza, 'id'), 'failed');
      return;
    }
    const type = attribute(stanza, 'type') ?? 'normal';
    if (type !== 'chat' && type !== 'normal') return;
    const ageMs = this.#ageOf(message);
    if (ageMs === undefined) return;
    const text = bodyOf(stanza);
    if (text !== undefined) this.#takeText(message, text, ageMs, isOwn);
    else if (!isOwn) this.#takeSigns(stanza, message.delayedSince !== undefined);
  }

  dispose(): void {
    this.#sender.dispose();
    this.#typing.dispose();
  }

  /** ms since a message was sent; undefined for one from before the call. */
  #ageOf({ delayedSince }: IncomingMessage): number | undefined {
    const { stream, environment } = this.#owner.context;
    if (delayedSince === undefined) return 0;
    // The stamp is a server's, so our own clock has no part in it.
    const ageMs = Math.max(0, stream.serverNow() - delayedSince);
    return ageMs > environment.now() - this.#since + CHAT_MS.stampSlack ? undefined : ageMs;
  }

  #takeText({ stanza, from, carbon }: IncomingMessage, text: string, ageMs: number, isOwn: boolean): void {
    const { context, id: callId } = this.#owner;
    if (this.#isDuplicate(stanza, isOwn)) return;
    if (!this.#messages.take(context.environment.now())) {
      context.environment.log('debug', 'too many texts', { call: callId });
      return;
    }
    const known = isOwn ? this.#ours : this.#theirs;
    const corrected = known.get(correctedId(stanza) ?? '');
    const messageId = corrected ?? context.environment.uuid();
    for (const id of idsOf(stanza)) known.set(id, messageId);
    this.#owner.tell({
      case: 'chatMessage',
      value: { callId, messageId, outgoing: isOwn, text, ageMs, corrected: corrected !== undefined },
    });
    if (isOwn) return;
    this.#typing.stop();
    const receipt = receiptRequested(stanza);
    // Of a copy the device that it was sent to tells that it has it.
    if (receipt !== undefined && carbon === 'none') context.stream.send(buildReceipt(from, receipt));
  }

  /** The same text comes twice by a carbon, by an archive or by a stream that was resumed. */
  #isDuplicate(stanza: Element, isOwn: boolean): boolean {
    const archived = stanzaIdOf(stanza, this.#owner.context.stream.jid ?? '');
    const ids = idsOf(stanza).map((id) => `${isOwn ? 'out' : 'in'} ${id}`);
    if (archived !== undefined) ids.push(`archive ${archived}`);
    const isKnown = ids.some((id) => this.#seen.has(id));
    for (const id of ids) this.#seen.set(id, true);
    return isKnown;
  }

  #takeSigns(stanza: Element, isDelayed: boolean): void {
    if (!this.#signs.take(this.#owner.context.environment.now())) return;
    this.#settle(receiptReceived(stanza), 'delivered');
    this.#settle(displayedId(stanza), 'read');
    if (!isDelayed) this.#typing.take(stanza);
  }

  #settle(id: string | undefined, state: ChatReceipt): void {
    const messageId = id === undefined ? undefined : this.#ours.get(id);
    if (messageId !== undefined) this.#tellReceipt(messageId, state);
  }

  #tellReceipt(messageId: string, state: ChatReceipt): void {
    this.#owner.tell({ case: 'chatReceipt', value: { callId: this.#owner.id, messageId, state } });
  }
}

/** The ids by which others may name a message: most clients use that of the stanza, and give both the same. */
function idsOf(stanza: Element): string[] {
  const ids = [attribute(stanza, 'id', 256), originIdOf(stanza)];
  return [...new Set(ids.filter((id) => id !== undefined))];
}
