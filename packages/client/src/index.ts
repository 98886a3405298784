export type * from './api.js';
export { assertSupported, createCallClient } from './call-client.js';
export { XmppCallError } from './errors.js';
export type { Device, ErrorCode, XmppCallErrorInit } from './errors.js';
export { CallErrorEvent, IncomingCallEvent } from './events.js';
export type { TypedEventTarget, TypedListener } from './typed-event-target.js';
