import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../../tools/setup.mjs';
import { type StaticServer, startStaticServer } from '../../tools/servers/static-server.js';
import { installPackages } from '../tools/installed-packages.js';
import { WidgetPage } from '../tools/widget-page.js';
import { AGENT, CORE, VISITOR, closeClean, establish, openAgent, wasmPaths, receives } from './desk.js';
import { type Harness, startHarness } from './harness.js';

const PROJECT = join(ROOT, '.run', 'tests', 'project');

describe('a project that has the packages from npm', () => {
  let harness: Harness;
  let site: StaticServer;
  before(async () => {
    rmSync(PROJECT, { recursive: true, force: true });
    await installPackages(PROJECT);
    mkdirSync(join(PROJECT, 'src'));
    writeFileSync(join(PROJECT, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(PROJECT, 'src', 'main.js'), documented(/^```js\n(import '@xmpp-call.*\n)```$/m));
    writeFileSync(join(PROJECT, 'build.mjs'), documented(/^```js\n\/\/ build\.mjs\n([^]*?)^```$/m));
    execFileSync(process.execPath, ['build.mjs'], { cwd: PROJECT });
    cpSync(join(import.meta.dirname, 'pages', 'bundled.html'), join(PROJECT, 'dist', 'index.html'));
    harness = await startHarness();
    const { websocketUrl: service, domain, guestDomain } = harness.servers;
    const values = { service, guestDomain, agent: `desk@${domain}` };
    const mounts = [{ directory: join(PROJECT, 'dist'), values }, { directory: join(ROOT, 'demo', 'pages') }];
    site = await startStaticServer({ mounts });
  });
  after(async () => {
    await site.close();
    await harness.dispose();
    rmSync(PROJECT, { recursive: true, force: true });
  });

  it('makes calls with the media core, bundled by esbuild as the documentation says', async () => {
    const agent = await openAgent(harness, { attributes: CORE });
    const visitor = new WidgetPage(await harness.open('chromium', site.url, { probe: VISITOR }));
    await establish(visitor, agent, 'answer-video');
    await visitor.takes(wasmPaths(visitor));
    await Promise.all([receives(visitor, AGENT), receives(agent, VISITOR)]);
    await visitor.press('hang-up');
    assert.equal((await agent.ended()).endReason, 'remote-hang-up');
    await closeClean(visitor, agent);
  });
});

/** A sample of docs/bundlers.md. */
function documented(sample: RegExp): string {
  const [, text] = sample.exec(readFileSync(join(ROOT, 'docs', 'bundlers.md'), 'utf8')) ?? [];
  assert.ok(text, `docs/bundlers.md has no sample like ${sample.source}`);
  return text;
}
