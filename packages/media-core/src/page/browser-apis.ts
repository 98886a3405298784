/** Browser interfaces that TypeScript's library does not know yet, as far as they are used here. */

interface TrackProcessor<T> {
  readonly readable: ReadableStream<T>;
}

interface TrackGenerator<T> extends MediaStreamTrack {
  readonly writable: WritableStream<T>;
}

interface ScopeWithTracks {
  readonly MediaStreamTrackProcessor?: new <T extends AudioData | VideoFrame>(init: {
    readonly track: MediaStreamTrack;
  }) => TrackProcessor<T>;
  readonly MediaStreamTrackGenerator?: new <T extends AudioData | VideoFrame>(init: {
    readonly kind: T extends AudioData ? 'audio' : 'video';
  }) => TrackGenerator<T>;
}

const scope = globalThis as ScopeWithTracks;

/** mediacapture-transform, in windows: Chromium only. */
export const MediaStreamTrackProcessor = scope.MediaStreamTrackProcessor;
export const MediaStreamTrackGenerator = scope.MediaStreamTrackGenerator;

declare global {
  /** webrtc-extensions §7.2 */
  interface RTCSetParameterOptions {
    /** One for each encoding. */
    encodingOptions?: { keyFrame: boolean }[];
  }
}

/** Whether the pictures of a track can be had as VideoFrames: not in a Firefox that resists fingerprinting. */
export function hasVideoFrames(): boolean {
  const isCalledBack = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
  return 'VideoFrame' in globalThis && (MediaStreamTrackProcessor !== undefined || isCalledBack);
}

/** GiB (device-memory §3): Chromium only. */
export function deviceMemory(): number | undefined {
  return (navigator as { readonly deviceMemory?: number }).deviceMemory;
}

/** Chromium or Firefox on a desktop: where the media core was compared with the browser's codecs. */
export function isProvenBrowser(): boolean {
  const { userAgent } = navigator;
  const isPhone = /Android|Mobi/u.test(userAgent);
  return !isPhone && (MediaStreamTrackProcessor !== undefined || userAgent.includes('Firefox/'));
}
