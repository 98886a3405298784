/** Where the tasks run: in this process, or in a worker of a page in a browser. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../../../tools/setup.mjs';
import { startStaticServer } from '../../../tools/servers/static-server.js';
import { type BrowserName, type PageHandle, launchBrowser } from '../../tools/browsers.js';
import { type Engine, type TaskArgument, type TaskName, type TaskResult, createTasks } from './tasks.js';
import { type Host, granularityOf } from './timing.js';
import type { TaskAnswer, TaskMessage } from './worker.js';

export const CODECS = ['vp8', 'opus'] as const;
export const WORK_DIRECTORY = join(ROOT, '.run', 'bench', 'codecs');

const now = (): number => performance.now();

/** @throws {Error} if the codec has not been built */
export async function moduleBytes(codec: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!isBuilt(codec)) throw new Error(`${codec} is not built; \`npm run build:wasm\` says why`);
  return Uint8Array.from(await readFile(join(packageDirectory(codec), `${codec}_bg.wasm`)));
}

export function isBuilt(codec: string): boolean {
  return existsSync(join(packageDirectory(codec), `${codec}_bg.wasm`));
}

export function packageDirectory(codec: string): string {
  return join(ROOT, 'wasm', codec, 'pkg');
}

export const nodeHost: Host = {
  now,
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  granularityMs: granularityOf(now),
  moduleBytes,
};

export function nodeEngine(): Engine {
  const tasks = createTasks(nodeHost);
  return {
    name: 'node',
    run: (name, argument) => {
      // The types of a task and its arguments belong together by name.
      const task = tasks[name] as (argument: unknown) => Promise<TaskResult<typeof name>>;
      return task(argument);
    },
  };
}

export interface BrowserEngine extends Engine {
  readonly userAgent: string;
  close(): Promise<void>;
}

/** A browser with a page whose dedicated worker runs the tasks. */
export async function browserEngine(name: BrowserName): Promise<BrowserEngine> {
  const page = join(WORK_DIRECTORY, 'page');
  await writePage(page);
  const server = await startStaticServer({
    mounts: [page, ...CODECS.map(packageDirectory)].map((directory) => ({ directory })),
    headers: { 'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
  });
  const browser = await launchBrowser(name);
  try {
    const handle = await browser.newPage(server.url);
    const userAgent = await handle.evaluate(() => navigator.userAgent);
    return {
      name,
      userAgent,
      run: (task, argument) => runInWorker(handle, task, argument),
      async close() {
        await browser.close();
        await server.close();
      },
    };
  } catch (error) {
    await browser.close();
    await server.close();
    throw error;
  }
}

async function writePage(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'index.html'), '<!doctype html>\n<title>Codecs</title>\n');
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile: join(directory, 'worker.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['source'],
    logLevel: 'warning',
  });
}

async function runInWorker<Name extends TaskName>(
  page: PageHandle,
  name: Name,
  argument: TaskArgument<Name>,
): Promise<TaskResult<Name>> {
  const message: TaskMessage = { name, argument };
  const answer = await page.evaluate(inWorker, JSON.stringify(message));
  if ('problem' in answer) throw new Error(`${page.browser}: ${name}: ${answer.problem}`);
  return answer.result as TaskResult<Name>;
}

/** Runs in the page. */
function inWorker(message: string): Promise<TaskAnswer> {
  const page = globalThis as { codecWorker?: Worker };
  const worker = (page.codecWorker ??= new Worker('/worker.js', { type: 'module' }));
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<TaskAnswer>) => resolve(data);
    worker.onerror = (event) => resolve({ problem: `the worker failed: ${event.message}` });
    worker.postMessage(JSON.parse(message));
  });
}
