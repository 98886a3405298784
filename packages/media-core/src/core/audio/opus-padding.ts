/**
 * Opus padding (RFC 6716 §3.2.5) as room for the trailer, which every decoder skips. A packet with one frame (code 0)
 * becomes a code 3 packet with a frame count of 1:
 *
 *     TOC, code 3 | 0x41: padding, one frame | length of the padding | frame | padding
 */
const CODE_MASK = 0x03;
const ONE_FRAME = 0;
const ANY_FRAMES = 3;
const PADDED_SINGLE = 0x41;
/** A length byte of 255 stands for 254 bytes and is followed by another length byte. */
const CHUNK = 254;

/**
 * Returns the packet with a header that announces `padding` bytes, which are to be appended to it.
 * @returns undefined unless the packet has exactly one frame
 */
export function announcePadding(packet: Uint8Array, padding: number): Uint8Array<ArrayBuffer> | undefined {
  const toc = packet[0];
  if (toc === undefined || (toc & CODE_MASK) !== ONE_FRAME || padding < 1) return undefined;
  const chunks = Math.ceil(padding / CHUNK) - 1;
  const announced = new Uint8Array(packet.length + 2 + chunks);
  announced[0] = toc | ANY_FRAMES;
  announced[1] = PADDED_SINGLE;
  announced.fill(255, 2, 2 + chunks);
  announced[2 + chunks] = padding - chunks * CHUNK;
  announced.set(packet.subarray(1), 3 + chunks);
  return announced;
}

/**
 * Reverses `announcePadding` on a packet whose padding was removed.
 * @returns undefined if the header does not announce padding for one frame
 */
export function withoutAnnouncement(packet: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const toc = packet[0] ?? 0;
  if ((toc & CODE_MASK) !== ANY_FRAMES || packet[1] !== PADDED_SINGLE) return undefined;
  let at = 2;
  while (packet[at] === 255) at++;
  if (at >= packet.length) return undefined;
  const plain = packet.slice(at);
  plain[0] = toc & ~CODE_MASK;
  return plain;
}
