import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CoreCapabilities, CoreDecisions, MediaFlow, MediaKind } from './core-choice.js';
import { CoreChooser } from './core-chooser.js';

const FIT: CoreCapabilities = {
  transforms: true,
  trackGenerator: true,
  videoFrames: true,
  provenBrowser: true,
  wasmSimd: true,
  wasmAllowed: true,
  modules: { audio: 'ready', video: 'ready' },
  codecNegotiated: { audio: true, video: true },
  peerSendsTrailers: true,
  warmUp: { opusEncode: 0.2, opusDecode: 0.05, vp8Encode: 2, vp8Decode: 0.5 },
  cores: 8,
  memory: 8,
  pageHidden: false,
  audioRunning: true,
};

/** Paths and reasons in the order audio out, audio in, video out, video in. */
function shown({ audio, video }: CoreDecisions): string {
  return [audio.send, audio.receive, video.send, video.receive]
    .map(({ path, reason }) => `${path}:${reason}`)
    .join(' ');
}

const all = (each: string) => `${each} ${each} ${each} ${each}`;
const first = (preference: 'auto' | 'native' | 'wasm', changes: Partial<CoreCapabilities>) =>
  shown(new CoreChooser(preference, { ...FIT, ...changes }, 0).decisions);

/** Updates each second until `end`; the last decisions. */
function wait(chooser: CoreChooser, from: number, end: number, capabilities = FIT): CoreDecisions {
  for (let now = from; now < end; now += 1000) chooser.update(capabilities, now);
  return chooser.update(capabilities, end);
}

describe('the first choice', () => {
  it('is WASM where everything fits, and native where the embedder wants it', () => {
    assert.equal(first('auto', {}), all('wasm:fit'));
    assert.equal(first('wasm', {}), all('wasm:preferred'));
    assert.equal(first('native', {}), all('native:preferred'));
  });

  it('says what is lacking, whatever is preferred', () => {
    for (const preference of ['auto', 'wasm'] as const) {
      assert.equal(first(preference, { transforms: false, wasmSimd: false }), all('native:no-transforms'));
      assert.equal(first(preference, { wasmAllowed: false }), all('native:forbidden-by-csp'));
      assert.equal(first(preference, { wasmSimd: false }), all('native:no-simd'));
    }
  });

  it('differs by kind and direction', () => {
    const fit = 'wasm:fit';
    assert.equal(first('auto', { trackGenerator: false }), `${fit} ${fit} ${fit} native:no-track-generator`);
    const none = 'native:no-video-frames';
    assert.equal(first('wasm', { videoFrames: false }), `wasm:preferred wasm:preferred ${none} ${none}`);
    const [preferred, foreign] = ['wasm:preferred', 'native:foreign-peer'];
    const plain = { peerSendsTrailers: false };
    assert.equal(first('wasm', plain), `${preferred} ${foreign} ${preferred} ${foreign}`);
    assert.equal(first('auto', plain), `${foreign} ${foreign} ${foreign} ${foreign}`);
    assert.equal(
      first('auto', { codecNegotiated: { audio: true, video: false } }),
      `${fit} ${fit} native:other-codec native:other-codec`,
    );
    assert.equal(
      first('auto', { modules: { audio: 'loading', video: 'failed' } }),
      'native:module-loading native:module-loading native:module-failed native:module-failed',
    );
    assert.equal(
      first('auto', { audioRunning: false }),
      `native:context-suspended native:context-suspended ${fit} ${fit}`,
    );
  });

  it('minds the device by `auto`, not by `wasm`', () => {
    const weak = { cores: 1, warmUp: { opusEncode: 2.5, opusDecode: 0.9 } };
    assert.equal(first('auto', weak), 'native:too-slow wasm:fit native:weak-device native:weak-device');
    assert.equal(first('wasm', weak), all('wasm:preferred'));
    assert.equal(first('auto', { provenBrowser: false }), all('native:unproven-browser'));
    assert.equal(first('wasm', { provenBrowser: false }), all('wasm:preferred'));
    assert.equal(
      first('auto', { warmUp: { ...FIT.warmUp, vp8Encode: undefined } }),
      'wasm:fit wasm:fit native:not-measured wasm:fit',
    );
    assert.equal(first('auto', { memory: 0.5 }).split(' ')[2], 'native:weak-device');
    assert.equal(first('auto', { cores: undefined, memory: undefined }), all('wasm:fit'));
  });
});

