export type { WebSocketConstructor } from './connection.js';
export { StreamError, type StreamErrorCode } from './errors.js';
export type { Credentials, PlainPolicy } from './sasl.js';
export { createStream, type StreamOptions, type XmppStream } from './stream.js';
