import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, describe, it } from 'node:test';
import { type PortRange, freePort, takePortBlock } from '../../tools/ports.mjs';

const TAKER = new URL('port-taker.mjs', import.meta.url);
/** Not those of test servers that may run beside this test. */
const RANGE: PortRange = { first: 18_000, blocks: 12, size: 10 };

describe('port blocks', () => {
  const takers: ChildProcess[] = [];
  after(() => takers.forEach((taker) => taker.kill()));

  /** Another process that takes ports and holds them: what it says. */
  async function startTaker(range: PortRange): Promise<{ taker: ChildProcess; answer: unknown }> {
    const taker = fork(TAKER, [JSON.stringify(range)], { execArgv: [] });
    takers.push(taker);
    const [answer] = (await once(taker, 'message')) as [unknown];
    return { taker, answer };
  }

  it('give as many processes as there are blocks different ports, and the next one none', async () => {
    const answers = await Promise.all(Array.from({ length: RANGE.blocks }, () => startTaker(RANGE)));
    const ports = answers.flatMap(({ answer }) => answer as number[]);
    assert.equal(ports.length, RANGE.blocks * 3);
    assert.equal(new Set(ports).size, ports.length);
    assert.match(String((await startTaker(RANGE)).answer), /blocks of ports from 18000 to 18119 are held/);
  });

  it('are free again after their process was killed', async () => {
    const range = { first: 18_300, blocks: 1, size: 10 };
    const { taker, answer } = await startTaker(range);
    const ended = once(taker, 'exit');
    taker.kill('SIGKILL');
    await ended;
    assert.deepEqual((await startTaker(range)).answer, answer);
  });

  it('are free again after their release', async () => {
    const range = { first: 18_320, blocks: 1, size: 10 };
    const block = await takePortBlock(range);
    await assert.rejects(takePortBlock(range), /are held/);
    await block.release();
    await (await takePortBlock(range)).release();
  });

  it('pass over ports that other programs hold, and end', async () => {
    const range = { first: 18_340, blocks: 1, size: 4 };
    const holder = createServer().listen(18_342, '127.0.0.1');
    await once(holder, 'listening');
    const block = await takePortBlock(range);
    assert.deepEqual(
      [await block.freePort(), await block.freePort(), await block.freePort()],
      [18_341, 18_343, undefined],
    );
    assert.throws(() => block.range(1), /no 1 ports left/);
    holder.close();
    await block.release();
  });

  it('give a process one port after the other, also to callers at the same time', async () => {
    const ports = await Promise.all(Array.from({ length: 300 }, () => freePort()));
    assert.equal(new Set(ports).size, 300);
  });
});
