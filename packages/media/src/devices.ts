import { MediaError, toMediaError } from './errors.js';

export interface OpenDevicesOptions {
  readonly video: boolean;
  /** Ends what was opened, or gives it back at once when it opens later. */
  readonly signal: AbortSignal;
}

export interface OpenedDevices {
  readonly audio: MediaStreamTrack;
  readonly video: MediaStreamTrack | undefined;
  /** Why there is no video although it was asked for; a call without camera is better than none. */
  readonly videoError: MediaError | undefined;
}

const AUDIO: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** @throws MediaError `insecure-context` or `browser-unsupported` where calls cannot work at all. */
export function assertCallsPossible(): void {
  if (!globalThis.isSecureContext) {
    throw new MediaError('insecure-context', 'microphone and camera need a page from HTTPS or localhost');
  }
  if (typeof RTCPeerConnection === 'undefined' || !('mediaDevices' in navigator)) {
    throw new MediaError('browser-unsupported', 'this browser lacks WebRTC');
  }
}

/** Whether using the devices will raise no prompt. Asks nobody; `false` where the browser does not tell. */
export async function devicesGranted(video: boolean): Promise<boolean> {
  const names = video ? ['microphone', 'camera'] : ['microphone'];
  try {
    const states = await Promise.all(
      names.map((name) => navigator.permissions.query({ name: name as PermissionName })),
    );
    return states.every((status) => status.state === 'granted');
  } catch {
    // Permissions API without these names (older Firefox).
    return false;
  }
}

/**
 * Opens the microphone and, if asked for, the camera, in one prompt. A camera that cannot be had does not fail the
 * whole: see `videoError`.
 * @throws MediaError when there is no microphone, or the signal aborts
 */
export async function openDevices({ video, signal }: OpenDevicesOptions): Promise<OpenedDevices> {
  assertCallsPossible();
  let videoError: MediaError | undefined;
  if (video) {
    try {
      return opened(await capture({ audio: AUDIO, video: VIDEO }, signal));
    } catch (cause) {
      videoError = toMediaError(cause);
      if (signal.aborted) throw videoError;
    }
  }
  return opened(await capture({ audio: AUDIO }, signal), videoError);
}

/** @throws MediaError */
export async function openCamera(signal: AbortSignal): Promise<MediaStreamTrack> {
  assertCallsPossible();
  const stream = await capture({ video: VIDEO }, signal);
  const [track] = stream.getVideoTracks();
  if (!track) throw new MediaError('device-not-found', 'no video track');
  return track;
}

function opened(stream: MediaStream, videoError?: MediaError): OpenedDevices {
  const [audio] = stream.getAudioTracks();
  if (!audio) throw new MediaError('device-not-found', 'no audio track');
  return { audio, video: stream.getVideoTracks()[0], videoError };
}

async function capture(constraints: MediaStreamConstraints, signal: AbortSignal): Promise<MediaStream> {
  const stream = await navigator.mediaDevices.getUserMedia(constraints).catch((cause: unknown) => {
    throw toMediaError(cause);
  });
  if (signal.aborted) {
    for (const track of stream.getTracks()) track.stop();
    throw new MediaError('media-failed', 'no longer wanted');
  }
  return stream;
}
