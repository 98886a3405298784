import type { CoreDecisions, WarmUp } from './core/choice/core-choice.js';
import type { CoreStatistics } from './core/core-statistics.js';
import { type PageRecord, pageRecord } from './page/page-record.js';

export interface MediaCoreStatistics {
  /** Whose codecs are used for what, and why; undefined without a media worker. */
  readonly decisions: CoreDecisions | undefined;
  /** What our codecs take on this device, by which `auto` judges it; undefined until measured. */
  readonly warmUp: WarmUp | undefined;
  /** The last whole second; undefined before there was one. */
  readonly sample: CoreStatistics | undefined;
  /** Media workers that failed in this call. */
  readonly crashes: number;
}

/** The statistics of a call that has no core because it has failed twice on this page; else undefined. */
export function switchedOffStatistics(record: PageRecord = pageRecord): MediaCoreStatistics | undefined {
  if (!record.isOff) return undefined;
  const off = { path: 'native', reason: 'switched-off', since: 0 } as const;
  const both = { send: off, receive: off };
  return { decisions: { audio: both, video: both }, warmUp: record.warmUp, sample: undefined, crashes: 0 };
}
