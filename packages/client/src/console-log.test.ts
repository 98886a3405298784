import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { consoleLog } from './console-log.js';
import { FakeClock } from './fake-clock.testing.js';

function open() {
  const lines: string[] = [];
  const clock = new FakeClock();
  const write = (message: string) => lines.push(message);
  return { lines, clock, log: consoleLog(clock, { warn: write, error: write }) };
}

describe('consoleLog', () => {
  it('shows warnings and errors', () => {
    const { lines, log } = open();
    for (const level of ['debug', 'info', 'warn', 'error'] as const) log(level, level, {});
    assert.deepEqual(lines, ['xmpp-call: warn', 'xmpp-call: error']);
  });

  it('leaves lines out that are too many, says so once, and shows those of the next period', () => {
    const { lines, clock, log } = open();
    for (let i = 0; i < 1000; i++) log('warn', 'forged', {});
    assert.equal(lines.length, 30);
    assert.match(lines.at(-1) ?? '', /left out/);
    clock.pass(10_000);
    log('error', 'true', {});
    assert.equal(lines.at(-1), 'xmpp-call: true');
  });
});
