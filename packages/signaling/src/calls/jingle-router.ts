import { TIE_BREAK, bareOf, compareOctets, faultOf, isSameBare, isSameJid, parseJingle } from '@xmpp-call/jingle';
import type { Jingle, Reason } from '@xmpp-call/jingle';
import type { IncomingIq, IqReply } from '../stanza-stream.js';
import { BoundedMap } from './bounded-map.js';
import type { Call } from './call.js';
import type { Admission } from './admission.js';
import type { CallContext } from './call-context.js';
import type { CallRegistry } from './call-registry.js';
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
    if (action === 'session-initiate') return this.#initiate(iq.from, jingle.value);
    const call = this.registry.find(sid, iq.from);
    // A session is its sid and its peer: to anybody else it does not exist.
    if (call?.device !== undefined && isSameJid(iq.from, call.device)) return receive(call, jingle.value);
    if (action === 'session-terminate') this.registry.claimEnd(action, sid, iq.from, reason);
    return UNKNOWN_SESSION;
  }

  #initiate(from: string, jingle: Jingle): IqReply {
    const known = this.registry.find(jingle.sid, from);
    if (known) {
      if (known.device === undefined || !isSameJid(known.device, from)) return UNKNOWN_SESSION;
      if (isRival(known)) return this.#initiateDirectly(from, jingle);
      const due = known.session.begun || known.jmiState === 'proceeding';
      return known.direction === 'incoming' && due ? receive(known, jingle) : OUT_OF_ORDER;
    }
    if (this.registry.memory.knows(bareOf(from) ?? '', jingle.sid)) return OUT_OF_ORDER;
    return this.#initiateDirectly(from, jingle);
  }

  /** A call without JMI: session-initiate is what rings. */
  #initiateDirectly(from: string, jingle: Jingle): IqReply {
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
    const refusal = admission.refusalOf(from);
    if (refusal) return this.#refuse(from, jingle.sid, refusal);
    const call = this.registry.create({ sid: jingle.sid, direction: 'incoming', peer: from, media: [] });
    void call.peerWatch.learn(from);
    return receive(call, jingle);
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

function receive(call: Call, jingle: Jingle): IqReply {
  call.peerWatch.heard();
  return call.guard(() => call.session.receive(jingle)) ?? DONE;
}

/** FNV-1a, 32 bit: tells a resent stanza from another one under a reused id. */
function fingerprint(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
