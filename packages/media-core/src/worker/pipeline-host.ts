import type { MediaFlow, MediaKind } from '../core/choice/core-choice.js';
import type { LogLevel, WorkerMessage } from '../messages/media-worker-messages.js';
import type { Clock } from '../core/clock.js';

/** What the pipelines need from the worker. */
export interface PipelineHost {
  readonly clock: Clock;
  post(message: WorkerMessage): void;
  log(level: LogLevel, message: string, context?: Readonly<Record<string, unknown>>): void;
  /** The codec of this medium and direction failed: the browser's takes over. */
  codecFailed(kind: MediaKind, flow: MediaFlow, error: unknown): void;
}
