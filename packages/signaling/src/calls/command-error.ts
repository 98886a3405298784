import type { ErrorCode } from './page-events.js';

/** A command of the page's that cannot be carried out; becomes the command's Failure. */
export class CommandError extends Error {
  constructor(
    readonly code: ErrorCode,
    detail: string,
  ) {
    super(detail);
    this.name = 'CommandError';
  }
}

/** A command that does not fit the state. */
export function invalidState(detail: string): CommandError {
  return new CommandError('invalid-state', detail);
}
