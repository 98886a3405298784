import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OperationQueue } from './operation-queue.js';

describe('OperationQueue', () => {
  it('runs one operation at a time, in order', async () => {
    const queue = new OperationQueue();
    const log: string[] = [];
    const operation = (name: string) => async () => {
      log.push(`${name} starts`);
      await Promise.resolve();
      log.push(`${name} ends`);
      return name;
    };
    assert.deepEqual(await Promise.all([queue.run(operation('a')), queue.run(operation('b'))]), ['a', 'b']);
    assert.deepEqual(log, ['a starts', 'a ends', 'b starts', 'b ends']);
  });

  it('runs the next operation after a failure', async () => {
    const queue = new OperationQueue();
    const failed = queue.run(() => Promise.reject(new Error('no')));
    const next = queue.run(() => Promise.resolve(2));
    await assert.rejects(failed, /no/);
    assert.equal(await next, 2);
  });

  it('starts no operation after it was closed', async () => {
    const queue = new OperationQueue();
    let ran = false;
    const waiting = queue.run(() => {
      ran = true;
      return Promise.resolve();
    });
    queue.close();
    await assert.rejects(waiting, { name: 'AbortError' });
    assert.equal(ran, false);
  });
});
