import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Account {
  /** Bare JID. */
  readonly jid: string;
  readonly password: string;
}

const FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing';
const TIMEOUT_MS = 10_000;

/** A short XMPP session over WebSocket (RFC 7395) for what has to be arranged before a test. */
class Session {
  private readonly received: string[] = [];
  private readonly socket: WebSocket;

  private constructor(url: string) {
    this.socket = new WebSocket(url, 'xmpp');
    this.socket.on('message', (data: Buffer) => {
      this.received.push(data.toString());
      this.socket.emit('xmpp-call:frame');
    });
  }

  /** Logs in and asks for the roster, so that its changes are pushed. */
  static async start(url: string, account: Account): Promise<Session> {
    const session = new Session(url);
    await session.logIn(account);
    await session.request(`<query xmlns='jabber:iq:roster'/>`, 'get');
    session.send(`<presence xmlns='jabber:client'/>`);
    return session;
  }

  /** Asks `other` for its presence and has `otherSession` grant it to `self`. */
  async subscribe(other: Account, otherSession: Session, self: Account): Promise<void> {
    this.send(`<presence xmlns='jabber:client' type='subscribe' to='${other.jid}'/>`);
    await otherSession.expect("type='subscribe'");
    otherSession.send(`<presence xmlns='jabber:client' type='subscribed' to='${self.jid}'/>`);
  }

  private async logIn(account: Account): Promise<void> {
    const [user = '', domain = ''] = account.jid.split('@');
    const header = `<open xmlns='${FRAMING}' to='${domain}' version='1.0'/>`;
    await once(this.socket, 'open', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    this.send(header);
    await this.expect('<mechanism>PLAIN</mechanism>');
    const initial = Buffer.from(`\0${user}\0${account.password}`).toString('base64');
    this.send(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${initial}</auth>`);
    await this.expect('<success');
    this.send(header);
    await this.expect('urn:ietf:params:xml:ns:xmpp-bind');
    await this.request(`<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>`, 'set');
  }

  private send(frame: string): void {
    this.socket.send(frame);
  }

  /** Sends an IQ to the server and waits for its result. */
  private async request(payload: string, type: 'get' | 'set'): Promise<void> {
    const id = `request-${String(Math.random()).slice(2)}`;
    this.send(`<iq xmlns='jabber:client' id='${id}' type='${type}'>${payload}</iq>`);
    await this.expect(id);
  }

  /** Takes the frames up to and including the first one that contains `text`. */
  async expect(text: string): Promise<string> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const skipped: string[] = [];
    for (;;) {
      for (let frame = this.received.shift(); frame !== undefined; frame = this.received.shift()) {
        if (frame.includes(text)) return frame;
        skipped.push(frame);
      }
      try {
        await once(this.socket, 'xmpp-call:frame', { signal });
      } catch (cause) {
        throw new Error(`waited in vain for ${text}; received ${skipped.join('\n')}`, { cause });
      }
    }
  }

  async close(): Promise<void> {
    const closed = once(this.socket, 'close', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    this.send(`<close xmlns='${FRAMING}'/>`);
    this.socket.close();
    await closed;
  }
}

/** Makes two accounts that are strangers so far see each other's presence, as contacts do (RFC 6121 §3). */
export async function makeContacts(websocketUrl: string, first: Account, second: Account): Promise<void> {
  const firstSession = await Session.start(websocketUrl, first);
  const secondSession = await Session.start(websocketUrl, second);
  await firstSession.subscribe(second, secondSession, first);
  await secondSession.subscribe(first, firstSession, second);
  await Promise.all([firstSession.expect("subscription='both'"), secondSession.expect("subscription='both'")]);
  await Promise.all([firstSession.close(), secondSession.close()]);
}
