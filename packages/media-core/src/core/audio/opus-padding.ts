/**
 * Room behind an Opus packet that every decoder passes over: padding (RFC 6716 §3.2.5). A packet of one frame (code 0)
 * becomes one of code 3 with a count of one:
 *
 *     TOC, code 3 | 0x41: padding, one frame | length of the padding | frame | padding
 */
const CODE_MASK = 0x03;
const ONE_FRAME = 0;
const ANY_FRAMES = 3;
const PADDED_SINGLE = 0x41;
/** A byte of 255 stands for 254 and goes on with the next. */
const CHUNK = 254;

/**
 * The packet, announcing `padding` bytes that are to be appended to it.
 * @returns undefined if the packet holds other than one frame
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
 * The packet of which `announcePadding` made this one, the padding being cut off already.
 * @returns undefined if it was not made so
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
