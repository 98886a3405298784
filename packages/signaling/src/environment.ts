/** Time, chance and identity as parameters, so that everything that waits or chooses can be tested without waiting. */
export interface Environment {
  /** ms since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
  /** Uniform in [0, 1). */
  random(): number;
  /** A random UUID (RFC 9562, version 4). */
  uuid(): string;
  log(level: LogLevel, message: string, context?: LogContext): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** Never holds secrets, message bodies or SDP. */
export type LogContext = Readonly<Record<string, string | number | boolean | undefined>>;
