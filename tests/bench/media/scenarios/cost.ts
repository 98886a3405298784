import { setTimeout as delay } from 'node:timers/promises';
import type { PageHandle } from '../../../tools/browsers.js';
import { BenchCall } from '../call.js';
import { mean } from '../figures/statistics.js';
import { browserProcesses } from '../processes.js';
import { compare } from '../variants.js';
import { troubleOf } from './latency.js';
import { HEAD_720P } from './material.js';
import type { Scenario } from './scenario.js';

/** 720p comes last: estimates start low. */
const RAMP_MS = 15_000;

interface MainThread {
  /** Wall-clock time of tasks, ms. */
  readonly taskMs: number;
  /** CPU time, ms. */
  readonly cpuMs: number;
}

/**
 * 720p at 30 frames per second and speech, both ways. Nothing is read from the pictures while it is measured, and in
 * Chromium cameras and microphones are off the main thread, which does only the work of the call and of rendering.
 */
export const cost: Scenario = async (host, { seconds, note }) => {
  const notes: string[] = [];
  const { native, own } = await compare(async (variant) => {
    note(`cost, ${variant}`);
    const core = variant === 'own';
    const settings = { core, sound: 'speech', camera: HEAD_720P, view: 'nothing' } as const;
    const call = await BenchCall.open(host, { caller: settings, callee: settings });
    try {
      const pages = [call.caller, call.callee];
      for (const { devTools } of pages) await devTools?.('Performance.enable');
      await delay(RAMP_MS);
      const readAll = async () => ({
        at: performance.now(),
        processes: await browserProcesses(),
        threads: await Promise.all(pages.map(mainThreadOf)),
        frames: await Promise.all(pages.map((page) => page.evaluate(() => mediaBench.transport()))),
      });
      const before = await readAll();
      await delay(seconds * 1000);
      const after = await readAll();
      notes.push(...troubleOf('cost', await call.core()));
      const elapsed = (after.at - before.at) / 1000;
      const perSecond = <T>(earlier: readonly T[], later: readonly T[], count: (one: T) => number) =>
        mean(later.map((one, index) => count(one) - count(earlier[index] ?? one))) / elapsed;
      const [threads, frames] = [
        [before.threads.filter((one) => one !== undefined), after.threads.filter((one) => one !== undefined)] as const,
        [before.frames, after.frames] as const,
      ];
      return {
        cpuPercent: (after.processes.cpuMs - before.processes.cpuMs) / elapsed / 10,
        taskMs: threads[0].length > 0 ? perSecond(...threads, ({ taskMs }) => taskMs) : undefined,
        threadMs: threads[0].length > 0 ? perSecond(...threads, ({ cpuMs }) => cpuMs) : undefined,
        shown: perSecond(...frames, ({ videoFramesShown }) => videoFramesShown),
        sent: perSecond(...frames, ({ videoFramesSent }) => videoFramesSent),
        kbitPerSecond: perSecond(...frames, ({ videoBytesSent }) => videoBytesSent) / 125,
      };
    } finally {
      await call.close();
    }
  });
  if (own.taskMs === undefined) notes.push('Firefox does not tell what its main threads do: there is no figure.');
  return {
    notes,
    figures: {
      'cpu.nativePercent': native.cpuPercent,
      'cpu.ownPercent': own.cpuPercent,
      'cpu.ratioToNative': own.cpuPercent / native.cpuPercent,
      'cpu.nativeFrameRate': native.shown,
      'cpu.ownFrameRate': own.shown,
      'cpu.nativeKbitPerSecond': native.kbitPerSecond,
      'cpu.ownKbitPerSecond': own.kbitPerSecond,
      'mainThread.nativeMsPerSecond': native.taskMs,
      'mainThread.ownMsPerSecond': own.taskMs,
      'mainThread.nativeCpuMsPerSecond': native.threadMs,
      'mainThread.ownCpuMsPerSecond': own.threadMs,
    },
    tables: [
      {
        title: '720p both ways: processor',
        columns: [
          ...['', 'whole browser, % of a core', 'main thread, ms/s of tasks', 'of the processor'],
          ...['frames/s shown', 'frames/s sent', 'kbit/s of each'],
        ],
        rows: Object.entries({ native, own }).map(([name, figures]) => [
          name,
          ...[figures.cpuPercent, figures.taskMs, figures.threadMs],
          ...[figures.shown, figures.sent, figures.kbitPerSecond],
        ]),
      },
    ],
  };
};

/** Since the page was opened; undefined in Firefox. */
async function mainThreadOf({ devTools }: PageHandle): Promise<MainThread | undefined> {
  if (!devTools) return undefined;
  const { metrics } = (await devTools('Performance.getMetrics')) as {
    readonly metrics: readonly { readonly name: string; readonly value: number }[];
  };
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { taskMs: value('TaskDuration') * 1000, cpuMs: value('ThreadTime') * 1000 };
}
