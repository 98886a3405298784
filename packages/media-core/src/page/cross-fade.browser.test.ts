import { expect } from '@esm-bundle/chai';
import { measureTone } from '../../../../tests/tools/page/tone.js';
import { measureContinuity } from './recording.testing.js';
import { CrossFade } from './cross-fade.js';

const RATE = 48_000;
const SECONDS = 2;

/** Two tones that hand over at the middle, rendered as fast as the machine can. */
async function render(nativeHz: number, wasm: OscillatorOptions): Promise<Float32Array> {
  const context = new OfflineAudioContext({ length: SECONDS * RATE, sampleRate: RATE });
  const fade = new CrossFade(context, context.destination);
  const sources = [
    { node: new OscillatorNode(context, { frequency: nativeHz }), input: fade.input('native') },
    { node: new OscillatorNode(context, wasm), input: fade.input('wasm') },
  ];
  for (const { node, input } of sources) {
    node.connect(input);
    node.start();
  }
  fade.hear('wasm', SECONDS / 2);
  return (await context.startRendering()).getChannelData(0);
}

describe('CrossFade', () => {
  it('goes over from one sound to the other and to nothing else', async () => {
    const sound = await render(440, { frequency: 880 });
    for (const [begin, hz] of [
      [0.3, 440],
      [1.3, 880],
    ] as const) {
      const tone = measureTone(sound.subarray(begin * RATE, begin * RATE + 16_384), RATE);
      expect(tone.frequencyHz).to.be.closeTo(hz, 1);
      expect(tone.snrDb).to.be.above(50);
    }
  });

  it('has no click, and no gap where both are in phase or against each other', async () => {
    for (const phase of [1, -1]) {
      const periodicWave = new PeriodicWave(new OfflineAudioContext(1, 1, RATE), { real: [0, 0], imag: [0, phase] });
      const sound = await render(440, { frequency: 440, periodicWave });
      const { largestStep, longestGapMs } = measureContinuity(sound, 440, RATE);
      expect(largestStep).to.be.below(1.2);
      expect(longestGapMs).to.be.below(40);
    }
  });
});
