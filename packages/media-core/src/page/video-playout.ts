import type { PageMessage } from '../messages/media-worker-messages.js';
import { MediaStreamTrackGenerator } from './browser-apis.js';

/**
 * A track of the pictures that the worker shows; stop it in the end. Undefined where there is no generator: a canvas on which
 * a worker draws makes Firefox stand still for seconds, and one on which the page draws costs it 4 ms for each picture of 720p.
 */
export function playVideo(
  post: (message: PageMessage, transfer: Transferable[]) => void,
): MediaStreamTrack | undefined {
  if (!MediaStreamTrackGenerator) return undefined;
  const generator = new MediaStreamTrackGenerator<VideoFrame>({ kind: 'video' });
  post({ type: 'playout-video', frames: generator.writable }, [generator.writable]);
  return generator;
}
