/** What is measured in every engine: how the codecs start, what memory they take, their time per frame. */
import { type Effort, videoFrames } from './effort.js';
import { HD, SIZES, SPEEDS, type VideoSize } from './material.js';
import type { OpusRequest } from './opus.js';
import type { Figures, Findings, Table } from './report.js';
import type { Engine } from './tasks.js';
import type { Vp8Encoding, Vp8Request } from './vp8.js';

/** PSNR and bitrate of the native encoder for the same options. */
export interface NativeColumns {
  readonly cpuMs: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly kilobits: number;
  readonly psnr: number;
}

export type NativeEncoder = (request: Vp8Request) => NativeColumns;

/** The speed of the budgets. */
const BUDGET_SPEED = 8;
/** Frames per speed before any measurement, so that the engine has compiled its code. */
const WARM_UP = { frames: 90, clip: 'busy' } as const;
const WARM_UP_SIZE: VideoSize = { name: '360p', width: 640, height: 360, bitrate: 500_000 };
const OPUS_BITRATES = { speech: 32_000, music: 96_000 } as const;

export function vp8Request(effort: Effort, size: VideoSize, changes: Partial<Vp8Request> = {}): Vp8Request {
  const { width, height, bitrate } = size;
  const { pictures, skip } = effort;
  const base = { clip: 'talkingHead', width, height, bitrate, pictures, skip } as const;
  return { ...base, speed: BUDGET_SPEED, frames: videoFrames(effort), ...changes };
}

export function opusRequest({ soundFrames }: Effort, changes: Partial<OpusRequest> = {}): OpusRequest {
  const kind = changes.kind ?? 'speech';
  return { kind, bitrate: OPUS_BITRATES[kind], complexity: 5, frames: soundFrames, skip: 50, ...changes };
}

/** Start-up time of a codec, and time to its first frame, in a fresh process: nothing is compiled or cached. */
export async function measureStart(engine: Engine, effort: Effort, prefix: string): Promise<Findings> {
  const vp8 = await engine.run('startVp8', { count: effort.starts });
  const opus = await engine.run('startOpus', { count: effort.starts });
  const { coldMs, warmMs, warmUpMs, hotMs } = await engine.run('firstFrameVp8', vp8Request(effort, HD));
  const figures = {
    [`${prefix}vp8.instantiateMs`]: vp8.medianMs,
    [`${prefix}vp8.firstInstantiateMs`]: vp8.firstMs,
    [`${prefix}opus.instantiateMs`]: opus.medianMs,
    [`${prefix}opus.firstInstantiateMs`]: opus.firstMs,
    [`${prefix}vp8.firstFrame720p.coldMs`]: coldMs,
    [`${prefix}vp8.firstFrame720p.afterWarmUpMs`]: warmMs,
    [`${prefix}vp8.firstFrame720p.hotMs`]: hotMs,
    [`${prefix}vp8.warmUp720pMs`]: warmUpMs,
  };
  const rows = [
    ['VP8 instantiate, median', vp8.medianMs],
    ['VP8 instantiate, first', vp8.firstMs],
    ['Opus instantiate, median', opus.medianMs],
    ['Opus instantiate, first', opus.firstMs],
    ['VP8 first 720p frame, cold', coldMs],
    ['VP8 first 720p frame after warmUp', warmMs],
    ['VP8 first 720p frame, hot', hotMs],
    ['VP8 warmUp', warmUpMs],
  ];
  return { figures, tables: [{ title: `${engine.name}: start`, columns: ['ms', 'wall'], rows }] };
}

export async function measureHeaps(engine: Engine, effort: Effort): Promise<Findings> {
  const figures: Figures = {};
  const rows: (string | number)[][] = [];
  for (const size of SIZES) {
    const { encoder, decoder } = await engine.run('heapVp8', vp8Request(effort, size, { frames: 30, skip: 0 }));
    figures[`vp8.encoderHeap${size.name}`] = encoder;
    figures[`vp8.decoderHeap${size.name}`] = decoder;
    rows.push([`VP8 ${size.name}`, encoder, decoder]);
  }
  const { encoder, decoder } = await engine.run('heapOpus', opusRequest(effort, { frames: 100, skip: 0 }));
  figures['opus.encoderHeap'] = encoder;
  figures['opus.decoderHeap'] = decoder;
  rows.push(['Opus', encoder, decoder]);
  const columns = ['bytes of memory, whole instance', 'encoder', 'decoder'];
  return { figures, tables: [{ title: 'Memory', columns, rows }] };
}

