import type { CallStatistics } from '@xmpp-call/client';
import type { QualityReport } from '@xmpp-call/client/quality.js';
import type { TemplateResult, nothing } from 'lit';

/** What the panel shows of the quality of a call. */
export interface QualityView {
  /** The last sample. */
  readonly statistics: CallStatistics | undefined;
  /** Undefined before two samples were taken. */
  readonly report: QualityReport | undefined;
  /** Beside the timer; nothing while all is well. */
  readonly mark: TemplateResult | typeof nothing;
  /** What is wrong, why, and what to do. */
  readonly note: string | undefined;
  /** The note as a screen reader is to say it: it stays as it was said, and one that comes again soon is not said. */
  readonly spoken: string | undefined;
}
