import type { MediaFlow, MediaKind } from '../core/choice/core-choice.js';
import type { LogLevel, WorkerMessage } from '../messages/media-worker-messages.js';
import type { Clock } from '../core/clock.js';

/** What the pipelines need of the worker around them. */
export interface PipelineHost {
  readonly clock: Clock;
  post(message: WorkerMessage): void;
  log(level: LogLevel, message: string, context?: Readonly<Record<string, unknown>>): void;
  /** The codec of this way cannot go on: the browser's takes over. */
  codecFailed(kind: MediaKind, flow: MediaFlow, error: unknown): void;
}
