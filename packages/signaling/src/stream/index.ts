export { exponentialBackOff, type BackOffOptions, type ReconnectPolicy } from './back-off.js';
export type { WebSocketConstructor } from './connection.js';
export { StreamError, type StreamErrorCode } from './errors.js';
export type { Availability } from './presence.js';
export type { Credentials } from './sasl.js';
export { createStream, type StreamOptions, type XmppStream } from './stream.js';
