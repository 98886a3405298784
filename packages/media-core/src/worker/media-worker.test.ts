import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodecError, type Opus } from '@xmpp-call/opus';
import type { Vp8 } from '@xmpp-call/vp8';
import type { WorkerMessage } from '../messages/media-worker-messages.js';
import { AUDIO_CARRIER, connect, OPUS, pathOf, Peer, VP8 } from './call.testing.js';
import { MediaWorker } from './media-worker.js';
import { FakeFrame, FakeTransformer, settle, VirtualClock } from './simulation.testing.js';

const tone = (index: number) => 0.3 * Math.sin((2 * Math.PI * 450 * index) / 48_000);
const grey = { width: 64, height: 48, data: new Uint8Array((64 * 48 * 3) / 2).fill(100) };

/** Counts open encoders and decoders, and lets encoders fail. */
class Coders {
  readonly open = new Set<object>();
  crashes = 0;
  /** Called for each encoded or decoded frame. */
  onWork: () => void = () => undefined;

  readonly wrap = <Codec extends Opus | Vp8>(codec: Codec): Codec =>
    new Proxy(codec, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const isMaker = name === 'createEncoder' || name === 'createDecoder';
        return (...parameters: unknown[]) => {
          const result: unknown = Reflect.apply(value, target, parameters);
          return isMaker ? this.#watch(result as object) : result;
        };
      },
    });

  #watch(coder: object): object {
    this.open.add(coder);
    return new Proxy(coder, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]) => {
          if (name === 'encode' || name === 'decode') this.onWork();
          if (name === 'dispose') this.open.delete(coder);
          if ((name === 'encode' || name === 'encodeVideoFrame') && this.crashes > 0) {
            this.crashes--;
            throw new CodecError('crashed', 'a trap');
          }
          return Reflect.apply(value, target, parameters) as unknown;
        };
      },
    });
  }
}

