import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { StreamState, XmppStream } from '@xmpp-call/signaling';
import { type Servers, startServers } from '../../tools/servers/servers.js';
import { createNodeStream } from '../tools/node-stream.js';
import { connectRaw } from '../tools/raw-client.js';

/** What a stranger may send to an account: 180 kB that the server writes as 1.08 MB, and more levels than anybody reads. */
const HOSTILE = {
  long: `<body>${"'".repeat(180_000)}</body>`,
  deep: `${'<x>'.repeat(200)}${'</x>'.repeat(200)}`,
};

/** An agent's stream, and all it was and heard. */
class Agent {
  readonly states: StreamState[] = [];
  readonly heard: string[] = [];
  readonly stream: XmppStream;
  #onMessage: () => void = () => undefined;

  constructor({ websocketUrl, domain, users }: Servers) {
    this.stream = createNodeStream({
      service: websocketUrl,
      domain,
      credentials: { kind: 'password', username: 'desk', password: users.desk ?? '' },
    });
    this.stream.onState((state) => this.states.push(state));
    this.stream.onMessage(({ stanza }) => {
      this.heard.push(stanza.attrs.id ?? '');
      this.#onMessage();
    });
  }

  hears(id: string): Promise<void> {
    return new Promise((resolve) => {
      this.#onMessage = () => {
        if (this.heard.includes(id)) resolve();
      };
      this.#onMessage();
    });
  }
}

describe('a stranger', () => {
  let directory: string;
  let servers: Servers;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'xmpp-call-strangers-'));
    servers = await startServers({ dir: directory });
  });
  after(async () => {
    await servers.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('cannot take an agent off the air by one message, neither now nor at the next login', async () => {
    const guest = await connectRaw(servers.websocketUrl, servers.guestDomain, 'anonymous');
    const send = (id: string, content: string): void =>
      guest.send(
        `<message xmlns='jabber:client' type='chat' id='${id}' to='desk@${servers.domain}'>${content}</message>`,
      );
    const sendAll = (round: string): void => {
      for (const [kind, content] of Object.entries(HOSTILE)) send(`${kind}-${round}`, content);
      send(`last-${round}`, '<body>hello</body>');
    };

    const agent = new Agent(servers);
    const jid = await agent.stream.connect();
    sendAll('online');
    await agent.hears('last-online');
    const refused = await guest.request('set', `<x xmlns='urn:example:x'>${HOSTILE.long}</x>`, jid);
    assert.ok(refused.getChild('error')?.getChild('policy-violation'), refused.toString());
    const unknown = await guest.request('set', `<x xmlns='urn:example:x'>${HOSTILE.deep}</x>`, jid);
    assert.ok(unknown.getChild('error')?.getChild('service-unavailable'), unknown.toString());
    assert.deepEqual(agent.states, ['connecting', 'online']);
    await agent.stream.close();

    sendAll('stored');
    // The server has handled what came before the answer.
    await guest.request('get', `<ping xmlns='urn:xmpp:ping'/>`, servers.guestDomain);
    for (const login of [1, 2]) {
      const next = new Agent(servers);
      await next.stream.connect();
      send(`login-${login}`, '<body>hello</body>');
      await next.hears(`login-${login}`);
      if (login === 1) assert.ok(next.heard.includes('last-stored'), next.heard.join());
      // Its count is the server's: an impossible one would have ended the stream.
      await next.stream.discoInfo(servers.domain);
      assert.deepEqual(next.states, ['connecting', 'online']);
      await next.stream.close();
    }
    await guest.close();
  });
});
