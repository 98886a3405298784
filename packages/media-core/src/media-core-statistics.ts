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

/** Statistics of a call that was to have a core and has none. */
export function missingCoreStatistics(record: PageRecord = pageRecord): MediaCoreStatistics {
  const reason = record.isOff ? 'switched-off' : 'RTCRtpScriptTransform' in globalThis ? 'not-loaded' : 'no-transforms';
  const native = { path: 'native', reason, since: 0 } as const;
  const both = { send: native, receive: native };
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
