import type { Random } from './deterministic.js';

const LONGEST_GARBAGE = 1500;

/** Makes one packet out of valid ones that is, most of the time, no longer valid. Never empty. */
export function mutate(packets: readonly Uint8Array[], random: Random): Uint8Array {
  const packet = choose(packets, random);
  switch (random.below(8)) {
    case 0:
      return garbage(1 + random.below(LONGEST_GARBAGE), random);
    case 1:
      return packet.slice(0, 1 + random.below(packet.length));
    case 2:
      return splice(packet, choose(packets, random), random);
    case 3:
      return withGarbage(packet, random);
    case 4:
      return inFirstBytes(packet, random);
    case 5:
      return joined(packet, garbage(1 + random.below(64), random));
    case 6:
      return withRun(packet, random);
    default:
      return withFlippedBits(packet, random);
  }
}

function choose(packets: readonly Uint8Array[], random: Random): Uint8Array {
  const packet = packets[random.below(packets.length)];
  if (packet === undefined || packet.length === 0) throw new RangeError('There is no packet, or an empty one');
  return packet;
}

function garbage(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** The start of one packet and the end of another. */
function splice(head: Uint8Array, tail: Uint8Array, random: Random): Uint8Array {
  return joined(head.subarray(0, 1 + random.below(head.length)), tail.subarray(random.below(tail.length)));
}

/** A few bytes somewhere replaced. */
function withGarbage(packet: Uint8Array, random: Random): Uint8Array {
  const copy = packet.slice();
  const begin = random.below(copy.length);
  const end = Math.min(copy.length, begin + 1 + random.below(16));
  for (let index = begin; index < end; index += 1) copy[index] = random.below(256);
  return copy;
}

/** Another header: sizes, kinds and counts are in the first ten bytes of either codec. */
function inFirstBytes(packet: Uint8Array, random: Random): Uint8Array {
  const copy = packet.slice();
  const index = random.below(Math.min(10, copy.length));
  copy[index] = random.below(2) === 0 ? random.below(256) : (copy[index] ?? 0) ^ (1 << random.below(8));
  return copy;
}

/** A stretch of all zeros or all ones. */
function withRun(packet: Uint8Array, random: Random): Uint8Array {
  const copy = packet.slice();
  const begin = random.below(copy.length);
  return copy.fill(random.below(2) * 255, begin, begin + 1 + random.below(copy.length - begin));
}

function withFlippedBits(packet: Uint8Array, random: Random): Uint8Array {
  const copy = packet.slice();
  for (let flips = 1 + random.below(8); flips > 0; flips -= 1) {
    const index = random.below(copy.length);
    copy[index] = (copy[index] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
