import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type TcpProxy, startTcpProxy } from '../tools/tcp-proxy.js';
import { AGENT, VISITOR, closeClean, establish, hears, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

/** How long the network is away, ms. */
const OUTAGE_MS = 20_000;
/** ICE gives up within 15 s in Chromium. */
const ICE_TIMEOUT_MS = 60_000;
const RELAYED = { 'ice-transport-policy': 'relay' };

describe('a call on a bad network', () => {
  let harness: Harness;
  let proxy: TcpProxy;
  let proxied: string;
  before(async () => {
    harness = await startHarness();
    const direct = new URL(harness.servers.websocketUrl);
    proxy = await startTcpProxy(Number(direct.port));
    direct.port = String(proxy.port);
    proxied = direct.href;
  });
  after(async () => {
    await proxy.close();
    await harness.dispose();
  });

  for (const loser of ['agent', 'visitor'] as const) {
    it(`goes on while the ${loser}'s WebSocket is lost for 20 s, and can be hung up afterwards`, async () => {
      const behindProxy = { service: proxied };
      const agent = await openAgent(harness, loser === 'agent' ? { attributes: behindProxy } : {});
      const visitor = await openVisitor(harness, loser === 'visitor' ? { attributes: behindProxy } : {});
      await establish(visitor, agent);
      const [lost, other] = loser === 'agent' ? [agent, visitor] : [visitor, agent];
      proxy.cut();
      await lost.connection('reconnecting');
      await delay(OUTAGE_MS);
      await hears(visitor, AGENT);
      await hears(agent, VISITOR);
      assert.equal((await lost.outcome()).state, 'active');
      proxy.restore();
      await lost.connection('online');
      await hears(other, loser === 'agent' ? AGENT : VISITOR);
      await lost.press('hang-up');
      assert.equal((await other.ended()).endReason, 'remote-hang-up');
      await lost.ended();
      await closeClean(visitor, agent);
    });
  }

  it('delivers a hang-up that was pressed while the WebSocket was lost', async () => {
    const agent = await openAgent(harness, { attributes: { service: proxied } });
    const visitor = await openVisitor(harness);
    await establish(visitor, agent);
    proxy.cut();
    await agent.connection('reconnecting');
    await agent.press('hang-up');
    await agent.ended();
    proxy.restore();
    assert.equal((await visitor.ended()).endReason, 'remote-hang-up');
    await closeClean(visitor, agent);
  });

  it('ends with connectivity-failed when there is no path', async () => {
    await harness.servers.stopTurn();
    const agent = await openAgent(harness, { attributes: RELAYED });
    const visitor = await openVisitor(harness, { attributes: RELAYED });
    await visitor.press('launcher');
    await agent.press('answer');
    const outcomes = await Promise.all([visitor.ended(ICE_TIMEOUT_MS), agent.ended(ICE_TIMEOUT_MS)]);
    assert.ok(
      outcomes.some(({ error }) => error === 'connectivity-failed'),
      JSON.stringify(outcomes),
    );
    for (const { endReason } of outcomes) assert.equal(endReason, 'error');
    await closeClean(visitor, agent);
    await harness.servers.startTurn();
  });
});

describe('a server without TURN', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness({ servers: { turn: false } });
  });
  after(() => harness.dispose());

  it('ends a call that needs it with turn-missing', async () => {
    const agent = await openAgent(harness, { attributes: RELAYED });
    const visitor = await openVisitor(harness, { attributes: RELAYED });
    await visitor.press('launcher');
    await agent.press('answer');
    const outcomes = await Promise.all([visitor.ended(ICE_TIMEOUT_MS), agent.ended(ICE_TIMEOUT_MS)]);
    assert.ok(
      outcomes.some(({ error }) => error === 'turn-missing'),
      JSON.stringify(outcomes),
    );
    await closeClean(visitor, agent);
  });
});
