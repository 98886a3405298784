import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { talkingHead, lumaPsnr, i420Frame } from '@xmpp-call/wasm-testing';
import type { WorkerMessage } from '../../messages/media-worker-messages.js';
import { connect, OPUS, Peer, VP8 } from '../call.testing.js';
import { holdTimeForCryptography, VirtualClock } from '../simulation.testing.js';
import { medianToneSnr, tone } from '../audio/tone.testing.js';

const WIDTH = 160;
const HEIGHT = 96;
const FRAMES = 30;
const clip = talkingHead({ width: WIDTH, height: HEIGHT, frames: FRAMES });
const clipFrames = Array.from({ length: FRAMES }, (_, index) => clip.frame(index));
const frameAt = (index: number) => {
  const phase = index % (2 * FRAMES - 2);
  return clipFrames[phase < FRAMES ? phase : 2 * FRAMES - 2 - phase] ?? assert.fail();
};
holdTimeForCryptography();

const secret = (fill: number) => new Uint8Array(32).fill(fill);

describe('encryption of frames', () => {
  it('delivers audio and video that cannot be decoded without the key', async () => {
    const { clock, anna, ben, end } = await call();
    for (const peer of [anna, ben]) setKey(peer, 1, 7);
    await clock.advance(3000);
    assert.ok(hears(ben) && sees(ben));
    assert.deepEqual([...failures(anna), ...failures(ben)], []);
    const { audio, video } = anna.transformers;
    assert.ok(audio.send.written.slice(-20).every((packet) => !decodesAsTone(packet)));
    assert.ok(video.send.written.slice(-20).every((frame) => !decodesAsVideo(frame)));
    await end();
  });

  it('continues without a gap when the key changes', async () => {
    const { clock, anna, ben, end } = await call();
    for (const peer of [anna, ben]) setKey(peer, 1, 7);
    await clock.advance(2000);
    const { length } = ben.shown;
    // The receiver gets the new key first, as the key exchange has to ensure.
    setKey(ben, 2, 8);
    await clock.advance(200);
    setKey(anna, 2, 8);
    await clock.advance(2000);
    assert.ok(hears(ben) && sees(ben));
    assert.deepEqual(failures(ben), []);
    assert.ok(ben.shown.length - length > 60, `${ben.shown.length - length} frames in 2.2 s`);
    assert.ok(concealed(ben) < 480 * 4, `${concealed(ben)} samples concealed`);
    await end();
  });

  it('gives silence, no video and an event with a wrong key, until the right key is set', async () => {
    const { clock, anna, ben, end } = await call();
    setKey(anna, 1, 7);
    setKey(ben, 1, 9);
    await clock.advance(2500);
    assert.deepEqual(failures(ben), ['audio failing not-authentic', 'video failing not-authentic']);
    assert.ok(ben.played.slice(-24_000).every((sample) => Math.abs(sample) < 1e-3));
    assert.equal(ben.shown.length, 0);
    for (const kind of ['audio', 'video'] as const) {
      const given = ben.transformers[kind].receive.written.slice(-20);
      assert.ok(
        given.every(({ length }) => length < 40),
        `the browser gets no ${kind} either`,
      );
    }
    const requests = ben.transformers.video.receive.keyFrameRequests;
    setKey(ben, 1, 7);
    await clock.advance(2500);
    assert.deepEqual(failures(ben).slice(2).sort(), ['audio working', 'video working']);
    assert.ok(hears(ben) && sees(ben));
    assert.ok(ben.transformers.video.receive.keyFrameRequests > requests, 'requests a key frame');
    await end();
  });

  it('sends nothing in the clear while the key is derived, and accepts only encrypted frames afterwards', async () => {
    const { clock, anna, ben, end } = await call();
    await clock.advance(1000);
    const before = anna.transformers.audio.send.written.length;
    setKey(anna, 3, 7);
    await clock.advance(1000);
    const after = anna.transformers.audio.send.written.slice(before);
    assert.ok(after.length > 20 && after.every((packet) => !decodesAsTone(packet)));
    setKey(ben, 3, 7);
    await clock.advance(2000);
    assert.ok(hears(ben) && sees(ben));
    await end();
  });

  it('gives silence, no video and an event without a key, until the other side stops to encrypt', async () => {
    const { clock, anna, ben, end } = await call();
    setKey(anna, 1, 7);
    await clock.advance(2500);
    assert.deepEqual(failures(ben), ['audio failing no-key', 'video failing no-key']);
    assert.ok(ben.played.slice(-24_000).every((sample) => Math.abs(sample) < 1e-3));
    for (const kind of ['audio', 'video'] as const) {
      const given = ben.transformers[kind].receive.written.slice(-20);
      assert.ok(
        given.every(({ length }) => length < 40),
        `the browser gets no ${kind} either`,
      );
    }
    anna.worker.handle({ type: 'frame-key', id: 1, secret: undefined });
    await clock.advance(2500);
    assert.deepEqual(failures(ben).slice(2).sort(), ['audio working', 'video working']);
    assert.ok(hears(ben) && sees(ben));
    await end();
  });

  it('is off for a plain peer, which could not decrypt', async () => {
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator' });
    await anna.ready();
    anna.measureNetwork(600_000);
    setKey(anna, 1, 7);
    anna.worker.handle({ type: 'peer-token' });
    anna.speak(tone);
    anna.film(frameAt);
    await clock.advance(2000);
    const { audio, video } = anna.transformers;
    assert.ok(decodeAll(audio.send.written.slice(-50)) > 28, 'is heard in the clear');
    assert.ok(video.send.written.slice(-1).every((frame) => frame.length > 0));
    const foreign = video.send.written[0] ?? assert.fail();
    video.receive.enter(foreign);
    await clock.advance(10);
    assert.deepEqual(video.receive.written, [foreign]);
    const refused = anna.of('key-event').map(({ state, reason }) => `${state} ${reason ?? ''}`);
    assert.deepEqual(new Set(refused), new Set(['failing foreign-peer']));
    anna.leave();
    anna.worker.handle({ type: 'stop' });
  });
});

