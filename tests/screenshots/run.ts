/**
 * Takes pictures of every state that <xmpp-call> can show, in light, dark, narrow, right-to-left and hostile pages, and of
 * some in windows too small for them.
 *
 *     node --conditions=source --import tsx tests/screenshots/run.ts [DIRECTORY] [SCENE…]
 *
 * Pictures go to DIRECTORY, `.run/screenshots` by default.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { launch } from 'puppeteer-core';
import type { Page } from 'puppeteer-core';
import { CHROMIUM_PATH } from '../tools/browser-options.mjs';

declare global {
  /** What the page of scenes offers. */
  interface Window {
    readonly sceneNames: readonly string[];
    readonly showGallery: (names: readonly string[], width: number, lang: string) => Promise<void>;
  }
}

interface Variant {
  readonly name: string;
  readonly scheme: 'light' | 'dark';
  readonly dir: 'ltr' | 'rtl';
  readonly lang: string;
  /** Width of the box of each scene, px. */
  readonly width: number;
  readonly forcedColors?: 'active';
  /** Style sheet of the page beside that of the gallery. */
  readonly css?: string;
}

/** A window with one scene in its lower corner, as many sites place such buttons. 320 x 256 is 1280 x 1024 at 400 %. */
interface SmallWindow {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly dir?: 'rtl';
}

/** What pages do to everything in them, and what they hand down. */
const HOSTILE = `
  html { font-size: 62.5% !important; }
  * {
    margin: 3px !important; padding: 5px !important; border: 1px dashed orange !important; box-sizing: content-box !important;
    font-style: italic !important; font-variant: small-caps !important; font-weight: 900 !important;
    letter-spacing: 4px !important; word-spacing: 12px !important; line-height: 3 !important;
    text-transform: uppercase !important; text-indent: 30px !important; text-shadow: 2px 2px red !important;
    text-align: right !important; white-space: pre !important; cursor: crosshair !important; color: magenta !important;
    list-style: upper-roman inside !important; word-break: break-all !important; pointer-events: none !important;
  }
  figure { transform: rotate(-1deg) !important; }
`;
const WINDOW_SCENES = ['calling', 'video', 'microphone-lost', 'connection-lost', 'incoming-video', 'sign-in-refused'];
const WINDOWS: readonly SmallWindow[] = [
  { name: 'corner-360', width: 360, height: 640 },
  { name: 'corner-320-low', width: 320, height: 256 },
  { name: 'corner-320-low-right-to-left', width: 320, height: 256, dir: 'rtl' },
];

const VARIANTS: readonly Variant[] = [
  { name: 'light', scheme: 'light', dir: 'ltr', lang: 'en', width: 360 },
  { name: 'dark', scheme: 'dark', dir: 'ltr', lang: 'en', width: 360 },
  { name: 'narrow-german', scheme: 'light', dir: 'ltr', lang: 'de', width: 272 },
  { name: 'right-to-left', scheme: 'light', dir: 'rtl', lang: 'en', width: 320 },
  { name: 'hostile', scheme: 'light', dir: 'ltr', lang: 'en', width: 400, css: HOSTILE },
  { name: 'hostile-right-to-left', scheme: 'dark', dir: 'rtl', lang: 'de', width: 400, css: HOSTILE },
  { name: 'forced-colors', scheme: 'dark', dir: 'ltr', lang: 'en', width: 320, forcedColors: 'active' },
];
/** Answered by this script; a secure context, as calls need one. */
const ORIGIN = 'http://localhost/';
/** Scenes in one picture. */
const PER_PICTURE = 9;
const STYLE = `
  body { margin: 16px; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f6f7f7, #0e1413); color: light-dark(#222, #ddd); }
  main { display: flex; flex-wrap: wrap; gap: 20px; align-items: start; }
  figure { margin: 0; }
  figcaption { font: 12px/1.8 monospace; opacity: .8; }
`;

/** The only scene stands in a corner, in a box as wide as it wants to be. */
const CORNER = `
  figure { position: fixed; inset-block-end: 16px; inset-inline-end: 16px; }
  figcaption { display: none; }
  figure > div { inline-size: auto !important; }
`;

const [directory = '.run/screenshots', ...wanted] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '../..');

const bundle = await build({
  entryPoints: [path.join(root, 'packages/element/src/testing/gallery.testing.ts')],
  bundle: true,
  write: false,
  format: 'iife',
  conditions: ['source'],
  define: { 'import.meta.url': JSON.stringify(ORIGIN) },
});
const script = bundle.outputFiles.map(({ text }) => text).join('');
await mkdir(directory, { recursive: true });
const browser = await launch({
  browser: 'chrome',
  executablePath: CHROMIUM_PATH,
  args: ['--no-sandbox', '--disable-gpu'],
});

async function openGallery(
  { name, scheme, dir, lang, css = '', forcedColors }: Omit<Variant, 'width'>,
  viewport: { readonly width: number; readonly height: number },
): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport(viewport);
  await page.emulateFocusedPage(true);
  // Puppeteer has no forced colours of its own.
  await (
    await page.createCDPSession()
  ).send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'forced-colors', value: forcedColors ?? 'none' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ],
  });
  page.on('pageerror', (error) => console.error(`${name}: ${String(error)}`));
  const body = `<!doctype html><html lang="${lang}" dir="${dir}" style="color-scheme: ${scheme}"><title>xmpp-call</title><style>${STYLE}${css}</style><body></body></html>`;
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    void (request.url() === ORIGIN
      ? request.respond({ contentType: 'text/html; charset=utf-8', body })
      : request.continue());
  });
  await page.goto(ORIGIN);
  await page.addScriptTag({ content: script });
  return page;
}

async function show(page: Page, names: readonly string[], width: number, lang: string): Promise<void> {
  await page.evaluate((...given) => window.showGallery(...given), names, width, lang);
  await page.waitForFunction(() =>
    [...document.querySelectorAll('xmpp-call, xmpp-call-clocked')]
      .flatMap((element) => [...(element.shadowRoot?.querySelectorAll('video:not([hidden])') ?? [])])
      .every((video) => (video as HTMLVideoElement).readyState >= HTMLMediaElement.HAVE_CURRENT_DATA),
  );
}

try {
  for (const variant of VARIANTS) {
    const page = await openGallery(variant, { width: (variant.width + 20) * 3 + 12, height: 800 });
    const names = await page.evaluate(() => window.sceneNames.slice());
    const shown = wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
    for (let first = 0; first < shown.length; first += PER_PICTURE) {
      const part = shown.slice(first, first + PER_PICTURE);
      await show(page, part, variant.width, variant.lang);
      const file = path.join(directory, `${variant.name}-${String(first / PER_PICTURE + 1)}.png`);
      await page.screenshot({ path: file, fullPage: true });
      console.log(`${file}: ${part.join(', ')}`);
    }
    await page.browserContext().close();
  }
  for (const { name, width, height, dir = 'ltr' } of WINDOWS) {
    for (const scene of WINDOW_SCENES.filter((one) => wanted.length === 0 || wanted.includes(one))) {
      const page = await openGallery({ name, scheme: 'light', dir, lang: 'en', css: CORNER }, { width, height });
      await show(page, [scene], 0, 'en');
      const file = path.join(directory, `${name}-${scene}.png`);
      await page.screenshot({ path: file });
      console.log(file);
      await page.browserContext().close();
    }
  }
} finally {
  await browser.close();
}
