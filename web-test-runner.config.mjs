import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { defaultReporter } from '@web/test-runner';
import { puppeteerLauncher } from '@web/test-runner-puppeteer';
import { commonJs } from './tests/tools/commonjs-plugin.mjs';
import { browserTestCounter } from './tests/tools/browser-test-counter.mjs';
import { exposeLiveObjects } from './tests/tools/live-objects.mjs';
import { CHROMIUM_ARGS, CHROMIUM_PATH, FIREFOX_PATH, FIREFOX_PREFS } from './tests/tools/browser-options.mjs';

const countsFile = process.env.XMPP_CALL_TEST_COUNTS;

/** @type {import('@web/test-runner').TestRunnerConfig} */
export default {
  files: ['packages/*/src/**/*.browser.test.ts', 'wasm/*/src/**/*.browser.test.ts'],
  nodeResolve: { exportConditions: ['source', 'browser', 'development'] },
  plugins: [
    commonJs(fileURLToPath(new URL('.', import.meta.url))),
    esbuildPlugin({
      ts: true,
      target: 'es2022',
      tsconfig: fileURLToPath(new URL('packages/tsconfig.base.json', import.meta.url)),
    }),
  ],
  browsers: [
    puppeteerLauncher({
      launchOptions: { executablePath: CHROMIUM_PATH, args: CHROMIUM_ARGS },
      createPage: async (made) => {
        // Its declaration is of an older version: this is what the launcher gives.
        const { context } = /** @type {{ readonly context: import('puppeteer-core').BrowserContext }} */ (
          /** @type {unknown} */ (made)
        );
        const page = await context.newPage();
        await exposeLiveObjects(page);
        return page;
      },
    }),
    puppeteerLauncher({
      launchOptions: { browser: 'firefox', executablePath: FIREFOX_PATH, extraPrefsFirefox: FIREFOX_PREFS },
    }),
  ],
  concurrentBrowsers: 1,
  concurrency: 1,
  testsFinishTimeout: 180_000,
  testFramework: { config: { timeout: '20000' } },
  reporters: [
    defaultReporter({ reportTestResults: true, reportTestProgress: false }),
    ...(countsFile === undefined ? [] : [browserTestCounter(countsFile)]),
  ],
};
