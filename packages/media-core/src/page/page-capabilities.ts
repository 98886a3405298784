import type { PageCapabilities } from '../messages/media-worker-messages.js';
import { deviceMemory, hasVideoFrames, isProvenBrowser, MediaStreamTrackGenerator } from './browser-apis.js';
import type { CoreTransceivers } from './core-transceivers.js';

/** What the page, the browser and the negotiation allow now. */
export function readPageCapabilities(transceivers: CoreTransceivers, audioRunning: boolean): PageCapabilities {
  return {
    transforms: true,
    trackGenerator: MediaStreamTrackGenerator !== undefined,
    videoFrames: hasVideoFrames(),
    provenBrowser: isProvenBrowser(),
    codecNegotiated: {
      audio: transceivers.sends('audio', 'opus'),
      video: transceivers.sends('video', 'vp8'),
    },
    cores: navigator.hardwareConcurrency,
    memory: deviceMemory(),
    pageHidden: document.hidden,
    audioRunning,
  };
}
