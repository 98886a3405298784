import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { PageMessage, WorkerMessage } from './messages/media-worker-messages.js';
import type { MediaCore as Core } from './media-core.js';
import { PageRecord } from './page/page-record.js';

const TICK_MS = 100;
/** What the core finds in a browser. */
const BROWSER = {
  RTCPeerConnection: class extends EventTarget {},
  RTCRtpScriptTransform: class extends EventTarget {},
  HTMLVideoElement: class extends EventTarget {},
  VideoFrame: class extends EventTarget {},
  MediaStream: class {
    getTracks = () => [];
  },
  document: Object.assign(new EventTarget(), { hidden: false }),
  // A single core: there is no second worker for pictures.
  navigator: { hardwareConcurrency: 1, userAgent: '' },
};

const before = new Map(
  Object.keys(BROWSER).map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const),
);
for (const [name, value] of Object.entries(BROWSER))
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
const { MediaCore } = await import('./media-core.js');

/** A media worker that says what a test says. */
class FakeWorker extends EventTarget {
  readonly posted: PageMessage[] = [];
  isTerminated = false;

  postMessage(message: PageMessage): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  says(message: WorkerMessage): void {
    this.dispatchEvent(new MessageEvent('message', { data: message }));
  }

  lives(): void {
    this.says({ type: 'log', level: 'debug', message: 'here', context: {} });
  }

  fails(): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message: 'dead' }));
  }

  /** What it was told to use, at the start and since. */
  get preferences(): string[] {
    return this.posted.flatMap((message) =>
      message.type === 'start' || message.type === 'preference' ? [message.preference] : [],
    );
  }
}

/** A page with one call, whose time a test lets pass. */
class Page {
  readonly workers: FakeWorker[] = [];
  readonly record = new PageRecord();
  readonly log: string[] = [];
  readonly closing = new AbortController();
  now = 1000;

  constructor() {
    mock.timers.enable({ apis: ['setInterval'] });
    mock.method(performance, 'now', () => this.now);
  }

  get worker(): FakeWorker {
    return this.workers.at(-1) ?? assert.fail('no worker');
  }

  open(): Promise<Core | undefined> {
    return MediaCore.open({
      preference: 'wasm',
      role: 'initiator',
      remoteStream: new MediaStream(),
      onStreams: () => undefined,
      record: this.record,
      filesUrl: new URL('https://cdn.example/'),
      launchWorker: () => {
        const worker = new FakeWorker();
        this.workers.push(worker);
        return worker as unknown as Worker;
      },
      signal: this.closing.signal,
      log: (level, message) => this.log.push(`${level}: ${message}`),
    });
  }

  /** With a worker that lives. */
  async opened(): Promise<Core> {
    const opening = this.open();
    this.worker.lives();
    return (await opening) ?? assert.fail('no core');
  }

  /** @param isHeard the worker says something meanwhile */
  pass(ms: number, isHeard = false): void {
    for (let passed = 0; passed < ms; passed += TICK_MS) {
      this.now += TICK_MS;
      if (isHeard) this.worker.lives();
      mock.timers.tick(TICK_MS);
    }
  }
}

describe('the media core of a call', () => {
  let page: Page;
  beforeEach(() => {
    page = new Page();
  });
  afterEach(() => {
    page.closing.abort();
    mock.timers.reset();
    mock.restoreAll();
  });
  after(() => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  });

  it('is not opened by a call that has ended', async () => {
    page.closing.abort();
    assert.equal(await page.open(), undefined);
    assert.equal(page.workers.length, 0);
  });

  it('ends with its worker when the call is not taken', async () => {
    await page.opened();
    page.closing.abort();
    assert.equal(page.worker.isTerminated, true);
  });

  it('is given up after 3 s without a word of its worker, which counts as a failure', async () => {
    const opening = page.open();
    page.pass(3000);
    assert.equal(page.worker.isTerminated, false);
    page.pass(TICK_MS);
    assert.equal(await opening, undefined);
    assert.equal(page.worker.isTerminated, true);
    assert.equal(page.record.failures, 1);
    assert.equal(page.workers.length, 1);
  });

  it('tries a worker that does not load again, later each time', async () => {
    await page.opened();
    page.worker.fails();
    const launchedAt: number[] = [];
    for (let known = page.workers.length; launchedAt.length < 5;) {
      page.pass(TICK_MS);
      if (page.workers.length === known) continue;
      known = page.workers.length;
      launchedAt.push(page.now);
    }
    // Each has 3 s to load.
    assert.deepEqual(
      launchedAt.slice(1).map((at, index) => at - (launchedAt[index] ?? 0) - 3000),
      [4000, 8000, 16_000, 32_000],
    );
    page.worker.lives();
    page.worker.fails();
    page.worker.fails();
    const [count, at] = [page.workers.length, page.now];
    while (page.workers.length === count) page.pass(TICK_MS);
    assert.equal(page.now - at, 2000, 'one that had lived starts over');
  });

  it('stays off in the running call once the page has switched it off', async () => {
    const core = await page.opened();
    page.worker.fails();
    assert.equal(page.record.isOff, false);
    // The one that takes over cannot be loaded.
    page.worker.fails();
    assert.equal(page.record.isOff, true);
    page.pass(2000);
    page.worker.lives();
    page.pass(40_000, true);
    assert.deepEqual(page.worker.preferences, ['native']);
    core.setPreference('wasm');
    assert.deepEqual(page.worker.preferences, ['native']);
  });

  it('is switched off by encoders that failed twice, in the running call too', async () => {
    const core = await page.opened();
    page.worker.says({ type: 'codec-failed', kind: 'video' });
    assert.deepEqual(page.worker.preferences, ['wasm']);
    page.worker.says({ type: 'codec-failed', kind: 'audio' });
    assert.equal(page.record.isOff, true);
    assert.deepEqual(page.worker.preferences, ['wasm', 'native']);
    assert.ok(page.log.includes('warn: the media core has failed twice on this page and stays off'));
    const decision = { path: 'native', reason: 'preferred', since: 5 } as const;
    const both = { send: decision, receive: decision };
    page.worker.says({ type: 'decisions', decisions: { audio: both, video: both } });
    assert.equal(core.statistics.decisions?.audio.send.reason, 'switched-off');
  });
});
