export { StreamError, type StreamErrorCode } from './errors.js';
export { createStream, type StreamOptions, type XmppStream } from './stream.js';