function setKey(peer: Peer, id: number, fill: number): void {
  peer.worker.handle({ type: 'frame-key', id, secret: secret(fill) });
}

type KeyEvent = Extract<WorkerMessage, { readonly type: 'key-event' }>;

function failures(peer: Peer): string[] {
  const describeEvent = ({ kind, state, reason }: KeyEvent) => [kind, state, ...(reason ? [reason] : [])].join(' ');
  const events = peer
    .of('key-event')
    .filter(({ flow }) => flow === 'receive')
    .map(describeEvent);
  return [...events.slice(0, 2).sort(), ...events.slice(2)];
}

/** Anna speaks and films, Ben hears and watches. */
async function call() {
  const clock = new VirtualClock();
  const anna = new Peer(clock, { name: 'initiator' });
  const ben = new Peer(clock, { name: 'responder' });
  anna.meet();
  ben.meet();
  await anna.ready();
  await ben.ready();
  for (const kind of ['audio', 'video'] as const) connect(clock, anna, ben, kind);
  connect(clock, ben, anna, 'audio');
  anna.measureNetwork(600_000);
  anna.speak(tone);
  anna.film(frameAt);
  ben.speak(() => 0);
  ben.listen();
  ben.watch();
  const end = async () => {
    for (const peer of [anna, ben]) {
      peer.leave();
      peer.worker.handle({ type: 'stop' });
    }
    await clock.advance(100);
  };
  return { clock, anna, ben, end };
}

function hears(peer: Peer): boolean {
  return medianToneSnr(peer.played.slice(-24_000)) > 28;
}

function sees(peer: Peer): boolean {
  const last = peer.shown.slice(-10);
  return last.length === 10 && last.every(({ data, width, height }) => psnr(data, width, height) > 26);
}

function psnr(data: Uint8Array, width: number, height: number): number {
  if (width !== WIDTH || height !== HEIGHT) return 0;
  const seen = i420Frame(width, height, Uint8Array.from(data));
  return Math.max(...clipFrames.map((original) => lumaPsnr(original, seen)));
}

function concealed(peer: Peer): number {
  return peer
    .of('statistics')
    .slice(-3)
    .reduce((sum, { sample }) => sum + sample.audio.receive.concealedSamples, 0);
}

/** dB of the tone in these packets. */
function decodeAll(packets: readonly Uint8Array[]): number {
  const decoder = OPUS.createDecoder({ sampleRate: 48_000, channels: 1 });
  const samples = new Float32Array(5760);
  const all = packets.flatMap((packet) => Array.from(samples.subarray(0, decoder.decode(packet, samples))));
  decoder.dispose();
  return medianToneSnr(all);
}

function decodesAsTone(packet: Uint8Array): boolean {
  const decoder = OPUS.createDecoder({ sampleRate: 48_000, channels: 1 });
  const samples = new Float32Array(5760);
  try {
    return medianToneSnr(Array.from(samples.subarray(0, decoder.decode(packet, samples)))) > 10;
  } catch (error) {
    return !(error instanceof Error);
  } finally {
    decoder.dispose();
  }
}

function decodesAsVideo(frame: Uint8Array): boolean {
  const decoder = VP8.createDecoder();
  try {
    const image = decoder.decode(frame);
    if (!image) return false;
    const data = new Uint8Array(image.i420Bytes);
    image.copyTo(data);
    return psnr(data, image.width, image.height) > 20;
  } catch (error) {
    return !(error instanceof Error);
  } finally {
    decoder.dispose();
  }
}
