// In every worker, page and Node; the language's own library lacks it.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** UTF-8 (RFC 3629). Lone surrogates become U+FFFD. */
export function toUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Order of the UTF-8 bytes (the i;octet collation of RFC 4790 §9.3). */
export function compareOctets(a: string, b: string): number {
  const [left, right] = [toUtf8(a), toUtf8(b)];
  const at = left.findIndex((byte, index) => byte !== right[index]);
  return at < 0 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
}
