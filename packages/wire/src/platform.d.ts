// In browsers, workers and Node alike, but in no ECMAScript lib (https://encoding.spec.whatwg.org, https://w3.org/TR/webcrypto).
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { readonly fatal: boolean });
  /** @throws TypeError when the bytes are not UTF-8 */
  decode(bytes: Uint8Array): string;
}
declare const crypto: { getRandomValues<T extends Uint8Array>(array: T): T };
