import { StreamError } from './errors.js';

/** @throws StreamError `auth-failed`: only logins carry base64, and what is malformed there proves nothing */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // RFC 6120 §6.4.2: data of zero length.
  if (text === '=') return new Uint8Array();
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new StreamError('auth-failed', 'malformed base64', { cause });
  }
}
