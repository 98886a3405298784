/** CPU profiles: the codecs linked with the names of their functions, under V8's profiler. */
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type Profiler, Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { recipe as opusRecipe } from '../../../wasm/opus/recipe.mjs';
import { ROOT, WORK_DIRECTORY as BUILD_DIRECTORY } from '../../../wasm/tools/paths.mjs';
import { sourceDirectory } from '../../../wasm/tools/sources.mjs';
import { recipe as vp8Recipe } from '../../../wasm/vp8/recipe.mjs';
import type { Effort } from './effort.js';
import { opusRequest, vp8Request } from './engine-figures.js';
import { WORK_DIRECTORY, nodeHost } from './engines.js';
import { HD } from './material.js';
import { OpusBench } from './opus.js';
import type { Table } from './report.js';
import { Vp8Bench } from './vp8.js';

const SAMPLING_MICROSECONDS = 200;
const SHOWN = 25;
const KEEP_NAMES = '--profiling-funcs';

/** Writes a `.cpuprofile` of each codec and direction to `directory`; gives the functions that take the most time. */
export async function profileCodecs(effort: Effort, directory: string): Promise<Table[]> {
  mkdirSync(directory, { recursive: true });
  const modules = new Map([
    ['vp8', await linkWithNames(vp8Recipe)],
    ['opus', await linkWithNames(opusRecipe)],
  ]);
  const host = {
    ...nodeHost,
    moduleBytes: (codec: string) => Promise.resolve(modules.get(codec) ?? new Uint8Array()),
  };
  const vp8 = new Vp8Bench(host);
  const opus = new OpusBench(host);
  const video = vp8Request(effort, HD);
  const videoPackets = (await vp8.encodePackets(video)).packets;
  const instance = await vp8.vp8();
  const speech = opusRequest(effort);
  const best = opusRequest(effort, { complexity: 10 });
  const speechPackets = await opus.packets(speech);
  const actions = {
    'vp8-encode720p': () => vp8.encodePackets(video),
    'vp8-encode720p-fastest': () => vp8.encodePackets({ ...video, speed: 16 }),
    'vp8-decode720p': () => Promise.resolve(vp8.decodePackets(instance, video, videoPackets)),
    'opus-encode-c5': () => opus.encode(speech),
    'opus-encode-c10': () => opus.encode(best),
    'opus-decode': () => opus.decodePackets(speech, speechPackets),
  };
  const tables: Table[] = [];
  for (const [name, action] of Object.entries(actions)) {
    // The first run compiles.
    await action();
    const profile = await profileOf(action);
    await writeFile(join(directory, `${name}.cpuprofile`), JSON.stringify(profile));
    tables.push({ title: `${name}: time within`, columns: ['function', 'per cent'], rows: shares(profile) });
  }
  return tables;
}

async function linkWithNames(recipe: typeof vp8Recipe): Promise<Uint8Array<ArrayBuffer>> {
  const { name, source } = recipe;
  const directory = join(WORK_DIRECTORY, `${name}-with-names`);
  const output = join(directory, `${name}.wasm`);
  rmSync(directory, { recursive: true, force: true });
  cpSync(join(BUILD_DIRECTORY, 'build', name, 'library'), directory, { recursive: true });
  // Emscripten adds these to its command line.
  process.env.EMCC_CFLAGS = KEEP_NAMES;
  await recipe.linkModule({ source: sourceDirectory(source), directory, recipe: join(ROOT, 'wasm', name), output });
  delete process.env.EMCC_CFLAGS;
  const module = Uint8Array.from(readFileSync(output));
  rmSync(directory, { recursive: true });
  return module;
}

async function profileOf(action: () => Promise<unknown>): Promise<Profiler.Profile> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS });
    await session.post('Profiler.start');
    await action();
    return (await session.post('Profiler.stop')).profile;
  } finally {
    session.disconnect();
  }
}

/** Self time of each function in per cent, longest first, without the engine itself. */
function shares({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): [string, number][] {
  const own = nodes.filter(({ callFrame: { url } }) => url !== '' && !url.startsWith('node:'));
  const names = new Map(own.map(({ id, callFrame }) => [id, callFrame.functionName || '(anonymous)']));
  const times = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const name = names.get(id);
    if (name === undefined) return;
    const time = timeDeltas[index] ?? 0;
    times.set(name, (times.get(name) ?? 0) + time);
    total += time;
  });
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, time]) => [name, (100 * time) / total]);
}
