import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CallState, CallStatistics } from '../api.js';
import { FakeClock } from '../fake-clock.testing.js';
import { CallQuality } from './call-quality.js';
import { PACKETS, statistics } from './quality.testing.js';

type Seconds = (second: number) => CallStatistics;

/** Takes the seconds from `from` to `to`, and gives what events said, as "level cause". */
function judge(quality: CallQuality, from: number, to: number, at: Seconds): string[] {
  const said: string[] = [];
  const listen = () => said.push([quality.level, quality.cause].filter(Boolean).join(' '));
  quality.addEventListener('quality-change', listen);
  for (let second = from; second <= to; second++) quality.take(at(second));
  quality.removeEventListener('quality-change', listen);
  return said;
}

const judged = (at: Seconds) => judge(new CallQuality(new FakeCall()), 0, 12, at);

class FakeCall {
  state: CallState = 'active';
  asked = 0;
  at: Seconds = (second) => statistics(second);

  getStatistics(): Promise<CallStatistics> {
    return Promise.resolve(this.at(this.asked++));
  }
}

/** So many packets lost of each second's. */
const lost = (second: number, perSecond: number) => ({ packetsLost: second * perSecond });

describe('CallQuality', () => {
  it('is good where nothing is lost or late', () => {
    assert.deepEqual(
      judged((second) => statistics(second)),
      ['good'],
    );
  });

  it('copes with a browser that tells next to nothing', () => {
    const bare = (second: number): CallStatistics => ({
      ...statistics(second, {}),
      roundTripTimeMs: undefined,
      streams: [],
    });
    assert.deepEqual(judged(bare), ['good']);
  });

  it('names the own network where the peer reports loss of what is sent', () => {
    assert.deepEqual(
      judged((second) => statistics(second, { 'audio-send': { lossFraction: 0.08 } })),
      ['good', 'weak own-network'],
    );
    assert.deepEqual(
      judged((second) => statistics(second, { 'audio-send': lost(second, 20) })),
      ['good', 'bad own-network'],
    );
  });

  it('forgets what was reported of a stream that pauses', () => {
    const paused = (second: number) => statistics(second, { 'video-send': { packets: 10, lossFraction: 0.5 } });
    assert.deepEqual(judged(paused), ['good']);
  });

  it("names the peer's network where only what is received is lost or late", () => {
    const lossy = (second: number) =>
      statistics(second, { 'audio-receive': { packets: second * 47, packetsLost: second * 3 } });
    assert.deepEqual(judged(lossy), ['good', 'weak peer-network']);
    const late = (second: number) => statistics(second, { 'audio-receive': { jitterBufferMs: 300 } });
    assert.deepEqual(judged(late), ['good', 'weak peer-network']);
  });

  it('takes jitter for the buffer where the browser does not tell how long that is', () => {
    assert.deepEqual(
      judged((second) => statistics(second, { 'audio-receive': { jitterMs: 120 } })),
      ['good', 'weak peer-network'],
    );
  });

  it('blames a long round trip on the own network only where both figures agree', () => {
    const both = { roundTripTimeMs: 900, reportedRoundTripMs: 900 };
    assert.deepEqual(
      judged((second) => statistics(second, both)),
      ['good', 'bad own-network'],
    );
    assert.deepEqual(
      judged((second) => statistics(second, { roundTripTimeMs: 900 })),
      ['good', 'bad unknown'],
    );
  });

  it('names the device: an encoder that is held down, a codec without time, frames that are not shown', () => {
    const held = (second: number) => statistics(second, { 'video-send': { limitedBy: 'cpu' } });
    const busy = (second: number) => statistics(second, { 'video-send': { codecTimeMs: second * 990 } });
    const dropping = (second: number) => statistics(second, { 'video-receive': { framesDropped: second * 10 } });
    assert.deepEqual(judged(held), ['good', 'weak device']);
    assert.deepEqual(judged(busy), ['good', 'bad device']);
    assert.deepEqual(judged(dropping), ['good', 'weak device']);
  });

  it('sees pictures that stand still while packets arrive, and repeated short freezes', () => {
    const stalled = (second: number) =>
      statistics(second, { 'video-receive': { frames: 7, packets: second * 45, packetsLost: second * 5 } });
    assert.deepEqual(judged(stalled), ['good', 'bad peer-network']);
    const every2s = (second: number) =>
      statistics(second, { 'video-receive': { frozenMs: Math.floor(second / 2) * 200 } });
    assert.deepEqual(judged(every2s), ['good', 'weak unknown']);
  });

  it('does not take a camera that is off for a picture that stands still', () => {
    assert.deepEqual(
      judged((second) => statistics(second, { 'video-receive': { frames: 7, packets: 7 } })),
      ['good'],
    );
  });

  it('names the own network where the bitrate is too small for what is sent', () => {
    const narrow = (second: number) =>
      statistics(second, { availableBitrate: 90_000, 'video-send': { limitedBy: 'bandwidth' } });
    assert.deepEqual(judged(narrow), ['good', 'weak own-network']);
  });

  it('does not flicker: falls after 3 s that are worse, rises after 5 s that are better', () => {
    const quality = new CallQuality(new FakeCall());
    const spoilt =
      (from: number, to: number): Seconds =>
      (second) =>
        statistics(second, { 'audio-send': { lossFraction: second >= from && second <= to ? 0.08 : 0 } });
    const at = spoilt(4, 5);
    assert.deepEqual(judge(quality, 0, 12, at), ['good']);
    assert.deepEqual(judge(quality, 13, 15, spoilt(14, 40)), []);
    assert.deepEqual(judge(quality, 16, 16, spoilt(14, 40)), ['weak own-network']);
    assert.deepEqual(judge(quality, 17, 20, spoilt(14, 16)), []);
    assert.deepEqual(judge(quality, 21, 21, spoilt(14, 16)), ['good']);
  });

  it('changes the cause while the level stays', () => {
    const quality = new CallQuality(new FakeCall());
    const at: Seconds = (second) =>
      second < 8
        ? statistics(second, { 'audio-send': { lossFraction: 0.08 } })
        : statistics(second, { 'audio-receive': { packets: second * PACKETS, packetsLost: (second - 7) * 4 } });
    assert.deepEqual(judge(quality, 0, 16, at), ['good', 'weak own-network', 'weak peer-network']);
  });

  it('has no timer before the start and after the stop, and one while it samples', async () => {
    const clock = new FakeClock();
    const call = new FakeCall();
    const quality = new CallQuality(call, { clock });
    assert.equal(clock.pending, 0);
    quality.start();
    quality.start();
    await settled();
    assert.deepEqual([call.asked, clock.pending], [1, 1]);
    clock.pass(1000);
    await settled();
    assert.deepEqual([call.asked, quality.level], [2, 'good']);
    quality.stop();
    assert.equal(clock.pending, 0);
  });

  it('stops by itself at the end of the call, and goes on over a sample that fails', async () => {
    const clock = new FakeClock();
    const call = new FakeCall();
    call.at = () => {
      throw new Error('no media session');
    };
    const quality = new CallQuality(
      {
        get state() {
          return call.state;
        },
        getStatistics: async () => call.getStatistics(),
      },
      { clock },
    );
    quality.start();
    await settled();
    assert.equal(clock.pending, 1);
    call.state = 'ended';
    clock.pass(1000);
    await settled();
    assert.equal(clock.pending, 0);
  });

  for (const absurd of [Number.NaN, Number.POSITIVE_INFINITY, -1, Number.MAX_VALUE]) {
    it(`goes on after figures that cannot be, and is good when the figures are: ${String(absurd)}`, () => {
      const quality = new CallQuality(new FakeCall());
      const stream = {
        ...{ packets: absurd, packetsLost: absurd, lossFraction: absurd, jitterMs: absurd, jitterBufferMs: absurd },
        ...{ codecTimeMs: absurd, frames: absurd, framesDropped: absurd, frozenMs: absurd, bitrate: absurd },
      };
      judge(quality, 0, 12, (second) =>
        statistics(second, {
          ...{ roundTripTimeMs: absurd, reportedRoundTripMs: absurd, availableBitrate: absurd },
          ...{ 'audio-send': stream, 'audio-receive': stream, 'video-send': stream, 'video-receive': stream },
        }),
      );
      assert.ok(quality.level);
      judge(quality, 13, 40, (second) => statistics(second));
      assert.equal(quality.level, 'good');
    });
  }

  it('goes on when the clock of the system is set back by an hour', () => {
    const quality = new CallQuality(new FakeCall());
    judge(quality, 4000, 4010, (second) => statistics(second));
    const at: Seconds = (second) => statistics(second, { 'audio-send': { lossFraction: 0.08 } });
    assert.deepEqual(judge(quality, 400, 412, at), ['weak own-network']);
  });

  it('passes over a sample that is none, as of a client of another version', async () => {
    const clock = new FakeClock();
    const call = new FakeCall();
    const quality = new CallQuality(call, { clock });
    const samples: readonly unknown[] = [{}, { timestamp: 'now', streams: [] }, { timestamp: 5000 }, undefined, null];
    call.at = (second) => (second < samples.length ? samples[second] : statistics(second)) as CallStatistics;
    quality.start();
    await settled();
    for (let second = 0; second < 8; second++) {
      assert.equal(clock.pending, 1);
      clock.pass(1000);
      await settled();
    }
    assert.equal(quality.level, 'good');
    quality.stop();
  });

  it('starts over after a stop: what passed meanwhile is not judged', async () => {
    const clock = new FakeClock();
    const call = new FakeCall();
    const quality = new CallQuality(call, { clock });
    quality.start();
    await settled();
    clock.pass(1000);
    await settled();
    quality.stop();
    quality.start();
    await settled();
    assert.equal(quality.level, undefined);
    quality.stop();
  });
});

/** Lets what is due now run: promises, no time. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
