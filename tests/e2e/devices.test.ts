import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { WidgetPage } from '../tools/widget-page.js';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

const LEAVINGS: readonly (readonly [what: string, leave: (visitor: WidgetPage, harness: Harness) => Promise<void>])[] =
  [
    ['closed the page', (visitor) => visitor.page.close()],
    ['went to another page', (visitor, { web }) => visitor.page.goto(new URL('loopback.html', web.url).href)],
  ];

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

  for (const [what, leave] of LEAVINGS) {
    it(`learns at once that the visitor ${what}`, async () => {
      const agent = await openAgent(harness);
      const visitor = await openVisitor(harness);
      await establish(visitor, agent);
      await leave(visitor, harness);
      assert.equal((await agent.ended(5_000)).endReason, 'remote-hang-up');
      await closeClean(agent);
    });

    it(`learns within a minute that a visitor in Firefox ${what}`, async () => {
      // Firefox may end a worker, and its WebSocket, before the worker can say goodbye; then the silence tells.
      const agent = await openAgent(harness);
      const visitor = await openVisitor(harness, { browser: 'firefox' });
      await establish(visitor, agent);
      await leave(visitor, harness);
      assert.equal((await agent.ended(60_000)).state, 'ended');
      await closeClean(agent);
    });
  }

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
