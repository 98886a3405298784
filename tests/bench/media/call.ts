/** A call between two pages of a browser, over the bench's own network. */
import { setTimeout as delay } from 'node:timers/promises';
import type { PageHandle } from '../../tools/browsers.js';
import type { Host } from './host.js';
import { descriptionThroughRelay, throughRelay } from '../../tools/network/candidates.js';
import { type End, Relay, type RelayConditions } from '../../tools/network/relay.js';
import type { Collected } from './page/index.js';
import type { PeerSettings } from './page/peer.js';

/** By default the callee is heard at the loudspeaker. */
export type EndSettings = Omit<PeerSettings, 'role' | 'audible'> & Partial<Pick<PeerSettings, 'audible'>>;

export interface CallSettings {
  readonly caller: EndSettings;
  readonly callee: EndSettings;
  /** Of the network from the beginning. */
  readonly conditions?: RelayConditions;
}

const CONNECT_TIMEOUT_MS = 20_000;
const DECIDED_TIMEOUT_MS = 15_000;
const POLL_MS = 50;
/** Decisions of a direction after which a measurement may begin: our codec, or the browser's for good. */
const DECIDED: readonly (string | undefined)[] = ['wasm', 'uncongested-path', 'no-track-generator'];
const CLOCK_READINGS = 20;
/** Tolerance of the reading of the pages' clocks, ms. */
const CLOCK_TOLERANCE_MS = 2;

export class BenchCall {
  readonly caller: PageHandle;
  readonly callee: PageHandle;
  readonly relay: Relay;
  /** ms that the callee's clock is ahead of the caller's; 0 if not more than the reading's tolerance. */
  readonly clockAheadMs: number;
  readonly #settings: CallSettings;
  readonly #trace: boolean;

  private constructor(
    { trace }: Host,
    [caller, callee]: readonly [PageHandle, PageHandle],
    relay: Relay,
    ahead: number,
    settings: CallSettings,
  ) {
    this.#trace = trace;
    this.caller = caller;
    this.callee = callee;
    this.relay = relay;
    this.clockAheadMs = ahead;
    this.#settings = settings;
  }

  /** @throws when the pages do not get connected */
  static async open(host: Host, settings: CallSettings): Promise<BenchCall> {
    const relay = await Relay.open();
    relay.change(settings.conditions ?? {});
    const [caller, callee] = [await openPage(host), await openPage(host)];
    await Promise.all([prepare(caller, 'caller', settings.caller), prepare(callee, 'callee', settings.callee)]);
    const ahead = (await clockOf(callee)) - (await clockOf(caller));
    const call = new BenchCall(
      host,
      [caller, callee],
      relay,
      Math.abs(ahead) > CLOCK_TOLERANCE_MS ? ahead : 0,
      settings,
    );
    try {
      await call.#connect();
      await call.#awaitDecisions();
    } catch (error) {
      await call.close();
      throw error;
    }
    return call;
  }

