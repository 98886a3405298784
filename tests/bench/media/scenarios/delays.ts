import { median } from '../figures/statistics.js';
import { compare, type Compared } from '../variants.js';
import { type CallReport, delayFigures, runAlone, runLatency, runOutput, troubleOf } from './latency.js';
import type { Scenario } from './scenario.js';

/** Delay and jitter of each direction. */
const ACROSS_TOWN = { delayMs: 20, jitterMs: 10 } as const;
const NETWORKS = [
  { name: 'clean', key: '', conditions: {} },
  { name: '20 ± 10 ms', key: 'jitter.', conditions: { fromCaller: ACROSS_TOWN, fromCallee: ACROSS_TOWN } },
] as const;
const MEDIA = [
  { medium: 'played', name: 'mouthToEar', kind: 'audio', label: 'mouth to ear' },
  { medium: 'sound', name: 'mouthToTrack', kind: 'audio', label: 'mouth to track' },
  { medium: 'picture', name: 'glassToGlass', kind: 'video', label: 'glass to glass' },
] as const;

const ALONE_SECONDS = 15;

/**
 * Mouth-to-ear and glass-to-glass delay in calls with audio and video. A call keeps the buffers that it starts with, so that the
 * figures are medians over several calls.
 */
export const delays: Scenario = async (host, { seconds, calls, note }) => {
  const figures: Record<string, number> = {};
  const notes: string[] = [];
  note('delays, without a call');
  const alone = {
    ...(await runAlone(host, Math.min(seconds, ALONE_SECONDS))),
    played: await runOutput(host, Math.min(seconds, ALONE_SECONDS)),
  };
  const rows: (string | number | undefined)[][] = [];
  for (const { name, key, conditions } of NETWORKS) {
    const reports: Compared<CallReport>[] = [];
    for (let index = 1; index <= calls; index += 1) {
      const pair = await compare(async (variant) => {
        note(`delays, ${name}, ${variant}, call ${String(index)} of ${String(calls)}`);
        const report = await runLatency(host, variant, seconds, conditions);
        notes.push(...troubleOf(`delays, ${name}`, report));
        return report;
      });
      reports.push(pair);
    }
    for (const { medium, name: figure, kind, label } of MEDIA) {
      const prefix = `${kind}.${figure}.${key}`;
      const native = summaryOf(reports.map((pair) => pair.native[medium].delays));
      const own = summaryOf(reports.map((pair) => pair.own[medium].delays));
      const aloneMs = median(alone[medium].delays);
      Object.assign(figures, {
        [`${prefix}nativeMs`]: native.medianMs,
        [`${prefix}nativeLeastMs`]: native.leastMs,
        [`${prefix}nativeMostMs`]: native.mostMs,
        [`${prefix}nativeP95Ms`]: native.p95Ms,
        [`${prefix}ownMs`]: own.medianMs,
        [`${prefix}ownLeastMs`]: own.leastMs,
        [`${prefix}ownMostMs`]: own.mostMs,
        [`${prefix}ownP95Ms`]: own.p95Ms,
        [`${prefix}ratioToNative`]: own.medianMs / native.medianMs,
        [`${prefix}aloneMs`]: aloneMs,
      });
      if (medium === 'played')
        figures[`${prefix}ratioWithoutDevice`] = (own.medianMs - aloneMs) / (native.medianMs - aloneMs);
      rows.push([
        `${label}, ${name}`,
        ...[native.medianMs, native.range, native.p95Ms, own.medianMs, own.range, own.p95Ms],
        ...[own.medianMs / native.medianMs, aloneMs],
      ]);
    }
    for (const variant of ['native', 'own'] as const) {
      const [missed, frameRate] =
        variant === 'native' ? ['missedNative', 'nativeFrameRate'] : ['missedOwn', 'ownFrameRate'];
      figures[`audio.mouthToEar.${key}${missed}`] = median(reports.map((pair) => pair[variant].played.missed));
      figures[`video.glassToGlass.${key}${frameRate}`] = median(reports.map((pair) => pair[variant].picture.frameRate));
    }
  }
  const columns = ['delay', 'native ms', 'calls', 'p95', 'own ms', 'calls', 'p95', 'own / native', 'without a call'];
  return { figures, notes, tables: [{ title: 'Delays', columns, rows }] };
};

/** @param calls delays of each call, ms */
function summaryOf(calls: readonly (readonly number[])[]) {
  const each = calls.map(delayFigures);
  const medians = each.map(({ medianMs }) => medianMs);
  const [leastMs, mostMs] = [Math.min(...medians), Math.max(...medians)];
  return {
    medianMs: median(medians),
    leastMs,
    mostMs,
    range: `${leastMs.toFixed(0)} to ${mostMs.toFixed(0)}`,
    p95Ms: median(each.map(({ p95Ms }) => p95Ms)),
  };
}
