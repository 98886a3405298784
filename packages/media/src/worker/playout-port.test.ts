import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlayoutReport } from '../core/messages.js';
import { PlayoutPort } from './playout-port.js';
import { FakePort, VirtualClock } from './simulation.testing.js';

function playout(produce: (queuedMs: number) => Float32Array | undefined) {
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
    report({ received: 0, level: 0, missing: 0 });
    assert.deepEqual(queued, [0, 10]);
    report({ received: 480, level: 300, missing: 0 });
    assert.equal(blocks.length, 3, 'of two blocks, one is still under way');
    report({ received: 1440, level: 1300, missing: 0 });
    assert.equal(blocks.length, 3);
  });

  it('goes on where an earlier worker ended', () => {
    const { blocks, report } = playout(() => new Float32Array(480));
    report({ received: 48_000, level: 0, missing: 10 });
    assert.equal(blocks.length, 2);
  });

  it('keeps more with a worklet that ran dry, and less again after a while', async () => {
    const { clock, blocks, report } = playout(() => new Float32Array(240));
    const sentBy = (action: () => void) => {
      const before = blocks.length;
      action();
      return blocks.length - before;
    };
    let received = 0;
    let missing = 0;
    const drain = () => {
      received = blocks.reduce((sum, { length }) => sum + length, 0);
      report({ received, level: 0, missing });
    };
    assert.equal(sentBy(drain), 4);
    missing = 100;
    assert.equal(sentBy(drain), 5);
    await clock.advance(31_000);
    assert.equal(sentBy(drain), 4);
  });

  it('knows whether the worklet plays, and asks for nothing when there is nothing', async () => {
    const { clock, blocks, end, report, port } = playout(() => undefined);
    assert.equal(end.isRunning, false);
    report({ received: 0, level: 0, missing: 0 });
    assert.equal(end.isRunning, true);
    await clock.advance(600);
    assert.equal(end.isRunning, false);
    assert.equal(blocks.length, 0);
    end.close();
    assert.ok(port.closed);
  });
});
