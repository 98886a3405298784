/** The two ends of a call on test pages. */
import assert from 'node:assert/strict';
import type { BrowserKind, PageOptions } from '../tools/browsers.js';
import { heldResources } from '../tools/media-probe.js';
import { type CodecPaths, WidgetPage } from '../tools/widget-page.js';
import type { Harness } from './harness.js';

export const VISITOR = { sender: 21, toneHz: 440 };
export const AGENT = { sender: 42, toneHz: 880 };

/** An end with the media core. */
export const CORE = { 'media-core': 'wasm' };

const SOON_MS = 15_000;

export interface EndOptions {
  readonly browser?: BrowserKind;
  /** Attributes of the element; `none` removes one. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Run before the page's own scripts, after the test sources are in place. */
  readonly scripts?: PageOptions['scripts'];
}

export interface VisitorOptions extends EndOptions {
  /** Local part of the callee. */
  readonly to?: string;
}

export interface AgentOptions extends EndOptions {
  readonly user?: string;
}

export async function openVisitor(harness: Harness, options: VisitorOptions = {}): Promise<WidgetPage> {
  const { to = 'desk', browser = 'chromium', attributes, scripts = [] } = options;
  const query = new URLSearchParams({ to: `${to}@${harness.servers.domain}`, ...attributes });
  return new WidgetPage(await harness.open(browser, `call.html?${query}`, { probe: VISITOR, scripts }));
}

/** A signed-in agent. */
export async function openAgent(harness: Harness, options: AgentOptions = {}): Promise<WidgetPage> {
  const { user = 'desk', browser = 'chromium', attributes, scripts = [] } = options;
  const query = new URLSearchParams({ mode: 'agent', ...attributes });
  const agent = new WidgetPage(await harness.open(browser, `call.html?${query}`, { probe: AGENT, scripts }));
  await agent.signIn(`${user}@${harness.servers.domain}`, harness.servers.users[user] ?? '');
  return agent;
}

/** The visitor presses the button, the agent answers with or without camera, media flows. */
export async function establish(
  visitor: WidgetPage,
  agent: WidgetPage,
  answer: 'answer' | 'answer-video' = 'answer',
): Promise<void> {
  await visitor.press('launcher');
  await visitor.reaches('ringing');
  await agent.press(answer);
  await Promise.all([visitor.reaches('active'), agent.reaches('active')]);
}

/** Hears the tone clearly, sooner or later: while a busy machine catches up, audio is stretched. */
export async function hears(end: WidgetPage, { toneHz }: { readonly toneHz: number }): Promise<void> {
  await soon(async () => {
    const tone = await end.tone();
    assert.ok(Math.abs(tone.frequencyHz - toneHz) < 5, `heard ${tone.frequencyHz} Hz, not ${toneHz}`);
    assert.ok(tone.snrDb > 15, `SNR is ${tone.snrDb} dB`);
  });
}

export async function sees(end: WidgetPage, { sender }: { readonly sender: number }): Promise<void> {
  const picture = await end.picture();
  assert.deepEqual(picture.senders, [sender], JSON.stringify(picture));
  assert.ok(picture.distinct >= 25 && picture.coloured / picture.frames > 0.8, JSON.stringify(picture));
}

/** Waits until a check holds, for what takes effect in its own time. */
async function soon(check: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + SOON_MS;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/**
 * Hears and sees the other side, sooner or later; how well is measured elsewhere. What the core did goes with the error.
 * @param from what is left out is not asked for
 */
export async function receives(
  end: WidgetPage,
  { toneHz, sender }: { readonly toneHz?: number; readonly sender?: number },
): Promise<void> {
  try {
    if (toneHz !== undefined) await soon(() => hearsRoughly(end, toneHz));
    if (sender !== undefined) await soon(() => sees(end, { sender }));
  } catch (error) {
    throw new Error(JSON.stringify((await end.statistics())?.core), { cause: error });
  }
}

/** Listens for a short time only, because the track may be replaced. */
async function hearsRoughly(end: WidgetPage, toneHz: number): Promise<void> {
  const { frequencyHz, snrDb } = await end.tone({ windows: 3, timeoutMs: 2000 });
  const isNear = Math.abs(frequencyHz / toneHz - 1) < 0.02;
  assert.ok(isNear && snrDb > 6, `heard ${frequencyHz} Hz, not ${toneHz}, at ${snrDb} dB`);
}

/** The paths of a page with the core at both ends: our codecs where the browser supports them and is not as good itself. */
export function wasmPaths({ page }: WidgetPage): Required<CodecPaths> {
  const inFirefox = { 'video.send': 'uncongested-path', 'video.receive': 'no-track-generator' };
  return { ...everyDirection('wasm'), ...(page.browser === 'firefox' && inFirefox) };
}

/** The same path for all directions, or the same reason for the browser's codec. */
export function everyDirection(path: string): Required<CodecPaths> {
  return { 'audio.send': path, 'audio.receive': path, 'video.send': path, 'video.receive': path };
}

/**
 * From the widget itself; from Firefox where a test forbids WebAssembly; from Chromium when a media worker is ended with a
 * picture on its way to it.
 */
const EXPECTED_LOG =
  /^(<xmpp-call>|xmpp-call:|A VideoFrame was garbage collected without being closed)|settings blocked WebAssembly/;

/** Nothing is held any more, and nothing was complained about that is not to be expected. */
export async function closeClean(...ends: readonly WidgetPage[]): Promise<void> {
  for (const { page } of ends) {
    assert.deepEqual(await heldResources(page), { tracks: 0, connections: 0 });
    assert.deepEqual(
      page.log.filter(({ text }) => !EXPECTED_LOG.test(text)),
      [],
    );
    await page.close();
  }
}
