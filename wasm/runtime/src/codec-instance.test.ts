import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodecError, CodecInstance, type CodecExports } from './index.js';
import { tinyModule } from './tiny-module.testing.js';

interface TinyExports extends CodecExports {
  readonly trap: () => void;
  readonly ask: () => void;
  readonly grow: () => void;
}

const instantiate = async (): Promise<CodecInstance<TinyExports>> =>
  CodecInstance.instantiate<TinyExports>(await WebAssembly.compile(tinyModule()));

const hasCode = (code: string) => (error: unknown) => error instanceof CodecError && error.code === code;

describe('CodecInstance', () => {
  it('gives views that follow the memory when it grows', async () => {
    const instance = await instantiate();
    const before = instance.bytes;
    before[8] = 42;
    assert.equal(instance.bytes, before);
    assert.equal(instance.memoryBytes, 65_536);
    instance.call(() => instance.exports.grow());
    assert.equal(before.length, 0);
    assert.equal(instance.memoryBytes, 131_072);
    for (const view of [instance.bytes, instance.shorts, instance.words, instance.floats]) {
      assert.equal(view.byteLength, 131_072);
    }
    assert.equal(instance.bytes[8], 42);
  });

  it('tells when memory is exhausted, and goes on', async () => {
    const instance = await instantiate();
    assert.throws(() => instance.allocate(1 << 20), hasCode('out-of-memory'));
    assert.equal(instance.allocate(16), 8);
  });

  it('is of no use after a trap, and says why', async () => {
    const instance = await instantiate();
    assert.throws(() => instance.call(() => instance.exports.trap()), hasCode('crashed'));
    assert.throws(() => instance.call(() => instance.exports.grow()), hasCode('crashed'));
    assert.throws(() => {
      instance.assertUsable();
    }, hasCode('crashed'));
    assert.throws(() => instance.allocate(1), hasCode('crashed'));
    instance.free(8);
    assert.equal(instance.memoryBytes, 65_536);
  });

  it('treats a call to a function that no host has as a trap', async () => {
    const instance = await instantiate();
    assert.throws(
      () => instance.call(() => instance.exports.ask()),
      (error) => hasCode('crashed')(error) && String(error).includes('surprise'),
    );
  });

  it('shares nothing with its siblings', async () => {
    const [one, other] = [await instantiate(), await instantiate()];
    assert.throws(() => one.call(() => one.exports.trap()), CodecError);
    other.bytes[8] = 1;
    assert.equal(one.bytes[8], 0);
    assert.equal(other.allocate(1), 8);
  });
});
