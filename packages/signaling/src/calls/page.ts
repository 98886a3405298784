import { ErrorCode } from '@xmpp-call/wire';
import type { EventBody } from '@xmpp-call/wire';

/** The page, as the calls see it: somebody to tell. */
export type Tell = (event: EventBody) => void;

/** A command that cannot be carried out; becomes the command's Failure. */
export class CommandError extends Error {
  constructor(
    readonly code: ErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'CommandError';
  }
}

/** A command that does not fit the state. */
export function invalidState(detail: string): CommandError {
  return new CommandError(ErrorCode.INVALID_STATE, detail);
}
