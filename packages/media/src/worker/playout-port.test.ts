import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlayoutReport } from '../core/messages.js';
import { PlayoutPort } from './playout-port.js';
import { FakePort, VirtualClock } from './simulation.testing.js';

function playout(produce: (queuedMs: number, mostQueuedMs: number) => Float32Array | undefined) {
  const clock = new VirtualClock();
  const [worklet, port] = FakePort.pair();
  const blocks: Float32Array[] = [];
  worklet.onmessage = ({ data }: MessageEvent<Float32Array>) => void blocks.push(data);
  const end = new PlayoutPort(port.asMessagePort, clock, produce);
  const report = (values: PlayoutReport) => worklet.postMessage(values);
  return { clock, blocks, end, report, port };
}

describe('playout port', () => {
  it('sends what is needed until the next report, counting what is under way', () => {
    const queued: number[] = [];
    const { blocks, report } = playout((ms) => {
      queued.push(ms);
      return new Float32Array(480);
    });
    report({ received: 0, level: 0, least: 0, missing: 0 });
    assert.deepEqual(queued, [0, 10]);
    report({ received: 480, level: 300, least: 300, missing: 0 });
    assert.equal(blocks.length, 2, 'of two blocks, one is still under way');
    report({ received: 960, level: 500, least: 500, missing: 0 });
    assert.equal(blocks.length, 3);
  });

  it('goes on where an earlier worker ended', () => {
    const { blocks, report } = playout(() => new Float32Array(480));
    report({ received: 48_000, level: 0, least: 0, missing: 10 });
    assert.equal(blocks.length, 2);
  });

  it('keeps more with a worklet that runs dry or is about to, and less again after a while', async () => {
    const most: number[] = [];
    const { clock, blocks, report } = playout((_, mostMs) => {
      most.push(mostMs);
      return new Float32Array(240);
    });
    let missing = 0;
    const drain = (least: number) => {
      const received = blocks.reduce((sum, { length }) => sum + length, 0);
      report({ received, level: 0, least, missing });
      return most.at(-1);
    };
    assert.equal(drain(0), 12);
    missing = 100;
    assert.equal(drain(0), 17, 'was silent');
    await clock.advance(150);
    assert.equal(drain(50), 19, 'was close to it');
    assert.equal(drain(50), 19, 'had no time to get better');
    for (let waited = 0; waited < 31_000; waited += 200) {
      await clock.advance(200);
      drain(300);
    }
    assert.equal(drain(300), 9);
  });

  it('knows whether the worklet plays, and asks for nothing when there is nothing', async () => {
    const { clock, blocks, end, report, port } = playout(() => undefined);
    assert.equal(end.isRunning, false);
    report({ received: 0, level: 0, least: 0, missing: 0 });
    assert.equal(end.isRunning, true);
    await clock.advance(600);
    assert.equal(end.isRunning, false);
    assert.equal(blocks.length, 0);
    end.close();
    assert.ok(port.closed);
  });
});
