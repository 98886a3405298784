import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { i420Frame, lumaPsnr, talkingHead } from '@xmpp-call/wasm-testing';
import { connect, DELAY_MS, type LinkOptions, pathOf, Peer, VP8 } from '../call.testing.js';
import { isVp8KeyFrame } from '../frames/framing.js';
import { FakeFrame, VirtualClock } from '../simulation.testing.js';

const WIDTH = 320;
const HEIGHT = 180;
const FRAMES = 40;
const clip = talkingHead({ width: WIDTH, height: HEIGHT, frames: FRAMES });
const pictures = Array.from({ length: FRAMES }, (_, index) => clip.frame(index));
/** There and back again, so that it has no cut. */
const picture = (index: number) => {
  const phase = index % (2 * FRAMES - 2);
  return pictures[phase < FRAMES ? phase : 2 * FRAMES - 2 - phase] ?? assert.fail();
};

describe('video between two of our widgets', () => {
  beforeEach(() => {
    FakeFrame.open = 0;
  });

  afterEach(() => {
    assert.equal(FakeFrame.open, 0, 'frames left open');
  });

  it('is seen as it was filmed', async () => {
    const { clock, anna, ben, end } = await call();
    anna.film(picture);
    ben.watch();
    await clock.advance(3000);
    assert.equal(pathOf(anna, 'video', 'send'), 'wasm');
    assert.equal(pathOf(ben, 'video', 'receive'), 'wasm');
    assert.ok(ben.shown.length > 80, `${ben.shown.length} pictures`);
    assert.ok(psnrOf(ben.shown.slice(-20)) > 30, `PSNR ${psnrOf(ben.shown.slice(-20))} dB`);
    assert.equal(ben.transformers.video.receive.keyFrameRequests, 0);
    const { video } = ben.of('statistics').at(-1)?.sample ?? assert.fail();
    assert.equal(video.receive.freezes, 0);
    await end();
  });

  it('leaves frames of no bytes as they are, on both sides, and loses nothing by them', async () => {
    const { clock, anna, ben, end } = await call();
    anna.film(picture);
    ben.watch();
    await clock.advance(1500);
    for (const way of [anna.transformers.video.send, ben.transformers.video.receive]) {
      const passed = way.written.length;
      way.enter(new Uint8Array());
      await clock.advance(5);
      assert.ok(way.written.slice(passed).some(({ length }) => length === 0));
    }
    await clock.advance(1000);
    assert.equal(pathOf(anna, 'video', 'send'), 'wasm');
    assert.equal(pathOf(ben, 'video', 'receive'), 'wasm');
    assert.equal(ben.transformers.video.receive.keyFrameRequests, 0);
    assert.equal((ben.of('statistics').at(-1)?.sample ?? assert.fail()).video.receive.freezes, 0);
    await end();
  });

  it('is put in order where packets overtake each other, without a key frame', async () => {
    const { clock, anna, ben, end } = await call({ jitterMs: 60 });
    anna.film(picture);
    ben.watch();
    await clock.advance(3000);
    assert.ok(ben.shown.length > 75, `${ben.shown.length} pictures`);
    assert.ok(psnrOf(ben.shown.slice(-20)) > 30);
    assert.equal(ben.transformers.video.receive.keyFrameRequests, 0);
    await end();
  });

  it('asks for a key frame when one is lost, and goes on with it', async () => {
    const { clock, anna, ben, end } = await call({ loss: 0.04 });
    anna.film(picture);
    ben.watch();
    await clock.advance(4000);
    assert.ok(ben.transformers.video.receive.keyFrameRequests > 0);
    assert.ok(ben.shown.length > 60, `${ben.shown.length} pictures`);
    assert.ok(worstPsnrOf(ben.shown) > 25, 'no picture is damaged');
    await end();
  });

  it('feeds the browser stubs meanwhile, and lets it take over without a gap when it is to', async () => {
    const { clock, anna, ben, end } = await call();
    anna.film(picture);
    ben.watch();
    await clock.advance(2000);
    const { receive } = ben.transformers.video;
    const stubs = receive.written.slice(-10);
    assert.ok(stubs.every(({ length }) => length < 40));
    const decoder = VP8.createDecoder();
    const from = receive.written.findIndex(({ length }, index) => index > 5 && length < 40);
    const stubbed = receive.written.length;
    for (const stub of receive.written.slice(from)) assert.equal(decoder.decode(stub)?.width, 16);
    const before = ben.shown.length;
    ben.worker.handle({ type: 'preference', preference: 'native' });
    await clock.advance(1000);
    assert.equal(pathOf(ben, 'video', 'receive'), 'native');
    assert.ok(ben.shown.length - before > 8, 'ours went on until the browser’s was there');
    const widths = receive.written.slice(stubbed).map((frame) => decoder.decode(frame)?.width);
    assert.deepEqual(new Set(widths), new Set([16, WIDTH]));
    assert.equal(widths.lastIndexOf(16) + 1, widths.indexOf(WIDTH));
    decoder.dispose();
    await end();
  });

  it('follows key frames, the bitrate and the size that it allows', async () => {
    const { clock, anna, end } = await call({}, 60_000);
    anna.film(picture);
    await clock.advance(2000);
    const { written } = anna.transformers.video.send;
    const before = written.length;
    await clock.advance(2000);
    const bitrate = written.slice(before).reduce((sum, { length }) => sum + length * 4, 0);
    assert.ok(bitrate > 20_000 && bitrate < 70_000, `${bitrate} bit/s`);
    anna.wantKeyFrame();
    await clock.advance(100);
    assert.ok(written.slice(-4).some((frame) => isVp8KeyFrame(frame)));
    await end();
  });
});

