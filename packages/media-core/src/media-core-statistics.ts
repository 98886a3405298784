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

/** The statistics of a call that wanted a core and has none. */
export function missingCoreStatistics(record: PageRecord = pageRecord): MediaCoreStatistics {
  const reason = record.isOff ? 'switched-off' : 'RTCRtpScriptTransform' in globalThis ? 'not-loaded' : 'no-transforms';
  const native = { path: 'native', reason, since: 0 } as const;
  const both = { send: native, receive: native };
  return { decisions: { audio: both, video: both }, warmUp: record.warmUp, sample: undefined, crashes: 0 };
}
