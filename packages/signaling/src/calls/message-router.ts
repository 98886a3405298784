import {
  NS,
  attribute,
  bareOf,
  buildJmi,
  buildReceipt,
  compareOctets,
  elementsOf,
  isSameBare,
  isSameJid,
  localName,
  namespaceOf,
  parseJmi,
  receiptReceived,
  receiptRequested,
} from '@xmpp-call/jingle';
import type { Element, JmiMessage, Reason } from '@xmpp-call/jingle';
import type { IncomingMessage } from '../stanza-stream.js';
import type { Call } from './call.js';
import type { Admission } from './admission.js';
import type { CallContext } from './call-context.js';
import type { CallRegistry } from './call-registry.js';
import { REMOTE_HANG_UP } from './endings.js';

/** ms after which a propose is history (XEP-0353 §3; 71). */
const STALE_MS = 60_000;

type Propose = Extract<JmiMessage, { kind: 'propose' }>;

/** Takes the messages of a stream to the calls that they are about (XEP-0353). */
export class MessageRouter {
  constructor(
    private readonly registry: CallRegistry,
    private readonly admission: Admission,
    private readonly context: CallContext,
    private readonly hasOtherDevice: () => boolean,
  ) {}

  take(message: IncomingMessage): void {
    const { stanza, from } = message;
    if (attribute(stanza, 'type') === 'groupchat') return;
    if (message.isError) {
      this.#takeBounce(stanza, from);
      this.#takeChat(message);
      return;
    }
    const received = receiptReceived(stanza);
    if (received !== undefined) this.#takeReceipt(received, from);
    const jmi = parseJmi(stanza);
    if (!jmi) {
      this.#takeChat(message);
      return;
    }
    if (!jmi.ok) {
      this.#log('malformed jingle message', { why: jmi.error.text });
      return;
    }
    const own = this.context.stream.jid;
    const fromBare = bareOf(from);
    if (fromBare === undefined || own === undefined) return;
    if (fromBare === bareOf(own)) this.#takeOwn(jmi.value, message, own);
    else if (message.carbon !== 'sent' && isForUs(message.to, own)) this.#takePeers(jmi.value, message, fromBare);
  }

