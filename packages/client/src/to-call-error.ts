import { MediaError } from '@xmpp-call/media';
import { XmppCallError } from './errors.js';
import type { ErrorCode } from './errors.js';

/** Whatever was thrown, as the one error class of this package. */
export function toCallError(cause: unknown): XmppCallError {
  if (cause instanceof XmppCallError) return cause;
  if (cause instanceof MediaError) {
    const code: ErrorCode = cause.code;
    return new XmppCallError(code, { message: cause.message, cause, device: cause.device });
  }
  return new XmppCallError('internal', { message: cause instanceof Error ? cause.message : String(cause), cause });
}
