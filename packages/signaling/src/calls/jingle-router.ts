import { TIE_BREAK, bareOf, compareOctets, faultOf, isSameBare, isSameJid, parseJingle } from '@xmpp-call/jingle';
import type { Jingle } from '@xmpp-call/jingle';
import type { IncomingIq, IqReply } from '../stanza-stream.js';
import { BoundedMap } from './bounded.js';
import type { Call } from './call.js';
import type { CallManager } from './call-manager.js';
import { sendJingle } from './session.js';

const UNKNOWN_SESSION: IqReply = { error: faultOf('unknown-session') };
const DONE: IqReply = { result: undefined };
const OUT_OF_ORDER: IqReply = { error: faultOf('out-of-order') };

/** Takes the Jingle IQs of a stream to their sessions, and answers those that have none (XEP-0166 §6, §11). */
export class JingleRouter {
  /** 66: a resent IQ gets the answer that the first one got, and nothing else happens. */
  readonly #answered = new BoundedMap<string, IqReply>(128);

  constructor(private readonly calls: CallManager) {}

  answer(iq: IncomingIq): IqReply {
    const key = `${iq.from} ${iq.id} ${fingerprint(iq.payload.toString())}`;
    const earlier = this.#answered.get(key);
    if (earlier) return earlier;
    const reply = this.#route(iq);
    this.#answered.set(key, reply);
    return reply;
  }

  #route(iq: IncomingIq): IqReply {
    if (iq.type === 'get') return { error: { condition: 'bad-request', text: 'not a set' } };
    const jingle = parseJingle(iq.payload);
    if (!jingle.ok) return { error: jingle.error };
    if (jingle.value.action === 'session-initiate') return this.#initiate(iq.from, jingle.value);
    const call = this.calls.get(jingle.value.sid);
    // A session is its sid and its peer: to anybody else it does not exist.
    return call?.device !== undefined && isSameJid(iq.from, call.device)
      ? receive(call, jingle.value)
      : UNKNOWN_SESSION;
  }

  #initiate(from: string, jingle: Jingle): IqReply {
    const known = this.calls.get(jingle.sid);
    if (known) {
      if (known.device === undefined || !isSameJid(known.device, from)) return UNKNOWN_SESSION;
      const due = known.session.begun || known.jmiState === 'proceeding';
      return known.direction === 'incoming' && due ? receive(known, jingle) : OUT_OF_ORDER;
    }
    if (this.calls.isKnown(jingle.sid)) return OUT_OF_ORDER;
    return this.#initiateDirectly(from, jingle);
  }

  /** A call without JMI: session-initiate is what rings. */
  #initiateDirectly(from: string, jingle: Jingle): IqReply {
    const { context } = this.calls;
    const own = context.stream.jid;
    if (bareOf(from) === undefined || (own !== undefined && isSameBare(own, from))) return UNKNOWN_SESSION;
    const rival = this.calls.calls.find((call) => call.session.state === 'inviting' && isSameBare(call.peer, from));
    if (rival?.jmiState === 'idle') {
      // XEP-0166 §7.2.16: of two initiates the one with the lower sid wins.
      if (compareOctets(rival.id, jingle.sid) < 0) return { error: TIE_BREAK };
      rival.outbid();
    }
    if (this.calls.calls.length > 0) {
      this.calls.remember(jingle.sid);
      context.defer(() => {
        this.#terminateBusy(from, jingle.sid);
      });
      return DONE;
    }
    const call = this.calls.create({ id: jingle.sid, direction: 'incoming', peer: from, media: [] });
    void call.learn(from);
    return receive(call, jingle);
  }

  #terminateBusy(to: string, sid: string): void {
    const { stream, environment } = this.calls.context;
    sendJingle(stream, to, sid, 'session-terminate', { reason: { condition: 'busy' } }).catch((error: unknown) => {
      environment.log('debug', 'busy was answered with an error', { error: String(error) });
    });
  }
}

function receive(call: Call, jingle: Jingle): IqReply {
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
