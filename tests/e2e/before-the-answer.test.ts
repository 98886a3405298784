import assert from 'node:assert/strict';
import { type Socket, createSocket } from 'node:dgram';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Element } from 'ltx';
import { type RawClient, connectRaw } from '../tools/raw-client.js';
import { openAgent } from './desk.js';
import { type Harness, startHarness } from './harness.js';

/** How long the caller listens while it rings: a page that answers sends its first check within a fraction of it. */
const LISTEN_MS = 3_000;
const PACKET_TIMEOUT_MS = 20_000;
const JINGLE = 'urn:xmpp:jingle:1';
const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':');
const CODECS = {
  audio: `<payload-type id='111' name='opus' clockrate='48000' channels='2'/>`,
  video: `<payload-type id='96' name='VP8' clockrate='90000'/>`,
};

/** A socket of the caller's, and what arrives there. */
interface Listener {
  readonly port: number;
  readonly packets: readonly { readonly from: string }[];
  readonly next: Promise<unknown>;
  close(): void;
}

async function listen(): Promise<Listener> {
  const socket: Socket = createSocket('udp4');
  const packets: { from: string }[] = [];
  socket.on('message', (_, { address, port }) => packets.push({ from: `${address}:${port}` }));
  const next = once(socket, 'message');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, packets, next, close: () => socket.close() };
}

function transport(ufrag: string, port: number): string {
  return `<transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='${ufrag}' pwd='${ufrag}-password-of-22-or-more'>
    <fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256' setup='actpass'>${FINGERPRINT}</fingerprint>
    <candidate component='1' foundation='1' generation='0' id='${ufrag}' ip='127.0.0.1' network='0' port='${port}' priority='2130706431' protocol='udp' type='host'/>
  </transport>`;
}

function content(name: string, media: keyof typeof CODECS, inner: string): string {
  return `<content creator='initiator' name='${name}'>
    <description xmlns='urn:xmpp:jingle:apps:rtp:1' media='${media}'>${CODECS[media]}<rtcp-mux/></description>${inner}
  </content>`;
}

const bare = (name: string, inner = '', senders = 'both') =>
  `<content creator='initiator' name='${name}' senders='${senders}'>${inner}</content>`;

const isAction = (action: string) => (stanza: Element) =>
  stanza.is('iq') && stanza.attrs.type === 'set' && stanza.getChild('jingle', JINGLE)?.attrs.action === action;

describe('a caller that listens where the callee would send', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  function login(): Promise<RawClient> {
    const { websocketUrl, domain, users } = harness.servers;
    return connectRaw(websocketUrl, domain, { user: 'bob', password: users.bob ?? '' }, 'raw');
  }

  for (const browser of ['chromium', 'firefox'] as const) {
    it(`hears nothing before the user of ${browser} has answered, whatever it changes while it rings`, async () => {
      const agent = await openAgent(harness, { browser });
      const caller = await login();
      const listener = await listen();
      const { port } = listener;
      const jid = await agent.page.evaluate(() => document.querySelector('xmpp-call')?.client?.jid ?? '');
      const say = async (action: string, inner: string) => {
        const jingle = `<jingle xmlns='${JINGLE}' action='${action}' sid='ringing-${browser}'>${inner}</jingle>`;
        return String((await caller.request('set', jingle, jid)).attrs.type);
      };

      assert.equal(await say('session-initiate', content('0', 'audio', transport('aaaa', port))), 'result');
      await caller.receive(isAction('session-info'));
      await agent.reaches('incoming');
      for (const [action, inner] of [
        ['content-add', content('1', 'video', transport('bbbb', port))],
        ['transport-info', bare('0', transport('aaaa', port))],
        ['transport-info', bare('1', transport('bbbb', port))],
        ['content-modify', bare('1', '', 'initiator')],
        ['transport-info', bare('0', transport('zzzz', port))],
        ['content-remove', bare('1')],
        ['transport-replace', bare('0', transport('yyyy', port))],
      ] as const) {
        assert.equal(await say(action, inner), 'result', action);
      }
      await delay(LISTEN_MS);
      assert.deepEqual(listener.packets, []);
      assert.equal((await agent.outcome()).state, 'incoming');

      await agent.press('answer');
      await caller.receive(isAction('session-accept'));
      const timer = AbortSignal.timeout(PACKET_TIMEOUT_MS);
      await Promise.race([listener.next, once(timer, 'abort')]);
      assert.ok(listener.packets.length > 0, 'the browser checks no path to the caller');

      await agent.press('hang-up');
      await agent.ended();
      listener.close();
      await caller.close();
      await agent.page.close();
    });
  }
});
