/**
 * The certificates that a description binds its side to, in one form: hash in lower case, digits in upper case, sorted, each once
 * (RFC 8122 §5). Both sides see the same text of one description, however their clients write it.
 */
export function fingerprintsOf(sdp: string): string {
  const found = Array.from(
    sdp.matchAll(/^a=fingerprint:([\w-]+)[ \t]+([\da-f:]+)/gim),
    ([, hash = '', digits = '']) => `${hash.toLowerCase()} ${digits.toUpperCase()}`,
  );
  return [...new Set(found)].sort().join(',');
}
