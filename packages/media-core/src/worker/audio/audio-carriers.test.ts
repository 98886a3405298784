import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AUDIO_CARRIER, connect, decodeAll, type LinkOptions, pathOf, Peer, SHORT_CARRIER } from '../call.testing.js';
import { VirtualClock } from '../simulation.testing.js';
import { medianToneSnr, tone } from './tone.testing.js';

/** A frame of the browser's encoder for a peer that requests 60 ms: SILK. */
const CARRIER_60 = Uint8Array.of(0x18, 1, 2, 3);
const GOOD = { delayMs: 20, jitterMs: 5 };

describe('carriers of audio', () => {
  it('of zero bytes, as in DTX, are replaced by packets of captured audio', async () => {
    const { clock, anna, ben, end } = await call();
    anna.speak(tone, new Uint8Array());
    await clock.advance(2500);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    assert.ok(heardWell(ben));
    await end();
  });

  it('of zero bytes that the browser receives as padding pass, and are not played', async () => {
    const { clock, anna, ben, end } = await call();
    anna.speak(tone);
    await clock.advance(1500);
    const before = ben.transformers.audio.receive.written.length;
    for (let padding = 0; padding < 25; padding++) {
      ben.transformers.audio.receive.enter(new Uint8Array());
      await clock.advance(20);
    }
    const written = ben.transformers.audio.receive.written.slice(before);
    assert.ok(written.filter(({ length }) => length === 0).length === 25);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    assert.ok(heardWell(ben));
    await end();
  });

  it('that arrive twice and out of order are played once and in order', async () => {
    const { clock, anna, ben, end } = await call({ delayMs: 10, jitterMs: 70, duplicated: 0.5 });
    anna.speak(tone);
    await clock.advance(4000);
    const { audio } = ben.of('statistics').at(-1)?.sample ?? assert.fail();
    assert.ok(audio.receive.concealedSamples < 0.03 * audio.receive.playedSamples);
    assert.ok(
      Math.abs(audio.receive.playedSamples - 48_000) < 3000,
      `${audio.receive.playedSamples} samples in a second`,
    );
    assert.ok(heardWell(ben));
    await end();
  });

  it('of 60 ms keep the browser’s audio, and are played by the browser', async () => {
    const { clock, anna, ben, end } = await call();
    anna.speak(tone, CARRIER_60, 60);
    await clock.advance(2000);
    assert.equal(pathOf(anna, 'audio', 'send'), 'native');
    assert.equal(pathOf(ben, 'audio', 'receive'), 'native');
    assert.equal(decodeAll([ben.transformers.audio.receive.written.at(-1) ?? assert.fail()]).length, 60 * 48);
    await end();
  });

  it('of 10 ms carry packets of 10 ms, which lowers the latency', async () => {
    const latencies: number[] = [];
    for (const [carrier, ms] of [
      [AUDIO_CARRIER, 20],
      [SHORT_CARRIER, 10],
    ] as const) {
      const { clock, anna, ben, end } = await call();
      anna.speak(tone, carrier, ms);
      await clock.advance(7000);
      assert.equal(pathOf(anna, 'audio', 'send'), 'wasm');
      assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
      assert.ok(heardWell(ben));
      assert.equal(decodeAll([ben.transformers.audio.receive.written.at(-1) ?? assert.fail()]).length, ms * 48);
      latencies.push(latencyOf(ben));
      await end();
    }
    const [long = 0, short = 0] = latencies;
    assert.ok(short < long - 10, `${short} instead of ${long} ms`);
  });

  it('may change their duration during a call', async () => {
    const { clock, anna, ben, end } = await call();
    const speech = anna.speak(tone);
    await clock.advance(1500);
    for (const carrier of [SHORT_CARRIER, CARRIER_60]) {
      speech.carrier = carrier;
      await clock.advance(1000);
    }
    assert.equal(pathOf(ben, 'audio', 'receive'), 'native');
    speech.carrier = AUDIO_CARRIER;
    await clock.advance(2000);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    assert.ok(heardWell(ben));
    await end();
  });

  it('may stop and start again, as when a track is replaced', async () => {
    const { clock, anna, ben, end } = await call();
    const speech = anna.speak(tone);
    await clock.advance(1500);
    speech.carrier = undefined;
    await clock.advance(3000);
    speech.carrier = AUDIO_CARRIER;
    await clock.advance(1500);
    assert.ok(heardWell(ben));
    assert.ok(latencyOf(ben) < 120, `${latencyOf(ben)} ms`);
    await end();
  });

  it('keep the browser’s audio while nothing is captured, and get ours again afterwards', async () => {
    const { clock, anna, ben, end } = await call();
    const speech = anna.speak(tone);
    await clock.advance(1500);
    speech.isRecording = false;
    await clock.advance(2000);
    assert.equal(pathOf(anna, 'audio', 'send'), 'native');
    speech.isRecording = true;
    await clock.advance(1500);
    assert.equal(pathOf(anna, 'audio', 'send'), 'wasm');
    assert.ok(heardWell(ben));
    await end();
  });

  for (const { carrier, ms } of [
    { carrier: AUDIO_CARRIER, ms: 20 },
    { carrier: SHORT_CARRIER, ms: 10 },
  ]) {
    it(`of ${ms} ms wait for their paired block if it is late, so that no audio is missing`, async () => {
      const { clock, anna, end } = await call();
      const speech = anna.speak(tone, carrier, ms, ms * 48);
      await clock.advance(1500);
      const { written } = anna.transformers.audio.send;
      const before = written.length;
      for (let stall = 0; stall < 5; stall++) {
        speech.isHeldUp = true;
        await clock.advance(37);
        speech.isHeldUp = false;
        await clock.advance(463);
      }
      assert.ok(Math.abs(written.length - before - 2500 / ms) <= 1, `${written.length - before} packets`);
      assert.ok(quietest(decodeAll(written).slice(-48 * 2400)) > 0.2);
      await end();
    });
  }

  it('get captured audio although the clock of the microphone jumps', async () => {
    for (const jump of [48_000 * 3600, -48_000, 960]) {
      const { clock, anna, ben, end } = await call();
      const speech = anna.speak(tone);
      await clock.advance(1500);
      speech.frame += jump;
      await clock.advance(2000);
      assert.equal(pathOf(anna, 'audio', 'send'), 'wasm');
      assert.ok(heardWell(ben), `${jump} samples`);
      assert.ok(latencyOf(ben) < 120, `${jump} samples: ${latencyOf(ben)} ms`);
      await end();
    }
  });

  it('get captured audio again after the machine has slept', async () => {
    const { clock, anna, ben, end } = await call();
    anna.speak(tone);
    await clock.advance(1500);
    clock.jump(60_000);
    await clock.advance(3000);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    assert.ok(heardWell(ben));
    assert.ok(latencyOf(ben) < 120, `${latencyOf(ben)} ms`);
    await end();
  });
});

