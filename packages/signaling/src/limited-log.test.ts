import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitLog } from './limited-log.js';
import { VirtualEnvironment } from './stream/stream.testing.js';

test('of each kind one entry a second is logged, and the next says how many were left out', () => {
  const inner = new VirtualEnvironment();
  const environment = limitLog(inner, 1);
  for (let count = 0; count < 1_000; count++) environment.log('warn', 'forged message', { count });
  environment.log('info', 'another kind');
  inner.advance(999);
  environment.log('warn', 'forged message');
  inner.advance(1);
  environment.log('warn', 'forged message', { count: 1_000 });
  inner.advance(60_000);
  environment.log('warn', 'forged message');
  environment.log('warn', 'forged message');
  assert.deepEqual(inner.logs, [
    { level: 'warn', message: 'forged message', context: { count: 0 } },
    { level: 'info', message: 'another kind', context: undefined },
    { level: 'warn', message: 'forged message', context: { count: 1_000, omitted: 1_000 } },
    { level: 'warn', message: 'forged message', context: undefined },
  ]);
});

test('a burst goes through where it is allowed', () => {
  const inner = new VirtualEnvironment();
  const environment = limitLog(inner, 5);
  for (let count = 0; count < 10; count++) environment.log('info', 'x');
  assert.equal(inner.logs.length, 5);
  inner.advance(2_000);
  for (let count = 0; count < 10; count++) environment.log('info', 'x');
  assert.equal(inner.logs.length, 7);
});
