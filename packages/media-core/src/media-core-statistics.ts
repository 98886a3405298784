import type { CoreDecisions, CoreReason, WarmUp } from './core/choice/core-choice.js';
import type { CoreStatistics } from './core/core-statistics.js';
import { type PageRecord, pageRecord } from './page/page-record.js';

export interface MediaCoreStatistics {
  /** Codec path of each medium and direction with its reason; undefined without a media worker. */
  readonly decisions: CoreDecisions | undefined;
  /** Encoding and decoding times on this device, by which `auto` decides; undefined until measured. */
  readonly warmUp: WarmUp | undefined;
  /** Statistics of the last second; undefined in the first. */
  readonly sample: CoreStatistics | undefined;
  /** Number of media workers that crashed in this call. */
  readonly crashes: number;
}

/** Statistics of a call without the core because the core has failed twice on this page; otherwise undefined. */
export function switchedOffStatistics(record: PageRecord = pageRecord): MediaCoreStatistics | undefined {
  if (!record.isOff) return undefined;
  const off = { path: 'native', reason: 'switched-off', since: 0 } as const;
  const both = { send: off, receive: off };
  return { decisions: { audio: both, video: both }, warmUp: record.warmUp, sample: undefined, crashes: 0 };
}

/** Decisions while the browser's codecs are used after a crash. */
export function crashedDecisions({ audio, video }: CoreDecisions, reason: CoreReason): CoreDecisions {
  const crashed = (since: number) => ({ path: 'native', reason, since }) as const;
  return {
    audio: { send: crashed(audio.send.since), receive: crashed(audio.receive.since) },
    video: { send: crashed(video.send.since), receive: crashed(video.receive.since) },
  };
}
