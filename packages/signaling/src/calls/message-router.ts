import {
  NS,
  attribute,
  bareOf,
  buildJmi,
  buildReceipt,
  childOf,
  compareOctets,
  elementsOf,
  isSameJid,
  localName,
  namespaceOf,
  parseJmi,
  receiptReceived,
  receiptRequested,
} from '@xmpp-call/jingle';
import type { Element, JmiMessage } from '@xmpp-call/jingle';
import type { IncomingMessage } from '../stanza-stream.js';
import { BoundedMap } from './bounded.js';
import type { Call } from './call.js';
import type { CallRegistry } from './call-registry.js';
import type { PresenceBook } from './peers.js';

/** ms after which a propose is history (XEP-0353 §3; 71). */
const STALE_MS = 60_000;
/** Proposes of one account that are heard within a minute. */
const MAX_PROPOSES = 6;
const PROPOSES_MS = 60_000;

type Propose = Extract<JmiMessage, { kind: 'propose' }>;

/** Takes the messages of a stream to the calls that they are about (XEP-0353). */
export class MessageRouter {
  readonly #proposes = new BoundedMap<string, { readonly since: number; readonly count: number }>(200);

  constructor(
    private readonly registry: CallRegistry,
    private readonly presence: PresenceBook,
  ) {}

  take(message: IncomingMessage): void {
    const { stanza, from } = message;
    if (attribute(stanza, 'type') === 'groupchat') return;
    if (message.isError) {
      this.#takeBounce(stanza, from);
      return;
    }
    const received = receiptReceived(stanza);
    if (received !== undefined) this.#takeReceipt(received, from);
    const jmi = parseJmi(stanza);
    if (!jmi) return;
    if (!jmi.ok) {
      this.#log('a jingle message cannot be taken', { why: jmi.error.text });
      return;
    }
    const own = this.registry.context.stream.jid;
    const fromBare = bareOf(from);
    if (fromBare === undefined || own === undefined) return;
    if (fromBare === bareOf(own)) this.#takeOwn(jmi.value, message, own);
    else if (message.carbon !== 'sent' && isForUs(message.to, own)) this.#takePeers(jmi.value, message, fromBare);
  }

