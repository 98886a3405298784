// In browsers, workers and Node alike, but in no ECMAScript lib (https://encoding.spec.whatwg.org).
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: 'utf-8', options: { readonly fatal: boolean });
  /** @throws TypeError when the bytes are not UTF-8 */
  decode(bytes: Uint8Array): string;
}
