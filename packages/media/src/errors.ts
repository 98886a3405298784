export type DeviceKind = 'microphone' | 'camera';

export type MediaErrorCode =
  | 'permission-denied'
  | 'forbidden-by-page'
  | 'device-not-found'
  | 'device-in-use'
  | 'insecure-context'
  | 'browser-unsupported'
  | 'media-failed';

/** A device or media-stack failure, by what a person could do about it. */
export class MediaError extends Error {
  override readonly name = 'MediaError';
  /** Which device could not be had; undefined where the failure is of none. */
  readonly device: DeviceKind | undefined;

  constructor(
    readonly code: MediaErrorCode,
    message: string,
    options: ErrorOptions & { readonly device?: DeviceKind | undefined } = {},
  ) {
    super(message, options);
    this.device = options.device;
  }
}

/**
 * Names of getUserMedia's rejections (Media Capture and Streams §10.3.1). `AbortError` is how Firefox and some drivers
 * say that another program holds the device.
 */
const BY_NAME: Readonly<Record<string, MediaErrorCode>> = {
  NotAllowedError: 'permission-denied',
  SecurityError: 'permission-denied',
  NotFoundError: 'device-not-found',
  OverconstrainedError: 'device-not-found',
  NotReadableError: 'device-in-use',
  AbortError: 'device-in-use',
};

/** Any rejection of a media API as a MediaError. @param device what was to be opened */
export function toMediaError(cause: unknown, device?: DeviceKind): MediaError {
  if (cause instanceof MediaError) return cause;
  if (!(cause instanceof Error)) return new MediaError('media-failed', 'unknown media error', { cause, device });
  return new MediaError(BY_NAME[cause.name] ?? 'media-failed', `${cause.name}: ${cause.message}`, { cause, device });
}
