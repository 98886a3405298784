import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { heldResources, measureTone, readBarCodes, selectedPairs } from '../tools/media-probe.js';
import { type Harness, startHarness, turnCredentials } from './harness.js';

describe('the measuring instruments', () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.dispose());

  for (const browser of ['chromium', 'firefox'] as const) {
    it(`measure tone and bar code of a direct connection in ${browser}`, async () => {
      const page = await harness.open(browser, 'loopback.html', { probe: { sender: 77, toneHz: 660 } });
      await page.click('button');
      const tone = await measureTone(page, 'video');
      assert.ok(Math.abs(tone.frequencyHz - 660) < 3, `heard ${tone.frequencyHz} Hz`);
      assert.ok(tone.snrDb > 15, `SNR is ${tone.snrDb} dB`);
      const picture = await readBarCodes(page, 'video', { distinct: 30 });
      assert.deepEqual(picture.senders, [77]);
      assert.ok(picture.distinct >= 30, JSON.stringify(picture));
      assert.ok(picture.coloured / picture.frames > 0.8, JSON.stringify(picture));
      assert.deepEqual(await heldResources(page), { tracks: 2, connections: 2 });
      for (const pair of await selectedPairs(page)) assert.notEqual(pair.local, 'relay');
      assert.deepEqual(page.log, []);
      await page.close();
    });

    it(`see the relay in use in ${browser}`, async () => {
      const { host, port } = harness.servers.turn;
      const query = new URLSearchParams({
        turn: `turn:${host}:${port}?transport=udp`,
        ...turnCredentials(harness.servers),
      });
      const page = await harness.open(browser, `loopback.html?${query}`, {
        probe: { sender: 5, toneHz: 1000, iceTransportPolicy: 'relay' },
      });
      await page.click('button');
      const tone = await measureTone(page, 'video');
      assert.ok(Math.abs(tone.frequencyHz - 1000) < 3, `heard ${tone.frequencyHz} Hz`);
      const picture = await readBarCodes(page, 'video');
      assert.deepEqual(picture.senders, [5]);
      const pairs = await selectedPairs(page);
      assert.ok(pairs.length >= 2, JSON.stringify(pairs));
      for (const pair of pairs) assert.equal(pair.local, 'relay');
      await page.close();
    });

    it(`tell silence from sound in ${browser}`, async () => {
      const page = await harness.open(browser, 'loopback.html', { probe: { sender: 1, toneHz: 0 } });
      await page.click('button');
      await assert.rejects(measureTone(page, 'video', { timeoutMs: 3000 }), /no sound within/);
      await page.close();
    });
  }
});