/** Anna speaks to Ben, who is silent. */
async function call(link: LinkOptions = GOOD) {
  const clock = new VirtualClock();
  const anna = new Peer(clock, { name: 'initiator' });
  const ben = new Peer(clock, { name: 'responder' });
  anna.meet();
  ben.meet();
  await anna.ready();
  await ben.ready();
  connect(clock, anna, ben, 'audio', link);
  connect(clock, ben, anna, 'audio', GOOD);
  ben.speak(() => 0);
  ben.listen();
  const end = async () => {
    for (const peer of [anna, ben]) {
      peer.leave();
      peer.worker.handle({ type: 'stop' });
    }
    await clock.advance(200);
    assert.equal(clock.pendingTimers, 0);
  };
  return { clock, anna, ben, end };
}

function heardWell(peer: Peer): boolean {
  return medianToneSnr(peer.played.slice(-24_000)) > 28;
}

/** Returns the peak of the quietest 5 ms. */
function quietest(samples: readonly number[]): number {
  let least = Infinity;
  for (let start = 0; start + 240 <= samples.length; start += 240) {
    least = Math.min(least, Math.max(...samples.slice(start, start + 240)));
  }
  return least;
}

function latencyOf(peer: Peer): number {
  return peer.of('statistics').at(-1)?.sample.latencyMs.audio ?? Infinity;
}
