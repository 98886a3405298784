import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

describe('a desk with several devices and callers', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  it('rings everywhere, and where it was not answered it stops at once', async () => {
    const [first, second] = [await openAgent(harness), await openAgent(harness)];
    const visitor = await openVisitor(harness);
    await visitor.press('launcher');
    await Promise.all([first.reaches('incoming'), second.reaches('incoming')]);
    await first.press('answer');
    assert.equal((await second.ended()).endReason, 'answered-elsewhere');
    await Promise.all([visitor.reaches('active'), first.reaches('active')]);
    await visitor.press('hang-up');
    await first.ended();
    await second.shows(/answered on another device/);
    await closeClean(visitor, first, second);
  });

  it('stops ringing everywhere when the caller hangs up', async () => {
    const [first, second] = [await openAgent(harness), await openAgent(harness)];
    const visitor = await openVisitor(harness);
    await visitor.press('launcher');
    await Promise.all([first.reaches('incoming'), second.reaches('incoming')]);
    await visitor.press('hang-up');
    for (const agent of [first, second]) assert.equal((await agent.ended()).endReason, 'cancelled');
    await closeClean(visitor, first, second);
  });

  it('stops ringing everywhere when one device declines', async () => {
    const [first, second] = [await openAgent(harness), await openAgent(harness)];
    const visitor = await openVisitor(harness);
    await visitor.press('launcher');
    await Promise.all([first.reaches('incoming'), second.reaches('incoming')]);
    await first.press('decline');
    assert.equal((await visitor.ended()).error, 'declined');
    assert.equal((await second.ended()).endReason, 'rejected');
    await closeClean(visitor, first, second);
  });

  it('is busy for a second caller, and the first call goes on', async () => {
    const agent = await openAgent(harness, { user: 'alice' });
    const visitor = await openVisitor(harness, { to: 'alice' });
    await establish(visitor, agent);
    const late = await openVisitor(harness, { to: 'alice' });
    await late.press('launcher');
    assert.equal((await late.ended()).error, 'busy');
    await late.shows(/line is busy/);
    await hears(agent, VISITOR);
    await hears(visitor, AGENT);
    await agent.press('hang-up');
    await visitor.ended();
    await closeClean(visitor, agent, late);
  });

  for (const browser of ['chromium', 'firefox'] as const) {
    it(`learns at once that the visitor's page was closed, in ${browser}`, async () => {
      const agent = await openAgent(harness);
      const visitor = await openVisitor(harness, { browser });
      await establish(visitor, agent);
      await visitor.page.close();
      assert.equal((await agent.ended(3_000)).endReason, 'remote-hang-up');
      await closeClean(agent);
    });
  }

  it('learns at once that the visitor went to another page', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    await visitor.page.goto(new URL('loopback.html', harness.web.url).href);
    assert.equal((await agent.ended(3_000)).endReason, 'remote-hang-up');
    await closeClean(agent);
    await visitor.page.close();
  });

  it('learns from the silence that a visitor in Firefox went to another page', async () => {
    // Firefox drops the WebSockets of a document's workers before its pagehide when it navigates.
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness, { browser: 'firefox' });
    await establish(visitor, agent);
    await visitor.page.goto(new URL('loopback.html', harness.web.url).href);
    await agent.reaches('reconnecting');
    assert.equal((await agent.ended(60_000)).endReason, 'error');
    await closeClean(agent);
    await visitor.page.close();
  });

  it('stops ringing when the page of a calling visitor is closed', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await visitor.press('launcher');
    await agent.reaches('incoming');
    await visitor.page.close();
    assert.equal((await agent.ended(3_000)).endReason, 'cancelled');
    await closeClean(agent);
  });
});
