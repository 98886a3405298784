import type { Log, MediaCorePreference } from './api.js';
import { codecsBuilt } from './codecs-built.js';

/** A module of one function with one SIMD instruction: `i32.const 0, i8x16.splat, drop`. */
const SIMD_MODULE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[10, 9, 1, 7, 0, 0x41, 0, 0xfd, 15, 0x1a, 0x0b],
);

/** The format parameter of Opus by which a peer with the media core marks its descriptions. */
const TOKEN = /^a=fmtp:.*[ ;]xmpp-call-core=/m;

const PREFERENCES: readonly unknown[] = ['native', 'auto', 'wasm'] satisfies MediaCorePreference[];

/** `auto` by default; `native`, with a warning, for what is no preference. */
export function knownPreference(preference: MediaCorePreference | undefined, log: Log): MediaCorePreference {
  if (preference === undefined) return 'auto';
  if (PREFERENCES.includes(preference)) return preference;
  const names = PREFERENCES.join(', ');
  log('warn', `mediaCore is none of ${names}: the browser's codecs are used`, { mediaCore: preference });
  return 'native';
}

/** Whether this page may use the media core and this browser has what it needs; peers are told so. */
export function canUseMediaCore(preference: MediaCorePreference): boolean {
  return (
    codecsBuilt &&
    preference !== 'native' &&
    'RTCRtpScriptTransform' in globalThis &&
    typeof WebAssembly === 'object' &&
    WebAssembly.validate(SIMD_MODULE)
  );
}

/** Whether a peer's description says that the peer has the media core in this call. */
export function hasMediaCoreToken(sdp: string): boolean {
  return TOKEN.test(sdp);
}
