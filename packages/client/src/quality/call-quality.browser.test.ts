/** What Chromium and Firefox tell of a call, and what is made of it. */
import { expect } from '@esm-bundle/chai';
import { FakeClock } from '../fake-clock.testing.js';
import { establish, showsPicture, until } from '../scenario.testing.js';
import { CallQuality } from './call-quality.js';

describe('quality of a real call', () => {
  it('is judged from what the browser tells, and ends with the call', async () => {
    const { outgoing, answered, dispose } = await establish();
    await showsPicture(answered.remoteStream);
    const clock = new FakeClock();
    const samples: number[] = [];
    const measured = {
      get state() {
        return answered.state;
      },
      getStatistics: async () => {
        const sample = await answered.getStatistics();
        samples.push(sample.timestamp);
        return sample;
      },
    };
    const quality = new CallQuality(measured, { clock });
    quality.start();
    // Time passes whenever a frame of the peer was shown: no faster than the call itself.
    while (quality.level === undefined) {
      await showsPicture(answered.remoteStream);
      clock.pass(1000);
    }
    expect(quality.second?.receivedLoss ?? 0).to.be.below(0.5);
    expect(quality.second).to.include.keys('roundTripMs', 'frozenMs', 'codecLoad');
    expect(quality.second?.roundTripMs ?? 0).to.be.below(1000);
    const ended = until(answered, 'state-change', () => answered.state === 'ended');
    outgoing.hangUp();
    await ended;
    const taken = samples.length;
    clock.pass(1000);
    await dispose();
    expect(clock.pending).to.equal(0);
    expect(samples.length).to.be.within(taken, taken + 1);
  });
});
