import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Carrier } from './carrier.js';
import { scaledDownToFit } from './video-capture.js';

const trackOf = (settings: MediaTrackSettings) =>
  ({ contentHint: '', getSettings: () => settings }) as unknown as MediaStreamTrack;

describe('the scale of the browser’s frames', () => {
  it('limits them to the size that the core of a peer decodes', () => {
    assert.equal(scaledDownToFit(trackOf({ width: 1280, height: 720 })), 1);
    assert.equal(scaledDownToFit(trackOf({ width: 1080, height: 1920 })), 1);
    assert.equal(scaledDownToFit(trackOf({})), 1);
    const by = scaledDownToFit(trackOf({ width: 2560, height: 1440, displaySurface: 'monitor' }));
    assert.ok(Math.abs(by - 4 / 3) < 1e-9);
  });

  it('is set only when it changes', async () => {
    const set: (number | undefined)[] = [];
    const sender = {
      getParameters: () => ({ encodings: [{}] }),
      setParameters: ({ encodings: [first] }: RTCRtpSendParameters) => {
        set.push(first?.scaleResolutionDownBy);
        return Promise.resolve();
      },
    };
    const carrier = new Carrier(sender as unknown as RTCRtpSender);
    for (const by of [1, 4 / 3, 4 / 3, 10, 1]) carrier.scaleDown(by);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    assert.deepEqual(set, [4 / 3, 10, 1]);
  });
});
