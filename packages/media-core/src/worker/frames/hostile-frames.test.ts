import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CodecError, type Opus } from '@xmpp-call/opus';
import type { Vp8 } from '@xmpp-call/vp8';
import { talkingHead } from '@xmpp-call/wasm-testing';
import { announcePadding } from '../../core/audio/opus-padding.js';
import { type FrameTrailer, trailerSize } from '../../core/frames/frame-trailer.js';
import { connect, pathOf, Peer, TOKENS, VP8 } from '../call.testing.js';
import { keyFramePixels, frameOf } from './framing.js';
import { FakeFrame, VirtualClock } from '../simulation.testing.js';
import { tone } from '../audio/tone.testing.js';

const WIDTH = 320;
const HEIGHT = 180;
const clip = talkingHead({ width: WIDTH, height: HEIGHT, frames: 30 });
const pictures = Array.from({ length: 30 }, (_, index) => clip.frame(index));
const picture = (index: number) => pictures[index % 30] ?? assert.fail();

describe('a peer of ours that sends hostile frames', () => {
  beforeEach(() => {
    FakeFrame.open = 0;
  });

  afterEach(() => {
    assert.equal(FakeFrame.open, 0, 'frames left open');
  });

  it('has no picture decoded that is far larger than 1080p, by us or by the browser', async () => {
    const { clock, ben, enter, decoders, end } = await call();
    await clock.advance(1500);
    const decoded: number[] = [];
    decoders.onPicture = (bytes) => decoded.push(bytes);
    const { receive } = ben.transformers.video;
    const [shown, written] = [ben.shown.length, receive.written.length];
    const large = keyFrame();
    large.set([0xff, 0x0f, 0xff, 0x08], 6);
    assert.ok(keyFramePixels(large) > 9_000_000);
    for (let i = 0; i < 30; i++) {
      enter('video', i === 0 ? large : deltaFrame(), { keyFrame: i === 0 });
      await clock.advance(33);
    }
    assert.deepEqual(decoded, []);
    assert.equal(ben.shown.length, shown);
    for (const frame of receive.written.slice(written)) assert.ok(frame.length < 60, 'the browser got a stub');
    assert.ok(receive.keyFrameRequests > 0);
    assert.equal(decisionOf(ben).video.receive.path, 'wasm');
    await end();
  });

  it('has no such picture shown by the browser either, where that is what shows pictures', async () => {
    const { clock, ben, enter, end } = await call();
    ben.worker.handle({ type: 'preference', preference: 'native' });
    await clock.advance(2000);
    const { receive } = ben.transformers.video;
    const written = receive.written.length;
    const large = keyFrame();
    large.set([0xff, 0x0f, 0xff, 0x08], 6);
    enter('video', large, { keyFrame: true });
    enter('video', deltaFrame(), {});
    await clock.advance(10);
    assert.ok(receive.written.slice(written).every((frame) => frame.length < 60));
    enter('video', keyFrame(), { keyFrame: true });
    await clock.advance(10);
    assert.ok((receive.written.at(-1)?.length ?? 0) > 60, 'it goes on at the next key frame');
    await end();
  });

  it('is not mistaken for one that sends frames of another codec', async () => {
    const clock = new VirtualClock();
    const ben = new Peer(clock, { name: 'responder' });
    await ben.ready();
    const frame = Uint8Array.from({ length: 500 }, (_, index) => (index === 0 ? 0 : 255));
    ben.transformers.video.receive.enter(frame);
    await clock.advance(10);
    assert.deepEqual(ben.transformers.video.receive.written, [frame]);
    ben.worker.handle({ type: 'stop' });
    await clock.advance(10);
  });

  it('cannot take the worker’s time from sound by pictures that take 50 ms each', async () => {
    let decoding = 0;
    const { clock, anna, ben, decoders, end } = await call();
    anna.film(picture);
    await clock.advance(1500);
    assert.equal(pathOf(ben, 'video', 'receive'), 'wasm');
    decoders.onPicture = (bytes) => {
      // The browser's stubs are not meant.
      if (bytes < 60) return;
      clock.jump(50);
      decoding += 50;
    };
    await clock.advance(10_000);
    assert.ok(decoding < 6000, `${decoding} of 10,000 ms`);
    const { audio, video } = decisionOf(ben);
    assert.equal(video.receive.reason, 'overloaded');
    assert.deepEqual([audio.send.path, audio.receive.path, video.send.path], ['wasm', 'wasm', 'wasm']);
    await end();
  });

  it('ends by pictures that cannot be decoded what we receive of it, and nothing that we send', async () => {
    const { clock, ben, enter, end } = await call();
    await clock.advance(1500);
    for (let i = 0; i < 20; i++) {
      const broken = keyFrame();
      enter('video', broken.fill(0xff, 10, 300), { keyFrame: true });
      await clock.advance(33);
    }
    const { audio, video } = decisionOf(ben);
    assert.equal(video.receive.path, 'native');
    assert.deepEqual([audio.send.path, audio.receive.path, video.send.path], ['wasm', 'wasm', 'wasm']);
    await end();
  });

  it('ends by packets of sound that are none what we receive of it, and nothing that we send', async () => {
    const { clock, ben, enter, decoders, end } = await call();
    await clock.advance(1500);
    decoders.onSound = () => {
      throw new CodecError('corrupt-packet', 'not of Opus');
    };
    for (let i = 0; i < 20; i++) {
      enter('audio', Uint8Array.of(0xf8, 1, 2, 3, 4), {});
      await clock.advance(20);
    }
    const { audio, video } = decisionOf(ben);
    assert.equal(audio.receive.reason, 'codec-failed');
    assert.deepEqual([audio.send.path, video.send.path, video.receive.path], ['wasm', 'wasm', 'wasm']);
    await end();
  });

  it('plays no copy of another duration than the packet that brings it', async () => {
    const { clock, anna, ben, enter, decoders, end } = await call();
    await clock.advance(1500);
    anna.leave();
    await clock.advance(500);
    const played: number[] = [];
    decoders.onSound = (bytes) => played.push(bytes);
    for (let i = 0; i < 50; i++) {
      // 120 ms of CELT, nothing, and more than a packet can hold.
      const copies = [Uint8Array.of(0xfb, 6), new Uint8Array(), new Uint8Array(5000)];
      const redundancy = copies.map((payload, index) => ({ distance: index + 1, payload }));
      if (i % 2 === 0) enter('audio', Uint8Array.of(0xf8, 0xff, 0xfe), { redundancy });
      else skip('audio');
      await clock.advance(20);
    }
    assert.ok(played.length > 20 && played.every((bytes) => bytes === 3), played.join(', '));
    assert.equal(decisionOf(ben).audio.receive.path, 'wasm');
    await end();
  });
});

