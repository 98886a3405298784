import type { Host } from '../host.js';
import type { Findings } from '../report.js';

export interface ScenarioOptions {
  /** Measured time of each call, s. */
  readonly seconds: number;
  /** Number of calls of each kind, where results vary between calls. */
  readonly calls: number;
  /** Length of the call whose memory is measured, minutes. */
  readonly memoryMinutes: number;
  /** Reports progress. */
  readonly note: (text: string) => void;
}

export type Scenario = (host: Host, options: ScenarioOptions) => Promise<Findings>;
