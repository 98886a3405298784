import { buildError, el, elementsOf, namespaceOf, NS, type Element } from '@xmpp-call/jingle';
import type { Environment } from '../environment.js';
import type { IncomingIq, IqReply, Unsubscribe } from '../stanza-stream.js';
import { reasonOf } from './errors.js';

export type IqHandler = (iq: IncomingIq) => IqReply;

/** Characters of an id; it is sent back, and may not make an answer that our server ends the stream for. */
const MAX_ID_LENGTH = 1_024;

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
   * @returns undefined when there is no id to answer to, or one too long
   */
  answer(stanza: Element, account: string): Element | undefined {
    const { id, from } = stanza.attrs;
    if (!isAnswerable(stanza)) return undefined;
    let type = 'error';
    let child: Element | undefined;
    try {
      const reply = this.#handle(stanza, id ?? '', from ?? account);
      if ('error' in reply) child = buildError(reply.error);
      else [type, child] = ['result', reply.result];
    } catch (error) {
      this.environment.log('error', 'an IQ handler failed', { reason: reasonOf(error) });
      child = el('error', { type: 'cancel' }, [el('internal-server-error', { xmlns: NS.stanzas })]);
    }
    return el('iq', { xmlns: NS.client, type, id, to: from }, [child]);
  }

  /** Answers an IQ that could not be read. @returns undefined as `answer` */
  refuse(stanza: Element): Element | undefined {
    const { id, from } = stanza.attrs;
    // RFC 6120 §8.3.3.12
    const error = buildError({ condition: 'policy-violation', text: 'unreadable' });
    return isAnswerable(stanza) ? el('iq', { xmlns: NS.client, type: 'error', id, to: from }, [error]) : undefined;
  }

  #handle(stanza: Element, id: string, from: string): IqReply {
    const { type } = stanza.attrs;
    const [payload, ...others] = elementsOf(stanza);
    if ((type !== 'get' && type !== 'set') || !payload || others.length > 0) {
      return { error: { condition: 'bad-request', text: 'no request' } };
    }
    const handler = this.#handlers.get(namespaceOf(payload));
    return (
      handler?.({ type, id, from, payload, stanza }) ?? {
        error: { condition: 'service-unavailable', text: 'no handler' },
      }
    );
  }
}

function isAnswerable({ attrs: { id } }: Element): boolean {
  return id !== undefined && id !== '' && id.length <= MAX_ID_LENGTH;
}
