const OFFSET_BASIS = 2166136261;
const PRIME = 16777619;

/** FNV-1a, 32 bits; `hash` continues an earlier one. */
export function fnv1a(bytes: Uint8Array, hash = OFFSET_BASIS): number {
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return hash >>> 0;
}
