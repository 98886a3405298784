import { TIE_BREAK, bareOf, compareOctets, faultOf, isSameBare, isSameJid, parseJingle } from '@xmpp-call/jingle';
import type { Element, Jingle, Reason } from '@xmpp-call/jingle';
import type { IncomingIq, IqReply } from '../stanza-stream.js';
import { transferIn } from './after-answer/after-answer.js';
import { BoundedMap } from './bounded-map.js';
import type { Call } from './call.js';
import type { Admission } from './admission.js';
import type { CallContext } from './call-context.js';
import type { CallRegistry } from './call-registry.js';
import { LOCAL_HANG_UP } from './endings.js';
import { sendJingle } from './jingle-sending.js';

const UNKNOWN_SESSION: IqReply = { error: faultOf('unknown-session') };
const DONE: IqReply = { result: undefined };
const OUT_OF_ORDER: IqReply = { error: faultOf('out-of-order') };

const OVERLOADED: IqReply = { error: { condition: 'resource-constraint', text: 'too many calls' } };
/** Answers that are remembered: of devices in calls with us, and of everybody else. */
const MAX_ANSWERED = 128;

/** Takes the Jingle IQs of a stream to their sessions, and answers those that have none (XEP-0166 §6, §11). */
export class JingleRouter {
  /** 66: a resent IQ gets the answer that the first one got, and nothing else happens. Strangers push out only each other's. */
  readonly #answered = new BoundedMap<string, IqReply>(MAX_ANSWERED);
  readonly #answeredStrangers = new BoundedMap<string, IqReply>(MAX_ANSWERED);

  constructor(
    private readonly registry: CallRegistry,
    private readonly admission: Admission,
    private readonly context: CallContext,
  ) {}

  answer(iq: IncomingIq): IqReply {
    const key = `${iq.from} ${String(fingerprint(`${iq.id} ${iq.payload.toString()}`))}`;
    const earlier = this.#answered.get(key) ?? this.#answeredStrangers.get(key);
    if (earlier) return earlier;
    const reply = this.#route(iq);
    const answered = this.#isPeer(iq.from) ? this.#answered : this.#answeredStrangers;
    answered.set(key, reply);
    return reply;
  }

  #isPeer(from: string): boolean {
    return this.registry.calls.some(({ device }) => device !== undefined && isSameJid(device, from));
  }

  #route(iq: IncomingIq): IqReply {
    if (iq.type === 'get') return { error: { condition: 'bad-request', text: 'not a set' } };
    const jingle = parseJingle(iq.payload);
    if (!jingle.ok) return { error: jingle.error };
    const { action, sid, reason } = jingle.value;
    if (action === 'session-initiate') return this.#initiate(iq.from, jingle.value, iq.payload);
    const call = this.registry.find(sid, iq.from);
    // A session is its sid and its peer: to anybody else it does not exist.
    if (call?.device !== undefined && isSameJid(iq.from, call.device)) return receive(call, jingle.value, iq.payload);
    if (action === 'session-terminate') this.registry.claimEnd(action, sid, iq.from, reason);
    return UNKNOWN_SESSION;
  }

  #initiate(from: string, jingle: Jingle, payload: Element): IqReply {
    const known = this.registry.find(jingle.sid, from);
    if (known) {
      if (known.device === undefined || !isSameJid(known.device, from)) return UNKNOWN_SESSION;
      if (isRival(known)) return this.#initiateDirectly(from, jingle, payload);
      const due = known.session.begun || known.jmiState === 'proceeding';
      return known.direction === 'incoming' && due ? receive(known, jingle, payload) : OUT_OF_ORDER;
    }
    if (this.registry.memory.knows(bareOf(from) ?? '', jingle.sid)) return OUT_OF_ORDER;
    return this.#initiateDirectly(from, jingle, payload);
  }

  /** A call without JMI: session-initiate is what rings. */
  #initiateDirectly(from: string, jingle: Jingle, payload: Element): IqReply {
    const { admission, context } = this;
    const own = context.stream.jid;
    const peer = bareOf(from);
    if (peer === undefined || own === undefined || isSameBare(own, from)) return UNKNOWN_SESSION;
    if (!admission.hears(from)) return OVERLOADED;
    const rival = this.registry.calls.find((call) => isRival(call) && call.peer === peer);
    if (rival) {
      // XEP-0166 §7.2.16: of two initiates the one with the lower sid wins; of one sid, that of the lower JID.
      if ((compareOctets(rival.sid, jingle.sid) || compareOctets(own, from)) < 0) return { error: TIE_BREAK };
      rival.outbid();
    }
    const replaced = this.#replacedBy(payload);
    const refusal = replaced ? undefined : admission.refusalOf(from);
    if (refusal) return this.#refuse(from, jingle.sid, refusal);
    const call = this.registry.create({ sid: jingle.sid, direction: 'incoming', peer: from, media: [] });
    if (replaced) replaces(call, replaced);
    void call.peerWatch.learn(from);
    return receive(call, jingle, payload);
  }

  /** XEP-0251: whoever names a session of ours and its other side was told of it by that side, to take its place. */
  #replacedBy(payload: Element): Call | undefined {
    const { sid = '', from = '' } = transferIn(payload)?.attrs ?? {};
    const call = sid === '' ? undefined : this.registry.find(sid, from);
    const isPeer = call?.device !== undefined && isSameJid(call.device, from);
    return isPeer && call.session.state === 'active' && call.replacedBy === undefined ? call : undefined;
  }

  #refuse(to: string, sid: string, reason: Reason): IqReply {
    const { admission, context } = this;
    const { memory } = this.registry;
    if (!admission.mayRefuse) return OVERLOADED;
    memory.passOver(bareOf(to) ?? to, sid);
    context.defer(() => {
      sendJingle(context.stream, to, sid, 'session-terminate', { reason }).catch((error: unknown) => {
        context.environment.log('debug', 'busy was answered with an error', { error: String(error) });
      });
    });
    return DONE;
  }
}

/** A session-initiate of ours without JMI, not answered. */
function isRival(call: Call): boolean {
  return call.session.state === 'inviting' && call.jmiState === 'idle';
}

function receive(call: Call, jingle: Jingle, payload: Element): IqReply {
  call.peerWatch.heard();
  return call.guard(() => call.afterAnswer.receive(jingle, payload) ?? call.session.receive(jingle)) ?? DONE;
}

/** The new call takes the place of one that goes on until the new one is answered. */
function replaces(call: Call, replaced: Call): void {
  call.replaces = replaced.id;
  replaced.replacedBy = call;
  call.origin = {
    accepted: () => {
      call.origin = undefined;
      replaced.end(LOCAL_HANG_UP, 'success');
    },
    failed: () => {
      replaced.replacedBy = undefined;
    },
  };
}

/** FNV-1a, 32 bit: tells a resent stanza from another one under a reused id. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
