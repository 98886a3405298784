import type { PageMessage } from '../messages/media-worker-messages.js';
import { MediaStreamTrackGenerator } from './browser-apis.js';

/**
 * Returns a track with the frames that the worker decodes; the caller stops it. Undefined in browsers without a track
 * generator: in Firefox, drawing to a canvas blocks for seconds in a worker, and takes 4 ms per 720p frame in the page.
 */
export function playVideo(
  post: (message: PageMessage, transfer: Transferable[]) => void,
): MediaStreamTrack | undefined {
  if (!MediaStreamTrackGenerator) return undefined;
  const generator = new MediaStreamTrackGenerator<VideoFrame>({ kind: 'video' });
  post({ type: 'playout-video', frames: generator.writable }, [generator.writable]);
  return generator;
}
