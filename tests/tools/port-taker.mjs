/** A process of ports.test.ts: takes a block of the range that it is given, three ports of it, and holds them. */
import { takePortBlock } from '../../tools/ports.mjs';

try {
  const block = await takePortBlock(JSON.parse(process.argv[2] ?? ''));
  const ports = [await block.freePort(), await block.freePort(), ...block.range(1).slice(1)];
  process.send?.(ports);
} catch (error) {
  process.send?.(String(error));
}
// Held until the parent ends this process, or itself.
process.once('disconnect', () => process.exit());
