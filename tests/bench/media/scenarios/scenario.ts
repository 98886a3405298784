import type { Host } from '../host.js';
import type { Findings } from '../report.js';

export interface ScenarioOptions {
  /** Each call is measured that long. */
  readonly seconds: number;
  /** So many of each kind, where they differ from one to another. */
  readonly calls: number;
  /** Of the call whose memory is watched. */
  readonly memoryMinutes: number;
  /** Says what is being done. */
  readonly note: (text: string) => void;
}

export type Scenario = (host: Host, options: ScenarioOptions) => Promise<Findings>;
