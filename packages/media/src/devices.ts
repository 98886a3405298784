import { MediaError, toMediaError } from './errors.js';
import type { DeviceKind } from './errors.js';

/** `deviceId` of each device that was chosen; the browser's default without one. */
export interface DeviceChoice {
  readonly microphone?: string | undefined;
  readonly camera?: string | undefined;
}

export interface OpenDevicesOptions {
  readonly video: boolean;
  /** Where one of these is not there, the default takes its place. */
  readonly choice?: DeviceChoice;
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
export async function openDevices({ video, signal, choice = {} }: OpenDevicesOptions): Promise<OpenedDevices> {
  assertCallsPossible();
  const preferred = { signal, deviceId: choice.microphone };
  if (!video) return { audio: await openMicrophone(preferred), video: undefined, videoError: undefined };
  let videoError: MediaError;
  try {
    const constraints = { audio: withDevice(AUDIO, choice.microphone), video: withDevice(VIDEO, choice.camera) };
    const stream = await capture(constraints, signal, 'camera');
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
  return { audio: await openMicrophone(preferred), video: undefined, videoError };
}

export interface OpenDeviceOptions {
  readonly signal: AbortSignal;
  /** Of the device; the browser's default without one. */
  readonly deviceId?: string | undefined;
  /** Whether no other may take its place. */
  readonly exact?: boolean;
}

/** Opens a microphone; another one where it is in use by another program. @throws MediaError */
export function openMicrophone(options: OpenDeviceOptions): Promise<MediaStreamTrack> {
  return openDevice('microphone', options);
}

/** Opens a camera; another one where it is in use by another program. @throws MediaError */
export function openCamera(options: OpenDeviceOptions): Promise<MediaStreamTrack> {
  return openDevice('camera', options);
}

/**
 * Lets the user choose a screen, a window or a tab: to be called from a gesture. Its text stays legible rather than its motion smooth.
 * @throws MediaError `permission-denied` also where the user chose nothing
 */
export async function openScreen(signal: AbortSignal): Promise<MediaStreamTrack> {
  assertCallsPossible();
  if (!('getDisplayMedia' in navigator.mediaDevices))
    throw new MediaError('browser-unsupported', 'this browser shares no screen');
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 } },
      audio: false,
    });
  } catch (cause) {
    throw toMediaError(cause);
  }
  const [track] = stream.getVideoTracks();
  if (!track || signal.aborted) {
    for (const one of stream.getTracks()) one.stop();
    throw new MediaError('media-failed', 'no longer wanted');
  }
  track.contentHint = 'detail';
  return track;
}

async function openDevice(device: DeviceKind, options: OpenDeviceOptions): Promise<MediaStreamTrack> {
  assertCallsPossible();
  try {
    return await openTrack(device, options);
  } catch (cause) {
    const isBusy = cause instanceof MediaError && cause.code === 'device-in-use';
    if (!isBusy || options.exact) throw cause;
    for (const deviceId of await otherDevices(device, options.deviceId)) {
      const track = await openTrack(device, { ...options, deviceId, exact: true }).catch(() => undefined);
      if (track) return track;
    }
    throw cause;
  }
}

async function openTrack(
  device: DeviceKind,
  { signal, deviceId, exact = false }: OpenDeviceOptions,
): Promise<MediaStreamTrack> {
  const constraints =
    device === 'camera' ? { video: withDevice(VIDEO, deviceId, exact) } : { audio: withDevice(AUDIO, deviceId, exact) };
  const [track] = (await capture(constraints, signal, device)).getTracks();
  if (!track) throw new MediaError('device-not-found', 'no track', { device });
  return track;
}

function withDevice(constraints: MediaTrackConstraints, deviceId?: string, exact = false): MediaTrackConstraints {
  if (!deviceId) return constraints;
  return { ...constraints, deviceId: exact ? { exact: deviceId } : { ideal: deviceId } };
}

/** Ids of the other devices of a kind: they are known once a device of that kind was allowed. */
async function otherDevices(device: DeviceKind, tried: string | undefined): Promise<readonly string[]> {
  const kind = device === 'camera' ? 'videoinput' : 'audioinput';
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  const ids = all.filter((one) => one.kind === kind).map(({ deviceId }) => deviceId);
  return ids.filter((id) => id !== '' && id !== 'default' && id !== 'communications' && id !== tried);
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
