export type * from './api.js';
export { assertSupported, createCallClient } from './call-client.js';
export { XmppCallError } from './errors.js';
export type { Device, ErrorCode, XmppCallErrorInit } from './errors.js';
export { CallErrorEvent } from './call-error-event.js';
export { IncomingCallEvent } from './incoming-call-event.js';
export type * from './client-api.js';
export type { TransferRequestEvent } from './transfer-request-event.js';
export type { TypedEventTarget, TypedListener } from './typed-event-target.js';
