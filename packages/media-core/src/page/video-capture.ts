import type { CaptureSettings, PageMessage } from '../messages/media-worker-messages.js';
import { scaleToLimit } from '../core/video/frame-size-limit.js';
import { maxUsefulBitrate } from '../core/video/quality-rungs.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';

type Post = (message: PageMessage, transfer: Transferable[]) => void;

/** Settings until the browser reports those of the track. */
const DEFAULT_SETTINGS = { width: 640, height: 360, frameRate: 30 } as const;

/** Sends the frames of one track to the worker. */
export interface VideoCapture {
  readonly track: MediaStreamTrack;
  /** Call it about every 33 ms in a hidden page. */
  tick(): void;
  settings(): CaptureSettings;
  close(): void;
}

export function captureVideo(track: MediaStreamTrack, post: Post): VideoCapture {
  return MediaStreamTrackProcessor
    ? new ProcessorCapture(track, post, MediaStreamTrackProcessor)
    : new ElementCapture(track, post);
}

/** Bitrate above which the quality of a track does not improve visibly [bits/s]; undefined if its size is unknown. */
export function usefulBitrate(track: MediaStreamTrack): number | undefined {
  const { width, height, frameRate, content } = settingsOf(track, { width: 0, height: 0, frameRate: 30 });
  if (width * height === 0) return undefined;
  return maxUsefulBitrate({ width, height, frameRate, content: content === 'screen' ? 'detail' : 'motion' });
}

/** Divisor of width and height that makes frames small enough for the core of a peer; 1 if their size is unknown. */
export function scaledDownToFit(track: MediaStreamTrack): number {
  const { width, height } = settingsOf(track, DEFAULT_SETTINGS);
  return 1 / scaleToLimit(width, height);
}

class ProcessorCapture implements VideoCapture {
  readonly track: MediaStreamTrack;
  /** A clone, so that it can be stopped if the worker that reads it has crashed. */
  readonly #clone: MediaStreamTrack;

  constructor(track: MediaStreamTrack, post: Post, Processor: NonNullable<typeof MediaStreamTrackProcessor>) {
    this.track = track;
    this.#clone = track.clone();
    const { readable } = new Processor<VideoFrame>({ track: this.#clone });
    post({ type: 'capture-video', frames: readable }, [readable]);
  }

  tick(): void {
    // The processor delivers frames to hidden pages too.
  }

  settings(): CaptureSettings {
    return settingsOf(this.track, DEFAULT_SETTINGS);
  }

  close(): void {
    this.#clone.stop();
  }
}

class ElementCapture implements VideoCapture {
  readonly track: MediaStreamTrack;
  readonly #post: Post;
  readonly #video = document.createElement('video');
  #handle = 0;

  constructor(track: MediaStreamTrack, post: Post) {
    this.track = track;
    this.#post = post;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.autoplay = true;
    this.#video.srcObject = new MediaStream([track]);
    this.#handle = this.#video.requestVideoFrameCallback(this.#onFrame);
  }

  /** Browsers do not call `requestVideoFrameCallback` in a hidden page, although the element still gets frames. */
  tick(): void {
    if (document.hidden) this.#send();
  }

  settings(): CaptureSettings {
    const { videoWidth: width, videoHeight: height } = this.#video;
    return settingsOf(this.track, width > 0 ? { ...DEFAULT_SETTINGS, width, height } : DEFAULT_SETTINGS);
  }

  close(): void {
    this.#video.cancelVideoFrameCallback(this.#handle);
    this.#video.srcObject = null;
  }

  readonly #onFrame = (): void => {
    this.#handle = this.#video.requestVideoFrameCallback(this.#onFrame);
    this.#send();
  };

  #send(): void {
    if (this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || this.track.readyState === 'ended') return;
    let frame;
    try {
      frame = new VideoFrame(this.#video);
    } catch {
      // The element has no frame at the moment.
      return;
    }
    this.#post({ type: 'video-frame', frame }, [frame]);
  }
}

function settingsOf(track: MediaStreamTrack, fallback: Omit<CaptureSettings, 'content'>): CaptureSettings {
  const { width, height, frameRate, displaySurface } = track.getSettings();
  const isScreen = displaySurface !== undefined || ['detail', 'text'].includes(track.contentHint);
  return {
    width: width ?? fallback.width,
    height: height ?? fallback.height,
    frameRate: frameRate ?? fallback.frameRate,
    content: isScreen ? 'screen' : 'camera',
  };
}
