/**
 * A module in the shape of a codec's, byte by byte (WebAssembly core specification §5): `malloc` gives 0 for more than a
 * page, `trap` is unreachable, `ask` calls a function that no host has, `grow` adds a page of memory.
 */
export function tinyModule(): Uint8Array<ArrayBuffer> {
  const i32 = 0x7f;
  const types = [
    [0x60, 1, i32, 1, i32],
    [0x60, 1, i32, 0],
    [0x60, 0, 0],
  ];
  const [taking, freeing, plain] = [0, 1, 2];
  const [surprise, malloc, free, trap, ask, grow] = [0, 1, 2, 3, 4, 5];
  const bodies = [
    // local.get 0, i32.const 65536, i32.gt_u, if (result i32) i32.const 0 else i32.const 8 end
    [0x20, 0, 0x41, 0x80, 0x80, 0x04, 0x4b, 0x04, i32, 0x41, 0, 0x05, 0x41, 8, 0x0b],
    [],
    [0x00],
    [0x10, surprise],
    // i32.const 1, memory.grow, drop
    [0x41, 1, 0x40, 0, 0x1a],
  ];
  const exported = Object.entries({ malloc, free, trap, ask, grow });
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([[...name('env'), ...name('surprise'), 0x00, plain]])),
    ...section(3, vector([[taking], [freeing], [plain], [plain], [plain]])),
    ...section(5, vector([[0x01, 1, 4]])),
    ...section(
      7,
      vector([[...name('memory'), 0x02, 0], ...exported.map(([key, index]) => [...name(key), 0x00, index])]),
    ),
    ...section(10, vector(bodies.map((body) => sized([0, ...body, 0x0b])))),
  ]);

  function section(id: number, content: readonly number[]): number[] {
    return [id, ...sized(content)];
  }
  function vector(items: readonly (readonly number[])[]): number[] {
    return [items.length, ...items.flat()];
  }
  function sized(content: readonly number[]): number[] {
    if (content.length >= 0x80) throw new RangeError('longer than one byte of LEB128 can say');
    return [content.length, ...content];
  }
  function name(text: string): number[] {
    return sized([...new TextEncoder().encode(text)]);
  }
}
