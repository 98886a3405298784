import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coreFiles } from './core-files.js';

test('the core loads its files from beside its script', () => {
  const { worker, worklets, opus, vp8 } = coreFiles(undefined);
  for (const [url, name] of [
    [worker, 'media.worker.js'],
    [worklets, 'media.worklets.js'],
    [opus, 'opus_bg.wasm'],
    [vp8, 'vp8_bg.wasm'],
  ] as const) {
    assert.equal(url.href, new URL(name, import.meta.url).href);
  }
});

test('the core loads its files from the folder of a given URL', () => {
  const { worker, worklets, opus, vp8 } = coreFiles(new URL('https://cdn.example/call/signaling.worker.js?v=2'));
  assert.deepEqual(
    [worker, worklets, opus, vp8].map(({ href }) => href),
    ['media.worker.js', 'media.worklets.js', 'opus_bg.wasm', 'vp8_bg.wasm'].map(
      (name) => `https://cdn.example/call/${name}`,
    ),
  );
});
