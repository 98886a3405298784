import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AUDIO_CARRIER, connect, decodeAll, pathOf, Peer, SHORT_CARRIER } from '../call.testing.js';
import { VirtualClock } from '../simulation.testing.js';
import { medianToneSnr, tone } from './tone.testing.js';

const silence = () => 0;
const CARRIERS = [
  { carrier: AUDIO_CARRIER, ms: 20 },
  { carrier: SHORT_CARRIER, ms: 10 },
];

describe('audio between two cores', () => {
  for (const { carrier, ms } of CARRIERS) {
    it(`is clear on a network path that loses and reorders packets of ${ms} ms`, async () => {
      const { clock, anna, ben } = await call();
      connect(clock, anna, ben, 'audio', { jitterMs: 30, loss: 0.05 });
      connect(clock, ben, anna, 'audio', { jitterMs: 30 });
      anna.speak(tone, carrier, ms);
      ben.speak(silence);
      ben.listen();
      await clock.advance(4000);
      assert.equal(pathOf(anna, 'audio', 'send'), 'wasm');
      assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
      const snr = medianToneSnr(ben.played.slice(-96_000));
      assert.ok(snr > 30, `SNR ${snr} dB`);
      const { audio, latencyMs } = ben.of('statistics').at(-1)?.sample ?? assert.fail();
      assert.equal(audio.receive.path, 'wasm');
      assert.ok(
        audio.receive.concealedSamples < 0.02 * audio.receive.playedSamples,
        'redundancy recovers lost packets',
      );
      assert.ok((latencyMs.audio ?? Infinity) < 170, `mouth to ear ${latencyMs.audio} ms`);
      anna.leave();
      ben.leave();
    });

    it(`has a low latency on a good network path with packets of ${ms} ms`, async () => {
      const { clock, anna, ben } = await call();
      connect(clock, anna, ben, 'audio', { delayMs: 5 });
      connect(clock, ben, anna, 'audio', { delayMs: 5 });
      const beginsAt = 3 * 48_000;
      anna.speak((index) => (index < beginsAt ? 0 : tone(index)), carrier, ms);
      ben.speak(silence);
      ben.listen();
      await clock.advance(3500);
      const heardAt = ben.played.findIndex((sample) => Math.abs(sample) > 0.1);
      const late = (heardAt - beginsAt) / 48;
      assert.ok(late > ms && late < ms + 40, `latency ${late} ms`);
      anna.leave();
      ben.leave();
    });
  }

  it('is sent in packets of 20 ms while the capacity is low, and in packets of 10 ms otherwise', async () => {
    const { clock, anna, ben } = await call();
    connect(clock, anna, ben, 'audio');
    connect(clock, ben, anna, 'audio');
    anna.speak(tone, SHORT_CARRIER, 10);
    ben.speak(silence);
    ben.listen();
    const { written } = anna.transformers.audio.send;
    const counters = { audio: { send: {}, receive: {} }, video: { send: {}, receive: {} } };
    for (const [availableBitrate, packets] of [
      [800_000, 100],
      [150_000, 50],
      [800_000, 100],
    ] as const) {
      for (let ms = 0; ms < 12_000; ms += 100) {
        anna.worker.handle({ type: 'network', report: { video: { availableBitrate }, roundTripMs: 40, counters } });
        await clock.advance(100);
      }
      const before = written.length;
      await clock.advance(1000);
      assert.ok(Math.abs(written.length - before - packets) <= 1, `${written.length - before} packets in a second`);
      assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
      assert.ok(medianToneSnr(ben.played.slice(-48_000)) > 30);
    }
    anna.leave();
    ben.leave();
  });

  it('reaches the browser’s decoder in valid packets, whichever decoder is used', async () => {
    const { clock, anna, ben } = await call();
    connect(clock, anna, ben, 'audio');
    connect(clock, ben, anna, 'audio');
    anna.speak(tone);
    ben.speak(tone);
    ben.listen();
    await clock.advance(2000);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    assert.equal(pathOf(anna, 'audio', 'receive'), 'native');
    for (const { transformers } of [anna, ben]) {
      const { written } = transformers.audio.receive;
      assert.ok((written.at(-1) ?? assert.fail()).length > 40);
      assert.ok(medianToneSnr(decodeAll(written).slice(-24_000)) > 30);
    }
    anna.leave();
    ben.leave();
  });

  for (const { carrier, ms } of CARRIERS) {
    it(`is silent with few packets of ${ms} ms while muted, and returns afterwards`, async () => {
      const { clock, anna, ben } = await call();
      connect(clock, anna, ben, 'audio');
      connect(clock, ben, anna, 'audio');
      let muted = false;
      anna.speak((index) => (muted ? 0 : tone(index)), carrier, ms);
      ben.speak(silence);
      ben.listen();
      await clock.advance(1500);
      muted = true;
      await clock.advance(1500);
      const before = anna.transformers.audio.send.written.length;
      await clock.advance(1000);
      const packets = anna.transformers.audio.send.written.length - before;
      assert.ok(packets >= 8 && packets <= 20, `${packets} packets in a second of silence`);
      assert.ok(rms(ben.played.slice(-24_000)) < 0.001);
      muted = false;
      await clock.advance(1000);
      assert.ok(medianToneSnr(ben.played.slice(-24_000)) > 30);
      assert.deepEqual(
        ben.of('log').filter(({ level }) => level !== 'info'),
        [],
      );
      anna.leave();
      ben.leave();
    });
  }

  it('passes received frames of zero bytes, which are padding, without concealment', async () => {
    const { clock, anna, ben } = await call();
    connect(clock, anna, ben, 'audio');
    connect(clock, ben, anna, 'audio');
    const { receive } = ben.transformers.audio;
    anna.speak(tone);
    ben.listen();
    await clock.advance(1500);
    receive.enter(new Uint8Array());
    await clock.advance(1);
    assert.deepEqual(receive.written.at(-1), new Uint8Array());
    await clock.advance(999);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    const { audio } = ben.of('statistics').at(-1)?.sample ?? assert.fail();
    assert.equal(audio.receive.concealedSamples, 0);
    anna.leave();
    ben.leave();
  });

  it('is played by the browser while the playout worklet is stopped, and by the core afterwards', async () => {
    const { clock, anna, ben } = await call();
    connect(clock, anna, ben, 'audio');
    connect(clock, ben, anna, 'audio');
    anna.speak(tone);
    ben.listen();
    await clock.advance(1000);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    ben.leave();
    await clock.advance(1000);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'native');
    assert.notDeepEqual(ben.transformers.audio.receive.written.at(-1), AUDIO_CARRIER);
    ben.listen();
    await clock.advance(500);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    anna.leave();
    ben.leave();
  });
});

