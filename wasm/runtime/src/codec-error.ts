/**
 * What can go wrong in a codec:
 * - `load-failed`       the module could not be fetched or compiled
 * - `invalid-argument`  an option or a buffer is not what the method takes; nothing was changed
 * - `too-large`         the picture is larger than the codec or the caller's limit allows
 * - `buffer-too-small`  the caller's buffer cannot hold the result
 * - `corrupt-packet`    the packet is not one of this codec; the decoder goes on with the next one
 * - `out-of-memory`     the WebAssembly memory cannot grow
 * - `closed`            the encoder or decoder was disposed
 * - `codec-failed`      the codec reports an internal failure; the encoder or decoder may be used again
 * - `crashed`           the instance trapped and cannot be used any more: instantiate the module anew
 */
export type CodecErrorCode =
  | 'load-failed'
  | 'invalid-argument'
  | 'too-large'
  | 'buffer-too-small'
  | 'corrupt-packet'
  | 'out-of-memory'
  | 'closed'
  | 'codec-failed'
  | 'crashed';

/** The only error that a codec throws. */
export class CodecError extends Error {
  override readonly name = 'CodecError';

  constructor(
    readonly code: CodecErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