describe('video where the browser’s own pictures are whole', () => {
  beforeEach(() => {
    FakeFrame.open = 0;
  });

  afterEach(() => {
    assert.equal(FakeFrame.open, 0, 'frames left open');
  });

  const decisionOf = (peer: Peer) => peer.of('decisions').at(-1)?.decisions.video.send;
  const tone = (index: number) => 0.3 * Math.sin((2 * Math.PI * 450 * index) / 48_000);

  async function callOfWholes() {
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator', videoCarrier: 'full' });
    const ben = new Peer(clock, { name: 'responder', videoCarrier: 'full' });
    const toBen: LinkOptions = {};
    for (const peer of [anna, ben]) {
      peer.meet();
      await peer.ready();
      peer.measureNetwork(undefined);
      peer.speak(tone);
    }
    connect(clock, anna, ben, 'audio', toBen);
    connect(clock, ben, anna, 'audio');
    connect(clock, anna, ben, 'video', toBen);
    anna.film(picture);
    ben.listen();
    ben.watch();
    const end = async () => {
      for (const peer of [anna, ben]) {
        peer.leave();
        peer.worker.handle({ type: 'stop' });
      }
      await clock.advance(1000);
    };
    /** A queue that grows within some ms, stands, and goes. */
    const queue = async (ms: number, standsMs: number) => {
      for (let delay = DELAY_MS; delay < DELAY_MS + ms; delay += 10) {
        toBen.delayMs = delay;
        await clock.advance(15);
      }
      await clock.advance(standsMs);
      toBen.delayMs = DELAY_MS;
    };
    return { clock, anna, ben, queue, end };
  }

  it('is the browser’s, with trailers, as long as the way is calm', async () => {
    const { clock, anna, ben, end } = await callOfWholes();
    await clock.advance(4000);
    assert.equal(decisionOf(anna)?.reason, 'uncongested-path');
    assert.equal(pathOf(anna, 'video', 'send'), 'native');
    assert.equal(pathOf(ben, 'video', 'receive'), 'wasm', 'they are decoded like ours');
    const { send } = anna.of('statistics').at(-1)?.sample.video ?? assert.fail();
    assert.deepEqual([send.path, send.reason], ['native', 'uncongested-path']);
    assert.equal(send.codecMs, undefined, 'nothing is encoded twice');
    await end();
  });

  it('is ours from a queue on, and the browser’s again by a key frame when the way is calm', async () => {
    const { clock, anna, ben, queue, end } = await callOfWholes();
    await clock.advance(3000);
    await queue(150, 100);
    assert.equal(decisionOf(anna)?.path, 'wasm', 'within a quarter of a second');
    await clock.advance(1000);
    assert.equal(pathOf(anna, 'video', 'send'), 'wasm');
    assert.ok(ben.shown.slice(-5).every(({ width }) => width > 64));

    await clock.advance(2000);
    assert.equal(decisionOf(anna)?.path, 'wasm', 'not at once');
    for (let waited = 0; decisionOf(anna)?.path === 'wasm' && waited < 60; waited += 1) await clock.advance(500);
    assert.equal(decisionOf(anna)?.reason, 'uncongested-path');
    assert.equal(pathOf(anna, 'video', 'send'), 'wasm', 'ours go on until the browser has made a key frame');
    assert.ok(anna.of('key-frame-wanted').length > 0);
    const shown = ben.shown.length;
    anna.wantKeyFrame();
    await clock.advance(1000);
    assert.equal(pathOf(anna, 'video', 'send'), 'native');
    assert.ok(ben.shown.length - shown > 25, `${ben.shown.length - shown} pictures`);
    assert.equal(ben.shown.at(-1)?.width, 64);
    await end();
  });

  it('is the browser’s where nobody tells of queues', async () => {
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator', videoCarrier: 'full' });
    await anna.ready();
    anna.measureNetwork(undefined, 40, 0.3);
    anna.film(picture);
    await clock.advance(2000);
    assert.equal(decisionOf(anna)?.reason, 'uncongested-path');
    assert.equal(pathOf(anna, 'video', 'send'), 'native');
    anna.leave();
    anna.worker.handle({ type: 'stop' });
    await clock.advance(10);
  });
});

