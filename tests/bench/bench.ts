/** Measures and prints; `--json FILE` writes the figures too, `--calls N` and `--heap-calls N` change the counts. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { benchForeignPeer } from './foreign-peer.js';
import { benchHeap } from './heap.js';
import { benchJingle } from './jingle.js';
import { benchLatency } from './latency.js';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    calls: { type: 'string', default: '20' },
    'heap-calls': { type: 'string', default: '50' },
  },
});

process.stderr.write('Jingle <-> SDP beside stanza …\n');
const jingle = await benchJingle();
process.stderr.write(`latency of ${values.calls} calls …\n`);
const latency = await benchLatency(Number(values.calls));
process.stderr.write(`${values.calls} calls to a peer without the media core …\n`);
const foreignPeer = await benchForeignPeer(Number(values.calls));
process.stderr.write(`heap over ${values['heap-calls']} calls …\n`);
const heap = await benchHeap(Number(values['heap-calls']));

const figures = { ...latency, foreignPeer, jingle, heapGrowth: heap.bytes, heap };
const text = `${JSON.stringify(figures, null, 2)}\n`;
process.stdout.write(text);
if (values.json !== undefined) await writeFile(values.json, text);
