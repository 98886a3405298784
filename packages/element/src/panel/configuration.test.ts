import assert from 'node:assert/strict';
import { it } from 'node:test';
import { clientOptions } from './configuration.js';
import type { Configuration } from './configuration.js';

const CONFIGURATION: Configuration = {
  service: undefined,
  domain: 'example.org',
  to: undefined,
  video: false,
  ringTimeout: undefined,
  refusePlain: false,
  iceTransportPolicy: undefined,
  iceServers: undefined,
  workerSrc: undefined,
  chat: undefined,
  rememberDevices: false,
  releaseMicrophone: false,
  maxCalls: undefined,
  mediaCore: undefined,
};

function ringTimeoutMs(ringTimeout: unknown): number | undefined {
  const configuration = { ...CONFIGURATION, ringTimeout } as Configuration;
  return clientOptions(configuration, 'example.org', { kind: 'anonymous' }).ringTimeoutMs;
}

it('rings as long as it is told', () => {
  assert.equal(ringTimeoutMs(30), 30_000);
  assert.equal(ringTimeoutMs(0.5), 500);
});

it('never rings longer than a timer can wait, after which browsers wait not at all', () => {
  for (const seconds of [2 ** 31 / 1000, 1e9, Number.MAX_VALUE, Infinity]) {
    const ms = ringTimeoutMs(seconds);
    assert.ok(ms !== undefined && ms <= 2 ** 31 - 1 && ms > 2 ** 31 - 2000, String(seconds));
  }
});

it('rings by default for what is no time, and says so once', (t) => {
  const warn = t.mock.method(console, 'warn', () => undefined);
  for (const seconds of [-1, NaN, 0, -Infinity]) assert.equal(ringTimeoutMs(seconds), undefined);
  for (const seconds of [undefined, null]) assert.equal(ringTimeoutMs(seconds), undefined);
  assert.equal(warn.mock.callCount(), 1);
});
