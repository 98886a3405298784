import { MediaError, toMediaError } from './errors.js';
import type { DeviceKind } from './errors.js';

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
  if (!video) return { audio: await openMicrophone(signal), video: undefined, videoError: undefined };
  let videoError: MediaError;
  try {
    const stream = await capture({ audio: AUDIO, video: VIDEO }, signal, 'camera');
    const [audio] = stream.getAudioTracks();
    const [picture] = stream.getVideoTracks();
    if (audio && picture) return { audio, video: picture, videoError: undefined };
    for (const track of stream.getTracks()) track.stop();
    videoError = new MediaError('device-not-found', 'not both tracks', { device: 'camera' });
  } catch (cause) {
    videoError = toMediaError(cause, 'camera');
    if (signal.aborted) throw videoError;
  }
  // Which of the two was refused shows now: with a microphone it was the camera.
  return { audio: await openMicrophone(signal), video: undefined, videoError };
}

/** Opens the default microphone. @throws MediaError */
export function openMicrophone(signal: AbortSignal): Promise<MediaStreamTrack> {
  return openTrack({ audio: AUDIO }, signal, 'microphone');
}

/** @throws MediaError */
export function openCamera(signal: AbortSignal): Promise<MediaStreamTrack> {
  return openTrack({ video: VIDEO }, signal, 'camera');
}

async function openTrack(
  constraints: MediaStreamConstraints,
  signal: AbortSignal,
  device: DeviceKind,
): Promise<MediaStreamTrack> {
  assertCallsPossible();
  const [track] = (await capture(constraints, signal, device)).getTracks();
  if (!track) throw new MediaError('device-not-found', 'no track', { device });
  return track;
}

/** @param device whose error a rejection is */
async function capture(
  constraints: MediaStreamConstraints,
  signal: AbortSignal,
  device: DeviceKind,
): Promise<MediaStream> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(constraints);
  } catch (cause) {
    const error = toMediaError(cause, device);
    if (error.code !== 'permission-denied' || !(await isForbiddenByPage(device))) throw error;
    throw new MediaError('forbidden-by-page', `the page's Permissions-Policy forbids the ${device}`, { cause, device });
  }
  if (signal.aborted) {
    for (const track of stream.getTracks()) track.stop();
    throw new MediaError('media-failed', 'no longer wanted');
  }
  return stream;
}

interface FeaturePolicy {
  allowsFeature(name: string): boolean;
}

/**
 * Whether a refusal is the page's (Permissions Policy §9) and not the user's. Where the browser does not tell the policy, a
 * frame that may not use a device does not see one either (Media Capture and Streams §9.2), which a user's denial leaves
 * visible.
 */
async function isForbiddenByPage(device: DeviceKind): Promise<boolean> {
  const { permissionsPolicy, featurePolicy } = document as Document & {
    readonly permissionsPolicy?: FeaturePolicy;
    readonly featurePolicy?: FeaturePolicy;
  };
  const policy = permissionsPolicy ?? featurePolicy;
  if (policy) return !policy.allowsFeature(device);
  if (window.self === window.top) return false;
  try {
    const { state } = await navigator.permissions.query({ name: device });
    const kind = device === 'microphone' ? 'audioinput' : 'videoinput';
    const visible = (await navigator.mediaDevices.enumerateDevices()).some((one) => one.kind === kind);
    return state === 'denied' && !visible;
  } catch {
    // Neither told: the user's denial is the likelier one.
    return false;
  }
}
