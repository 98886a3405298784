import type { CallContext } from '../call-context.js';
import type { PageEvent } from '../page-events.js';

/** What the texts of a call need of it. */
export interface ChatOwner {
  /** By which the page knows the call. */
  readonly id: string;
  /** Bare JID of the other side. */
  readonly peer: string;
  /** Full JID of the device that the call is with. */
  readonly device: string | undefined;
  readonly context: CallContext;
  tell(event: PageEvent): void;
}
