/** Readings of what a page receives: see `PageOptions.probe` for what it sends. */
import type { PageHandle } from './browsers.js';
import type { SelectedPair } from './page/connections.js';
import type { BarCodeReading } from './page/meters.js';
import type { ToneReading } from './page/tone.js';

export type { BarCodeReading, SelectedPair, ToneReading };

const TIMEOUT_MS = 15_000;

/**
 * Listens to the stream of the first audio or video element that matches, also within open shadow roots.
 * @throws when nothing is audible within `timeoutMs`
 */
export async function measureTone(
  page: PageHandle,
  selector: string,
  { windows = 5, timeoutMs = TIMEOUT_MS }: { readonly windows?: number; readonly timeoutMs?: number } = {},
): Promise<ToneReading> {
  return await page.evaluate((...args) => globalThis.xmppCallTest.listen(...args), selector, windows, timeoutMs);
}

/** Watches the first matching video until `distinct` different frames were seen or the time is over. */
export async function readBarCodes(
  page: PageHandle,
  selector: string,
  { distinct = 25, timeoutMs = TIMEOUT_MS }: { readonly distinct?: number; readonly timeoutMs?: number } = {},
): Promise<BarCodeReading> {
  return await page.evaluate((...args) => globalThis.xmppCallTest.watch(...args), selector, distinct, timeoutMs);
}

/** The candidate pairs in use by the page's open peer connections. */
export async function selectedPairs(page: PageHandle): Promise<SelectedPair[]> {
  return await page.evaluate(() => globalThis.xmppCallTest.selectedPairs());
}

/** What a page still holds: zero of each after a call. */
export async function heldResources(
  page: PageHandle,
): Promise<{ readonly tracks: number; readonly connections: number }> {
  return await page.evaluate(() => ({
    tracks: globalThis.xmppCallTest.liveTracks(),
    connections: globalThis.xmppCallTest.openConnections(),
  }));
}
