/** Chromium (Playwright) and Firefox (Puppeteer over WebDriver BiDi) behind one interface. */
import { build } from 'esbuild';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { type CDPSession, chromium } from 'playwright-core';
import { type Browser, launch } from 'puppeteer-core';
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

/** What the two drivers must do differently. */
interface Driver {
  readonly browser: BrowserName;
  readonly log: readonly LogEntry[];
  readonly devTools?: DevTools;
  evaluate(expression: string): Promise<unknown>;
  click(x: number, y: number): Promise<void>;
  type(text: string): Promise<void>;
  press(key: string): Promise<void>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Puts another tab before the page. */
  cover(): Promise<void>;
  screenshot(path: `${string}.png`): Promise<void>;
  close(): Promise<void>;
}

/** @param sound  environment that names the sound server */
export async function launchBrowser(kind: BrowserKind, sound?: NodeJS.ProcessEnv): Promise<BrowserHandle> {
  switch (kind) {
    case 'chromium':
      return await launchChromium();
    case 'audible-chromium':
      return await launchChromium({ sound: { ...sound } });
    case 'tabbed-chromium':
      return await launchTabbedChromium();
    case 'firefox':
      return await launchFirefox({ sound });
  }
}

/** Plays at the sound server that `sound`, or else the environment, names; without `sound` nothing is played. */
export async function launchChromium({
  extraArgs = [],
  sound,
}: {
  readonly extraArgs?: readonly string[];
  readonly sound?: NodeJS.ProcessEnv;
} = {}): Promise<BrowserHandle> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM_PATH,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...CHROMIUM_ARGS, ...extraArgs],
    ...(sound && { env: { ...process.env, ...sound }, ignoreDefaultArgs: ['--mute-audio'] }),
  });
  return {
    name: 'chromium',
    async newPage(url, options = {}) {
      const context = await browser.newContext({ viewport: options.viewport ?? VIEWPORT });
      for (const script of await initScripts(options)) await context.addInitScript(script);
      const page = await context.newPage();
      let session: Promise<CDPSession> | undefined;
      const log: LogEntry[] = [];
      page.on('console', (message) =>
        log.push({ level: message.type(), text: `${message.text()} (${message.location().url})` }),
      );
      page.on('pageerror', (error) => log.push({ level: 'error', text: error.stack ?? error.message }));
      await page.goto(url);
      return handleOf({
        browser: 'chromium',
        log,
        devTools: async (method, parameters) => {
          session ??= page.context().newCDPSession(page);
          return (await session).send(method as 'Performance.getMetrics', parameters);
        },
        evaluate: (expression) => page.evaluate(expression),
        click: (x, y) => page.mouse.click(x, y),
        type: (text) => page.keyboard.type(text),
        press: (key) => page.keyboard.press(key),
        goto: async (to) => {
          await page.goto(to);
        },
        reload: async () => {
          await page.reload();
        },
        cover: () => Promise.reject(new Error('Playwright hides no page')),
        screenshot: async (path) => {
          await page.screenshot({ path });
        },
        close: async () => {
          await page.close({ runBeforeUnload: false });
          await context.close();
        },
      });
    },
    close: () => browser.close(),
  };
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
  return puppeteerHandle('firefox', browser, async () => {
    await own?.stop();
  });
}

/** By Puppeteer: Playwright makes all of its pages believe that they are seen. */
async function launchTabbedChromium(): Promise<BrowserHandle> {
  const browser = await launch({
    browser: 'chrome',
    executablePath: CHROMIUM_PATH,
    headless: true,
    args: [...CHROMIUM_ARGS],
  });
  return puppeteerHandle('chromium', browser, () => Promise.resolve());
}

function puppeteerHandle(name: BrowserName, browser: Browser, onClosed: () => Promise<void>): MortalBrowser {
  return {
    name,
    async newPage(url, options = {}) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage({ type: options.window === true ? 'window' : 'tab' });
      await page.setViewport(options.viewport ?? VIEWPORT);
      for (const script of await initScripts(options)) await page.evaluateOnNewDocument(script);
      const log: LogEntry[] = [];
      page.on('console', (message) =>
        log.push({ level: message.type(), text: `${message.text()} (${message.location().url})` }),
      );
      page.on('pageerror', (error) =>
        log.push({ level: 'error', text: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
      await page.goto(url);
      return handleOf({
        browser: name,
        log,
        evaluate: (expression) => page.evaluate(expression),
        click: (x, y) => page.mouse.click(x, y),
        type: (text) => page.keyboard.type(text),
        press: (key) => page.keyboard.press(key as 'Enter'),
        goto: async (to) => {
          await page.goto(to);
        },
        reload: async () => {
          await page.reload();
        },
        cover: async () => {
          await (await context.newPage()).bringToFront();
        },
        screenshot: async (path) => {
          await page.screenshot({ path });
        },
        close: async () => {
          await page.close();
          await context.close();
        },
      });
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

function handleOf(driver: Driver): PageHandle {
  const evaluate = async <A extends readonly Json[], R>(fn: (...args: A) => R | Promise<R>, ...args: A): Promise<R> =>
    (await driver.evaluate(`(${fn.toString()})(...${JSON.stringify(args)})`)) as R;

  async function waitFor<A extends readonly Json[], R>(
    fn: (...args: A) => R | Promise<R>,
    { timeoutMs = WAIT_TIMEOUT_MS, what = fn.toString() }: WaitOptions = {},
    ...args: A
  ): Promise<NonNullable<R>> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const value = await evaluate<A, R>(fn, ...args);
      if (value) return value;
      if (Date.now() > deadline)
        throw new Error(`${driver.browser}: waited ${timeoutMs} ms for ${what}${logText(driver.log)}`);
      await delay(POLL_MS);
    }
  }

  async function click(selector: string, { timeoutMs = WAIT_TIMEOUT_MS }: WaitOptions = {}): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const spot = await evaluate((wanted) => globalThis.xmppCallTest.spotOf(wanted), selector);
      if (!('problem' in spot)) {
        await driver.click(spot.x, spot.y);
        return;
      }
      if (Date.now() > deadline)
        throw new Error(`${driver.browser}: cannot click ${selector}: ${spot.problem}${logText(driver.log)}`);
      await delay(POLL_MS);
    }
  }

  let closed: Promise<void> | undefined;

  return {
    browser: driver.browser,
    log: driver.log,
    devTools: driver.devTools,
    evaluate,
    waitFor,
    click,
    async fill(selector, text, options) {
      await click(selector, options);
      await evaluate((wanted) => {
        const field = globalThis.xmppCallTest.find(wanted);
        if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.select();
      }, selector);
      await driver.type(text);
    },
    press: (key) => driver.press(key),
    goto: (url) => driver.goto(url),
    reload: () => driver.reload(),
    async hide() {
      await driver.cover();
      await waitFor(() => document.hidden, { what: 'a hidden page' });
    },
    screenshot: (path) => driver.screenshot(path),
    close: () => (closed ??= driver.close()),
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