describe('trouble', () => {
  it('of the worker takes all to native at once, back after 30 s, and for good the third time', () => {
    const chooser = new CoreChooser('auto', FIT, 0);
    assert.equal(shown(chooser.trouble('worker-crashed', 1000)), all('native:worker-crashed'));
    assert.equal(shown(wait(chooser, 2000, 30_000)), all('native:worker-crashed'));
    assert.equal(shown(wait(chooser, 31_000, 31_000)), all('wasm:fit'));
    chooser.trouble('worker-crashed', 40_000);
    assert.equal(shown(wait(chooser, 41_000, 99_000)), all('native:worker-crashed'));
    assert.equal(shown(wait(chooser, 100_000, 101_000)), all('wasm:fit'));
    chooser.trouble('worker-crashed', 102_000);
    assert.equal(shown(wait(chooser, 103_000, 3_600_000)), all('native:worker-crashed'));
  });

  it('of one codec changes only its direction to native: what a peer sends does not end what is sent to it', () => {
    const chooser = new CoreChooser('auto', FIT, 0);
    assert.equal(
      shown(chooser.trouble('codec-failed', 10, { kind: 'video', flow: 'receive' })),
      'wasm:fit wasm:fit wasm:fit native:codec-failed',
    );
  });

  it('of overload by what a peer sends changes that direction to native, even with the preference `wasm`', () => {
    const chooser = new CoreChooser('wasm', FIT, 0);
    assert.equal(
      shown(chooser.trouble('overloaded', 10, { kind: 'video', flow: 'receive' })),
      'wasm:preferred wasm:preferred wasm:preferred native:overloaded',
    );
  });

  it('of overload changes one direction after the other to native, the most costly first, unless the preference is `wasm`', () => {
    const chooser = new CoreChooser('auto', FIT, 0);
    const native = 'native:overloaded';
    assert.equal(shown(chooser.trouble('overloaded', 0)), `wasm:fit wasm:fit ${native} wasm:fit`);
    assert.equal(shown(chooser.trouble('overloaded', 5000)), `wasm:fit wasm:fit ${native} ${native}`);
    chooser.trouble('overloaded', 6000);
    chooser.trouble('overloaded', 7000);
    assert.equal(shown(chooser.trouble('overloaded', 8000)), all(native));
    const forced = new CoreChooser('wasm', FIT, 0);
    assert.equal(shown(forced.trouble('overloaded', 0)), all('wasm:preferred'));
    assert.equal(shown(forced.trouble('worker-crashed', 0)), all('native:worker-crashed'));
  });

  it('is forgiven after five minutes on WASM', () => {
    const chooser = new CoreChooser('auto', FIT, 0);
    for (const start of [0, 400_000, 800_000]) {
      chooser.trouble('worker-crashed', start);
      assert.equal(shown(wait(chooser, start + 1000, start + 30_000)), all('wasm:fit'));
      wait(chooser, start + 31_000, start + 399_000);
    }
  });

  it('of a suspended context takes audio to native while it lasts, and longer each time', () => {
    const chooser = new CoreChooser('auto', FIT, 0);
    let now = 0;
    const pauses: number[] = [];
    for (let i = 0; i < 5; i++) {
      const suspended = chooser.update({ ...FIT, audioRunning: false }, (now += 1000));
      assert.equal(suspended.audio.send.reason, 'context-suspended');
      assert.equal(suspended.video.send.path, 'wasm');
      const start = now;
      while (chooser.update(FIT, (now += 500)).audio.send.path === 'native') assert.ok(now < start + 60_000);
      pauses.push(now - start);
    }
    assert.deepEqual(pauses, [2500, 4000, 8000, 16_000, 32_000]);
  });
});