  /** Texts from the peer of a call that was answered, and to it from another device of ours; no others. */
  #takeChat(message: IncomingMessage): void {
    const { from, to, carbon } = message;
    const own = this.context.stream.jid;
    if (own === undefined) return;
    const isOwn = isSameBare(from, own);
    if (isOwn ? carbon !== 'sent' : carbon === 'sent' || !isSameBare(to, own)) return;
    const peer = bareOf(isOwn ? to : from);
    const call = this.registry.calls.find((one) => one.peer === peer && one.phase === 'agreed');
    call?.chat.take(message);
  }

  /** 55, 56: what another device of ours said. Nothing of it rings; an answer of it ends the ringing here. */
  #takeOwn({ kind, id }: JmiMessage, { from, to }: IncomingMessage, own: string): void {
    if (isSameJid(from, own)) return;
    if (kind !== 'proceed' && kind !== 'accept' && kind !== 'reject') return;
    // An accept is for the account, and names no caller.
    const peer = isSameBare(to, own) ? undefined : bareOf(to);
    for (const call of this.registry.calls) {
      if (call.sid === id && call.direction === 'incoming' && (peer === undefined || call.peer === peer))
        call.invite(kind === 'reject' ? 'own device rejected' : 'own device answered');
    }
    this.registry.memory.answeredElsewhere(peer, id);
  }

  #takePeers(jmi: JmiMessage, message: IncomingMessage, fromBare: string): void {
    const { from } = message;
    if (jmi.kind === 'propose') {
      this.#takePropose(jmi, message, fromBare);
      return;
    }
    const call = this.registry.find(jmi.id, fromBare);
    const isFromDevice = call?.device === undefined || isSameJid(call.device, from);
    if ((jmi.kind === 'retract' || jmi.kind === 'finish') && !(call && isFromDevice))
      this.registry.claimEnd(jmi.kind, jmi.id, from, jmi.reason);
    if (!call) {
      // Its propose may come later, when an archive or a resumed stream delivers out of order.
      if (jmi.kind === 'retract' || jmi.kind === 'finish') this.registry.memory.passOver(fromBare, jmi.id);
      return;
    }
    if (isFromDevice) call.peerWatch.heard();
    if ('tieBreak' in jmi) {
      if (jmi.kind !== 'finish' || isFromDevice) call.invite(`receive ${jmi.kind}`, { from, reason: jmi.reason });
    } else if (jmi.kind !== 'accept' && call.direction === 'outgoing') {
      // Without a resource there is no device that session-initiate could go to.
      if (jmi.kind === 'ringing' || from !== fromBare) call.invite(`receive ${jmi.kind}`, { from });
    }
  }

  #takePropose(propose: Propose, { from, stanza, delayedSince }: IncomingMessage, fromBare: string): void {
    const { context, admission } = this;
    const { memory } = this.registry;
    const { stream } = context;
    const known = this.registry.find(propose.id, fromBare);
    const isTie = known !== undefined && isWaiting(known) && known.jmiState !== 'idle';
    if (from === fromBare || (known ? !isTie : memory.knows(fromBare, propose.id))) return;
    if (!isTie) memory.passOver(fromBare, propose.id);
    // The stamp is a server's, so our own clock has no part in it.
    const ageMs = delayedSince === undefined ? 0 : stream.serverNow() - delayedSince;
    if (ageMs > STALE_MS) {
      this.#log('stale propose', { ageMs });
      return;
    }
    if (!admission.hears(from)) {
      this.#log('too many calls', { from: fromBare });
      return;
    }
    if (!this.#makeWay(propose, from, fromBare)) return;
    const receipt = receiptRequested(stanza);
    if (receipt !== undefined) stream.send(buildReceipt(from, receipt));
    const call = this.registry.create({ sid: propose.id, direction: 'incoming', peer: from, media: propose.media });
    void call.peerWatch.learn(from);
    call.invite('receive propose', { from });
  }

  /** @returns whether the propose may ring, after calls that it replaces have ended */
  #makeWay(propose: Propose, from: string, fromBare: string): boolean {
    const { admission, context } = this;
    const ownBare = bareOf(context.stream.jid ?? '') ?? '';
    for (const call of this.registry.calls.filter(({ peer }) => peer === fromBare)) {
      if (isWaiting(call)) {
        // XEP-0353 §3.6: both proposed at once, and the lower id wins; of one id, that of the lower JID.
        const order = compareOctets(call.sid, propose.id) || compareOctets(ownBare, fromBare);
        if (call.jmiState !== 'idle' && order < 0) {
          this.#reject(propose.id, from, { condition: 'expired' }, true);
          return false;
        }
        if (call.jmiState === 'idle') call.outbid();
        else call.invite('tie lost');
      } else if (call.jmiState === 'idle') {
        call.end(REMOTE_HANG_UP, 'expired');
      } else {
        // XEP-0353 §3.7: the peer starts over, and this call is orphaned.
        call.invite('receive migration', { migratedTo: propose.id });
      }
    }
    const refusal = admission.refusalOf(from);
    // A reject would stop our other devices as well: while one may be free, this one just does not ring.
    if (refusal && !this.hasOtherDevice() && admission.mayRefuse) this.#reject(propose.id, from, refusal, false);
    return refusal === undefined;
  }

  #reject(id: string, to: string, reason: Reason, tieBreak: boolean): void {
    this.context.stream.send(buildJmi({ kind: 'reject', id, reason, tieBreak }, to), { repeat: true });
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
    const call = proposed?.jmiState === 'agreed' ? undefined : (proposed ?? this.#callOfMessage(id, 'proceed', from));
    call?.invite('receive error', { from, bounce: bounceCondition(stanza) });
  }

  /** The call in which we sent a message of this id to an address. */
  #callOfMessage(id: string, kind: 'propose' | 'proceed', from: string): Call | undefined {
    const prefix = `jm-${kind}-`;
    const call = id.startsWith(prefix) ? this.registry.find(id.slice(prefix.length), from) : undefined;
    const sender = kind === 'propose' ? 'outgoing' : 'incoming';
    return call?.direction === sender ? call : undefined;
  }

  #log(message: string, context: Record<string, string | number>): void {
    this.context.environment.log('debug', message, context);
  }
}

/** Our own outgoing call that nobody has answered yet. */
function isWaiting(call: Call): boolean {
  return call.direction === 'outgoing' && ['idle', 'proposed', 'alerting'].includes(call.jmiState) && !call.device;
}

/** To our account or to this device; not what another device of ours was told. */
function isForUs(to: string, own: string): boolean {
  return to === '' || bareOf(to) === to.toLowerCase() || isSameJid(to, own);
}

/** The condition of the error in a message that came back. */
function bounceCondition(stanza: Element): string {
  const error = elementsOf(stanza).find((one) => localName(one) === 'error');
  const condition =
    error && elementsOf(error).find((one) => namespaceOf(one) === NS.stanzas && localName(one) !== 'text');
  return condition ? localName(condition) : 'undefined-condition';
}
