import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type CoreCapabilities, type MediaFlow, type MediaKind, objection } from './core-choice.js';

const state = fc.constantFrom('loading' as const, 'ready' as const, 'failed' as const);
const ms = fc.option(fc.double({ min: 0, max: 20, noNaN: true }), { nil: undefined });
const capabilities: fc.Arbitrary<CoreCapabilities> = fc.record({
  transforms: fc.boolean(),
  trackGenerator: fc.boolean(),
  videoFrames: fc.boolean(),
  provenBrowser: fc.boolean(),
  wasmSimd: fc.boolean(),
  wasmAllowed: fc.boolean(),
  modules: fc.record({ audio: state, video: state }),
  codecNegotiated: fc.record({ audio: fc.boolean(), video: fc.boolean() }),
  peerSendsTrailers: fc.boolean(),
  warmUp: fc.record({ opusEncode: ms, opusDecode: ms, vp8Encode: ms, vp8Decode: ms }),
  cores: fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
  memory: fc.option(fc.double({ min: 0.25, max: 8, noNaN: true }), { nil: undefined }),
  pageHidden: fc.boolean(),
  audioRunning: fc.boolean(),
});

/** A browser, a page, a call and a device that lack nothing. */
const ABLE: CoreCapabilities = {
  transforms: true,
  trackGenerator: true,
  videoFrames: true,
  provenBrowser: true,
  wasmSimd: true,
  wasmAllowed: true,
  modules: { audio: 'ready', video: 'ready' },
  codecNegotiated: { audio: true, video: true },
  peerSendsTrailers: true,
  warmUp: { opusEncode: 1, opusDecode: 1, vp8Encode: 1, vp8Decode: 1 },
  pageHidden: false,
  audioRunning: true,
};

const kinds = fc.constantFrom<MediaKind>('audio', 'video');
const flows = fc.constantFrom<MediaFlow>('send', 'receive');

describe('objections to WASM', () => {
  it('are none where nothing is lacking', () => {
    fc.assert(fc.property(kinds, flows, (kind, flow) => assert.equal(objection('auto', ABLE, kind, flow), undefined)));
  });

  it('of `wasm` are objections of `auto`, and `native` always objects', () => {
    fc.assert(
      fc.property(capabilities, kinds, flows, (given, kind, flow) => {
        const forced = objection('wasm', given, kind, flow);
        if (forced) assert.equal(objection('auto', given, kind, flow), forced);
        assert.equal(objection('native', given, kind, flow), 'preferred');
      }),
    );
  });

  it('go away when what they name is mended, until none is left', () => {
    fc.assert(
      fc.property(capabilities, kinds, flows, (given, kind, flow) => {
        const seen: string[] = [];
        let mended = given;
        for (
          let reason = objection('auto', mended, kind, flow);
          reason;
          reason = objection('auto', mended, kind, flow)
        ) {
          assert.ok(!seen.includes(reason), reason);
          seen.push(reason);
          mended = mend(mended, reason);
        }
      }),
    );
  });

  it('of one direction do not come from what only the other needs', () => {
    assert.equal(objection('wasm', { ...ABLE, peerSendsTrailers: false }, 'video', 'send'), undefined);
    assert.equal(objection('auto', { ...ABLE, audioRunning: false }, 'video', 'receive'), undefined);
    assert.equal(objection('auto', { ...ABLE, cores: 1 }, 'audio', 'send'), undefined);
    assert.equal(objection('wasm', { ...ABLE, provenBrowser: false }, 'audio', 'send'), undefined);
    const warmUp = { ...ABLE.warmUp, vp8Encode: 99 };
    assert.equal(objection('auto', { ...ABLE, warmUp }, 'video', 'receive'), undefined);
    assert.equal(objection('auto', { ...ABLE, warmUp }, 'video', 'send'), 'too-slow');
  });
});

function mend(given: CoreCapabilities, reason: string): CoreCapabilities {
  const fixes: Readonly<Record<string, Partial<CoreCapabilities>>> = {
    'no-transforms': { transforms: true },
    'no-simd': { wasmSimd: true },
    'no-track-generator': { trackGenerator: true },
    'no-video-frames': { videoFrames: true },
    'forbidden-by-csp': { wasmAllowed: true },
    'module-failed': { modules: ABLE.modules },
    'module-loading': { modules: ABLE.modules },
    'other-codec': { codecNegotiated: ABLE.codecNegotiated },
    'foreign-peer': { peerSendsTrailers: true },
    'context-suspended': { audioRunning: true },
    'unproven-browser': { provenBrowser: true },
    'weak-device': { cores: 4, memory: 4 },
    'not-measured': { warmUp: ABLE.warmUp },
    'too-slow': { warmUp: ABLE.warmUp },
  };
  const fix = fixes[reason];
  assert.ok(fix, `nothing mends ${reason}`);
  return { ...given, ...fix };
}
