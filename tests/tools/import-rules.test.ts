import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type IConfiguration, type ICruiseResult, cruise } from 'dependency-cruiser';
import configuration from '../../.dependency-cruiser.mjs';

const FILES: Readonly<Record<string, string>> = {
  'packages/media/src/a.ts': "import type { B } from './b.js'; export interface A { b: B }",
  'packages/media/src/b.ts': "import type { A } from './a.js'; export interface B { a: A }",
  'packages/client/src/up.ts': "import type { C } from '../../element/src/c.js'; export type Up = C;",
  'packages/client/src/path.ts': "export * from '../../wire/src/index.js';",
  'packages/client/src/worker.ts': "import '../../signaling/src/service.js';",
  'packages/client/src/node.ts': "import { readFileSync } from 'node:fs'; readFileSync('x');",
  'packages/client/src/node.test.ts': "import { readFileSync } from 'node:fs'; readFileSync('x');",
  'packages/element/src/c.ts': 'export type C = string;',
  'packages/wire/src/index.ts': 'export const wire = 1;',
  'packages/signaling/src/service.ts': 'export const service = 1;',
  'packages/media-core/src/core/pure.ts': "import type { P } from '../page/p.js'; export type Pure = P;",
  'packages/media-core/src/page/p.ts': "import type { W } from '../worker/w.js'; export type P = W;",
  'packages/media-core/src/worker/w.ts': "import type { L } from '../worklet/l.js'; export type W = L;",
  'packages/media-core/src/worklet/l.ts': "import type { Q } from '../page/q.js'; export type L = Q;",
  'packages/media-core/src/page/q.ts': 'export type Q = string;',
};

describe('import rules', () => {
  const directory = mkdtempSync(join(tmpdir(), 'import-rules-'));
  /** `rule: file`, sorted. */
  let found: readonly string[] = [];

  before(async () => {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    const { options, ...ruleSet } = configuration as unknown as IConfiguration;
    const { output } = await cruise(['packages'], { ...options, ruleSet, validate: true, baseDir: directory });
    found = (output as ICruiseResult).summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort();
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  it('refuses a circle of types', () => {
    assert.equal(found.filter((one) => one.startsWith('no-circle: packages/media/')).length, 1);
  });

  it('refuses an import of what stands below', () => {
    assert.ok(found.includes('imports-of-packages/client: packages/client/src/up.ts'));
  });

  it('refuses a path into another package, also of one that may be imported by name', () => {
    assert.ok(found.includes('no-path-into-another-package: packages/client/src/path.ts'));
    assert.ok(!found.includes('imports-of-packages/client: packages/client/src/path.ts'));
  });

  it('keeps page, worker and worklet apart', () => {
    for (const one of [
      'imports-of-packages/client: packages/client/src/worker.ts',
      'core-without-threads: packages/media-core/src/core/pure.ts',
      'page-alone: packages/media-core/src/page/p.ts',
      'worker-alone: packages/media-core/src/worker/w.ts',
      'worklet-alone: packages/media-core/src/worklet/l.ts',
    ]) {
      assert.ok(found.includes(one), one);
    }
  });

  it('refuses Node in shipped code, not in tests', () => {
    const node = found.filter((one) => one.startsWith('no-node-in-shipped-code'));
    assert.deepEqual(node, ['no-node-in-shipped-code: packages/client/src/node.ts']);
  });
});
