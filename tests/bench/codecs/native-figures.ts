/** The ratios of the budgets: ours and native in turns. */
import type { Effort } from './effort.js';
import { type NativeColumns, opusRequest, vp8Request } from './engine-figures.js';
import { CLIPS, type ClipName, HD } from './material.js';
import {
  type Comparison,
  compareOpusDecoding,
  compareOpusEncoding,
  compareVp8Decoding,
  compareVp8Encoding,
  nativeVp8Encoding,
  nativeVp8Psnr,
} from './native.js';
import type { Figures, Findings } from './report.js';
import { median } from './timing.js';
import type { Vp8Request } from './vp8.js';

export async function compareWithNative(effort: Effort): Promise<Findings> {
  const figures: Figures = {};
  const rows: (string | number)[][] = [];
  const add = (key: string, { ms, nativeMs, ratios }: Comparison): void => {
    figures[`${key}.ratioToNative`] = median(ratios);
    figures[`${key}.ms`] = ms;
    figures[`${key}.nativeMs`] = nativeMs;
    rows.push([key, ms, nativeMs, median(ratios), Math.min(...ratios), Math.max(...ratios)]);
  };

  const encodings: Comparison[] = [];
  const decodings: Comparison[] = [];
  for (const clip of Object.keys(CLIPS) as ClipName[]) {
    const request = vp8Request(effort, HD, { clip });
    const encoding = await compareVp8Encoding(request, effort.rounds);
    const decoding = await compareVp8Decoding(request, effort.rounds);
    add(`vp8.encode720p.${clip}`, encoding);
    add(`vp8.decode720p.${clip}`, decoding);
    encodings.push(encoding);
    decodings.push(decoding);
  }
  figures['vp8.encode720p.ratioToNative'] = median(encodings.flatMap(({ ratios }) => ratios));
  figures['vp8.decode720p.ratioToNative'] = median(decodings.flatMap(({ ratios }) => ratios));

  for (const complexity of [5, 10]) {
    add(
      `opus.encode.c${complexity}`,
      await compareOpusEncoding(opusRequest(effort, { complexity }), effort.soundRounds),
    );
  }
  add('opus.decode', await compareOpusDecoding(opusRequest(effort), effort.soundRounds));
  for (const complexity of [5, 10]) {
    const request = opusRequest(effort, { kind: 'music', complexity });
    add(`opus.encodeStereoMusic.c${complexity}`, await compareOpusEncoding(request, effort.soundRounds));
  }
  add('opus.decodeStereoMusic', await compareOpusDecoding(opusRequest(effort, { kind: 'music' }), effort.soundRounds));

  const columns = ['CPU ms per frame', 'ours', 'native', 'ratio', 'least', 'most'];
  return { figures, tables: [{ title: 'Beside native', columns, rows }] };
}

/** For the table of every size and speed. */
export function nativeColumns(request: Vp8Request): NativeColumns {
  const { meanMs, medianMs, p99Ms, kilobits } = nativeVp8Encoding(request);
  return { cpuMs: meanMs, medianMs, p99Ms, kilobits, psnr: nativeVp8Psnr(request) };
}