/** VP8 at every size and speed. */
export async function measureVp8(engine: Engine, effort: Effort, native?: NativeEncoder): Promise<Findings> {
  const figures: Figures = {};
  const tables: Table[] = [];
  for (const speed of SPEEDS) await engine.run('encodeVp8', vp8Request(effort, WARM_UP_SIZE, { ...WARM_UP, speed }));
  for (const size of SIZES) {
    const rows: (string | number | undefined)[][] = [];
    let budgetSpeedMs = NaN;
    const setAll = (name: string, values: Readonly<Record<string, number | undefined>>): void => {
      for (const [key, value] of Object.entries(values)) {
        if (value !== undefined) figures[`${engine.name}.vp8.${name}.${key}`] = value;
      }
    };
    for (const speed of SPEEDS) {
      const request = vp8Request(effort, size, { speed });
      const ours = await engine.run('encodeVp8', request);
      const theirs = native?.(request);
      if (speed === BUDGET_SPEED) budgetSpeedMs = ours.times.meanMs;
      setAll(`encode${size.name}.speed${speed}`, flat(ours, theirs));
      rows.push([`encode, speed ${speed}`, ...encodingCells(ours), ...(theirs ? nativeCells(ours, theirs) : [])]);
    }
    const { times, copied } = await engine.run('decodeVp8', vp8Request(effort, size));
    setAll(`decode${size.name}`, { ...times, withCopyMs: copied.meanMs });
    rows.push(['decode', times.meanMs, times.medianMs, times.p99Ms, times.cpuMs]);
    rows.push(['decode and copy', copied.meanMs, copied.medianMs, copied.p99Ms, copied.cpuMs]);
    const own = await engine.run('browserVp8', vp8Request(effort, size));
    if (own !== undefined) {
      setAll(`webCodecs${size.name}`, { ...own });
      setAll(`encode${size.name}`, { ratioToWebCodecs: budgetSpeedMs / own.encodeMs });
      setAll(`decode${size.name}`, { ratioToWebCodecs: times.meanMs / own.decodeMs });
      rows.push(['WebCodecs encode', own.encodeMs, undefined, undefined, undefined, own.kilobits, own.psnr]);
      rows.push(['WebCodecs decode', own.decodeMs]);
    }
    const columns = ['ms per frame', 'mean', 'median', 'p99', 'CPU', 'kbit/s', 'PSNR'];
    const nativeColumns = native ? ['native CPU', 'p99', 'kbit/s', 'PSNR', 'ratio'] : [];
    tables.push({ title: `${engine.name}: VP8 ${size.name}`, columns: [...columns, ...nativeColumns], rows });
  }
  return { figures, tables };
}

export async function measureOpus(engine: Engine, effort: Effort): Promise<Findings> {
  const figures: Figures = {};
  const rows: (string | number | undefined)[][] = [];
  for (const complexity of [5, 10]) await engine.run('decodeOpus', opusRequest(effort, { complexity }));
  for (const kind of ['speech', 'music'] as const) {
    let defaultMs = NaN;
    for (const complexity of [5, 10]) {
      const times = await engine.run('encodeOpus', opusRequest(effort, { kind, complexity }));
      if (complexity === opusRequest(effort).complexity) defaultMs = times.meanMs;
      figures[`${engine.name}.opus.encode.${kind}.c${complexity}.meanMs`] = times.meanMs;
      figures[`${engine.name}.opus.encode.${kind}.c${complexity}.p99Ms`] = times.p99Ms;
      rows.push([`encode ${kind}, complexity ${complexity}`, times.meanMs, times.medianMs, times.p99Ms]);
    }
    const decoding = await engine.run('decodeOpus', opusRequest(effort, { kind }));
    figures[`${engine.name}.opus.decode.${kind}.meanMs`] = decoding.meanMs;
    figures[`${engine.name}.opus.decode.${kind}.p99Ms`] = decoding.p99Ms;
    rows.push([`decode ${kind}`, decoding.meanMs, decoding.medianMs, decoding.p99Ms]);
    const own = await engine.run('browserOpus', opusRequest(effort, { kind }));
    if (own === undefined) continue;
    figures[`${engine.name}.opus.encode.${kind}.c5.ratioToWebCodecs`] = defaultMs / own.encodeMs;
    figures[`${engine.name}.opus.decode.${kind}.ratioToWebCodecs`] = decoding.meanMs / own.decodeMs;
    figures[`${engine.name}.opus.webCodecs.${kind}.c5.encodeMs`] = own.encodeMs;
    figures[`${engine.name}.opus.webCodecs.${kind}.decodeMs`] = own.decodeMs;
    rows.push([`WebCodecs encode ${kind}, complexity 5`, own.encodeMs]);
    rows.push([`WebCodecs decode ${kind}`, own.decodeMs]);
  }
  const columns = ['ms per 20 ms', 'mean', 'median', 'p99'];
  return { figures, tables: [{ title: `${engine.name}: Opus`, columns, rows }] };
}

function flat({ times, kilobits, psnr }: Vp8Encoding, native?: NativeColumns): Record<string, number | undefined> {
  return {
    ...{ meanMs: times.meanMs, medianMs: times.medianMs, p99Ms: times.p99Ms, cpuMs: times.cpuMs, frames: times.frames },
    ...{ kilobits, psnr },
    ...Object.fromEntries(Object.entries(native ?? {}).map(([key, value]) => [`native.${key}`, value])),
  };
}

function encodingCells({ times, kilobits, psnr }: Vp8Encoding): (number | undefined)[] {
  return [times.meanMs, times.medianMs, times.p99Ms, times.cpuMs, kilobits, psnr];
}

function nativeCells({ times }: Vp8Encoding, native: NativeColumns): (number | undefined)[] {
  const ratio = times.cpuMs === undefined ? undefined : times.cpuMs / native.cpuMs;
  return [native.cpuMs, native.p99Ms, native.kilobits, native.psnr, ratio];
}