describe('audio to a plain peer', () => {
  it('is Opus without a trailer in every frame', async () => {
    const { clock, anna } = await call({ plainPeer: true });
    anna.speak(tone);
    await clock.advance(2000);
    const { written } = anna.transformers.audio.send;
    assert.ok(written.length >= 98);
    const samples = decodeAll(written);
    const snr = medianToneSnr(samples.slice(-48_000));
    assert.ok(snr > 30, `SNR ${snr} dB`);
    assert.ok(
      written.every((packet) => (packet[0] ?? 0) % 4 === 0),
      'no padding',
    );
    anna.leave();
  });

  it('is the browser’s before capture starts, for other frame durations, and for frames of padding', async () => {
    const { clock, anna } = await call({ plainPeer: true });
    const { send } = anna.transformers.audio;
    send.enter(AUDIO_CARRIER);
    send.enter(new Uint8Array());
    await clock.advance(10);
    assert.deepEqual(send.written, [AUDIO_CARRIER, new Uint8Array()]);
    // 60 ms of SILK.
    const long = Uint8Array.of(0x18, 1, 2, 3);
    anna.speak(tone, long);
    await clock.advance(500);
    assert.deepEqual(send.written.at(-1), long);
    anna.leave();
  });

  it('replaces the frames of zero bytes that a browser makes during DTX', async () => {
    const { clock, anna } = await call({ plainPeer: true });
    anna.speak(tone, new Uint8Array());
    await clock.advance(1000);
    assert.ok(
      medianToneSnr(decodeAll(anna.transformers.audio.send.written.filter(({ length }) => length > 0)).slice(-24_000)) >
        30,
    );
    anna.leave();
  });
});

async function call({ plainPeer = false } = {}) {
  const clock = new VirtualClock();
  const anna = new Peer(clock, { name: 'initiator' });
  const ben = new Peer(clock, { name: 'responder' });
  if (!plainPeer) {
    anna.meet();
    ben.meet();
  }
  await anna.ready();
  await ben.ready();
  return { clock, anna, ben };
}

function rms(samples: readonly number[]): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}
