/** Clocks and modules of the engine that the measurements run in. */
export interface Host {
  /** Wall clock in ms, steady. */
  readonly now: () => number;
  /** CPU time of this process in ms, where the engine has it. */
  readonly cpu: (() => number) | undefined;
  /** Smallest step of the wall clock in ms. */
  readonly granularityMs: number;
  /** The built module of a codec. */
  readonly moduleBytes: (codec: string) => Promise<Uint8Array<ArrayBuffer>>;
}

/** Milliseconds per frame. */
export interface FrameTimes {
  /** Frames that were measured. */
  readonly frames: number;
  readonly meanMs: number;
  /** Of single frames, or of groups of frames where the clock is coarse. */
  readonly medianMs: number;
  /** Of single frames, as exact as the clock. */
  readonly p99Ms: number;
  /** Mean CPU time of the process. */
  readonly cpuMs: number | undefined;
}

export interface Run {
  readonly frames: number;
  /** Frames at the start that are not counted. */
  readonly skip: number;
}

/** A sample of a coarse clock lasts this many of its steps. */
const STEPS_PER_SAMPLE = 10;

/** Calls `step` for each frame and takes its time. */
export function timeFrames({ now, cpu, granularityMs }: Host, run: Run, step: (index: number) => void): FrameTimes {
  for (let index = 0; index < run.skip; index += 1) step(index);
  const frames = run.frames - run.skip;
  const stamps = new Float64Array(frames + 1);
  const cpuBegin = cpu?.();
  stamps[0] = now();
  for (let index = 0; index < frames; index += 1) {
    step(run.skip + index);
    stamps[index + 1] = now();
  }
  const cpuMs = cpu === undefined || cpuBegin === undefined ? undefined : (cpu() - cpuBegin) / frames;
  const meanMs = (at(stamps, frames) - at(stamps, 0)) / frames;
  const group = Math.min(frames, Math.max(1, Math.ceil((STEPS_PER_SAMPLE * granularityMs) / meanMs)));
  return {
    frames,
    meanMs,
    medianMs: median(differences(stamps, group)) / group,
    p99Ms: quantile(differences(stamps, 1), 0.99),
    cpuMs,
  };
}

/** Wall time of `action` in ms. */
export async function timeOf(host: Host, action: () => unknown): Promise<number> {
  const begin = host.now();
  await action();
  return host.now() - begin;
}

/** The smallest observed step of `now`. */
export function granularityOf(now: () => number): number {
  let smallest = Infinity;
  for (let steps = 0, last = now(); steps < 20;) {
    const time = now();
    if (time === last) continue;
    smallest = Math.min(smallest, time - last);
    last = time;
    steps += 1;
  }
  return smallest;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Interpolates between the two nearest values. @throws {RangeError} if there are none */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const low = at(sorted, Math.floor(position));
  return low + (at(sorted, Math.ceil(position)) - low) * (position % 1);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function differences(stamps: Float64Array, group: number): number[] {
  const values: number[] = [];
  for (let end = group; end < stamps.length; end += group) values.push(at(stamps, end) - at(stamps, end - group));
  return values;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? NaN;
}
