import type { CaptureSettings, PageMessage } from '../messages/media-worker-messages.js';
import { scaleToLimit } from '../core/video/frame-size-limit.js';
import { maxUsefulBitrate } from '../core/video/quality-rungs.js';
import { MediaStreamTrackProcessor } from './browser-apis.js';

type Post = (message: PageMessage, transfer: Transferable[]) => void;

/** Used until the browser says how it captures. */
const UNKNOWN = { width: 640, height: 360, frameRate: 30 } as const;

/** Pictures of one track on their way to the worker. */
export interface VideoCapture {
  readonly track: MediaStreamTrack;
  /** Time for a picture, about each 33 ms, in a hidden page. */
  tick(): void;
  settings(): CaptureSettings;
  close(): void;
}

export function captureVideo(track: MediaStreamTrack, post: Post): VideoCapture {
  return MediaStreamTrackProcessor
    ? new ProcessorCapture(track, post, MediaStreamTrackProcessor)
    : new ElementCapture(track, post);
}

/** bits/s of which nothing would be seen of more; undefined where the browser does not tell of its size. */
export function enoughOf(track: MediaStreamTrack): number | undefined {
  const { width, height, frameRate, content } = settingsOf(track, { width: 0, height: 0, frameRate: 30 });
  if (width * height === 0) return undefined;
  return maxUsefulBitrate({ width, height, frameRate, content: content === 'screen' ? 'detail' : 'motion' });
}

/** What each dimension has to be divided by for a peer of ours to decode it; 1 where the browser does not tell its size. */
export function scaledDownToFit(track: MediaStreamTrack): number {
  const { width, height } = settingsOf(track, UNKNOWN);
  return 1 / scaleToLimit(width, height);
}

class ProcessorCapture implements VideoCapture {
  readonly track: MediaStreamTrack;
  /** A clone, which can be stopped when the worker that reads it has died. */
  readonly #clone: MediaStreamTrack;

  constructor(track: MediaStreamTrack, post: Post, Processor: NonNullable<typeof MediaStreamTrackProcessor>) {
    this.track = track;
    this.#clone = track.clone();
    const { readable } = new Processor<VideoFrame>({ track: this.#clone });
    post({ type: 'capture-video', frames: readable }, [readable]);
  }

  tick(): void {
    // Frames come by themselves, whether the page is seen or not.
  }

  settings(): CaptureSettings {
    return settingsOf(this.track, UNKNOWN);
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

  /** A hidden page is not called back, though its pictures go on. */
  tick(): void {
    if (document.hidden) this.#send();
  }

  settings(): CaptureSettings {
    const { videoWidth: width, videoHeight: height } = this.#video;
    return settingsOf(this.track, width > 0 ? { ...UNKNOWN, width, height } : UNKNOWN);
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
      // A picture that cannot be had now: the one before goes on.
      return;
    }
    this.#post({ type: 'video-frame', frame }, [frame]);
  }
}

function settingsOf(track: MediaStreamTrack, unknown: Omit<CaptureSettings, 'content'>): CaptureSettings {
  const { width, height, frameRate, displaySurface } = track.getSettings();
  const isScreen = displaySurface !== undefined || ['detail', 'text'].includes(track.contentHint);
  return {
    width: width ?? unknown.width,
    height: height ?? unknown.height,
    frameRate: frameRate ?? unknown.frameRate,
    content: isScreen ? 'screen' : 'camera',
  };
}
