/** The used part of browser interfaces that TypeScript's library does not declare yet. */

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

/** mediacapture-transform in windows: Chromium only. */
export const MediaStreamTrackProcessor = scope.MediaStreamTrackProcessor;
export const MediaStreamTrackGenerator = scope.MediaStreamTrackGenerator;

declare global {
  /** webrtc-extensions §7.2 */
  interface RTCSetParameterOptions {
    /** One entry per encoding. */
    encodingOptions?: { keyFrame: boolean }[];
  }
}

/** Whether the browser gives the frames of a track as VideoFrames. Firefox with resistance to fingerprinting does not. */
export function hasVideoFrames(): boolean {
  const hasFrameCallback = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
  return 'VideoFrame' in globalThis && (MediaStreamTrackProcessor !== undefined || hasFrameCallback);
}

/** Device memory [GiB] (device-memory §3): Chromium only. */
export function deviceMemory(): number | undefined {
  return (navigator as { readonly deviceMemory?: number }).deviceMemory;
}

/** Whether this is Chromium or Firefox on a desktop, where the media core was compared with the browser's codecs. */
export function isProvenBrowser(): boolean {
  const { userAgent } = navigator;
  const isPhone = /Android|Mobi/u.test(userAgent);
  return !isPhone && (MediaStreamTrackProcessor !== undefined || userAgent.includes('Firefox/'));
}
