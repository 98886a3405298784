/** Texts beside a call. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connectRaw } from '../tools/raw-client.js';
import type { WidgetPage } from '../tools/widget-page.js';
import { closeClean, establish, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

describe('texts beside a call', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  async function write({ page }: WidgetPage, text: string): Promise<void> {
    await page.fill('.chat-field', text);
    await page.press('Enter');
  }

  it('go both ways with receipts, and are shown letter by letter where both want that', async () => {
    const attributes = { chat: 'real-time' };
    const agent = await openAgent(harness, { browser: 'firefox', attributes });
    const visitor = await openVisitor(harness, { attributes });
    await establish(visitor, agent);
    await visitor.openFeature('chat');
    await write(visitor, 'Hello from the page <b>&</b>');
    await agent.shows(/New message/);
    await agent.press('unread');
    await agent.shows(/Hello from the page <b>&<\/b>/);
    await visitor.shows(/delivered/);
    await agent.page.fill('.chat-field', 'I am still wri');
    await visitor.page.waitFor(() => document.querySelector('xmpp-call')?.call?.peerTyping.text === 'I am still wri', {
      what: 'the letters',
    });
    await agent.page.press('Enter');
    await visitor.page.waitFor(
      () =>
        document
          .querySelector('xmpp-call')
          ?.call?.messages.some(({ outgoing, text }) => !outgoing && text === 'I am still wri'),
      { what: 'the message' },
    );
    await visitor.press('hang-up');
    await agent.ended();
    await closeClean(visitor, agent);
  });

  it('of others than the peer are not shown', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    const { websocketUrl, domain, users } = harness.servers;
    const jid = await visitor.page.evaluate(() => document.querySelector('xmpp-call')?.client?.jid ?? '');
    const stranger = await connectRaw(websocketUrl, domain, { user: 'bob', password: users.bob ?? '' }, 'stranger');
    stranger.send(`<message xmlns='jabber:client' type='chat' to='${jid}'><body>from a stranger</body></message>`);
    await agent.openFeature('chat');
    await write(agent, 'from the agent');
    await visitor.press('unread');
    await visitor.shows(/from the agent/);
    assert.doesNotMatch(await visitor.text(), /from a stranger/);
    await stranger.close();
    await visitor.press('hang-up');
    await agent.ended();
    await closeClean(visitor, agent);
  });
});
