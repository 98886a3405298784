import type { ErrorCode, EventBody } from '@xmpp-call/wire';

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
