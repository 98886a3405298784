import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { el, NS } from '@xmpp-call/jingle';
import type { StreamState, XmppStream } from '@xmpp-call/signaling';
import { type Servers, startServers } from '../../tools/servers/servers.js';
import { createNodeStream } from '../tools/node-stream.js';
import { connectRaw } from '../tools/raw-client.js';

const HOUR_MS = 3_600_000;

describe('a session', () => {
  let directory: string;
  let servers: Servers;
  let guest: XmppStream;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'xmpp-call-sessions-'));
    servers = await startServers({ dir: directory });
  });
  after(async () => {
    await guest.close();
    await servers.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const reaches = (state: StreamState): Promise<void> =>
    new Promise((resolve) => {
      const off = guest.onState((now) => {
        if (now !== state) return;
        off();
        resolve();
      });
    });
  const message = (id: string) =>
    el('message', { id, type: 'chat', to: `desk@${servers.domain}` }, [el('body', {}, [id])]);

  it('that the server has forgotten leaves to the next what must not be lost', async () => {
    const credentials = { kind: 'anonymous' } as const;
    guest = createNodeStream({ service: servers.websocketUrl, domain: servers.guestDomain, credentials }, HOUR_MS);
    const first = await guest.connect();
    const lost = reaches('reconnecting');
    await servers.stopProsody();
    await lost;
    guest.send(message('forgotten'));
    guest.send(message('retract'), { repeat: true });
    const time = guest.request(el('iq', { type: 'get', to: servers.guestDomain }, [el('time', { xmlns: NS.time })]), {
      repeat: true,
    });
    const back = reaches('online');
    await servers.startProsody();
    await back;
    assert.notEqual(guest.jid, first);
    assert.ok((await time).getChild('time'), 'a request goes on as well');

    const { users, domain, websocketUrl } = servers;
    const desk = await connectRaw(websocketUrl, domain, { user: 'desk', password: users.desk ?? '' });
    desk.send(`<presence xmlns='jabber:client'/>`);
    const received = await desk.receive((stanza) => stanza.is('message'));
    assert.equal(received.attrs.id, 'retract');
    assert.equal(received.attrs.from, guest.jid);
    await desk.close();
  });

  it('tells the time of the server on a device whose clock is an hour ahead', () => {
    assert.ok(Math.abs(guest.serverNow() - Date.now()) < HOUR_MS / 60);
  });
});
