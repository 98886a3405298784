import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { AGENT, CORE, establish, hears, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

const OTHER = 'alice';

describe('a transfer', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.closePages());
  after(() => harness.dispose());

  async function askedByDesk(attributes: Readonly<Record<string, string>> = {}) {
    const [desk, other, visitor] = [
      await openAgent(harness),
      await openAgent(harness, { user: OTHER }),
      await openVisitor(harness, { attributes }),
    ];
    await establish(visitor, desk);
    await desk.page.click('[part~="more"]');
    await desk.page.click('[part~="transfer"]');
    await desk.page.fill('[part~="transfer-to"]', `${OTHER}@${harness.servers.domain}`);
    await desk.page.click('[part~="transfer-now"]');
    return { desk, other, visitor };
  }

  it('takes a visitor who agrees to the next agent, and frees the first', async () => {
    const { desk, other, visitor } = await askedByDesk();
    await visitor.page.click('[part~="take-transfer"]');
    await other.press('answer');
    await Promise.all([visitor.reaches('active'), other.reaches('active')]);
    assert.equal((await desk.ended()).endReason, 'local-hang-up');
    await hears(visitor, AGENT);
    await visitor.press('hang-up');
    assert.equal((await other.ended()).endReason, 'remote-hang-up');
  });

  it('leaves the call as it was where the visitor stays', async () => {
    const { desk, visitor } = await askedByDesk();
    await visitor.page.click('[part~="refuse-transfer"]');
    await desk.shows(/stays with you.*The call goes on/);
    await hears(visitor, AGENT);
  });

  it('leaves the call as it was where the next agent declines', async () => {
    const { desk, other, visitor } = await askedByDesk({ transfers: 'accept' });
    await other.press('decline');
    await desk.shows(/stays with you.*The call goes on/);
    await visitor.reaches('active');
    await hears(visitor, AGENT);
    await hears(desk, { toneHz: 440 });
  });

  it('keeps the media core at both ends of the next call', async () => {
    const { other, visitor } = await askedByDesk({ transfers: 'accept', ...CORE });
    await other.press('answer');
    await Promise.all([visitor.reaches('active'), other.reaches('active')]);
    await hears(visitor, AGENT);
  });
});