describe('media worker', () => {
  it('passes frames unchanged before start and after stop', async () => {
    const clock = new VirtualClock();
    const loaders = {
      fetch: () => Promise.reject(new Error('not wanted')),
      opus: () => Promise.reject(new Error('not asked for')),
      vp8: () => Promise.reject(new Error('nor that')),
    };
    const worker = new MediaWorker({ clock, loaders, createFrame: FakeFrame.create, post: () => undefined });
    const transformer = new FakeTransformer();
    worker.transform(transformer, { kind: 'video', flow: 'send' });
    transformer.enter(Uint8Array.of(1, 2, 3));
    await settle();
    assert.deepEqual(transformer.written, [Uint8Array.of(1, 2, 3)]);
    worker.handle({ type: 'video-frame', frame: FakeFrame.create(grey.data, initOf()) });
    worker.handle({ type: 'stop' });
    transformer.enter(Uint8Array.of(4));
    await settle();
    assert.deepEqual(transformer.written.at(-1), Uint8Array.of(4));
  });

  it('closes everything when it is stopped', async () => {
    FakeFrame.open = 0;
    const coders = new Coders();
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator', wrap: coders.wrap });
    const ben = new Peer(clock, { name: 'responder', wrap: coders.wrap });
    anna.meet();
    ben.meet();
    await anna.ready();
    await ben.ready();
    for (const kind of ['audio', 'video'] as const) connect(clock, anna, ben, kind);
    for (const peer of [anna, ben]) {
      peer.measureNetwork(500_000);
      peer.speak(tone);
      peer.film(() => grey);
      peer.listen();
      peer.watch();
    }
    await clock.advance(1000);
    assert.ok(coders.open.size >= 4, `${coders.open.size} coders at work`);
    for (const peer of [anna, ben]) {
      peer.leave();
      peer.worker.handle({ type: 'stop' });
    }
    await clock.advance(100);
    assert.deepEqual([...coders.open], [], 'coders');
    assert.equal(FakeFrame.open, 0, 'frames');
    assert.equal(clock.pendingTimers, 0, 'timers');
    assert.ok(
      [...anna.ports, ...ben.ports].every(({ closed }) => closed),
      'ports',
    );
    assert.equal(anna.of('stopped').length, 1);
  });

  it('replaces a codec instance that crashed once, and changes to native after the second crash', async () => {
    const coders = new Coders();
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator', wrap: coders.wrap });
    await anna.ready();
    anna.speak(tone);
    await clock.advance(1000);
    assert.equal(pathOf(anna, 'audio', 'send'), 'wasm');
    coders.crashes = 1;
    await clock.advance(500);
    assert.equal(pathOf(anna, 'audio', 'send'), 'wasm');
    coders.crashes = 1;
    await clock.advance(500);
    assert.equal(pathOf(anna, 'audio', 'send'), 'native');
    assert.equal(anna.of('decisions').at(-1)?.decisions.audio.send.reason, 'codec-failed');
    assert.deepEqual(anna.of('codec-failed'), [{ type: 'codec-failed', kind: 'audio' }]);
    assert.ok(anna.transformers.audio.send.written.length >= 98, 'frames were sent meanwhile');
    anna.leave();
    await clock.advance(33_000);
    anna.speak(tone);
    await clock.advance(1000);
    assert.equal(pathOf(anna, 'audio', 'send'), 'wasm', 'tried again later');
    anna.leave();
    anna.worker.handle({ type: 'stop' });
  });

  it('reports why there are no codecs, and passes frames unchanged', async () => {
    const clock = new VirtualClock();
    const anna = new Peer(clock, {
      name: 'initiator',
      wrap: () => {
        throw new Error('404');
      },
    });
    await anna.ready();
    assert.deepEqual(anna.of('unavailable'), [{ type: 'unavailable', reason: 'module-failed' }]);
    anna.transformers.audio.send.enter(AUDIO_CARRIER);
    await settle();
    assert.deepEqual(anna.transformers.audio.send.written, [AUDIO_CARRIER]);
    anna.worker.handle({ type: 'stop' });
  });

  it('does not use codecs by `auto` whose measured time is 0', async () => {
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator', preference: 'auto' });
    anna.meet();
    await anna.ready();
    const { audio, video } = anna.of('decisions').at(-1)?.decisions ?? assert.fail();
    assert.deepEqual([audio.send.reason, video.send.reason], ['not-measured', 'not-measured']);
    anna.worker.handle({ type: 'stop' });
  });

  it('measures slow codecs again, and uses them when the load has ended', async () => {
    const clock = new VirtualClock();
    const coders = new Coders();
    let frameMs = 60;
    coders.onWork = () => {
      clock.jump(frameMs);
    };
    const anna = new Peer(clock, { name: 'initiator', preference: 'auto', wrap: coders.wrap });
    anna.meet();
    await anna.ready();
    const reasonOf = (kind: 'audio' | 'video') => anna.of('decisions').at(-1)?.decisions[kind].send.reason;
    assert.deepEqual([reasonOf('audio'), reasonOf('video')], ['too-slow', 'too-slow']);
    frameMs = 0.1;
    await clock.advance(15_000);
    assert.equal(anna.of('measured').length, 0);
    await clock.advance(19_000);
    assert.equal(anna.of('measured').length, 1);
    assert.deepEqual([reasonOf('audio'), reasonOf('video')], ['fit', 'fit']);
    await clock.advance(600_000);
    assert.equal(anna.of('measured').length, 1);
    anna.worker.handle({ type: 'stop' });
  });

  it('sends its own frames again when codecs are no longer too slow', async () => {
    const clock = new VirtualClock();
    const coders = new Coders();
    let frameMs = 60;
    coders.onWork = () => {
      clock.jump(frameMs);
    };
    const anna = new Peer(clock, { name: 'initiator', preference: 'auto', wrap: coders.wrap });
    anna.meet();
    await anna.ready();
    anna.speak(tone);
    anna.measureNetwork(500_000);
    anna.film(() => grey);
    await clock.advance(1000);
    assert.deepEqual([pathOf(anna, 'audio', 'send'), pathOf(anna, 'video', 'send')], ['native', 'native']);
    frameMs = 0.1;
    await clock.advance(34_000);
    assert.deepEqual([pathOf(anna, 'audio', 'send'), pathOf(anna, 'video', 'send')], ['wasm', 'wasm']);
    const { written } = anna.transformers.audio.send;
    const count = written.length;
    await clock.advance(1000);
    const sent = written.slice(count);
    assert.ok(sent.length >= 45, `${sent.length} frames`);
    assert.ok(
      sent.every((frame) => frame.length > AUDIO_CARRIER.length),
      'no frame of the browser',
    );
    anna.leave();
    anna.worker.handle({ type: 'stop' });
  });

  it('measures at most 5 times in 10 minutes while codecs stay too slow', async () => {
    const clock = new VirtualClock();
    const coders = new Coders();
    coders.onWork = () => {
      clock.jump(60);
    };
    const anna = new Peer(clock, { name: 'initiator', preference: 'auto', wrap: coders.wrap });
    anna.meet();
    await anna.ready();
    await clock.advance(600_000);
    assert.ok(anna.of('measured').length <= 5, String(anna.of('measured').length));
    anna.worker.handle({ type: 'stop' });
  });

  it('does not repeat the measurements of an earlier call', async () => {
    const clock = new VirtualClock();
    const warmUp = { opusEncode: 1, opusDecode: 0.5, vp8Encode: 99, vp8Decode: 1 };
    const coders = new Coders();
    let worked = 0;
    coders.onWork = () => {
      worked += 1;
    };
    const anna = new Peer(clock, { name: 'initiator', preference: 'auto', wrap: coders.wrap, warmUp });
    anna.meet();
    await anna.ready();
    assert.equal(worked, 0);
    const { audio, video } = anna.of('decisions').at(-1)?.decisions ?? assert.fail();
    assert.deepEqual([audio.send.reason, video.send.reason], ['fit', 'too-slow']);
    anna.worker.handle({ type: 'stop' });
  });

  it('requests a key frame from the peer when the page wants one', async () => {
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator' });
    await anna.ready();
    const asked = anna.transformers.video.receive.keyFrameRequests;
    anna.worker.handle({ type: 'want-key-frame' });
    assert.equal(anna.transformers.video.receive.keyFrameRequests, asked + 1);
    anna.worker.handle({ type: 'stop' });
  });

  it('reports no-video-frames where the browser has no VideoFrame', async () => {
    const clock = new VirtualClock();
    const messages: WorkerMessage[] = [];
    const loaders = {
      fetch: () => Promise.resolve(new ArrayBuffer(0)),
      opus: () => Promise.resolve(OPUS),
      vp8: () => Promise.resolve(VP8),
    };
    const post = (message: WorkerMessage) => void messages.push(message);
    const worker = new MediaWorker({ clock, loaders, createFrame: undefined, post });
    const capabilities = {
      ...{ transforms: true, trackGenerator: true, videoFrames: true, provenBrowser: true, pageHidden: false },
      ...{ codecNegotiated: { audio: true, video: true }, audioRunning: true },
    };
    worker.handle({
      ...{ type: 'start', opusUrl: 'https://cdn.example/opus', vp8Url: 'https://cdn.example/vp8', preference: 'wasm' },
      ...{ capabilities, token: new Uint8Array(8), generation: 0, role: 'initiator', videoCarrier: 'scaled' },
    });
    worker.handle({ type: 'peer-token', token: new Uint8Array(8).fill(1) });
    for (let waited = 0; waited < 100 && !messages.some(({ type }) => type === 'ready'); waited++)
      await clock.advance(20);
    const last = messages.filter((message) => message.type === 'decisions').at(-1)?.decisions ?? assert.fail();
    assert.equal(last.audio.send.path, 'wasm');
    assert.deepEqual([last.video.send.reason, last.video.receive.reason], ['no-video-frames', 'no-video-frames']);
    worker.handle({ type: 'stop' });
  });

  it('changes to native by `auto` when the encoder is overloaded', async () => {
    const clock = new VirtualClock();
    const coders = new Coders();
    // A time of 0 counts as not measured.
    coders.onWork = () => {
      clock.jump(0.1);
    };
    const anna = new Peer(clock, { name: 'initiator', preference: 'auto', wrap: coders.wrap });
    anna.meet();
    await anna.ready();
    anna.measureNetwork(500_000);
    anna.film(() => grey);
    await clock.advance(500);
    assert.equal(pathOf(anna, 'video', 'send'), 'wasm');
    anna.encodeMs = 200;
    await clock.advance(6000);
    assert.equal(anna.of('decisions').at(-1)?.decisions.video.send.reason, 'overloaded');
    anna.leave();
    anna.worker.handle({ type: 'stop' });
  });
});