/** Numbers of the frames that are put in by hand, after those of the peer. */
const counters = { audio: 0, video: 0 };
const skip = (kind: 'audio' | 'video') => counters[kind]++;
let lastDelta = new Uint8Array();

function keyFrame(): Uint8Array {
  const encoder = VP8.createEncoder({ width: WIDTH, height: HEIGHT, framesPerSecond: 30, bitrate: 500_000 });
  const packet = new Uint8Array(encoder.maxPacketBytes);
  const encode = (index: number) => {
    const { width, height, data } = picture(index);
    return packet.slice(0, encoder.encode({ format: 'I420', width, height, data }, packet));
  };
  const key = encode(0);
  lastDelta = encode(1);
  encoder.dispose();
  return key;
}

const deltaFrame = () => lastDelta;

const decisionOf = (peer: Peer) => peer.of('decisions').at(-1)?.decisions ?? assert.fail();

/** What happens before a decoder gets a packet. */
class Decoders {
  onPicture: (bytes: number) => void = () => undefined;
  onSound: (bytes: number) => void = () => undefined;

  readonly wrap = <Codec extends Opus | Vp8>(codec: Codec): Codec =>
    new Proxy(codec, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const isVideo = 'warmUp' in target;
        return (...parameters: unknown[]) => {
          const result: unknown = Reflect.apply(value, target, parameters);
          return name === 'createDecoder' ? this.#watch(result as object, isVideo) : result;
        };
      },
    });

  #watch(decoder: object, isVideo: boolean): object {
    return new Proxy(decoder, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]) => {
          if (name === 'decode') (isVideo ? this.onPicture : this.onSound)((parameters[0] as Uint8Array).length);
          return Reflect.apply(value, target, parameters) as unknown;
        };
      },
    });
  }
}

async function call() {
  const clock = new VirtualClock();
  const decoders = new Decoders();
  const anna = new Peer(clock, { name: 'initiator' });
  const ben = new Peer(clock, { name: 'responder', wrap: decoders.wrap });
  for (const peer of [anna, ben]) peer.meet();
  for (const peer of [anna, ben]) {
    await peer.ready();
    peer.measureNetwork(600_000);
    peer.speak(tone);
  }
  for (const kind of ['audio', 'video'] as const) connect(clock, anna, ben, kind);
  ben.listen();
  ben.watch();
  ben.film(picture);
  Object.assign(counters, { audio: 5000, video: 1 });
  /** A frame of Anna's, marked as such. */
  const enter = (kind: 'audio' | 'video', payload: Uint8Array, trailer: Partial<FrameTrailer>) => {
    const now = clock.now();
    const head: FrameTrailer = {
      ...{ sequence: counters[kind]++, captureTime: now - 40, sentAt: now - 20, keyFrame: false, wasmCodec: true },
      ...{ discontinuous: false, layer: 0, redundancy: [], ...trailer },
    };
    const announced = kind === 'audio' ? announcePadding(payload, trailerSize(head.redundancy)) : payload;
    ben.transformers[kind].receive.enter(frameOf(announced ?? assert.fail(), head, TOKENS.responder));
  };
  enter('video', keyFrame(), { keyFrame: true });
  const end = async () => {
    for (const peer of [anna, ben]) {
      peer.leave();
      peer.worker.handle({ type: 'stop' });
    }
    await clock.advance(1000);
  };
  return { clock, anna, ben, enter, decoders, end };
}
