import assert from 'node:assert/strict';
import { it } from 'node:test';
import { importAgain } from './import-again.js';

const MODULE = { loaded: true };

function failing(message: string, type: new (text: string) => Error = TypeError): () => Promise<never> {
  return () => Promise.reject(new type(message));
}

it('imports what failed once more under another URL, a new one each time', async () => {
  const urls: string[] = [];
  const importUrl = (url: string): Promise<unknown> => {
    urls.push(url);
    return Promise.resolve(MODULE);
  };
  const firefox = failing('error loading dynamically imported module: https://cdn.example/call-panel-1.js');
  const chromium = failing('Failed to fetch dynamically imported module: https://cdn.example/call-panel-1.js?v=2');
  assert.equal(await importAgain(firefox, importUrl), MODULE);
  assert.equal(await importAgain(chromium, importUrl), MODULE);
  assert.equal(await importAgain(firefox, importUrl), MODULE);
  assert.equal(new Set(urls).size, 3);
  assert.match(urls[0] ?? '', /^https:\/\/cdn\.example\/call-panel-1\.js\?retry=\d+$/);
  assert.match(urls[1] ?? '', /^https:\/\/cdn\.example\/call-panel-1\.js\?v=2&retry=\d+$/);
});

it('leaves alone what a bundler loads, what names no module, and what fails by itself', async () => {
  const importUrl = (): Promise<unknown> => Promise.reject(new Error('imported'));
  for (const load of [
    failing('Loading chunk 12 failed. (error: https://cdn.example/12.js)', class ChunkLoadError extends Error {}),
    failing('Importing a module script failed.'),
    failing('undefined is not a function, see https://cdn.example/'),
  ]) {
    await assert.rejects(importAgain(load, importUrl), ({ message }: Error) => message !== 'imported');
  }
});