  /** The codecs in use and the warnings of the core, at each end that has a core. */
  async core(): Promise<{ readonly paths: Readonly<Record<string, string>>; readonly log: readonly string[] }> {
    const paths: Record<string, string> = {};
    const log: string[] = [];
    for (const [end, page] of this.#ends()) {
      if (!this.#settings[end].core) continue;
      for (const [way, path] of Object.entries(await page.evaluate(() => mediaBench.paths())))
        paths[`${end}.${way}`] = path;
      log.push(...(await page.evaluate(() => mediaBench.log())).map((line) => `${end}: ${line}`));
    }
    return { paths, log };
  }

  /** What the callee has received of the caller, on the caller's clock. */
  async collect(): Promise<{ readonly sent: Collected; readonly perceived: Collected }> {
    const [sent, perceived] = await Promise.all(
      [this.caller, this.callee].map((page) => page.evaluate(() => mediaBench.collect())),
    );
    if (!sent || !perceived) throw new Error('nothing was collected');
    const ahead = this.clockAheadMs;
    return {
      sent,
      perceived: {
        ...perceived,
        heard: perceived.heard.map((at) => at - ahead),
        sightings: perceived.sightings.map(([at, counter]) => [at - ahead, counter] as const),
      },
    };
  }

  /** The caller's clock, ms since the epoch. */
  now(): Promise<number> {
    return this.caller.evaluate(() => mediaBench.now());
  }

  async close(): Promise<void> {
    if (this.#trace) await this.#printTrace();
    for (const [, page] of this.#ends()) {
      await page.evaluate(() => mediaBench.close());
      await page.close();
    }
    this.relay.close();
  }

  async #printTrace(): Promise<void> {
    for (const [end, page] of this.#ends()) {
      if (!this.#settings[end].core) continue;
      const lines = await page.evaluate(() => mediaBench.log());
      const statistics = await page.evaluate(() => mediaBench.statistics());
      process.stderr.write(`${end}:\n${lines.join('\n')}\n${JSON.stringify(statistics?.sample, null, 1)}\n`);
    }
  }

  #ends(): readonly (readonly [End, PageHandle])[] {
    return [
      ['caller', this.caller],
      ['callee', this.callee],
    ];
  }

  async #connect(): Promise<void> {
    const { caller, callee, relay } = this;
    const offer = await caller.evaluate(() => mediaBench.offer());
    const answer = await callee.evaluate(
      (sdp) => mediaBench.answer(sdp),
      descriptionThroughRelay(offer, relay.portOf('callee')),
    );
    await caller.evaluate(
      (sdp) => mediaBench.applyAnswer(sdp),
      descriptionThroughRelay(answer, relay.portOf('caller')),
    );
    const deadline = performance.now() + CONNECT_TIMEOUT_MS;
    for (;;) {
      await Promise.all([this.#trickle(caller, callee, 'callee'), this.#trickle(callee, caller, 'caller')]);
      const states = await Promise.all([caller, callee].map((page) => page.evaluate(() => mediaBench.connectivity())));
      if (states.every((state) => state === 'connected')) return;
      if (performance.now() > deadline) throw new Error(`not connected: ${states.join(', ')}`);
      await delay(POLL_MS);
    }
  }

  /** @param end to which `to` belongs: what it sends goes to that end's port */
  async #trickle(from: PageHandle, to: PageHandle, end: End): Promise<void> {
    for (const trickled of await from.evaluate(() => mediaBench.candidates())) {
      const candidate = throughRelay(trickled.candidate, this.relay.portOf(end));
      if (candidate === undefined) continue;
      await to.evaluate((one) => mediaBench.addCandidate(one), { ...trickled, candidate });
    }
  }

  /** Where the core is, what the caller sends is taken by it in the end, where that is to be; if not, `core` says so. */
  async #awaitDecisions(): Promise<void> {
    const deadline = performance.now() + DECIDED_TIMEOUT_MS;
    const wanted = [
      ...(this.#settings.caller.core ? ['caller.audio.send', 'caller.video.send'] : []),
      ...(this.#settings.callee.core ? ['callee.audio.receive', 'callee.video.receive'] : []),
    ];
    while (wanted.length > 0 && performance.now() < deadline) {
      const { paths } = await this.core();
      if (wanted.every((way) => DECIDED.includes(paths[way]))) return;
      await delay(POLL_MS * 4);
    }
  }
}

/** A page that waits for its role. */
export async function openPage({ browser, url }: Host): Promise<PageHandle> {
  const page = await browser.newPage(url, { window: true });
  await page.waitFor(() => 'mediaBench' in globalThis);
  return page;
}

/** Opens its devices and a session. */
export async function prepare(page: PageHandle, role: End, settings: EndSettings): Promise<void> {
  const all: PeerSettings = { role, audible: role === 'callee', ...settings };
  await page.evaluate((json) => mediaBench.open(JSON.parse(json) as PeerSettings), JSON.stringify(all));
}

/** How far a page's clock is ahead of this process's, ms: the reading that took the least time. */
async function clockOf(page: PageHandle): Promise<number> {
  let best = { took: Infinity, ahead: 0 };
  for (let reading = 0; reading < CLOCK_READINGS; reading += 1) {
    const begin = performance.now();
    const there = await page.evaluate(() => mediaBench.now());
    const took = performance.now() - begin;
    if (took < best.took) best = { took, ahead: there - (performance.timeOrigin + begin + took / 2) };
  }
  return best.ahead;
}
