import type { CoreDecisions, WarmUp } from './core/choice/core-choice.js';
import type { CoreStatistics } from './core/core-statistics.js';

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
