import { expect } from '@esm-bundle/chai';
import { measureTone } from '../../../../tests/tools/page/tone.js';
import { measureContinuity } from './recording.testing.js';
import { CrossFade } from './cross-fade.js';

const RATE = 48_000;
const SECONDS = 2;

/** Renders two tones with a cross-fade between them in the middle. */
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
  fade.select('wasm', SECONDS / 2);
  return (await context.startRendering()).getChannelData(0);
}

describe('CrossFade', () => {
  it('changes from one input to the other without any other signal', async () => {
    const samples = await render(440, { frequency: 880 });
    for (const [begin, hz] of [
      [0.3, 440],
      [1.3, 880],
    ] as const) {
      const tone = measureTone(samples.subarray(begin * RATE, begin * RATE + 16_384), RATE);
      expect(tone.frequencyHz).to.be.closeTo(hz, 1);
      expect(tone.snrDb).to.be.above(50);
    }
  });

  it('causes no click, and no gap for inputs in phase or in opposite phase', async () => {
    for (const phase of [1, -1]) {
      const periodicWave = new PeriodicWave(new OfflineAudioContext(1, 1, RATE), { real: [0, 0], imag: [0, phase] });
      const samples = await render(440, { frequency: 440, periodicWave });
      const { largestStep, longestGapMs } = measureContinuity(samples, 440, RATE);
      expect(largestStep).to.be.below(1.2);
      expect(longestGapMs).to.be.below(40);
    }
  });
});
