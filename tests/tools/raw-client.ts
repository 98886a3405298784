/** A bare XMPP client over WebSocket (RFC 7395) that sends what it is told: for servers' tests and hostile peers. */
import { type Element, parse } from 'ltx';
import { WebSocket } from 'ws';

const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing';
const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const BIND = 'urn:ietf:params:xml:ns:xmpp-bind';
const TIMEOUT_MS = 10_000;

export type Login = { readonly user: string; readonly password: string } | 'anonymous';

export interface RawClient {
  /** Full JID that the server assigned. */
  readonly jid: string;
  /** SASL mechanisms the server offered. */
  readonly mechanisms: readonly string[];
  /** Everything received since login and not yet taken by `receive`. */
  readonly inbox: readonly Element[];
  /** One element, as text or tree, as it is. */
  send(stanza: string | Element): void;
  /** The first element, received already or to come, that fits; it is taken out of the inbox. */
  receive(fits: (stanza: Element) => boolean, timeoutMs?: number): Promise<Element>;
  /** Sends an IQ with an id of its own and returns the result or error. */
  request(type: 'get' | 'set', payload: string, to?: string): Promise<Element>;
  /** Closes the stream in order. */
  close(): Promise<void>;
}

/** @throws when the server refuses the login */
export async function connectRaw(
  websocketUrl: string,
  domain: string,
  login: Login,
  resource?: string,
): Promise<RawClient> {
  const socket = new WebSocket(websocketUrl, 'xmpp');
  const inbox: Element[] = [];
  const waiting = new Set<() => void>();
  let failure: Error | undefined;
  const wake = () => [...waiting].forEach((check) => check());
  socket.on('message', (data: Buffer) => {
    inbox.push(parse(data.toString()));
    wake();
  });
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  socket.on('error', fail);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  void closed.then(() => fail(new Error('the server closed the connection')));

  function receive(fits: (stanza: Element) => boolean, timeoutMs = TIMEOUT_MS): Promise<Element> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        waiting.delete(check);
        clearTimeout(timer);
        action();
      };
      const check = () => {
        const index = inbox.findIndex(fits);
        const [found] = index < 0 ? [] : inbox.splice(index, 1);
        if (found) settle(() => resolve(found));
        else if (failure) settle(() => reject(failure ?? new Error('closed')));
      };
      const seen = () => inbox.map(String).join('\n  ');
      const timer = setTimeout(
        () => settle(() => reject(new Error(`nothing fit in ${timeoutMs} ms; inbox:\n  ${seen()}`))),
        timeoutMs,
      );
      waiting.add(check);
      check();
    });
  }

  const send = (stanza: string | Element) => socket.send(stanza.toString());
  const open = async () => {
    send(`<open xmlns='${FRAMING}' to='${domain}' version='1.0'/>`);
    return await receive((element) => element.is('features') || element.getName() === 'features');
  };

  let lastId = 0;
  async function request(type: 'get' | 'set', payload: string, to?: string): Promise<Element> {
    lastId += 1;
    const id = `raw-${lastId}`;
    send(`<iq xmlns='jabber:client' type='${type}' id='${id}'${to === undefined ? '' : ` to='${to}'`}>${payload}</iq>`);
    return await receive((stanza) => stanza.is('iq') && stanza.attrs.id === id);
  }

  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  try {
    const mechanisms =
      (await open())
        .getChild('mechanisms', SASL)
        ?.getChildren('mechanism')
        .map((child) => child.text()) ?? [];
    const [mechanism, initial] =
      login === 'anonymous'
        ? ['ANONYMOUS', '']
        : ['PLAIN', Buffer.from(`\0${login.user}\0${login.password}`).toString('base64')];
    send(`<auth xmlns='${SASL}' mechanism='${mechanism}'>${initial}</auth>`);
    const outcome = await receive((element) => element.is('success', SASL) || element.is('failure', SASL));
    if (outcome.is('failure')) throw new Error(`login refused: ${outcome.toString()}`);
    await open();
    const bound = await request(
      'set',
      `<bind xmlns='${BIND}'>${resource === undefined ? '' : `<resource>${resource}</resource>`}</bind>`,
    );
    const jid = bound.getChild('bind', BIND)?.getChildText('jid');
    if (!jid) throw new Error(`not bound: ${bound.toString()}`);
    inbox.length = 0;
    return {
      jid,
      mechanisms,
      inbox,
      send,
      receive,
      request,
      async close() {
        if (socket.readyState === WebSocket.OPEN) send(`<close xmlns='${FRAMING}'/>`);
        socket.close();
        await closed;
      },
    };
  } catch (error) {
    socket.terminate();
    throw error;
  }
}
