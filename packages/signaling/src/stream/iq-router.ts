import { buildError, el, elementsOf, namespaceOf, NS, type Element } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import type { IncomingIq, IqReply, Unsubscribe } from '../stanza-stream.js';

export type IqHandler = (iq: IncomingIq) => IqReply;

/** Gives every incoming request its one answer (RFC 6120 §8.2.3), whatever its handler does. */
export class IqRouter {
  readonly #handlers = new Map<string, IqHandler>();

  constructor(private readonly environment: Environment) {}

  /** @throws Error when the namespace is taken */
  register(namespace: string, handler: IqHandler): Unsubscribe {
    if (this.#handlers.has(namespace)) throw new Error(`${namespace} is handled already`);
    this.#handlers.set(namespace, handler);
    return () => {
      if (this.#handlers.get(namespace) === handler) this.#handlers.delete(namespace);
    };
  }

  /**
   * Answers an IQ that is neither `result` nor `error`.
   * @param account bare JID that stands for a missing `from` (RFC 6120 §8.1.2.1)
   * @returns undefined when there is no id to answer to
   */
  answer(stanza: Element, account: string): Element | undefined {
    const { id, from, type } = stanza.attrs;
    if (id === undefined || id === '') return undefined;
    const children = elementsOf(stanza);
    const [payload] = children;
    if ((type !== 'get' && type !== 'set') || !payload || children.length !== 1) {
      return this.#reply(stanza, { error: { condition: 'bad-request', text: 'an IQ has a type and one child' } });
    }
    const iq: IncomingIq = { type, id, from: from ?? account, payload, stanza };
    try {
      return this.#reply(stanza, this.#handle(iq));
    } catch (error) {
      this.environment.log('error', 'an IQ handler failed', {
        namespace: namespaceOf(payload).slice(0, 100),
        error: error instanceof Error ? error.message : 'unknown',
      });
      const failure = el('internal-server-error', { xmlns: NS.stanzas });
      return el('iq', addresses(stanza, 'error'), [el('error', { type: 'cancel' }, [failure])]);
    }
  }

  #handle(iq: IncomingIq): IqReply {
    const handler = this.#handlers.get(namespaceOf(iq.payload));
    return handler?.(iq) ?? { error: { condition: 'service-unavailable', text: 'no handler' } };
  }

  #reply(stanza: Element, reply: IqReply): Element {
    if ('error' in reply) return el('iq', addresses(stanza, 'error'), [buildError(reply.error)]);
    return el('iq', addresses(stanza, 'result'), [reply.result]);
  }
}

function addresses({ attrs: { id, from } }: Element, type: 'result' | 'error'): Record<string, string | undefined> {
  return { xmlns: NS.client, type, id, to: from };
}
