import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { BuildError } from './build-error.mjs';
import { buildCodecs } from './build.mjs';
import { requireEmscripten } from './emscripten.mjs';
import { run } from './run.mjs';
import { checkArchive, ensureSource } from './sources.mjs';
import { fingerprint, unlessCurrent } from './stamp.mjs';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wasm-tools-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const pin = {
  name: 'none',
  version: '1.0',
  suite: 'bookworm',
  archive: 'none_1.0.orig.tar.gz',
  sha256: '0'.repeat(64),
};

async function withoutCommands(action: () => void | Promise<void>): Promise<void> {
  const path = process.env.PATH;
  process.env.PATH = directory;
  try {
    await action();
  } finally {
    process.env.PATH = path;
  }
}

describe('what cannot be built', () => {
  it('names the packages when there is no emscripten', () =>
    withoutCommands(() => {
      assert.throws(
        requireEmscripten,
        (error) => error instanceof BuildError && /apt-get .* emscripten/.test(error.message),
      );
    }));

  it('names the packages when there is no apt', () =>
    withoutCommands(() =>
      assert.rejects(ensureSource(pin), (error) => error instanceof BuildError && error.message.includes('dpkg-dev')),
    ));

  it('refuses an archive that is not the pinned one', () => {
    const file = join(directory, pin.archive);
    writeFileSync(file, 'another');
    assert.throws(() => {
      checkArchive(pin, file);
    }, /is not the pinned one: its SHA-256 is ae448ac8/);
  });

  it('knows its codecs', () => assert.rejects(buildCodecs(['h264']), /no codec "h264"/));

  it('shows the end of what a failing command printed', async () => {
    const script = 'for (let line = 0; line < 99; line++) console.error("line", line); process.exit(3)';
    await assert.rejects(run(process.execPath, ['-e', script]), (error) => {
      assert.ok(error instanceof BuildError);
      assert.match(error.message, /failed \(3\)/);
      assert.match(error.message, /line 98$/);
      assert.doesNotMatch(error.message, /line 42\n/);
      return true;
    });
    await assert.rejects(run(join(directory, 'absent'), []), BuildError);
  });
});

describe('unlessCurrent', () => {
  it('does a step again when an input has changed or the output is gone', async () => {
    const step = { stamp: join(directory, 'step.stamp'), output: join(directory, 'output') };
    const source = join(directory, 'source', 'kernel.c');
    mkdirSync(join(directory, 'source'));
    writeFileSync(source, 'int one;');
    let done = 0;
    const build = (): Promise<void> =>
      unlessCurrent({ ...step, inputs: fingerprint({ texts: ['-O3'], paths: [join(directory, 'source')] }) }, () => {
        writeFileSync(step.output, String(++done));
        return Promise.resolve();
      });
    await build();
    await build();
    assert.equal(done, 1);
    writeFileSync(source, 'int two;');
    await build();
    assert.equal(done, 2);
    rmSync(step.output);
    await build();
    assert.equal(done, 3);
    writeFileSync(join(directory, 'source', 'kernel.test.ts'), 'a test changes nothing');
    await build();
    assert.equal(done, 3);
  });
});
