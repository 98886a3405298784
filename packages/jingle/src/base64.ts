// In every worker, page and Node; the language's own library lacks it.
declare const btoa: (bytes: string) => string;

/** RFC 4648 §4. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