describe('changes in mid-call', () => {
  it('to WASM wait until nothing has spoken against it for two seconds', () => {
    const chooser = new CoreChooser('auto', { ...FIT, modules: { audio: 'loading', video: 'ready' } }, 0);
    assert.equal(chooser.update(FIT, 100).audio.send.reason, 'settling');
    assert.equal(chooser.update({ ...FIT, wasmAllowed: false }, 1900).audio.send.path, 'native');
    assert.equal(chooser.update(FIT, 2100).audio.send.reason, 'settling');
    assert.equal(chooser.update(FIT, 4100).audio.send.path, 'wasm');
    assert.equal(chooser.decisions.audio.send.since, 4100);
  });

  it('to WASM wait for nothing when a call is set up that was prepared before', () => {
    const codecNegotiated = { audio: false, video: false };
    const early = { ...FIT, codecNegotiated, peerSendsTrailers: false, audioRunning: false };
    const chooser = new CoreChooser('auto', early, 0);
    assert.equal(shown(chooser.update({ ...FIT, peerSendsTrailers: false }, 10)), all('native:foreign-peer'));
    assert.equal(chooser.update({ ...FIT, audioRunning: false }, 20).audio.send.reason, 'context-suspended');
    assert.equal(shown(chooser.update(FIT, 30)), all('wasm:fit'));
    chooser.update({ ...FIT, peerSendsTrailers: false }, 40);
    assert.equal(shown(chooser.update(FIT, 50)), all('native:settling'));
  });

  it('to WASM wait for the page to be seen, but being hidden changes nothing', () => {
    const hidden = { ...FIT, pageHidden: true };
    const chooser = new CoreChooser('auto', FIT, 0);
    assert.equal(shown(wait(chooser, 1000, 20_000, hidden)), all('wasm:fit'));
    chooser.trouble('worker-crashed', 20_000);
    assert.equal(shown(wait(chooser, 21_000, 80_000, hidden)), all('native:page-hidden'));
    assert.equal(shown(wait(chooser, 81_000, 81_000)), all('wasm:fit'));
  });

  it('of the preference count at once, and pardon', () => {
    const chooser = new CoreChooser('auto', FIT, 0);
    for (let i = 0; i < 3; i++) chooser.trouble('worker-crashed', i);
    assert.equal(shown(chooser.setPreference('native', 10)), all('native:preferred'));
    chooser.setPreference('wasm', 20);
    assert.equal(shown(wait(chooser, 1000, 3000)), all('wasm:preferred'));
  });

  it('never flap: at most one step to WASM in two seconds, whatever happens', () => {
    const step = fc.record({
      gap: fc.integer({ min: 50, max: 3000 }),
      running: fc.boolean(),
      allowed: fc.boolean(),
      hidden: fc.boolean(),
      trouble: fc.option(fc.constantFrom('worker-crashed' as const, 'overloaded' as const), {
        nil: undefined,
        freq: 6,
      }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const chooser = new CoreChooser('auto', FIT, 0);
        const directions = (['audio', 'video'] as const).flatMap((kind) =>
          (['send', 'receive'] as const).map((flow): [MediaKind, MediaFlow] => [kind, flow]),
        );
        const before = new Map(directions.map((direction) => [direction, { wasm: true, left: -Infinity }]));
        let now = 0;
        for (const { gap, running, allowed, hidden, trouble } of steps) {
          now += gap;
          chooser.update({ ...FIT, audioRunning: running, wasmAllowed: allowed, pageHidden: hidden }, now);
          if (trouble === 'overloaded') chooser.trouble(trouble, now);
          else if (trouble) chooser.trouble(trouble, now);
          for (const direction of directions) {
            const state = before.get(direction);
            assert.ok(state);
            const wasm = chooser.decisions[direction[0]][direction[1]].path === 'wasm';
            if (wasm) assert.ok(allowed && (running || direction[0] === 'video'));
            if (wasm && !state.wasm) assert.ok(now - state.left >= 2000 && !hidden);
            if (!wasm && state.wasm) state.left = now;
            state.wasm = wasm;
          }
        }
      }),
    );
  });
});
