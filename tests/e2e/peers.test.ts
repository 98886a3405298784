import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Element } from 'ltx';
import { type RawClient, connectRaw } from '../tools/raw-client.js';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

const JINGLE = 'urn:xmpp:jingle:1';
const JMI = 'urn:xmpp:jingle-message:0';
const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':');

const OPUS = `<payload-type id='111' name='opus' clockrate='48000' channels='2'/>`;
const SPEEX = `<payload-type id='112' name='speex' clockrate='16000'/>`;
const DTLS = (setup: string) =>
  `<fingerprint xmlns='urn:xmpp:jingle:apps:dtls:0' hash='sha-256' setup='${setup}'>${FINGERPRINT}</fingerprint>`;
const SDES = `<encryption required='1'><crypto tag='1' crypto-suite='AES_CM_128_HMAC_SHA1_80' key-params='inline:c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0'/></encryption>`;

/** A content with one audio codec, as an old client would describe it. */
function audio(payload: string, { security = '', fingerprint = '' } = {}): string {
  return `<content creator='initiator' name='0' senders='both'>
    <description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'>${payload}${security}<rtcp-mux/></description>
    <transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' ufrag='abcd' pwd='abcdefghijklmnopqrstuvwx'>${fingerprint}</transport>
  </content>`;
}

function jingle(action: string, sid: string, children: string): string {
  return `<jingle xmlns='${JINGLE}' action='${action}' sid='${sid}'>${children}</jingle>`;
}

const isAction = (action: string) => (stanza: Element) =>
  stanza.is('iq') && stanza.attrs.type === 'set' && stanza.getChild('jingle', JINGLE)?.attrs.action === action;

function childNames(element: Element | undefined): string[] {
  return (element?.children ?? []).flatMap((child) => (typeof child === 'string' ? [] : [child.getName()]));
}

describe('peers that the widget did not write', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  function login(user: string): Promise<RawClient> {
    const { websocketUrl, domain, users } = harness.servers;
    return connectRaw(websocketUrl, domain, { user, password: users[user] ?? '' }, 'raw');
  }

  const acknowledge = (client: RawClient, { attrs }: Element) =>
    client.send(`<iq xmlns='jabber:client' type='result' id='${String(attrs.id)}' to='${String(attrs.from)}'/>`);

  const reasonOf = (terminate: Element) => childNames(terminate.getChild('jingle', JINGLE)?.getChild('reason'));

  for (const [what, content, code, reason] of [
    ['without DTLS', audio(OPUS, { security: SDES }), 'security-failed', 'security-error'],
    ['without a common codec', audio(SPEEX, { fingerprint: DTLS('active') }), 'incompatible', 'failed-application'],
  ] as const) {
    it(`ends a call with ${code} when the peer answers ${what}`, async () => {
      const bob = await login('bob');
      bob.send(`<presence xmlns='jabber:client'/>`);
      const visitor = await openVisitor(harness, { to: 'bob' });
      await visitor.press('launcher');
      const proposal = await bob.receive((stanza) => stanza.getChild('propose', JMI) !== undefined);
      const sid = String(proposal.getChild('propose', JMI)?.attrs.id);
      const from = String(proposal.attrs.from);
      bob.send(
        `<message xmlns='jabber:client' type='chat' to='${from}'><proceed xmlns='${JMI}' id='${sid}'/></message>`,
      );
      acknowledge(bob, await bob.receive(isAction('session-initiate')));
      await bob.request('set', jingle('session-accept', sid, content), from);
      assert.deepEqual(reasonOf(await bob.receive(isAction('session-terminate'))), [reason]);
      assert.equal((await visitor.ended()).error, code);
      await closeClean(visitor);
      await bob.close();
    });
  }

  it('refuses an offer without DTLS without ringing', async () => {
    const agent = await openAgent(harness);
    const bob = await login('bob');
    const jid = await agent.page.evaluate(() => document.querySelector('xmpp-call')?.client?.jid ?? '');
    const answer = await bob.request('set', jingle('session-initiate', 'old-1', audio(OPUS, { security: SDES })), jid);
    assert.equal(answer.attrs.type, 'result');
    assert.deepEqual(reasonOf(await bob.receive(isAction('session-terminate'))), ['security-error']);
    assert.equal((await agent.outcome()).state, undefined);
    await bob.close();
    await closeClean(agent);
  });

  it('keeps a call untouched by what strangers send', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    const { jid, sid } = await agent.page.evaluate(() => {
      const element = document.querySelector('xmpp-call');
      return { jid: element?.client?.jid ?? '', sid: element?.call?.id ?? '' };
    });
    const bare = `desk@${harness.servers.domain}`;
    const mallory = await login('bob');

    const terminate = (id: string) => jingle('session-terminate', id, '<reason><success/></reason>');
    for (const id of [sid, 'no-such-session']) {
      const answer = await mallory.request('set', terminate(id), jid);
      assert.deepEqual(childNames(answer.getChild('error')), ['item-not-found', 'unknown-session']);
    }
    for (const malformed of [
      `<jingle xmlns='${JINGLE}'/>`,
      `<jingle xmlns='${JINGLE}' action='session-initiate' sid='x'/>`,
      `<jingle xmlns='${JINGLE}' action='explode' sid='${sid}'/>`,
    ]) {
      const answer = await mallory.request('set', malformed, jid);
      assert.equal(answer.attrs.type, 'error', malformed);
    }
    const finish = `<finish xmlns='${JMI}' id='${sid}'><reason xmlns='${JINGLE}'><success/></reason></finish>`;
    const forged = `<message xmlns='jabber:client' type='chat' from='${bare}/other' to='${jid}'><reject xmlns='${JMI}' id='${sid}'/></message>`;
    for (const [to, body] of [
      [jid, finish],
      [bare, finish],
      [
        jid,
        `<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${forged}</forwarded></received>`,
      ],
      [jid, `<sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${forged}</forwarded></sent>`],
      [jid, `<retract xmlns='${JMI}' id='${sid}'/>`],
      [bare, `<propose xmlns='${JMI}' id=''/>`],
      [
        bare,
        `<propose xmlns='${JMI}' id='${'z'.repeat(5000)}'><description xmlns='urn:other' media='audio'/></propose>`,
      ],
    ] as const) {
      mallory.send(`<message xmlns='jabber:client' type='chat' to='${to}'>${body}</message>`);
    }
    // All of it has been taken in once the agent answers what came after it.
    await mallory.request('get', `<query xmlns='http://jabber.org/protocol/disco#info'/>`, jid);

    assert.equal((await agent.outcome()).state, 'active');
    await hears(agent, VISITOR);
    await hears(visitor, AGENT);
    await visitor.press('hang-up');
    assert.equal((await agent.ended()).endReason, 'remote-hang-up');
    await mallory.close();
    await closeClean(visitor, agent);
  });
});
