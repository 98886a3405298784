/** Time to compile and instantiate a codec. */
import type { Host } from './timing.js';
import { median, timeOf } from './timing.js';

const CUSTOM_SECTION = 0;
const SECTION_NAME = 'bench'.split('').map((letter) => letter.charCodeAt(0));
let copies = Math.floor(Math.random() * 2 ** 31);

/** The same module with bytes of its own, since engines keep the compiled code of bytes that they have seen. */
export function anew(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  copies += 1;
  const number = [copies & 255, (copies >> 8) & 255, (copies >> 16) & 255, copies >>> 24];
  const content = [SECTION_NAME.length, ...SECTION_NAME, ...number];
  const copy = new Uint8Array(bytes.length + 2 + content.length);
  copy.set(bytes);
  copy.set([CUSTOM_SECTION, content.length, ...content], bytes.length);
  return copy;
}

export interface StartTimes {
  /** The first instance in this process. */
  readonly firstMs: number;
  readonly medianMs: number;
}

/** Compiles and instantiates fresh modules, from bytes in memory. */
export async function timeStarts(
  host: Host,
  codec: string,
  init: (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>,
  count: number,
): Promise<StartTimes> {
  const bytes = await host.moduleBytes(codec);
  const times: number[] = [];
  for (let round = 0; round <= count; round += 1) {
    const fresh = anew(bytes);
    times.push(await timeOf(host, () => init(fresh)));
  }
  const [firstMs = NaN, ...others] = times;
  return { firstMs, medianMs: median(others) };
}
