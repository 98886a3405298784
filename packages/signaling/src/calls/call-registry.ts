import { isSameBare } from '@xmpp-call/jingle';
import type { Reason } from '@xmpp-call/jingle';
import { domainOf } from './admission.js';
import { BoundedMap } from './bounded-map.js';
import { Call } from './call.js';
import type { CallContext, CallInit } from './call-context.js';
import type { EndKind } from './peer-watch.js';
import { SidMemory } from './sid-memory.js';

/** Ids of calls that the page is or was told of; what crosses the end of a call is about one of them. */
const MAX_REMEMBERED = 512;
/** Session ids shorter than this may be guessed: 20 hexadecimal digits are 80 bits. */
const MIN_SECRET_LENGTH = 20;

/** The calls of a stream: those that go on, and what is remembered of those that have ended. */
export class CallRegistry {
  readonly memory: SidMemory;
  readonly #context: CallContext;
  readonly #calls = new Map<string, Call>();
  readonly #ended = new BoundedMap<string, true>(MAX_REMEMBERED);

  constructor(context: CallContext) {
    this.#context = context;
    this.memory = new SidMemory(() => context.environment.now());
  }

  /** Calls that have not ended. */
  get calls(): readonly Call[] {
    return [...this.#calls.values()];
  }

  /** A call that has not ended, by the id that the page knows it by. */
  get(id: string): Call | undefined {
    return this.#calls.get(id);
  }

  /** The call with this session id whose other side is the account of `from`. */
  find(sid: string, from: string): Call | undefined {
    return this.calls.find((call) => call.sid === sid && isSameBare(call.peer, from));
  }

  /** The page knows, or knew, a call by this id. */
  isKnown(id: string): boolean {
    return this.#calls.has(id) || this.#ended.has(id);
  }

  /** The page knows a call by its session id, unless it knew another one by that. */
  create(init: Omit<CallInit, 'id'>): Call {
    const { sid } = init;
    const id = this.isKnown(sid) ? this.#context.environment.uuid() : sid;
    const onEnded = () => {
      this.#calls.delete(id);
      this.#ended.set(id, true);
      this.memory.hadCall(call.peer, sid);
    };
    const call: Call = new Call({ ...init, id }, this.#context, onEnded, (other) => this.get(other));
    this.#calls.set(id, call);
    return call;
  }

  /**
   * Somebody other than the peer's device says that a session is over: a peer that had to log in anew speaks from another
   * address. Taken for a secret that its two parties share, of one domain, and checked with the device that we know.
   */
  claimEnd(kind: EndKind, sid: string, from: string, reason: Reason | undefined): void {
    if (sid.length < MIN_SECRET_LENGTH) return;
    for (const call of this.calls) {
      if (call.sid === sid && domainOf(call.peer) === domainOf(from)) call.peerWatch.endClaimed(kind, reason);
    }
  }
}
