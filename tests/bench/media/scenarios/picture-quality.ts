import { setTimeout as delay } from 'node:timers/promises';
import { BenchCall } from '../call.js';
import { mean } from '../figures/statistics.js';
import type { Host } from '../host.js';
import type { Variant } from '../variants.js';
import { troubleOf } from './latency.js';
import { HEAD_360P } from './material.js';
import type { Scenario } from './scenario.js';

interface PictureQuality {
  readonly psnrDb: number;
  readonly pictures: number;
  /** bits/s of video, without headers. */
  readonly bitrate: number;
  readonly framesPerSecond: number;
  readonly meanWidth: number;
}

/** bits/s of the network. */
const LIMITS = [600_000, 1_000_000] as const;
const RAMP_SECONDS = 15;

/**
 * Both encoders fill a limited network. Ours goes first; the bitrate that it used is the `maxBitrate` of the browser's encoder, so
 * that both have the same. PSNR is of the luma at the sent size, the mean over frames taken twice a second.
 */
export const pictureQuality: Scenario = async (host, { seconds, note }) => {
  const figures: Record<string, number> = {};
  const notes: string[] = [];
  const rows: (string | number)[][] = [];
  const gains: { readonly own: number; readonly native: number }[] = [];
  for (const limit of LIMITS) {
    const name = `${limit / 1000} kbit/s`;
    note(`picture at ${name}, own`);
    const own = await measure(host, 'own', limit, undefined, seconds, notes);
    note(`picture at ${name}, native`);
    const native = await measure(host, 'native', limit, own.bitrate, seconds, notes);
    gains.push({ own: own.psnrDb, native: native.psnrDb });
    for (const [variant, quality] of [
      ['native', native],
      ['own', own],
    ] as const) {
      const key = `video.psnrDb.${limit / 1000}k.${variant}`;
      figures[key] = quality.psnrDb;
      figures[`${key}Bitrate`] = quality.bitrate;
      figures[`${key}FrameRate`] = quality.framesPerSecond;
      rows.push([
        `${name}, ${variant}`,
        ...[quality.psnrDb, quality.bitrate / 1000, quality.framesPerSecond, quality.meanWidth, quality.pictures],
      ]);
    }
  }
  figures['video.psnrDb.own'] = mean(gains.map(({ own }) => own));
  figures['video.psnrDb.native'] = mean(gains.map(({ native }) => native));
  figures['video.psnrDb.gain'] = figures['video.psnrDb.own'] - figures['video.psnrDb.native'];
  const columns = ['', 'PSNR dB', 'kbit/s', 'frames/s', 'width', 'pictures'];
  return { figures, notes, tables: [{ title: 'Pictures at the same bitrate', columns, rows }] };
};

async function measure(
  host: Host,
  variant: Variant,
  bitsPerSecond: number,
  maxBitrate: number | undefined,
  seconds: number,
  notes: string[],
): Promise<PictureQuality> {
  const core = variant === 'own';
  const call = await BenchCall.open(host, {
    caller: { core, sound: 'noise', camera: HEAD_360P, view: 'nothing' },
    callee: { core, sound: 'noise', view: HEAD_360P },
    conditions: { fromCaller: { bitsPerSecond } },
  });
  try {
    if (maxBitrate !== undefined) await call.caller.evaluate((limit) => mediaBench.limitVideo(limit), maxBitrate);
    await delay(RAMP_SECONDS * 1000);
    const read = () => call.caller.evaluate(() => mediaBench.transport());
    const [from, before] = [await call.now(), await read()];
    await delay(seconds * 1000);
    const [to, after] = [await call.now(), await read()];
    const { sent, perceived } = await call.collect();
    notes.push(...troubleOf(`picture at ${bitsPerSecond / 1000} kbit/s`, await call.core()));
    const judged = perceived.judgements.filter(({ counter }) => {
      const shown = sent.shown[counter];
      return typeof shown === 'number' && shown >= from && shown < to;
    });
    return {
      psnrDb: mean(judged.map(({ psnrDb }) => psnrDb)),
      pictures: judged.length,
      bitrate: ((after.videoBytesSent - before.videoBytesSent) * 8000) / (to - from),
      framesPerSecond: ((after.videoFramesSent - before.videoFramesSent) * 1000) / (to - from),
      meanWidth: mean(judged.map(({ width }) => width)),
    };
  } finally {
    await call.close();
  }
}
