export type { Environment, LogContext, LogLevel } from './environment.js';
export { SignalingService } from './service.js';
export type { StreamFactory } from './service.js';
export { IqError } from './stanza-stream.js';
export type { StanzaStream, StreamState } from './stanza-stream.js';
export { createStream } from './stream/index.js';
export type { StreamOptions, XmppStream } from './stream/index.js';
