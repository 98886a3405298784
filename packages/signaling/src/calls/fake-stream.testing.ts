import { NS, attribute, bareOf, el, elementsOf, namespaceOf } from '@xmpp-call/jingle';
import type { DiscoInfo, Element, ExternalService } from '@xmpp-call/jingle';
import { IqError } from '../stanza-stream.js';
import type { IncomingIq, IncomingMessage, IqReply, StanzaStream, StreamState, Unsubscribe } from '../stanza-stream.js';

export const NO_DISCO: DiscoInfo = { identities: [], features: [], forms: [] };

/** How a request of ours is answered: `undefined` for a result, `wait` for nothing yet. */
export type Answer = IqError | 'wait' | undefined;

/** A stream whose other end is the test. */
export class FakeStream implements StanzaStream {
  state: StreamState = 'online';
  jid: string | undefined;
  /** Everything that was sent, in order: messages, presence and requests. */
  readonly sent: Element[] = [];
  /** Those of them that are to be sent again from a new address. */
  readonly repeated = new Set<Element>();
  /** The server's clock, ms since the epoch. */
  clock: () => number = () => 0;
  /** How often the link was to be checked. */
  hints = 0;
  readonly introduced: string[] = [];
  /** By full JID. */
  readonly disco = new Map<string, DiscoInfo>();
  services: readonly ExternalService[] = [];
  answer: (iq: Element) => Answer = () => undefined;
  /** Whom pings went to; they are not among what was sent. */
  readonly pinged: string[] = [];
  pong: (to: string) => Answer = () => undefined;
  onSent: (stanza: Element) => void = () => undefined;
  readonly waiting: { readonly iq: Element; readonly settle: (answer: Exclude<Answer, 'wait'>) => void }[] = [];
  readonly #messages = new Set<(message: IncomingMessage) => void>();
  readonly #presences = new Set<(presence: Element) => void>();
  readonly #states = new Set<(state: StreamState) => void>();
  readonly #rebinds = new Set<() => void>();
  readonly #handlers = new Map<string, (iq: IncomingIq) => IqReply>();
  #ids = 0;

  constructor(jid: string) {
    this.jid = jid;
  }

  get listeners(): number {
    return this.#messages.size + this.#presences.size + this.#states.size + this.#rebinds.size + this.#handlers.size;
  }

  send(stanza: Element, options: { readonly repeat?: boolean } = {}): void {
    this.#note(stanza, options);
  }

  request(iq: Element, options: { readonly repeat?: boolean } = {}): Promise<Element> {
    iq.attrs.id = `q${String(++this.#ids)}`;
    const isPing = elementsOf(iq).some((child) => namespaceOf(child) === NS.ping);
    if (isPing) this.pinged.push(attribute(iq, 'to') ?? '');
    else this.#note(iq, options);
    const answer = isPing ? this.pong(attribute(iq, 'to') ?? '') : this.answer(iq);
    if (answer === undefined) return Promise.resolve(el('iq', { type: 'result' }));
    if (answer !== 'wait') return Promise.reject(answer);
    return new Promise((resolve, reject) => {
      this.waiting.push({
        iq,
        settle: (late) => {
          if (late) reject(late);
          else resolve(el('iq', { type: 'result' }));
        },
      });
    });
  }

  onMessage(listener: (message: IncomingMessage) => void): Unsubscribe {
    return subscribe(this.#messages, listener);
  }

  onPresence(listener: (presence: Element) => void): Unsubscribe {
    return subscribe(this.#presences, listener);
  }

  onIq(namespace: string, handler: (iq: IncomingIq) => IqReply): Unsubscribe {
    this.#handlers.set(namespace, handler);
    return () => {
      this.#handlers.delete(namespace);
    };
  }

  readonly exempted: string[] = [];

  exempt(peer: string): Unsubscribe {
    this.exempted.push(peer);
    return () => {
      const at = this.exempted.indexOf(peer);
      if (at >= 0) this.exempted.splice(at, 1);
    };
  }

  onState(listener: (state: StreamState) => void): Unsubscribe {
    return subscribe(this.#states, listener);
  }

  onRebind(listener: () => void): Unsubscribe {
    return subscribe(this.#rebinds, listener);
  }

  discoInfo(jid: string): Promise<DiscoInfo> {
    const info = this.disco.get(jid);
    return info ? Promise.resolve(info) : Promise.reject(new IqError('service-unavailable'));
  }

  introduceTo(bareJid: string): void {
    this.introduced.push(bareJid);
  }

  externalServices(): Promise<readonly ExternalService[]> {
    return Promise.resolve(this.services);
  }

  serverNow(): number {
    return this.clock();
  }

  hintOnline(): void {
    this.hints++;
  }

  #note(stanza: Element, { repeat = false }: { readonly repeat?: boolean }): void {
    this.sent.push(stanza);
    if (repeat) this.repeated.add(stanza);
    this.onSent(stanza);
  }

  // ---- the other end

  changeState(state: StreamState): void {
    this.state = state;
    for (const listener of this.#states) listener(state);
  }

  rebind(jid: string): void {
    this.jid = jid;
    for (const listener of this.#rebinds) listener();
  }

  /** Delivers an IQ and gives what it is answered. */
  deliverIq(stanza: Element): IqReply {
    const [payload] = elementsOf(stanza);
    const handler = payload && this.#handlers.get(namespaceOf(payload));
    if (!payload || !handler) throw new Error('nobody handles this IQ');
    const type = attribute(stanza, 'type') === 'get' ? 'get' : 'set';
    return handler({ type, id: attribute(stanza, 'id') ?? '', from: attribute(stanza, 'from') ?? '', payload, stanza });
  }

  deliverMessage(stanza: Element, extra: Partial<IncomingMessage> = {}): void {
    const message: IncomingMessage = {
      stanza,
      from: attribute(stanza, 'from') ?? '',
      to: attribute(stanza, 'to') ?? bareOf(this.jid ?? '') ?? '',
      carbon: 'none',
      isError: attribute(stanza, 'type') === 'error',
      ...extra,
    };
    for (const listener of this.#messages) listener(message);
  }

  deliverPresence(stanza: Element): void {
    for (const listener of this.#presences) listener(stanza);
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): Unsubscribe {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** One line for what was sent: `propose`, `session-initiate`, `receipt`, … with its address and its reason. */
export function summary(stanza: Element): string {
  const to = attribute(stanza, 'to') ?? '';
  const [payload] = elementsOf(stanza);
  if (!payload) return `${stanza.name} > ${to}`;
  const action = attribute(payload, 'action') ?? payload.name;
  const reason = elementsOf(payload).find((child) => child.name === 'reason');
  const condition = reason && elementsOf(reason)[0]?.name;
  const info = action === 'session-info' ? elementsOf(payload)[0] : undefined;
  const tie = elementsOf(payload).some((child) => child.name === 'tie-break') ? ' tie-break' : '';
  return `${action}${info ? ` ${info.name}` : ''}${condition ? ` ${condition}` : ''}${tie} > ${to}`;
}