describe('frame encryption', () => {
  const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);

  it('works between peers with the same key', async () => {
    const { clock, anna, ben } = await keyedCall(SECRET, SECRET);
    await run(clock, 1000);
    assert.equal(pathOf(ben, 'audio', 'receive'), 'wasm');
    assert.ok(ben.played.some((sample) => Math.abs(sample) > 0.2));
    assert.equal(ben.of('key-event').length, 0);
    anna.leave();
    ben.leave();
  });

  it('gives silence and an event with a wrong key', async () => {
    const { clock, anna, ben } = await keyedCall(SECRET, SECRET.slice().reverse());
    await run(clock, 1000);
    assert.ok(ben.played.every((sample) => sample === 0));
    assert.ok(ben.transformers.audio.receive.written.every((frame) => frame.length === 3));
    assert.deepEqual(ben.of('key-event'), [
      { type: 'key-event', kind: 'audio', flow: 'receive', state: 'failing', reason: 'not-authentic' },
    ]);
    anna.leave();
    ben.leave();
  });

  async function keyedCall(annas: Uint8Array, bens: Uint8Array) {
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator' });
    const ben = new Peer(clock, { name: 'responder' });
    anna.meet();
    ben.meet();
    await anna.ready();
    await ben.ready();
    anna.worker.handle({ type: 'frame-key', id: 1, secret: annas });
    ben.worker.handle({ type: 'frame-key', id: 1, secret: bens });
    await rest();
    connect(clock, anna, ben, 'audio');
    anna.speak(tone);
    ben.listen();
    return { clock, anna, ben };
  }

  /** Web Cryptography runs outside the event loop, so frames need real time too. */
  async function run(clock: VirtualClock, ms: number): Promise<void> {
    for (let ran = 0; ran < ms; ran += 10) {
      await clock.advance(10);
      await rest();
    }
  }

  async function rest(): Promise<void> {
    // Operations finish in order, so earlier ones have finished when this one has.
    for (let i = 0; i < 3; i++) await crypto.subtle.digest('SHA-256', SECRET);
    await settle();
  }
});

function initOf(): VideoFrameBufferInit {
  return { format: 'I420', codedWidth: grey.width, codedHeight: grey.height, timestamp: 0 };
}
