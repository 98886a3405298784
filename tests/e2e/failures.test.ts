import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launchChromium } from '../tools/browsers.js';
import { WidgetPage } from '../tools/widget-page.js';
import { closeClean, openAgent, openVisitor } from './desk.js';
import { type Harness, startHarness } from './harness.js';

/** An init script: devices are refused with a DOMException of this name, and permission is not known beforehand. */
const refuseDevices = (name: string) => `
  MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('refused by the test', '${name}'));
  Permissions.prototype.query = () => Promise.reject(new TypeError('refused by the test'));`;

describe('a call that cannot be', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  it('ends with no-answer after the ring time, and stops ringing', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness, { attributes: { 'ring-timeout': '2' } });
    await visitor.press('launcher');
    await visitor.reaches('ringing');
    assert.equal((await visitor.ended()).error, 'no-answer');
    await visitor.shows(/No answer/);
    assert.equal((await agent.ended()).endReason, 'cancelled');
    await agent.shows(/Missed call/);
    await closeClean(visitor, agent);
  });

  it('ends with no-answer when the callee is offline', async () => {
    const visitor = await openVisitor(harness, { to: 'carol', attributes: { 'ring-timeout': '2' } });
    await visitor.press('launcher');
    assert.equal((await visitor.ended()).error, 'no-answer');
    await closeClean(visitor);
  });

  it('ends with callee-unavailable when the server bounces: it does not tell whether there is such an account', async () => {
    const visitor = await openVisitor(harness, { to: 'nobody' });
    await visitor.press('launcher');
    assert.equal((await visitor.ended()).error, 'callee-unavailable');
    await visitor.shows(/Nobody is available/);
    await closeClean(visitor);
  });

  it('ends with invalid-address for what is no JID', async () => {
    const visitor = await openVisitor(harness, { attributes: { to: 'not an address@' } });
    await visitor.press('launcher');
    assert.equal((await visitor.ended()).error, 'invalid-address');
    await visitor.page.close();
  });

  it('ends with signaling-unreachable when no server answers', async () => {
    const visitor = await openVisitor(harness, { attributes: { service: 'ws://127.0.0.1:9/xmpp-websocket' } });
    await visitor.press('launcher');
    assert.equal((await visitor.ended()).error, 'signaling-unreachable');
    await visitor.shows(/cannot be reached/);
    await visitor.page.close();
  });

  it('ends with declined when the agent declines', async () => {
    const agent = await openAgent(harness);
    const visitor = await openVisitor(harness);
    await visitor.press('launcher');
    await agent.press('decline');
    assert.equal((await visitor.ended()).error, 'declined');
    assert.equal((await agent.ended()).endReason, 'rejected');
    await closeClean(visitor, agent);
  });

  for (const [name, code, text] of [
    ['NotAllowedError', 'permission-denied', /is blocked/],
    ['NotFoundError', 'device-not-found', /No microphone/],
    ['NotReadableError', 'device-in-use', /is in use/],
  ] as const) {
    it(`ends with ${code} before anything rings`, async () => {
      const agent = await openAgent(harness);
      const visitor = await openVisitor(harness, { scripts: [refuseDevices(name)] });
      await visitor.press('launcher');
      assert.equal((await visitor.ended()).error, code);
      await visitor.shows(text);
      assert.equal((await agent.outcome()).state, undefined);
      await closeClean(visitor, agent);
    });
  }

  it('tells the visitor when the agent has no microphone', async () => {
    const agent = await openAgent(harness, { scripts: [refuseDevices('NotFoundError')] });
    const visitor = await openVisitor(harness);
    await visitor.press('launcher');
    await agent.press('answer');
    assert.equal((await agent.ended()).error, 'device-not-found');
    assert.equal((await visitor.ended()).endReason, 'error');
    await closeClean(visitor, agent);
  });

  it('says that calls need a secure page', async () => {
    const browser = await launchChromium({ extraArgs: ['--host-resolver-rules=MAP calls.test 127.0.0.1'] });
    try {
      const address = new URL(`call.html?to=desk%40${harness.servers.domain}`, harness.web.url);
      address.hostname = 'calls.test';
      const visitor = new WidgetPage(await browser.newPage(address.href));
      await visitor.press('launcher');
      assert.equal((await visitor.ended()).error, 'insecure-context');
      await visitor.shows(/need a secure page/);
    } finally {
      await browser.close();
    }
  });

  it('refuses a wrong password with words, and takes the right one afterwards', async () => {
    const page = await harness.open('chromium', 'call.html?mode=agent');
    const agent = new WidgetPage(page);
    const jid = `desk@${harness.servers.domain}`;
    await agent.submitSignIn(jid, 'wrong');
    await agent.shows(/Sign-in was refused/);
    await agent.signIn(jid, harness.servers.users.desk ?? '');
    await page.close();
  });
});
