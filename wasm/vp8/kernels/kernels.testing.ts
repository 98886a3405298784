/** The kernels and the C functions that they replace, in one module, to be run on the same memory. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@xmpp-call/wasm-testing';
import { buildCodecs } from '../../tools/build.mjs';
import { link } from '../../tools/emscripten.mjs';
import { WORK_DIRECTORY } from '../../tools/paths.mjs';
import { fingerprint, unlessCurrent } from '../../tools/stamp.mjs';
import { KERNELS } from './index.mjs';

/** References that are not the kernel's name with `_c`. */
const REFERENCES: Readonly<Record<string, string>> = {
  vp8_loop_filter_simple_mbv: 'vp8_loop_filter_simple_vertical_edge_c',
  vp8_loop_filter_simple_mbh: 'vp8_loop_filter_simple_horizontal_edge_c',
  vp8_loop_filter_simple_bv: 'vp8_loop_filter_bvs_c',
  vp8_loop_filter_simple_bh: 'vp8_loop_filter_bhs_c',
};

const LIBRARY = join(WORK_DIRECTORY, 'build', 'vp8', 'library');
const BUILD = join(WORK_DIRECTORY, 'build', 'vp8-kernels');
const PAGE_BYTES = 65536;

type CFunction = (...args: readonly number[]) => number | undefined;

const referenceOf = (kernel: string): string => REFERENCES[kernel] ?? `${kernel}_c`;

/** Bytes for a block: flat ones with a little noise (what filters act on) up to nothing but extremes. */
export type Texture = 'zeros' | 'full' | 'alternating' | 'extremes' | 'noise' | 'faint' | 'smooth';
export const TEXTURES: readonly Texture[] = ['zeros', 'full', 'alternating', 'extremes', 'noise', 'faint', 'smooth'];

/** Runs a kernel and its reference on one page at the end of the module's memory, so that a read beyond it traps. */
export class Comparison {
  readonly #functions: Readonly<Record<string, CFunction>>;
  readonly #memory: WebAssembly.Memory;
  /** Address of the page. */
  readonly page: number;
  /** Address behind the page. */
  readonly end: number;
  #random = new Random(1);

  private constructor(instance: WebAssembly.Instance) {
    this.#functions = instance.exports as unknown as Record<string, CFunction>;
    const { memory } = instance.exports;
    assert.ok(memory instanceof WebAssembly.Memory);
    this.#memory = memory;
    this.page = this.#memory.grow(1) * PAGE_BYTES;
    this.end = this.page + PAGE_BYTES;
  }

  /** Builds the module unless that has been done from the same sources. */
  static async build(): Promise<Comparison> {
    await buildCodecs(['vp8']);
    const output = join(BUILD, 'kernels.wasm');
    const functions = [...KERNELS.flatMap((name) => [`${name}_wasm`, referenceOf(name)]), 'memcpy', 'memset'];
    const built = readFileSync(join(LIBRARY, '..', 'module.stamp'), 'utf8');
    const inputs = fingerprint({ texts: [built, ...functions] });
    await unlessCurrent({ stamp: join(BUILD, 'stamp'), inputs, output }, async () => {
      mkdirSync(BUILD, { recursive: true });
      const kernels = readdirSync(LIBRARY).filter((name) => name.endsWith('.kernel.o'));
      await link({
        inputs: [...kernels.map((name) => join(LIBRARY, name)), join(LIBRARY, 'libvpx.a')],
        flags: functions.map((name) => `-Wl,--export=${name}`),
        output,
        stackBytes: PAGE_BYTES,
        maximumMemoryBytes: 256 * PAGE_BYTES,
      });
    });
    const module = new WebAssembly.Module(readFileSync(output));
    const imports: Record<string, Record<string, () => number>> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0;
    return new Comparison(new WebAssembly.Instance(module, imports));
  }

  /** Random numbers, renewed by each `fill`. */
  get random(): Random {
    return this.#random;
  }

  /** A whole number from `low` to `high`, either included. */
  between(low: number, high: number): number {
    return low + this.#random.below(high - low + 1);
  }

  /** Fills the page with pixels. */
  fill(texture: Texture, seed: number): void {
    const random = new Random(seed);
    this.#random = random;
    const base = random.below(0x80) * 0x01010101;
    const words = new Uint32Array(this.#memory.buffer, this.page, PAGE_BYTES / 4);
    for (let i = 0; i < words.length; i += 1) words[i] = fourPixels(texture, base, random);
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.page, PAGE_BYTES);
  }

  /** Writes 16-bit numbers. @returns their address */
  putShorts(address: number, values: readonly number[]): number {
    new Int16Array(this.#memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Writes 32-bit numbers. @returns their address */
  putWords(address: number, values: readonly number[]): number {
    new Int32Array(this.#memory.buffer, address, values.length).set(values);
    return address;
  }

  putBytes(address: number, values: readonly number[]): number {
    new Uint8Array(this.#memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Runs both on the page as it is, and asserts that they return and leave the same. */
  compare(kernel: string, args: readonly number[]): void {
    const before = this.bytes().slice();
    const expected = this.call(referenceOf(kernel), args);
    const expectedPage = Buffer.from(this.bytes());
    this.bytes().set(before);
    const returned = this.call(`${kernel}_wasm`, args);
    assert.equal(returned, expected, `${kernel}: what it returns`);
    const page = Buffer.from(this.bytes());
    if (page.equals(expectedPage)) return;
    const at = page.findIndex((byte, index) => byte !== expectedPage[index]);
    assert.fail(`${kernel}: byte ${at} of the page is ${page[at] ?? ''} instead of ${expectedPage[at] ?? ''}`);
  }

  call(name: string, args: readonly number[]): number | undefined {
    const call = this.#functions[name];
    assert.ok(call, `${name} is not exported`);
    return call(...args);
  }
}

/** Four pixels in a word; `base` has the same value below 128 in each. */
function fourPixels(texture: Texture, base: number, random: Random): number {
  switch (texture) {
    case 'zeros':
      return 0;
    case 'full':
      return 0xffffffff;
    case 'alternating':
      return 0xff00ff00;
    case 'extremes':
      return (random.word() & 0x01010101) * 255;
    case 'noise':
      return random.word();
    case 'faint':
      return base + (random.word() & 0x07070707);
    case 'smooth':
      return base + (random.word() & 0x3f3f3f3f);
  }
}
