import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import init, { CodecError } from './index.js';
import { wasmUrl } from './wasm-url.js';

const bytes = await readFile(wasmUrl());

describe('init', () => {
  it('takes an address, a response, bytes, a module, or finds the module by itself', async () => {
    const inputs = [
      undefined,
      wasmUrl(),
      new Response(bytes),
      bytes,
      new Uint8Array(bytes).buffer,
      (await init()).module,
    ];
    for (const input of inputs) {
      const encoder = (await init(input)).createEncoder({ sampleRate: 48000, channels: 1 });
      assert.ok(encoder.encode(new Float32Array(960), new Uint8Array(1276)) > 0);
    }
  });

  it('gives instances that share nothing', async () => {
    const one = await init();
    const other = await init(one.module);
    for (let count = 0; count < 30; count += 1) one.createEncoder({ sampleRate: 48000, channels: 2 });
    assert.ok(one.memoryBytes > other.memoryBytes);
  });

  it('tells that there is no module', async () => {
    const inputs = [new URL('nothing.wasm', wasmUrl()), new Response('', { status: 404 }), bytes.subarray(0, 1000)];
    for (const input of inputs) {
      await assert.rejects(init(input), (error) => error instanceof CodecError && error.code === 'load-failed');
    }
  });
});
