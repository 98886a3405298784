import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { i420Frame, lumaPsnr, talkingHead } from '@xmpp-call/wasm-testing';
import { connect, type LinkOptions, pathOf, Peer } from '../call.testing.js';
import { FakeFrame, VirtualClock } from '../simulation.testing.js';

const WIDTH = 160;
const HEIGHT = 96;
const FRAMES = 30;
const clip = talkingHead({ width: WIDTH, height: HEIGHT, frames: FRAMES });
const pictures = Array.from({ length: FRAMES }, (_, index) => clip.frame(index));
const picture = (index: number) => {
  const phase = index % (2 * FRAMES - 2);
  return pictures[phase < FRAMES ? phase : 2 * FRAMES - 2 - phase] ?? assert.fail();
};

describe('carriers of video', () => {
  beforeEach(() => {
    FakeFrame.open = 0;
  });

  afterEach(() => {
    assert.equal(FakeFrame.open, 0, 'frames left open');
  });

  it('that arrive twice and out of order are shown once and in order', async () => {
    const { clock, anna, ben, end } = await call({ delayMs: 10, jitterMs: 60, duplicated: 0.5 });
    anna.film(picture);
    await clock.advance(3000);
    assert.ok(ben.shown.length > 75 && ben.shown.length <= 91, `${ben.shown.length} pictures`);
    assert.ok(isClear(ben));
    assert.equal(ben.transformers.video.receive.keyFrameRequests, 0);
    await end();
  });

  it('of no bytes pass both ends, and break nothing', async () => {
    const { clock, anna, ben, end } = await call();
    anna.film(picture);
    await clock.advance(1500);
    const sent = anna.transformers.video.send.written.length;
    for (let padding = 0; padding < 10; padding++) anna.transformers.video.send.enter(new Uint8Array());
    await clock.advance(1000);
    const empty = anna.transformers.video.send.written.slice(sent).filter(({ length }) => length === 0);
    assert.equal(empty.length, 10);
    assert.equal(ben.transformers.video.receive.keyFrameRequests, 0);
    assert.ok(isClear(ben));
    await end();
  });

  it('may stop and come again, as when the camera is off and on', async () => {
    const { clock, anna, ben, end } = await call();
    anna.film(picture);
    await clock.advance(1500);
    anna.leave();
    anna.worker.handle({ type: 'capture-ended', kind: 'video' });
    await clock.advance(3000);
    const { length } = ben.shown;
    anna.measureNetwork(600_000);
    anna.film(picture);
    anna.wantKeyFrame();
    await clock.advance(2000);
    assert.ok(ben.shown.length - length > 45, `${ben.shown.length - length} pictures`);
    assert.equal(pathOf(ben, 'video', 'receive'), 'wasm');
    assert.ok(isClear(ben));
    await end();
  });

  it('go on after a machine has slept', async () => {
    const { clock, anna, ben, end } = await call();
    anna.film(picture);
    await clock.advance(1500);
    clock.jump(60_000);
    const { length } = ben.shown;
    await clock.advance(3000);
    assert.ok(ben.shown.length - length > 60, `${ben.shown.length - length} pictures`);
    assert.ok(isClear(ben));
    await end();
  });
});

/** Anna films, Ben watches. */
async function call(link: LinkOptions = {}) {
  const clock = new VirtualClock();
  const anna = new Peer(clock, { name: 'initiator' });
  const ben = new Peer(clock, { name: 'responder' });
  anna.meet();
  ben.meet();
  await anna.ready();
  await ben.ready();
  connect(clock, anna, ben, 'video', link);
  anna.measureNetwork(600_000);
  ben.watch();
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

/** Whether the last pictures are of the clip. */
function isClear({ shown }: Peer): boolean {
  return shown.slice(-10).every(({ data, width, height }) => {
    if (width !== WIDTH || height !== HEIGHT) return false;
    const seen = i420Frame(width, height, Uint8Array.from(data));
    return Math.max(...pictures.map((original) => lumaPsnr(original, seen))) > 26;
  });
}