describe('video of a plain peer, and to one', () => {
  beforeEach(() => {
    FakeFrame.open = 0;
  });

  it('is standard VP8 without a trailer, and passes untouched', async () => {
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator' });
    await anna.ready();
    anna.measureNetwork(600_000);
    anna.film(picture);
    anna.watch();
    await clock.advance(1500);
    const decoder = VP8.createDecoder();
    const { send, receive } = anna.transformers.video;
    assert.equal(pathOf(anna, 'video', 'send'), 'wasm');
    const widths = send.written.map((frame) => decoder.decode(frame)?.width);
    assert.equal(widths.at(-1), WIDTH);
    decoder.dispose();
    const foreign = send.written[0] ?? assert.fail();
    receive.enter(foreign);
    await clock.advance(10);
    assert.deepEqual(receive.written, [foreign]);
    assert.equal(anna.shown.length, 0);
    anna.leave();
    anna.worker.handle({ type: 'stop' });
    await clock.advance(10);
    assert.equal(FakeFrame.open, 0);
  });

  it('changes back to the browser’s by a key frame only', async () => {
    const clock = new VirtualClock();
    const anna = new Peer(clock, { name: 'initiator' });
    await anna.ready();
    anna.measureNetwork(600_000);
    anna.film(picture);
    await clock.advance(1000);
    const { send } = anna.transformers.video;
    anna.worker.handle({ type: 'preference', preference: 'native' });
    await clock.advance(300);
    assert.ok(anna.of('key-frame-wanted').length > 0);
    assert.equal(pathOf(anna, 'video', 'send'), 'wasm', 'still ours: the browser made no key frame yet');
    anna.wantKeyFrame();
    await clock.advance(300);
    assert.equal(pathOf(anna, 'video', 'send'), 'native');
    const decoder = VP8.createDecoder();
    const widths = send.written.map((frame) => decoder.decode(frame)?.width);
    decoder.dispose();
    assert.equal(widths.at(-1), 64);
    anna.leave();
    anna.worker.handle({ type: 'stop' });
    await clock.advance(10);
    assert.equal(FakeFrame.open, 0);
  });
});

async function call(link: LinkOptions = {}, targetBitrate = 600_000) {
  const clock = new VirtualClock();
  const anna = new Peer(clock, { name: 'initiator' });
  const ben = new Peer(clock, { name: 'responder' });
  anna.meet();
  ben.meet();
  await anna.ready();
  await ben.ready();
  connect(clock, anna, ben, 'video', link);
  anna.measureNetwork(targetBitrate);
  ben.measureNetwork(targetBitrate);
  const end = async () => {
    for (const peer of [anna, ben]) {
      peer.leave();
      peer.worker.handle({ type: 'stop' });
    }
    await clock.advance(100);
    assert.equal(clock.pendingTimers, 0);
  };
  return { clock, anna, ben, end };
}

type Shown = Peer['shown'];

/** Mean over the pictures; each is compared with the one of the clip that it is most like. */
function psnrOf(shown: Shown): number {
  return shown.reduce((sum, each) => sum + bestPsnr(each), 0) / shown.length;
}

function worstPsnrOf(shown: Shown): number {
  return Math.min(...shown.map(bestPsnr));
}

function bestPsnr({ width, height, data }: Shown[number]): number {
  assert.deepEqual([width, height], [WIDTH, HEIGHT]);
  const seen = i420Frame(width, height, Uint8Array.from(data));
  return Math.max(...pictures.map((original) => lumaPsnr(original, seen)));
}
