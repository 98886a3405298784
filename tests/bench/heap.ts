/** What calls leave behind in memory: the heaps of both pages and of their workers, after garbage collection. */
import { type CDPSession, type Page, chromium } from 'playwright-core';
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
  const browser = await chromium.launch({
    executablePath: CHROMIUM_PATH,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: CHROMIUM_ARGS,
  });
  try {
    const { domain, users } = harness.servers;
    const jid = `desk@${domain}`;
    const agent = await browser.newPage();
    await agent.goto(new URL('call.html?mode=agent', harness.web.url).href);
    await agent.fill('#username', jid);
    await agent.fill('#password', users.desk ?? '');
    await agent.keyboard.press('Enter');
    const visitor = await browser.newPage();
    await visitor.goto(new URL(`call.html?video=&to=${encodeURIComponent(jid)}`, harness.web.url).href);
    await visitor.click('[part~="launcher"]');

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

/** The visitor is calling already when this begins, and again when it ends. */
async function callRepeatedly(visitor: Page, agent: Page, calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) {
    await agent.click('[part~="answer-video"]');
    for (const page of [visitor, agent])
      await page.waitForFunction(() => document.querySelector('xmpp-call')?.call?.state === 'active');
    await visitor.click('[part~="hang-up"]');
    await visitor.click('[part~="call-again"]');
  }
}

/** The V8 heaps of a page and its workers, through the DevTools protocol. */
class Heaps {
  readonly #session: CDPSession;
  readonly #workers = new Map<string, string>();
  readonly #replies = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async of(page: Page): Promise<Heaps> {
    const session = await page.context().newCDPSession(page);
    const heaps = new Heaps(session);
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') heaps.#workers.set(sessionId, targetInfo.targetId);
    });
    session.on('Target.detachedFromTarget', ({ sessionId }) => {
      heaps.#workers.delete(sessionId);
    });
    session.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
      if (id !== undefined) heaps.#replies.get(id)?.(result);
    });
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return heaps;
  }

  /** Bytes in use after a collection, twice, so that finalizers have run. */
  async used(): Promise<number> {
    let bytes = 0;
    for (let round = 0; round < 2; round++) {
      await this.#session.send('HeapProfiler.collectGarbage');
      bytes = (await this.#session.send('Runtime.getHeapUsage')).usedSize;
      for (const sessionId of this.#workers.keys()) {
        await this.#inWorker(sessionId, 'HeapProfiler.collectGarbage');
        bytes += ((await this.#inWorker(sessionId, 'Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
      }
    }
    return bytes;
  }

  #inWorker(sessionId: string, method: string): Promise<unknown> {
    const id = ++this.#lastId;
    const reply = new Promise((resolve) => {
      this.#replies.set(id, resolve);
    });
    void this.#session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
    return reply;
  }
}
