import assert from 'node:assert/strict';
import { EventEmitter as NodeEventEmitter } from 'node:events';
import { describe, it } from 'node:test';
import { EventEmitter } from './event-emitter.js';

for (const [name, create] of [
  ['EventEmitter', () => new EventEmitter()],
  ["Node's EventEmitter, for comparison", () => new NodeEventEmitter()],
] as const) {
  describe(name, () => {
    it('calls listeners in order with the arguments', () => {
      const emitter = create();
      const log: unknown[] = [];
      emitter.on('a', (...args: unknown[]) => log.push(['first', ...args]));
      emitter.addListener('a', (...args: unknown[]) => log.push(['second', ...args]));
      assert.equal(emitter.emit('a', 1, 2), true);
      assert.equal(emitter.emit('b'), false);
      assert.deepEqual(log, [
        ['first', 1, 2],
        ['second', 1, 2],
      ]);
    });

    it('calls a once-listener once, and removes listeners also during an emit', () => {
      const emitter = create();
      let calls = 0;
      const later = () => calls++;
      emitter.once('a', () => {
        calls++;
        emitter.removeListener('a', later);
      });
      emitter.on('a', later);
      emitter.emit('a');
      emitter.emit('a');
      assert.equal(calls, 2);
      assert.equal(emitter.listenerCount('a'), 0);
    });

    it('throws an error that nobody listens to', () => {
      const emitter = create();
      assert.throws(() => emitter.emit('error', new Error('lost')), /lost/);
      emitter.on('error', () => undefined);
      assert.equal(emitter.emit('error', new Error('seen')), true);
    });
  });
}