  /** 55, 56: what another device of ours said. Nothing of it rings; an answer of it ends the ringing here. */
  #takeOwn(jmi: JmiMessage, { from }: IncomingMessage, own: string): void {
    if (isSameJid(from, own)) return;
    if (jmi.kind !== 'proceed' && jmi.kind !== 'accept' && jmi.kind !== 'reject') return;
    const call = this.registry.get(jmi.id);
    if (call?.direction === 'incoming')
      call.invite(jmi.kind === 'reject' ? 'own device rejected' : 'own device answered');
    this.registry.remember(jmi.id);
  }

  #takePeers(jmi: JmiMessage, message: IncomingMessage, fromBare: string): void {
    const { from } = message;
    if (jmi.kind === 'propose') {
      this.#takePropose(jmi, message, fromBare);
      return;
    }
    const call = this.registry.get(jmi.id);
    if (!call) {
      // Its propose may come later, when an archive or a resumed stream delivers out of order.
      if (jmi.kind === 'retract' || jmi.kind === 'finish') this.registry.remember(jmi.id);
      return;
    }
    if (call.peer !== fromBare) {
      this.#log('a jingle message for somebody else’s call', { kind: jmi.kind });
      return;
    }
    switch (jmi.kind) {
      case 'ringing':
        if (call.direction === 'outgoing') call.invite('receive ringing', { from });
        return;
      case 'proceed':
        // Without a resource there is no device that session-initiate could go to.
        if (call.direction === 'outgoing' && from !== fromBare) call.invite('receive proceed', { from });
        return;
      case 'accept':
        return;
      case 'reject':
        call.invite('receive reject', { from, reason: jmi.reason });
        return;
      case 'retract':
        call.invite('receive retract', { from, reason: jmi.reason });
        return;
      case 'finish':
        if (call.device === undefined || isSameJid(call.device, from)) {
          call.invite('receive finish', { from, reason: jmi.reason });
        }
        return;
    }
  }

  #takePropose(propose: Propose, { from, stanza, delayedSince }: IncomingMessage, fromBare: string): void {
    const { environment, stream } = this.registry.context;
    if (from === fromBare || this.registry.isKnown(propose.id)) return;
    this.registry.remember(propose.id);
    if (delayedSince !== undefined && environment.now() - delayedSince > STALE_MS) {
      this.#log('a call that is over was proposed', { ageMs: environment.now() - delayedSince });
      return;
    }
    if (this.#floods(fromBare)) return;
    if (!this.#makeWay(propose, from, fromBare)) return;
    const receipt = receiptRequested(stanza);
    if (receipt !== undefined) stream.send(buildReceipt(from, receipt));
    const call = this.registry.create({ id: propose.id, direction: 'incoming', peer: from, media: propose.media });
    call.learn(from);
    call.invite('receive propose', { from });
  }

  /** @returns whether the propose may ring, after calls that it replaces have ended */
  #makeWay(propose: Propose, from: string, fromBare: string): boolean {
    for (const call of this.registry.live.filter(({ peer }) => peer === fromBare)) {
      if (isWaiting(call)) {
        // XEP-0353 §3.6: both proposed at once, and the lower id wins.
        if (call.jmiState !== 'idle' && compareOctets(call.id, propose.id) < 0) {
          this.#reject(propose.id, from, 'expired', true);
          return false;
        }
        if (call.jmiState === 'idle') call.outbid();
        else call.invite('tie lost');
      } else {
        call.migrate(propose.id);
      }
    }
    if (this.registry.live.length === 0) return true;
    const own = this.registry.context.stream.jid;
    // A reject would stop our other devices as well: while one may be free, this one just does not ring.
    if (own === undefined || !this.presence.hasOther(own)) this.#reject(propose.id, from, 'busy', false);
    return false;
  }

  #reject(id: string, to: string, condition: 'busy' | 'expired', tieBreak: boolean): void {
    this.registry.context.stream.send(buildJmi({ kind: 'reject', id, reason: { condition }, tieBreak }, to));
  }

  #floods(fromBare: string): boolean {
    const now = this.registry.context.environment.now();
    const entry = this.#proposes.get(fromBare);
    const current = entry && now - entry.since < PROPOSES_MS ? entry : { since: now, count: 0 };
    this.#proposes.set(fromBare, { since: current.since, count: current.count + 1 });
    if (current.count < MAX_PROPOSES) return false;
    this.#log('too many calls from one address', { count: current.count });
    return true;
  }

  /** 53: a receipt for our propose says as much as `<ringing/>`. */
  #takeReceipt(id: string, from: string): void {
    const call = this.#callOfMessage(id, 'propose', from);
    if (call?.jmiState === 'proposed') call.invite('receive ringing', { from });
  }

  /** 73: what could not be delivered. */
  #takeBounce(stanza: Element, from: string): void {
    const id = attribute(stanza, 'id');
    if (id === undefined) return;
    const proposed = this.#callOfMessage(id, 'propose', from);
    const proceeded = this.#callOfMessage(id, 'proceed', from);
    const call = proposed?.direction === 'outgoing' && proposed.jmiState !== 'agreed' ? proposed : undefined;
    const failed = call ?? (proceeded?.direction === 'incoming' ? proceeded : undefined);
    failed?.invite('receive error', { from, bounce: conditionOf(stanza) });
  }

  #callOfMessage(id: string, kind: 'propose' | 'proceed', from: string): Call | undefined {
    const prefix = `jm-${kind}-`;
    const call = id.startsWith(prefix) ? this.registry.get(id.slice(prefix.length)) : undefined;
    return call && call.peer === bareOf(from) ? call : undefined;
  }

  #log(message: string, context: Record<string, string | number>): void {
    this.registry.context.environment.log('debug', message, context);
  }
}

/** Our own outgoing call that nobody has answered yet. */
function isWaiting(call: Call): boolean {
  return call.direction === 'outgoing' && ['idle', 'proposed', 'alerting'].includes(call.jmiState) && !call.session;
}

/** To our account or to this device; not what another device of ours was told. */
function isForUs(to: string, own: string): boolean {
  return to === '' || bareOf(to) === to.toLowerCase() || isSameJid(to, own);
}

function conditionOf(stanza: Element): string {
  const error =
    childOf(stanza, 'error', namespaceOf(stanza)) ?? elementsOf(stanza).find((one) => localName(one) === 'error');
  const condition =
    error && elementsOf(error).find((one) => namespaceOf(one) === NS.stanzas && localName(one) !== 'text');
  return condition ? localName(condition) : 'undefined-condition';
}
