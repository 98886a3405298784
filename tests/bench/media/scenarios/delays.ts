import { median } from '../figures/statistics.js';
import { compare } from '../variants.js';
import { delayFigures, runAlone, runLatency, runOutput, troubleOf } from './latency.js';
import type { Scenario } from './scenario.js';

/** One way and back, each. */
const ACROSS_TOWN = { delayMs: 20, jitterMs: 10 } as const;
const NETWORKS = [
  { name: 'clean', key: '', conditions: {} },
  { name: '20 ± 10 ms', key: 'jitter.', conditions: { fromCaller: ACROSS_TOWN, fromCallee: ACROSS_TOWN } },
] as const;

const ALONE_SECONDS = 15;

/** From mouth to ear and from glass to glass, in a call with both. */
export const delays: Scenario = async (host, { seconds, note }) => {
  const figures: Record<string, number> = {};
  const notes: string[] = [];
  note('delays, without a call');
  const alone = {
    ...(await runAlone(host, Math.min(seconds, ALONE_SECONDS))),
    played: await runOutput(host, Math.min(seconds, ALONE_SECONDS)),
  };
  const rows: (string | number | undefined)[][] = [];
  for (const { name, key, conditions } of NETWORKS) {
    const reports = await compare(async (variant) => {
      note(`delays, ${name}, ${variant}`);
      const report = await runLatency(host, variant, seconds, conditions);
      notes.push(...troubleOf(`delays, ${name}`, report));
      return report;
    });
    for (const [medium, prefix, label] of [
      ['played', `audio.mouthToEar.${key}`, 'mouth to ear'],
      ['sound', `audio.mouthToTrack.${key}`, 'mouth to track'],
      ['picture', `video.glassToGlass.${key}`, 'glass to glass'],
    ] as const) {
      const [native, own] = [delayFigures(reports.native[medium].delays), delayFigures(reports.own[medium].delays)];
      Object.assign(figures, {
        [`${prefix}nativeMs`]: native.medianMs,
        [`${prefix}nativeP95Ms`]: native.p95Ms,
        [`${prefix}ownMs`]: own.medianMs,
        [`${prefix}ownP95Ms`]: own.p95Ms,
        [`${prefix}ratioToNative`]: own.medianMs / native.medianMs,
      });
      const aloneMs = median(alone[medium].delays);
      figures[`${prefix}aloneMs`] = aloneMs;
      if (medium === 'played')
        figures[`${prefix}ratioWithoutDevice`] = (own.medianMs - aloneMs) / (native.medianMs - aloneMs);
      rows.push([
        `${label}, ${name}`,
        ...[native.medianMs, native.p95Ms, own.medianMs, own.p95Ms, own.medianMs / native.medianMs],
        aloneMs,
      ]);
    }
    const { native, own } = reports;
    figures[`audio.mouthToEar.${key}missedNative`] = native.played.missed;
    figures[`audio.mouthToEar.${key}missedOwn`] = own.played.missed;
    figures[`video.glassToGlass.${key}nativeFrameRate`] = native.picture.frameRate;
    figures[`video.glassToGlass.${key}ownFrameRate`] = own.picture.frameRate;
  }
  const columns = ['delay', 'native ms', 'p95', 'own ms', 'p95', 'own / native', 'without a call'];
  return { figures, notes, tables: [{ title: 'Delays', columns, rows }] };
};
