/** The browser of the bench's calls, and a server for its pages. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../../tools/setup.mjs';
import { startStaticServer } from '../../../tools/servers/static-server.js';
import { startSoundServer } from '../../../tools/sound.mjs';
import { type BrowserHandle, type BrowserName, launchChromium, launchFirefox } from '../../tools/browsers.js';

export interface Host {
  readonly browser: BrowserHandle;
  readonly url: string;
  /** Environment that names the sound server where the browser plays. */
  readonly sound: NodeJS.ProcessEnv;
  readonly userAgent: string;
  /** Whether the core's log and its last figures are printed after each call. */
  readonly trace: boolean;
  close(): Promise<void>;
}

const PAGE_DIRECTORY = join(ROOT, '.run', 'bench', 'media', 'page');
const SCRIPTS = ['index', 'camera.worker', 'judge.worker', 'microphone.worker', 'ear.worker', 'sound.worklet'];
/** Times to the microsecond instead of the millisecond. */
const FIREFOX_PREFS = { 'privacy.reduceTimerPrecision': false };

export async function openHost(name: BrowserName, trace: boolean): Promise<Host> {
  await writePage();
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const server = await startStaticServer({
      mounts: [PAGE_DIRECTORY, join(ROOT, 'packages/element/dist')].map((directory) => ({ directory })),
      headers: { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
    });
    closing.push(() => server.close());
    const { env: sound, stop } = await startSoundServer();
    closing.push(stop);
    const browser = await (name === 'chromium'
      ? launchChromium({ sound })
      : launchFirefox({ extraPrefs: FIREFOX_PREFS, sound }));
    closing.push(() => browser.close());
    const page = await browser.newPage(server.url);
    const userAgent = await page.evaluate(() => navigator.userAgent);
    await page.close();
    return { browser, url: server.url, sound, userAgent, trace, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function writePage(): Promise<void> {
  await mkdir(PAGE_DIRECTORY, { recursive: true });
  const html = '<!doctype html>\n<title>A call</title>\n<script type="module" src="index.js"></script>\n';
  await writeFile(join(PAGE_DIRECTORY, 'index.html'), html);
  await build({
    entryPoints: SCRIPTS.map((script) => join(import.meta.dirname, 'page', `${script}.ts`)),
    outdir: PAGE_DIRECTORY,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['source'],
    define: { XMPP_CALL_CODECS: 'true' },
    logLevel: 'warning',
  });
}
