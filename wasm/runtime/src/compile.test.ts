import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { CodecError, compile } from './index.js';
import { tinyModule } from './tiny-module.testing.js';

const names = (module: WebAssembly.Module): string[] => WebAssembly.Module.exports(module).map(({ name }) => name);

async function withServer(listener: RequestListener, action: (url: URL) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await action(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/codec_bg.wasm`));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const isLoadFailure = (error: unknown): boolean => error instanceof CodecError && error.code === 'load-failed';

describe('compile', () => {
  it('takes bytes, a view of bytes, and a module as it is', async () => {
    const bytes = tinyModule();
    const padded = new Uint8Array(bytes.length + 7);
    padded.set(bytes, 7);
    assert.ok(names(await compile(bytes)).includes('malloc'));
    assert.ok(names(await compile(bytes.buffer)).includes('malloc'));
    assert.ok(names(await compile(padded.subarray(7))).includes('malloc'));
    const module = await WebAssembly.compile(bytes);
    assert.equal(await compile(module), module);
  });

  it('takes the URL of a file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'compile-'));
    try {
      writeFileSync(join(directory, 'codec_bg.wasm'), tinyModule());
      assert.ok(names(await compile(pathToFileURL(join(directory, 'codec_bg.wasm')))).includes('malloc'));
      await assert.rejects(compile(pathToFileURL(join(directory, 'absent.wasm'))), isLoadFailure);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  for (const type of ['application/wasm', 'application/wasm; charset=binary', 'application/octet-stream']) {
    it(`takes a URL and a response served as ${type}`, () =>
      withServer(
        (_request, response) => response.writeHead(200, { 'content-type': type }).end(tinyModule()),
        async (url) => {
          assert.ok(names(await compile(url)).includes('malloc'));
          assert.ok(names(await compile(await fetch(url))).includes('malloc'));
        },
      ));
  }

  it('says which status the server answered', () =>
    withServer(
      (_request, response) => response.writeHead(404).end('no such file'),
      async (url) => {
        await assert.rejects(compile(url), (error) => isLoadFailure(error) && String(error).includes('404'));
      },
    ));

  it('refuses what is no module', () =>
    withServer(
      (_request, response) => response.writeHead(200, { 'content-type': 'application/wasm' }).end('<!doctype html>'),
      async (url) => {
        await assert.rejects(compile(url), isLoadFailure);
        await assert.rejects(compile(new Uint8Array([1, 2, 3])), isLoadFailure);
      },
    ));

  it('says so when nobody answers', async () => {
    let closed: URL | undefined;
    await withServer(
      () => assert.fail('nobody asks'),
      (url) => Promise.resolve(void (closed = url)),
    );
    assert.ok(closed);
    await assert.rejects(compile(closed), isLoadFailure);
  });
});
