import type { Call } from './api.js';

/** `incoming-call` on a CallClient: `call` rings until it is accepted, rejected or ends. */
export class IncomingCallEvent extends Event {
  constructor(readonly call: Call) {
    super('incoming-call');
  }
}
