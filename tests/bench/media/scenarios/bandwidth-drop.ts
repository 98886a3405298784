import { setTimeout as delay } from 'node:timers/promises';
import { BenchCall } from '../call.js';
import { compare } from '../variants.js';
import { type CallReport, delayFigures, timelines, troubleOf } from './latency.js';
import { HEAD_360P } from './material.js';
import type { Scenario } from './scenario.js';

const BEFORE = { bitsPerSecond: 2_000_000 } as const;
const AFTER = { bitsPerSecond: 500_000 } as const;
/** Time for the bandwidth estimate of a sender to settle, s. */
const MIN_RAMP = 12;

/** The network's rate falls to a quarter after a third of the time; from then on it is measured. */
export const bandwidthDrop: Scenario = async (host, { seconds, note }) => {
  const notes: string[] = [];
  const reports = await compare(async (variant): Promise<Omit<CallReport, 'played'>> => {
    note(`bandwidth drop, ${variant}`);
    const core = variant === 'own';
    const call = await BenchCall.open(host, {
      caller: { core, sound: 'chirps', camera: HEAD_360P, view: 'nothing' },
      callee: { core, sound: 'noise', view: 'numbers' },
      conditions: { fromCaller: BEFORE },
    });
    try {
      await delay(Math.max(MIN_RAMP, seconds / 3) * 1000);
      const from = await call.now();
      call.relay.change({ fromCaller: AFTER });
      await delay((seconds * 2000) / 3);
      const to = await call.now();
      const report = { ...(await timelines(call, { from, to })), ...(await call.core()) };
      notes.push(...troubleOf('bandwidth drop', report));
      return report;
    } finally {
      await call.close();
    }
  });
  const { native, own } = reports;
  const [nativeDelay, ownDelay] = [delayFigures(native.picture.delays), delayFigures(own.picture.delays)];
  const key = 'video.bandwidthDrop';
  return {
    notes,
    figures: {
      [`${key}.nativeFrozenMs`]: native.picture.frozenMs,
      [`${key}.ownFrozenMs`]: own.picture.frozenMs,
      [`${key}.frozenRatio`]: ratio(own.picture.frozenMs, native.picture.frozenMs),
      [`${key}.nativeP95LatencyMs`]: nativeDelay.p95Ms,
      [`${key}.ownP95LatencyMs`]: ownDelay.p95Ms,
      [`${key}.p95Ratio`]: ownDelay.p95Ms / nativeDelay.p95Ms,
      [`${key}.nativeMaxGapMs`]: native.picture.longestGapMs,
      [`${key}.ownMaxGapMs`]: own.picture.longestGapMs,
      [`${key}.nativeFrameRate`]: native.picture.frameRate,
      [`${key}.ownFrameRate`]: own.picture.frameRate,
    },
    tables: [
      {
        title: '2 Mbit/s, then 500 kbit/s',
        columns: ['', 'frozen ms', 'freezes', 'longest gap ms', 'median ms', 'p95 ms', 'frames/s', 'sound p95 ms'],
        rows: (
          [
            ['native', native, nativeDelay],
            ['own', own, ownDelay],
          ] as const
        ).map(([name, report, delays]) => [
          name,
          ...[report.picture.frozenMs, report.picture.freezes, report.picture.longestGapMs],
          ...[delays.medianMs, delays.p95Ms, report.picture.frameRate, delayFigures(report.sound.delays).p95Ms],
        ]),
      },
    ],
  };
};

/** Ratio of freezes; undefined where the browser has none and we have some. */
function ratio(own: number, native: number): number | undefined {
  return native > 0 ? own / native : own === 0 ? 0 : undefined;
}
