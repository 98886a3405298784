/** What Chromium and Firefox tell of a call, and what is made of it. */
import { expect } from '@esm-bundle/chai';
import { FakeClock } from '../fake-clock.testing.js';
import { establish, showsPicture, until } from '../scenario.testing.js';
import { CallQuality } from './call-quality.js';

describe('quality of a real call', () => {
  it('is judged from what the browser tells', async () => {
    const { answered, dispose } = await establish();
    await showsPicture(answered.remoteStream);
    const clock = new FakeClock();
    const quality = new CallQuality(answered, { clock });
    const judged = until(quality, 'quality-change', () => quality.level !== undefined);
    quality.start();
    // The next sample is taken once the first one was and a later frame of the peer has been shown.
    while (clock.pending === 0) await answered.getStatistics();
    await showsPicture(answered.remoteStream);
    clock.pass(1000);
    await judged;
    expect(quality.level).to.equal('good');
    expect(quality.second?.roundTripMs ?? 0).to.be.below(1000);
    expect(quality.second?.receivedLoss ?? 0).to.be.below(0.5);
    quality.stop();
    expect(clock.pending).to.equal(0);
    await dispose();
  });
});
