/** Chromium (DevTools protocol) and Firefox (WebDriver BiDi), both by Puppeteer. */
import { build } from 'esbuild';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { type Browser, type CDPSession, type Page, launch } from 'puppeteer-core';
import { CHROMIUM_ARGS, CHROMIUM_PATH, FIREFOX_PATH, FIREFOX_PREFS } from './browser-options.mjs';
import type { ProbeOptions } from './page/index.js';
import { startSoundServer } from '../../tools/sound.mjs';

export type BrowserName = 'chromium' | 'firefox';
/**
 * `tabbed-chromium`: one whose pages are hidden when they are behind another.
 * `audible-chromium`: one that plays at the sound server; the others are mute.
 */
export type BrowserKind = BrowserName | 'tabbed-chromium' | 'audible-chromium';

export interface LogEntry {
  /** Console level, or `error` for an uncaught exception. */
  readonly level: string;
  readonly text: string;
}

export interface PageOptions {
  /** Test sources instead of devices. */
  readonly probe?: ProbeOptions;
  /** Further scripts that run before the page's own. */
  readonly scripts?: readonly string[];
  /** CSS pixels; default 1000 x 800. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** In Firefox a window of its own, so that others do not hide it; in Chromium no page hides another. */
  readonly window?: boolean;
}

