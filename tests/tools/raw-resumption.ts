/** Whether a server lets a stream be resumed (XEP-0198 §5) after its connection broke. */
import { type Element, parse } from 'ltx';
import { WebSocket } from 'ws';
import type { Login } from './raw-client.js';

const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing';
const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl';
const BIND = 'urn:ietf:params:xml:ns:xmpp-bind';
const SM = 'urn:xmpp:sm:3';
const TIMEOUT_MS = 10_000;

/** Logs in, breaks the connection off, logs in again and asks for the stream of before. @returns the server's answer */
export async function resume(websocketUrl: string, domain: string, login: Login): Promise<Element> {
  const first = await logIn(websocketUrl, domain, login);
  const bound = await first.ask(`<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='${BIND}'/></iq>`, 'iq');
  if (bound.attrs.type !== 'result') throw new Error(bound.toString());
  const enabled = await first.ask(`<enable xmlns='${SM}' resume='true'/>`, 'enabled', 'failed');
  if (enabled.is('failed')) throw new Error(enabled.toString());
  first.socket.terminate();
  const second = await logIn(websocketUrl, domain, login);
  try {
    return await second.ask(`<resume xmlns='${SM}' h='0' previd='${enabled.attrs.id ?? ''}'/>`, 'resumed', 'failed');
  } finally {
    second.socket.terminate();
  }
}

interface Stream {
  readonly socket: WebSocket;
  /** Sends an element and returns the next one with one of these names. */
  ask(text: string, ...names: string[]): Promise<Element>;
}

async function logIn(websocketUrl: string, domain: string, login: Login): Promise<Stream> {
  const socket = new WebSocket(websocketUrl, 'xmpp');
  const ask = (text: string, ...names: string[]) =>
    new Promise<Element>((resolve, reject) => {
      const settle = (action: () => void) => {
        clearTimeout(timer);
        socket.off('message', read);
        action();
      };
      const read = (data: Buffer) => {
        const element = parse(data.toString());
        if (names.includes(element.getName())) settle(() => resolve(element));
      };
      const timer = setTimeout(() => settle(() => reject(new Error(`no ${names.join(' or ')}`))), TIMEOUT_MS);
      socket.on('message', read);
      socket.send(text);
    });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const open = `<open xmlns='${FRAMING}' to='${domain}' version='1.0'/>`;
  await ask(open, 'features');
  const [mechanism, initial] =
    login === 'anonymous'
      ? ['ANONYMOUS', '']
      : ['PLAIN', Buffer.from(`\0${login.user}\0${login.password}`).toString('base64')];
  const outcome = await ask(`<auth xmlns='${SASL}' mechanism='${mechanism}'>${initial}</auth>`, 'success', 'failure');
  if (outcome.is('failure')) throw new Error(outcome.toString());
  await ask(open, 'features');
  return { socket, ask };
}
