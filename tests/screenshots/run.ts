/**
 * Takes pictures of every state that <xmpp-call> can show, in light, dark, narrow and right-to-left pages.
 *
 *     node --conditions=source --import tsx tests/screenshots/run.ts [DIRECTORY] [SCENE…]
 *
 * Pictures go to DIRECTORY, `.run/screenshots` by default.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

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
}

const VARIANTS: readonly Variant[] = [
  { name: 'light', scheme: 'light', dir: 'ltr', lang: 'en', width: 360 },
  { name: 'dark', scheme: 'dark', dir: 'ltr', lang: 'en', width: 360 },
  { name: 'narrow-german', scheme: 'light', dir: 'ltr', lang: 'de', width: 272 },
  { name: 'right-to-left', scheme: 'light', dir: 'rtl', lang: 'en', width: 320 },
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
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const variant of VARIANTS) {
    const context = await browser.newContext({
      viewport: { width: (variant.width + 20) * 3 + 12, height: 800 },
      colorScheme: variant.scheme,
      forcedColors: variant.forcedColors ?? 'none',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(`${variant.name}: ${error.message}`));
    const body = `<!doctype html><html lang="${variant.lang}" dir="${variant.dir}" style="color-scheme: ${variant.scheme}"><title>xmpp-call</title><style>${STYLE}</style><body></body></html>`;
    await page.route(ORIGIN, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
    await page.goto(ORIGIN);
    await page.addScriptTag({ content: script });
    const names = await page.evaluate(() => window.sceneNames.slice());
    const shown = wanted.length === 0 ? names : names.filter((name) => wanted.includes(name));
    for (let first = 0; first < shown.length; first += PER_PICTURE) {
      const part = shown.slice(first, first + PER_PICTURE);
      await page.evaluate(([list, width, lang]) => window.showGallery(list, width, lang), [
        part,
        variant.width,
        variant.lang,
      ] as const);
      await page.waitForFunction(() =>
        [...document.querySelectorAll('xmpp-call')]
          .flatMap((element) => [...(element.shadowRoot?.querySelectorAll('video:not([hidden])') ?? [])])
          .every((video) => (video as HTMLVideoElement).readyState >= HTMLMediaElement.HAVE_CURRENT_DATA),
      );
      const file = path.join(directory, `${variant.name}-${String(first / PER_PICTURE + 1)}.png`);
      await page.screenshot({ path: file, fullPage: true });
      console.log(`${file}: ${part.join(', ')}`);
    }
    await context.close();
  }
} finally {
  await browser.close();
}