export interface WaitOptions {
  /** Default 15000. */
  readonly timeoutMs?: number;
  /** What is waited for, for the error. */
  readonly what?: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

export interface PageHandle {
  readonly browser: BrowserName;
  /** Console and uncaught errors, oldest first. */
  readonly log: readonly LogEntry[];
  /** Runs `fn` in the page; arguments and result travel as JSON. */
  evaluate<A extends readonly Json[], R>(fn: (...args: A) => R | Promise<R>, ...args: A): Promise<R>;
  /** Runs `fn` in the page until it returns something truthy. */
  waitFor<A extends readonly Json[], R>(
    fn: (...args: A) => R | Promise<R>,
    options?: WaitOptions,
    ...args: A
  ): Promise<NonNullable<R>>;
  /** A real mouse click on the first visible match, also within open shadow roots, as soon as it can take one. */
  click(selector: string, options?: WaitOptions): Promise<void>;
  /** Clicks the field, selects what it holds and types. */
  fill(selector: string, text: string, options?: WaitOptions): Promise<void>;
  press(key: string): Promise<void>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Opens an empty tab before this one, which thereby is hidden; not in `chromium`. */
  hide(): Promise<void>;
  /** PNG file. */
  screenshot(path: `${string}.png`): Promise<void>;
  /** A command of the DevTools protocol; undefined in Firefox. */
  readonly devTools: DevTools | undefined;
  /** Fires pagehide as closing a tab does; does nothing once closed. */
  close(): Promise<void>;
}

export interface BrowserHandle {
  readonly name: BrowserName;
  newPage(url: string, options?: PageOptions): Promise<PageHandle>;
  close(): Promise<void>;
}

/** A browser that can be ended as by a crash: its pages get no chance to say anything. */
export interface MortalBrowser extends BrowserHandle {
  /** Does nothing where it has ended. */
  kill(): Promise<void>;
}

const WAIT_TIMEOUT_MS = 15_000;
const POLL_MS = 50;
const VIEWPORT = { width: 1000, height: 800 };

type DevTools = (method: string, parameters?: object) => Promise<unknown>;

/** @param sound  environment that names the sound server */
export async function launchBrowser(kind: BrowserKind, sound?: NodeJS.ProcessEnv): Promise<BrowserHandle> {
  switch (kind) {
    case 'chromium':
      return await launchChromium();
    case 'audible-chromium':
      return await launchChromium({ sound: { ...sound } });
    case 'tabbed-chromium':
      return await launchChromium({ tabs: true });
    case 'firefox':
      return await launchFirefox({ sound });
  }
}

/** Plays at the sound server that `sound`, or else the environment, names; without `sound` nothing is played. */
export async function launchChromium({
  extraArgs = [],
  sound,
  tabs = false,
}: {
  readonly extraArgs?: readonly string[];
  readonly sound?: NodeJS.ProcessEnv | undefined;
  /** Pages are hidden when they are behind another. */
  readonly tabs?: boolean;
} = {}): Promise<MortalBrowser> {
  const browser = await launch({
    browser: 'chrome',
    executablePath: CHROMIUM_PATH,
    headless: true,
    protocolTimeout: 0,
    args: [...CHROMIUM_ARGS, ...extraArgs],
    ...(sound && { env: { ...process.env, ...sound }, ignoreDefaultArgs: ['--mute-audio'] }),
  });
  return handleOfBrowser('chromium', browser, { alwaysVisible: !tabs });
}

/** Starts a sound server of its own unless `sound` or the environment names one. */
export async function launchFirefox({
  extraPrefs = {},
  sound = process.env,
}: {
  readonly extraPrefs?: Readonly<Record<string, boolean | number | string>>;
  readonly sound?: NodeJS.ProcessEnv | undefined;
} = {}): Promise<MortalBrowser> {
  const own = sound.PULSE_SERVER === undefined ? await startSoundServer() : undefined;
  const browser = await launch({
    browser: 'firefox',
    executablePath: FIREFOX_PATH,
    headless: true,
    extraPrefsFirefox: { ...FIREFOX_PREFS, ...extraPrefs },
    env: { ...process.env, ...sound, ...own?.env },
  });
  return handleOfBrowser('firefox', browser, {
    async onClosed() {
      await own?.stop();
    },
  });
}

interface BrowserTraits {
  /** Each page takes itself for visible and focused; Chromium only. */
  readonly alwaysVisible?: boolean;
  readonly onClosed?: () => Promise<void>;
}

function handleOfBrowser(
  name: BrowserName,
  browser: Browser,
  { alwaysVisible = false, onClosed = () => Promise.resolve() }: BrowserTraits,
): MortalBrowser {
  return {
    name,
    async newPage(url, options = {}) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage({ type: options.window === true ? 'window' : 'tab' });
      await page.setViewport(options.viewport ?? VIEWPORT);
      if (alwaysVisible) await page.emulateFocusedPage(true);
      for (const script of await initScripts(options)) await page.evaluateOnNewDocument(script);
      const log: LogEntry[] = [];
      page.on('console', (message) =>
        log.push({ level: message.type(), text: `${message.text()} (${message.location().url ?? ''})` }),
      );
      page.on('pageerror', (error) =>
        log.push({ level: 'error', text: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
      await page.goto(url);
      return handleOfPage(name, page, log);
    },
    async close() {
      await browser.close();
      await onClosed();
    },
    async kill() {
      const process = browser.process();
      if (process?.signalCode !== null || process.exitCode !== null) return;
      const ended = once(process, 'exit');
      process.kill('SIGKILL');
      await ended;
      await onClosed();
    },
  };
}

function devToolsOf(page: Page): DevTools {
  let session: Promise<CDPSession> | undefined;
  return async (method, parameters) =>
    (await (session ??= page.createCDPSession())).send(method as 'Performance.getMetrics', parameters as undefined);
}

function handleOfPage(browser: BrowserName, page: Page, log: readonly LogEntry[]): PageHandle {
  const evaluate = async <A extends readonly Json[], R>(fn: (...args: A) => R | Promise<R>, ...args: A): Promise<R> =>
    (await page.evaluate(`(${fn.toString()})(...${JSON.stringify(args)})`)) as R;

  async function waitFor<A extends readonly Json[], R>(
    fn: (...args: A) => R | Promise<R>,
    { timeoutMs = WAIT_TIMEOUT_MS, what = fn.toString() }: WaitOptions = {},
    ...args: A
  ): Promise<NonNullable<R>> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const value = await evaluate<A, R>(fn, ...args);
      if (value) return value;
      if (Date.now() > deadline) throw new Error(`${browser}: waited ${timeoutMs} ms for ${what}${logText(log)}`);
      await delay(POLL_MS);
    }
  }

  async function click(selector: string, { timeoutMs = WAIT_TIMEOUT_MS }: WaitOptions = {}): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const spot = await evaluate((wanted) => globalThis.xmppCallTest.spotOf(wanted), selector);
      if (!('problem' in spot)) {
        await page.mouse.click(spot.x, spot.y);
        return;
      }
      if (Date.now() > deadline)
        throw new Error(`${browser}: cannot click ${selector}: ${spot.problem}${logText(log)}`);
      await delay(POLL_MS);
    }
  }

  async function close(): Promise<void> {
    await page.close();
    await page.browserContext().close();
  }

  let closed: Promise<void> | undefined;

  return {
    browser,
    log,
    devTools: browser === 'chromium' ? devToolsOf(page) : undefined,
    evaluate,
    waitFor,
    click,
    async fill(selector, text, options) {
      await click(selector, options);
      await evaluate((wanted) => {
        const field = globalThis.xmppCallTest.find(wanted);
        if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.select();
      }, selector);
      await page.keyboard.type(text);
    },
    press: (key) => page.keyboard.press(key as 'Enter'),
    async goto(url) {
      await page.goto(url);
    },
    async reload() {
      await page.reload();
    },
    async hide() {
      await (await page.browserContext().newPage()).bringToFront();
      await waitFor(() => document.hidden, { what: 'a hidden page' });
    },
    async screenshot(path) {
      await page.screenshot({ path });
    },
    close: () => (closed ??= close()),
  };
}

let pageTools: Promise<string> | undefined;

async function initScripts({ probe, scripts = [] }: PageOptions): Promise<string[]> {
  pageTools ??= bundlePageTools();
  return [
    await pageTools,
    ...(probe ? [`globalThis.xmppCallTest.startProbe(${JSON.stringify(probe)});`] : []),
    ...scripts,
  ];
}

async function bundlePageTools(): Promise<string> {
  const result = await build({
    entryPoints: [join(import.meta.dirname, 'page', 'index.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error('the page tools were not built');
  return file.text;
}

function logText(log: readonly LogEntry[]): string {
  return log.length === 0
    ? ''
    : `\npage log:\n${log
        .slice(-20)
        .map(({ level, text }) => `  ${level}: ${text}`)
        .join('\n')}`;
}
