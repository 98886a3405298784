import { setTimeout as delay } from 'node:timers/promises';
import type { PageHandle } from '../../../tools/browsers.js';
import { BenchCall } from '../call.js';
import { slope } from '../figures/statistics.js';
import { browserProcesses } from '../processes.js';
import { troubleOf } from './latency.js';
import { HEAD_360P } from './material.js';
import type { Scenario } from './scenario.js';

const EVERY_MS = 10_000;
const MEGABYTE = 1 << 20;
/** Caches fill in the first part. */
const WARM_UP = 1 / 3;

/**
 * A call with our codecs at both ends: the JavaScript heaps of both pages after a collection (Chromium), and the resident memory
 * of the whole browser, with the heaps of workers and of WebAssembly.
 */
export const memory: Scenario = async (host, { memoryMinutes, note }) => {
  note(`memory over ${memoryMinutes} minutes`);
  const settings = { core: true, sound: 'speech', camera: HEAD_360P, view: 'nothing' } as const;
  const call = await BenchCall.open(host, { caller: settings, callee: settings });
  try {
    const begin = performance.now();
    const samples: { readonly minutes: number; readonly heap: number | undefined; readonly resident: number }[] = [];
    while (performance.now() - begin < memoryMinutes * 60_000) {
      await delay(EVERY_MS);
      const pages = [call.caller, call.callee];
      for (const page of pages) await page.evaluate(() => mediaBench.forget());
      const heaps = await Promise.all(pages.map(heapOf));
      samples.push({
        minutes: (performance.now() - begin) / 60_000,
        heap: heaps.every((heap) => heap !== undefined) ? heaps.reduce((sum, heap) => sum + heap, 0) : undefined,
        resident: (await browserProcesses()).residentBytes / MEGABYTE,
      });
    }
    const late = samples.filter(({ minutes }) => minutes > memoryMinutes * WARM_UP);
    const perMinute = (of: (sample: (typeof samples)[number]) => number | undefined) => {
      const points = late.flatMap((sample) => {
        const y = of(sample);
        return y === undefined ? [] : { x: sample.minutes, y };
      });
      return points.length > 1 ? slope(points) : undefined;
    };
    const every = Math.max(1, Math.ceil(samples.length / 12));
    return {
      notes: troubleOf('memory', await call.core()),
      figures: {
        'memory.minutes': memoryMinutes,
        'memory.heapMegabytesPerMinute': perMinute(({ heap }) => heap),
        'memory.residentMegabytesPerMinute': perMinute(({ resident }) => resident),
        'memory.firstResidentMegabytes': samples[0]?.resident,
        'memory.lastResidentMegabytes': samples.at(-1)?.resident,
      },
      tables: [
        {
          title: 'Memory',
          columns: ['minute', 'heaps of both pages, MB', 'resident, MB'],
          rows: samples
            .filter((_, index) => index % every === 0)
            .map(({ minutes, heap, resident }) => [minutes.toFixed(1), heap, resident]),
        },
      ],
    };
  } finally {
    await call.close();
  }
};

/** MB in use after a collection; undefined in Firefox. */
async function heapOf({ devTools }: PageHandle): Promise<number | undefined> {
  if (!devTools) return undefined;
  await devTools('HeapProfiler.collectGarbage');
  return ((await devTools('Runtime.getHeapUsage')) as { readonly usedSize: number }).usedSize / MEGABYTE;
}
