/** Memory growth over calls: the heaps of both pages and of their workers, after garbage collection. */
import { type Browser, type CDPSession, type Page, launch } from 'puppeteer-core';
import { startHarness } from '../e2e/harness.js';
import { CHROMIUM_ARGS, CHROMIUM_PATH } from '../tools/browser-options.mjs';

export interface HeapGrowth {
  readonly calls: number;
  /** Bytes by which all heaps together grew over the calls. */
  readonly bytes: number;
  readonly bytesPerCall: number;
  readonly before: number;
  readonly after: number;
}

/** Calls that fill caches and compile code before the first reading. */
const WARM_UP_CALLS = 5;

export async function benchHeap(calls: number): Promise<HeapGrowth> {
  const harness = await startHarness();
  const browser = await launch({ browser: 'chrome', executablePath: CHROMIUM_PATH, args: CHROMIUM_ARGS });
  try {
    const { domain, users } = harness.servers;
    const jid = `desk@${domain}`;
    const agent = await openPage(browser);
    await agent.goto(new URL('call.html?mode=agent', harness.web.url).href);
    await agent.locator('#username').fill(jid);
    await agent.locator('#password').fill(users.desk ?? '');
    await agent.keyboard.press('Enter');
    const visitor = await openPage(browser);
    await visitor.goto(new URL(`call.html?video=&to=${encodeURIComponent(jid)}`, harness.web.url).href);
    await press(visitor, 'launcher');

    const heaps = await Promise.all([Heaps.of(agent), Heaps.of(visitor)]);
    const read = async () =>
      (await Promise.all(heaps.map((heap) => heap.used()))).reduce((sum, bytes) => sum + bytes, 0);
    await callRepeatedly(visitor, agent, WARM_UP_CALLS);
    const before = await read();
    await callRepeatedly(visitor, agent, calls);
    const after = await read();
    return { calls, bytes: after - before, bytesPerCall: Math.round((after - before) / calls), before, after };
  } finally {
    await browser.close();
    await harness.dispose();
  }
}

/** A page that takes itself for visible and focused. */
async function openPage(browser: Browser): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.emulateFocusedPage(true);
  return page;
}

/** Clicks a part of the widget, as soon as it can take a click. */
async function press(page: Page, part: string): Promise<void> {
  await page.locator(`xmpp-call >>> [part~="${part}"]`).click();
}

/** The visitor is calling when this begins, and again when it ends. */
async function callRepeatedly(visitor: Page, agent: Page, calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) {
    await press(agent, 'answer-video');
    for (const page of [visitor, agent])
      await page.waitForFunction(() => document.querySelector('xmpp-call')?.call?.state === 'active');
    await press(visitor, 'hang-up');
    await press(visitor, 'call-again');
  }
}

/** The V8 heaps of a page and its workers, through the DevTools protocol. */
class Heaps {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async of(page: Page): Promise<Heaps> {
    return new Heaps(page, await page.createCDPSession());
  }

  /** Bytes in use after a collection, twice, so that finalizers have run. */
  async used(): Promise<number> {
    let bytes = 0;
    for (let round = 0; round < 2; round++) {
      bytes = 0;
      for (const session of [this.#session, ...this.#page.workers().map(({ client }) => client)]) {
        await session.send('HeapProfiler.collectGarbage');
        bytes += (await session.send('Runtime.getHeapUsage')).usedSize;
      }
    }
    return bytes;
  }
}
