import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canUseMediaCore, hasMediaCoreToken, knownPreference } from './media-core-support.js';

describe('the preference for the media core', () => {
  it('is auto by default, and native with a warning for what is none', () => {
    const log: string[] = [];
    const note = (level: string, message: string) => log.push(`${level}: ${message}`);
    assert.equal(knownPreference(undefined, note), 'auto');
    for (const preference of ['native', 'auto', 'wasm'] as const)
      assert.equal(knownPreference(preference, note), preference);
    assert.deepEqual(log, []);
    assert.equal(knownPreference('opus' as 'wasm', note), 'native');
    assert.match(log.join(), /^warn: mediaCore is none of native, auto, wasm/);
  });

  it('is not announced without encoded transforms, or against the wish of the page', () => {
    assert.equal(canUseMediaCore('auto'), false);
    Object.assign(globalThis, { RTCRtpScriptTransform: () => undefined });
    try {
      assert.equal(canUseMediaCore('auto'), true);
      assert.equal(canUseMediaCore('wasm'), true);
      assert.equal(canUseMediaCore('native'), false);
    } finally {
      Reflect.deleteProperty(globalThis, 'RTCRtpScriptTransform');
    }
  });
});

describe('the token of the media core', () => {
  it('is found where it is a parameter of Opus', () => {
    const token = 'xmpp-call-core=1.0011223344556677';
    assert.equal(hasMediaCoreToken(`v=0\r\na=fmtp:111 minptime=10;${token}\r\n`), true);
    assert.equal(hasMediaCoreToken(`v=0\r\na=fmtp:111 ${token}\r\n`), true);
    assert.equal(hasMediaCoreToken(`v=0\r\ns=${token}\r\na=fmtp:111 minptime=10\r\n`), false);
  });
});
